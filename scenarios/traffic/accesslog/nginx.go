package accesslog

import (
	"regexp"
	"strings"
	"time"
)

var nginxVariable = regexp.MustCompile(`^\$(\{[a-zA-Z0-9_]+\}|[a-zA-Z0-9_]+)`)

// Nginx returns the format of a log_format of nginx (ngx_http_log_module).
func Nginx(format string) (*Format, error) {
	return compile(format, format, nginxField)
}

func nginxField(format string) (f field, length int, err error) {
	name := nginxVariable.FindString(format)
	if name == "" {
		return f, 0, nil
	}
	set, known := nginxSetters[strings.Trim(name, "${}")]
	if !known {
		set = skip
	}
	return field{name: name, set: set}, len(name), nil
}

var nginxSetters = map[string]setter{
	"remote_addr": setClient, "http_x_forwarded_for": setForwarded, "time_local": setLocal, "time_iso8601": setISO, "msec": since(time.Second),
	"request": setRequest, "request_method": setMethod, "request_uri": setTarget, "uri": setTarget, "args": setQuery, "query_string": setQuery,
	"status": setStatus, "body_bytes_sent": setBytes, "bytes_sent": setBytes, "host": setHost, "http_host": setHost, "server_name": setHost,
	"http_referer": setReferrer, "http_user_agent": setUserAgent, "request_time": tookIn(time.Second),
}
