package accesslog

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// JSON returns the format of JSON lines: those of Caddy and Traefik, and of nginx with usual
// names. A key of an object within the line has its names joined by a dot.
func JSON() *Format { return &Format{Name: "json", parse: parseJSON} }

// jsonSetters are the keys that are read, the better one of a pair first: a record keeps the
// first value.
var jsonSetters = []struct {
	keys []string
	set  setter
}{
	{[]string{"request.client_ip", "request.remote_ip", "ClientHost", "remote_addr", "client_ip", "client", "remote_ip", "ip", "host.ip"}, setClient},
	{[]string{"ts", "StartUTC", "StartLocal", "msec", "time_iso8601", "@timestamp", "timestamp", "time", "time_local", "date"}, eitherTime},
	{[]string{"request.method", "RequestMethod", "request_method", "method", "verb"}, setMethod},
	{[]string{"request.uri", "RequestPath", "request_uri", "uri", "url", "path"}, setTarget},
	{[]string{"request"}, setRequest},
	{[]string{"request.host", "RequestHost", "http_host", "host", "server_name", "vhost"}, setHost},
	{[]string{"status", "DownstreamStatus", "OriginStatus", "response"}, setStatus},
	{[]string{"size", "DownstreamContentSize", "body_bytes_sent", "bytes_sent", "bytes"}, setBytes},
	{[]string{"request.headers.Referer", "request_Referer", "http_referer", "referer", "referrer"}, setReferrer},
	{[]string{"request.headers.User-Agent", "request_User-Agent", "http_user_agent", "user_agent", "agent"}, setUserAgent},
	{[]string{"duration", "request_time"}, tookIn(time.Second)},
	{[]string{"Duration"}, tookIn(time.Nanosecond)},
}

// eitherTime reads a time in the formats that servers write, or the seconds since 1970; with
// more than 11 digits the milliseconds.
func eitherTime(r *Record, text []byte) error {
	switch whole, _, _ := bytes.Cut(text, []byte(".")); {
	case absent(text):
		return nil
	case digits(whole) && len(whole) > 11:
		return since(time.Millisecond)(r, text)
	case digits(whole):
		return since(time.Second)(r, text)
	case bytes.IndexByte(text, '/') > 0:
		return setLocal(r, text)
	}
	return setISO(r, text)
}

func parseJSON(r *Record, line []byte) error {
	values := map[string][]byte{}
	if err := flatten(values, "", line); err != nil {
		return jsonError(line, err)
	}
	for _, s := range jsonSetters {
		for _, key := range s.keys {
			text, has := values[key]
			if !has || len(text) == 0 {
				continue
			}
			if err := s.set(r, text); err != nil {
				return &LineError{Field: key, Text: cut(text), Reason: err.Error()}
			}
			break
		}
	}
	return nil
}

// flatten reads the texts and numbers of an object, and of the objects in it. Of a list it
// takes the first item: Caddy logs header fields as lists. A value with the whole name, such as
// "request.method", counts before one in an object.
func flatten(values map[string][]byte, prefix string, object []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(object, &all); err != nil {
		return err
	}
	for _, objects := range []bool{true, false} {
		for key, raw := range all {
			if (raw[0] == '{') != objects {
				continue
			}
			if err := flattenValue(values, prefix+key, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// deepest is how many objects may be within each other.
const deepest = 4

func flattenValue(values map[string][]byte, key string, raw json.RawMessage) error {
	switch raw[0] {
	case '{':
		if strings.Count(key, ".") >= deepest {
			return nil
		}
		return flatten(values, key+".", raw)
	case '[':
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
			return err
		}
		if list[0][0] != '[' {
			return flattenValue(values, key, list[0])
		}
	case '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
		values[key] = []byte(text)
	case 'n', 't', 'f':
	default:
		values[key] = raw
	}
	return nil
}

func jsonError(line []byte, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		reason, at := withoutCharacter(syntax.Error()), max(int(syntax.Offset)-1, 0)
		return &LineError{Column: at + 1, Text: cut(line[min(at, len(line)):]), Reason: "it is no JSON: " + reason + ":"}
	}
	return &LineError{Column: 1, Text: cut(line), Reason: "it is no JSON object:"}
}

// withoutCharacter removes the character of the line that an error of the decoder quotes: only
// the text of a LineError is of the line, and can be masked.
func withoutCharacter(reason string) string {
	const begin = "invalid character "
	if quoted, ok := strings.CutPrefix(reason, begin+"'"); ok {
		if _, rest, ok := strings.Cut(quoted, "' "); ok {
			return begin + rest
		}
	}
	return reason
}
