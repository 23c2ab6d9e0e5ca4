package traffic

import (
	"net/url"
	"strings"
)

// boundary separates the parts of a form whose own boundary is not known.
const boundary = "classibench-5d0c8c5f1e0b7a94"

// urlEncoded writes parameters as a body of type application/x-www-form-urlencoded.
func urlEncoded(params []param) string {
	all := make([]string, len(params))
	for i, p := range params {
		all[i] = url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
	}
	return strings.Join(all, "&")
}

// quoted writes a name of a part as browsers do.
var quoted = strings.NewReplacer("\"", "%22", "\r", "%0D", "\n", "%0A").Replace

// multipart writes parameters as a body of type multipart/form-data (RFC 7578).
func (c *collector) multipart(params []param, boundary string) string {
	var b strings.Builder
	missing := 0
	for _, p := range params {
		b.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + quoted(p.Name) + "\"")
		if p.FileName != "" {
			b.WriteString("; filename=\"" + quoted(p.FileName) + "\"")
		}
		if p.ContentType != "" {
			b.WriteString("\r\nContent-Type: " + p.ContentType)
		}
		if p.FileName != "" && p.Value == "" {
			missing = 1
		}
		b.WriteString("\r\n\r\n" + p.Value + "\r\n")
	}
	c.left[fileless] += missing
	return b.String() + "--" + boundary + "--\r\n"
}
