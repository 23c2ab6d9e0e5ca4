package traffic

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/classibench/classibench/scenarios"
)

// An entry is an exchange of a HAR file, as far as it is used.
type entry struct {
	Request struct {
		Method   string
		URL      string
		Headers  []pair
		PostData *postData
	}
	Response struct{ Content struct{ MimeType string } }

	FromCache json.RawMessage `json:"_fromCache"` // Chromium: "memory" or "disk"
}

type pair struct{ Name, Value string }

// entry takes an exchange, or counts why it is left out.
func (c *collector) entry(e entry) error {
	address := e.Request.URL
	scheme, _, _ := strings.Cut(address, ":")
	switch scheme = strings.ToLower(scheme); {
	case address == "":
		return errors.New("no HAR file: the entry has no request.url")
	case scheme != "http" && scheme != "https":
		c.left[elsewhere]++
		return nil
	case len(e.FromCache) > 0 && string(e.FromCache) != "null" && string(e.FromCache) != "false":
		c.left[cached]++
		return nil
	case !slices.Contains(scenarios.Methods(), e.Request.Method):
		c.left[methods]++
		return nil
	}
	host, path, err := split(address)
	if err != nil {
		return err
	}
	r := Request{Method: e.Request.Method, Path: path}
	if err := c.sent(&r, e); err != nil {
		return err
	}
	if !utf8.ValidString(r.Body) {
		c.left[binary]++
		return nil
	}
	return c.add(r, host, isPage(e.Response.Content.MimeType))
}

// sent adds the header and the body of a request.
func (c *collector) sent(r *Request, e entry) error {
	kind, secret := "", false
	for _, f := range e.Request.Headers {
		switch name := http.CanonicalHeaderKey(f.Name); {
		case name == "Content-Type":
			kind = f.Value
		case name == "Cookie", name == "Authorization":
			secret = true
		case worthSending(name):
			r.Header = append(r.Header, scenarios.Field{Name: f.Name, Value: f.Value})
		}
	}
	if secret {
		c.left[secrets]++
	}
	post := e.Request.PostData
	switch {
	case post == nil:
		return nil
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		c.left[bodiless]++
		return nil
	}
	var err error
	r.Body, r.Type, err = c.posted(*post, kind)
	return err
}

func isPage(contentType string) bool {
	media, _, _ := mime.ParseMediaType(contentType)
	return media == "text/html" || media == "application/xhtml+xml"
}

// postData is what was sent: a text, or its parameters.
type postData struct {
	MimeType string
	Text     string
	Encoding string // of Text: base64, in files of some tools
	Params   []param
}

type param struct {
	Name, Value, FileName, ContentType string
}

// posted returns a body and its type. Where the file names no boundary, the header may.
func (c *collector) posted(p postData, header string) (body, kind string, err error) {
	kind = p.MimeType
	media, params, _ := mime.ParseMediaType(kind)
	if kind == "" || media == scenarios.Multipart && params["boundary"] == "" && header != "" {
		kind = header
		media, params, _ = mime.ParseMediaType(kind)
	}
	switch {
	case p.Text != "" && p.Encoding == "base64":
		b, err := base64.StdEncoding.DecodeString(p.Text)
		if err != nil {
			err = fmt.Errorf("postData.text: %w", err)
		}
		return string(b), kind, err
	case p.Text != "" || len(p.Params) == 0:
		return p.Text, kind, nil
	case media == scenarios.Multipart:
		if params["boundary"] == "" {
			kind = mime.FormatMediaType(media, map[string]string{"boundary": boundary})
			params = map[string]string{"boundary": boundary}
		}
		return c.multipart(p.Params, params["boundary"]), kind, nil
	}
	return urlEncoded(p.Params), kind, nil
}
