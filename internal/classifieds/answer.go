package classifieds

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"github.com/classibench/classibench/internal/classifieds/pages"
)

// buffers hold pages before they are sent: that gives their length, and an error
// does not leave half a page.
var buffers = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 32<<10)) }}

// page sends a page.
func (v *visit) page(status int, c templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	// templ refuses to render for a visitor who has left, and a deadline is not that.
	if err := c.Render(context.Background(), b); err != nil {
		return err
	}
	h := v.w.Header()
	h["Content-Security-Policy"] = contentPolicy
	v.send(status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

var contentPolicy = []string{"default-src 'none'; img-src 'self' data:; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"}

// send sends a whole body. A HEAD request gets only its length: a script must not
// send a body (RFC 3875 §4.3.3).
func (v *visit) send(status int, kind string, body []byte) {
	h := v.w.Header()
	h["Content-Type"] = []string{kind}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	h["X-Content-Type-Options"] = []string{"nosniff"}
	if strings.HasSuffix(v.r.URL.Path, "/edit") {
		h["Referrer-Policy"] = []string{"no-referrer"} // the address is a secret
	}
	v.w.WriteHeader(status)
	if v.r.Method != http.MethodHead {
		v.w.Write(body) // an error means that the client has left
	}
}

// content sends a body whose tag changes when it does. A client that has it gets 304, and one
// that wants a part gets that (RFC 9110 §13.1.2 and §14.2).
func (v *visit) content(kind, tag string, body []byte) {
	h := v.w.Header()
	h["Content-Type"] = []string{kind}
	h["Etag"] = []string{`"` + tag + `"`}
	h["X-Content-Type-Options"] = []string{"nosniff"}
	if v.r.Header["If-Match"] != nil {
		h.Del("Cache-Control") // the answer may be 412, which caches must not keep
	}
	http.ServeContent(v.w, v.r, "", time.Time{}, bytes.NewReader(body))
}

// Message answers with a page of the site that has a title and a text.
func Message(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	(&visit{w: w, r: r}).message(status, title, text)
}

// message sends a page with a title and a text.
func (v *visit) message(status int, title, text string) {
	if err := v.page(status, pages.Message(title, text)); err != nil {
		http.Error(v.w, title, status)
	}
}

// seeOther redirects the browser to another page after a post.
func (v *visit) seeOther(path string) error {
	v.w.Header().Set("Location", path)
	v.send(http.StatusSeeOther, "text/plain; charset=utf-8", []byte("See "+path+"\n"))
	return nil
}

// keep lets browsers cache the answer forever: its address changes with its
// content.
func (v *visit) keep() {
	v.w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
}
