package gateways

import (
	"net"
	"text/template"
)

// lighttpdConf streams requests and answers: by default lighttpd stores each answer
// before it sends it. Ranges are left to the programs: lighttpd would answer them
// itself where it happens to have the whole answer.
var lighttpdConf = template.Must(template.New("lighttpd").Funcs(template.FuncMap{"port": port}).Parse(
	`server.document-root = "{{.Dir}}"
server.bind = "127.0.0.1"
server.port = {{port (index .Sites 0).Addr}}
server.modules = ("mod_alias", "mod_cgi", "mod_fastcgi")
server.errorlog = "{{.Dir}}/{{.Name}}.log"
server.upload-dirs = ("{{.Dir}}")
server.stream-response-body = 1
server.max-keep-alive-requests = 1000000
server.range-requests = "disable"
cgi.local-redir = "enable"
{{range .Sites}}$SERVER["socket"] == "{{.Addr}}" {
{{if eq .How "cgi"}}alias.url = ("{{.Path}}" => "{{.Program}}")
cgi.assign = ("" => "")
{{else}}fastcgi.server = ("{{.Path}}" => ((
"socket" => "{{.Socket}}",
"check-local" => "disable",
{{if eq .How "spawned"}}"bin-path" => "{{.Program}}",
"max-procs" => 1,
{{end}})))
{{end}}}
{{end}}`))

func port(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}

// Lighttpd starts lighttpd, with its files in dir.
func Lighttpd(dir string, sites ...*Site) (*Server, error) {
	s := setting{Dir: dir, Name: "lighttpd", Sites: sites}
	return s.start(lighttpdConf, "lighttpd", func(conf string) []string { return []string{"-D", "-f", conf} })
}
