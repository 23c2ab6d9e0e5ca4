package gateways

import "text/template"

// nginxConf has the parameters of Debian's fastcgi_params, and streams. nginx limits a
// body to 1 MiB by default.
var nginxConf = template.Must(template.New("nginx").Parse(`daemon off;
user www-data;
pid {{.Dir}}/{{.Name}}.pid;
error_log {{.Dir}}/{{.Name}}.log;
worker_processes 1;
events {}
http {
access_log off;
client_max_body_size 1g;
client_body_temp_path {{.Dir}}/{{.Name}}-body;
proxy_temp_path {{.Dir}}/{{.Name}}-proxy;
fastcgi_temp_path {{.Dir}}/{{.Name}}-fastcgi;
uwsgi_temp_path {{.Dir}}/{{.Name}}-uwsgi;
scgi_temp_path {{.Dir}}/{{.Name}}-scgi;
{{range .Sites}}server {
listen {{.Addr}};
location {{.Path}} {
fastcgi_pass unix:{{.Socket}};
fastcgi_buffering off;
fastcgi_param QUERY_STRING $query_string;
fastcgi_param REQUEST_METHOD $request_method;
fastcgi_param CONTENT_TYPE $content_type;
fastcgi_param CONTENT_LENGTH $content_length;
fastcgi_param SCRIPT_NAME {{.Path}};
fastcgi_param REQUEST_URI $request_uri;
fastcgi_param DOCUMENT_URI $document_uri;
fastcgi_param SERVER_PROTOCOL $server_protocol;
fastcgi_param GATEWAY_INTERFACE CGI/1.1;
fastcgi_param SERVER_SOFTWARE nginx;
fastcgi_param REMOTE_ADDR $remote_addr;
fastcgi_param REMOTE_PORT $remote_port;
fastcgi_param SERVER_ADDR $server_addr;
fastcgi_param SERVER_PORT $server_port;
fastcgi_param SERVER_NAME $server_name;
}
}
{{end}}}
`))

// Nginx starts nginx, with its files in dir. It has no CGI, and starts no FastCGI
// programs: all sites must be Proxied.
func Nginx(dir string, sites ...*Site) (*Server, error) {
	s := setting{Dir: dir, Name: "nginx", Sites: sites}
	return s.start(nginxConf, "nginx", func(conf string) []string { return []string{"-p", dir, "-c", conf, "-e", dir + "/nginx.log"} })
}
