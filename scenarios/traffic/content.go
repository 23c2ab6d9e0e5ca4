package traffic

import (
	"mime"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/classibench/classibench/scenarios"
)

// content gives a route what a request sends: a form, where that sends the same bytes.
func content(r *scenarios.Route, q Request) {
	if q.Body == "" {
		return
	}
	r.Type, r.Body = q.Type, scenarios.Literal(q.Body)
	if form, ok := formOf(q.Body); ok && r.MediaType() == scenarios.URLEncoded {
		r.Body, r.Form = "", form
		if q.Type == scenarios.URLEncoded {
			r.Type = ""
		}
	}
}

// formOf reads a body of type application/x-www-form-urlencoded; ok is false where a form
// of a scenario sends other bytes.
func formOf(body string) (form []scenarios.Field, ok bool) {
	for pair := range strings.SplitSeq(body, "&") {
		name, value, has := strings.Cut(pair, "=")
		f, same := field(name, value)
		again := slices.IndexFunc(form, func(g scenarios.Field) bool { return g.Name == f.Name })
		if !has || !same || again >= 0 && form[len(form)-1].Name != f.Name {
			return nil, false
		}
		form = append(form, f)
	}
	return form, true
}

func field(name, value string) (f scenarios.Field, same bool) {
	n, errName := url.QueryUnescape(name)
	v, errValue := url.QueryUnescape(value)
	same = errName == nil && errValue == nil && utf8.ValidString(n) && utf8.ValidString(v) && url.QueryEscape(n) == name && url.QueryEscape(v) == value
	return scenarios.Field{Name: scenarios.Literal(n), Value: scenarios.Literal(v)}, same
}

// written reports whether a scenario can hold a body as it is: a multipart body has to be
// well-formed, and its line ends are those of MIME.
func written(r scenarios.Route) bool {
	media, params, _ := mime.ParseMediaType(r.Type)
	cut := "--" + params["boundary"]
	return !strings.HasPrefix(media, "multipart/") ||
		params["boundary"] != "" && strings.HasPrefix(r.Body, cut+"\r\n") && strings.Contains(r.Body, "\r\n"+cut+"--")
}
