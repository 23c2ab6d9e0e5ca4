package load

import (
	"mime"
	"net/url"
	"strings"

	"github.com/classibench/classibench/scenarios"
)

// A route is a scenario's route, parsed for Fill.
type route struct {
	method             string
	path, body, marker template
	kind               string // media type of the body; empty for none
	headers            []header
	status             int
	learned            *learned // replaces status and marker; nil is as the scenario says
}

type header struct {
	name  string
	value template
}

func newRoute(m scenarios.Route, numbers map[string]int) (r route, err error) {
	r = route{method: m.Method, status: m.Expect.Status}
	if r.status == 0 {
		r.status = 200
	}
	if r.path, err = parsePath(m.Path, numbers); err != nil {
		return r, err
	}
	if r.marker, err = parse(m.Expect.Body, numbers, place{}); err != nil {
		return r, err
	}
	for _, f := range m.Header {
		t, err := parse(f.Value, numbers, place{})
		if err != nil {
			return r, err
		}
		r.headers = append(r.headers, header{f.Name, t})
	}
	r.kind, r.body, err = parseContent(m, numbers)
	return r, err
}

// parsePath parses a path. Values are escaped for their part of the address.
func parsePath(path string, numbers map[string]int) (template, error) {
	before, query, has := strings.Cut(path, "?")
	t, err := parse(before, numbers, place{value: url.PathEscape, raw: target})
	if err != nil || !has {
		return t, err
	}
	q, err := parse("?"+query, numbers, place{value: url.QueryEscape, raw: target})
	return append(t, q...), err
}

// parseContent parses the body, and returns its media type.
func parseContent(m scenarios.Route, numbers map[string]int) (kind string, t template, err error) {
	switch {
	case len(m.Form) == 0:
		t, err = parse(m.Body, numbers, placeOf(m.Syntax()))
		return m.Type, t, err
	case m.MediaType() == scenarios.Multipart:
		kind = mime.FormatMediaType(scenarios.Multipart, map[string]string{"boundary": boundary})
		t, err = parseMultipart(m.Form, numbers)
		return kind, t, err
	case m.Type != "":
		kind = m.Type
	default:
		kind = scenarios.URLEncoded
	}
	t, err = parseForm(m.Form, numbers)
	return kind, t, err
}

// parseForm parses fields for application/x-www-form-urlencoded.
func parseForm(fields []scenarios.Field, numbers map[string]int) (template, error) {
	at := place{text: url.QueryEscape, value: url.QueryEscape}
	var all template
	for i, f := range fields {
		name, err := parse(f.Name, numbers, at)
		if err != nil {
			return nil, err
		}
		value, err := parse(f.Value, numbers, at)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			all = append(all, part{text: "&"})
		}
		all = append(append(append(all, name...), part{text: "="}), value...)
	}
	return all, nil
}

// boundary separates the parts of a form. It is random, so no value contains it.
const boundary = "classibench-c5f1e0b7a94d4d0c8f5b"

// parseMultipart parses fields for multipart/form-data (RFC 7578).
func parseMultipart(fields []scenarios.Field, numbers map[string]int) (template, error) {
	var all template
	for _, f := range fields {
		name, err := parse(f.Name, numbers, place{text: quoted, value: quoted, raw: quoted})
		if err != nil {
			return nil, err
		}
		value, err := parse(f.Value, numbers, place{})
		if err != nil {
			return nil, err
		}
		all = append(append(all, part{text: "--" + boundary + "\r\nContent-Disposition: form-data; name=\""}), name...)
		all = append(append(all, part{text: "\"\r\n\r\n"}), value...)
		all = append(all, part{text: "\r\n"})
	}
	return append(all, part{text: "--" + boundary + "--\r\n"}), nil
}
