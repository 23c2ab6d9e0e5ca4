package gateways

import "text/template"

// apacheModules is where Debian has them.
const apacheModules = "/usr/lib/apache2/modules"

// apacheConf streams: mod_proxy_fcgi with flushpackets, mod_fcgid without a buffer.
// mod_fcgid limits a body to 128 KiB by default. With proxy-sendcl, mod_proxy_fcgi states
// the length of a body that arrives in chunks; else it depends on the moment of arrival.
var apacheConf = template.Must(template.New("apache").Parse(`ServerRoot {{.Dir}}
PidFile {{.Dir}}/{{.Name}}.pid
DefaultRuntimeDir {{.Dir}}
ServerName localhost
LoadModule mpm_{{.MPM}}_module {{.Module}}/mod_mpm_{{.MPM}}.so
LoadModule authz_core_module {{.Module}}/mod_authz_core.so
LoadModule alias_module {{.Module}}/mod_alias.so
LoadModule {{.CGI}}_module {{.Module}}/mod_{{.CGI}}.so
LoadModule env_module {{.Module}}/mod_env.so
LoadModule proxy_module {{.Module}}/mod_proxy.so
LoadModule proxy_fcgi_module {{.Module}}/mod_proxy_fcgi.so
User www-data
Group www-data
Mutex file:{{.Dir}}
ErrorLog {{.Dir}}/{{.Name}}.log
MaxKeepAliveRequests 0
KeepAliveTimeout 60
DocumentRoot {{.Dir}}
<Directory {{.Dir}}>
Require all granted
</Directory>
<IfModule cgid_module>
ScriptSock {{.Dir}}/{{.Name}}.cgid
</IfModule>
{{range .Sites}}Listen {{.Addr}}
{{end}}{{if .HasSpawned}}LoadModule fcgid_module {{.Module}}/mod_fcgid.so
FcgidIPCDir {{.Dir}}/{{.Name}}.fcgid
FcgidProcessTableFile {{.Dir}}/{{.Name}}.shm
FcgidOutputBufferSize 0
FcgidMaxRequestLen 1073741824
FcgidMinProcessesPerClass 1
{{end}}{{$dir := .Dir}}{{range .Sites}}<VirtualHost {{.Addr}}>
{{if eq .How "cgi"}}ScriptAlias {{.Path}} {{.Program}}
{{else if eq .How "spawned"}}Alias {{.Path}} {{.Program}}
<Location {{.Path}}>
SetHandler fcgid-script
Options +ExecCGI
</Location>
{{else}}<Proxy unix:{{.Socket}}|fcgi://localhost{{.Path}}>
ProxySet flushpackets=on
</Proxy>
SetEnv proxy-sendcl 1
ProxyPass {{.Path}} unix:{{.Socket}}|fcgi://localhost{{.Path}} flushpackets=on
{{end}}</VirtualHost>
{{end}}`))

// Apache starts Apache, with its files in dir, which its user www-data must be able to
// read. The module for CGI is "cgi", which forks from its workers, or "cgid", which
// forks from a daemon; each is used with the processing module that Debian pairs with
// it.
func Apache(dir, module string, sites ...*Site) (*Server, error) {
	s := setting{Dir: dir, Name: "apache-" + module, CGI: module, MPM: "event", Sites: sites, Module: apacheModules}
	if module == "cgi" {
		s.MPM = "prefork"
	}
	return s.start(apacheConf, "apache2", apacheArgs)
}

func apacheArgs(conf string) []string { return []string{"-f", conf, "-DFOREGROUND"} }

// ApacheBatch starts Apache with mod_cgi under the policy SCHED_BATCH of sched(7), in which a
// process that wakes up does not interrupt another. So a worker reads the end of a script's
// output when the script has ended. Else it often interrupts the script between the two, and
// waits for it with a sleep of 47 ms (free_proc_chain in memory/unix/apr_pools.c of APR).
func ApacheBatch(dir string, sites ...*Site) (*Server, error) {
	path, err := find("apache2")
	if err != nil {
		return nil, err
	}
	s := setting{Dir: dir, Name: "apache-batch", CGI: "cgi", MPM: "prefork", Sites: sites, Module: apacheModules}
	return s.start(apacheConf, "chrt", func(conf string) []string { return append([]string{"--batch", "0", path}, apacheArgs(conf)...) })
}

// HasSpawned reports whether mod_fcgid is needed.
func (s setting) HasSpawned() bool { return s.has(Spawned) }
