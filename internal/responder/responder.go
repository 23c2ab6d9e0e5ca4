// Package responder makes programs under net/http/cgi and net/http/fcgi behave as under
// net/http: the requests and response writers of these packages differ from those of a
// server in ways that a handler would have to know.
//
// [Wrap] corrects, of the request, RequestURI, the URL and the header; of the answer,
// informational status codes, answers without a body, a header that changes after it
// was sent, a head that is flushed before its body, and a body longer than its
// Content-Length. Trailers and full-duplex answers remain out of reach: CGI has none
// (RFC 3875 §6).
package responder

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Wrap returns a handler that serves h to net/http/cgi or net/http/fcgi.
func Wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rs := &response{w: w, header: http.Header{}, mute: r.Method == http.MethodHead, left: -1}
		h.ServeHTTP(rs, received(r))
		rs.end()
	})
}

// received returns a request as a server would have received it. A gateway may send
// Content-Type both as CONTENT_TYPE and as HTTP_CONTENT_TYPE, which makes two fields.
func received(r *http.Request) *http.Request {
	if r.RequestURI == "" {
		r.RequestURI = r.URL.RequestURI()
	}
	r.URL.Scheme, r.URL.Host = "", ""
	if types := r.Header["Content-Type"]; len(types) > 1 {
		r.Header["Content-Type"] = types[:1]
	}
	if r.ContentLength > 0 {
		r.Header.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	}
	dechunk(r)
	return r
}

// dechunk marks a body that arrived in chunks, of which the gateway gave no length. A
// server has no field Transfer-Encoding either.
func dechunk(r *http.Request) {
	chunked := strings.EqualFold(r.Header.Get("Transfer-Encoding"), "chunked")
	r.Header.Del("Transfer-Encoding")
	if chunked && r.ContentLength == 0 {
		r.ContentLength, r.TransferEncoding = -1, []string{"chunked"}
	}
}

// A response is the writer of one answer.
type response struct {
	w      http.ResponseWriter
	header http.Header // the handler's; copied to w when the head is sent
	status int         // 0 until the handler has chosen it
	sent   bool        // the head was passed on
	mute   bool        // the answer has no body: HEAD, 204, 304
	left   int64       // bytes of Content-Length still to come; -1 if there is none
}

func (rs *response) Header() http.Header { return rs.header }

// WriteHeader takes the status. Informational ones are dropped: after one of them, CGI
// has no place for the final status. Numbers that are no status panic, as with net/http.
func (rs *response) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %d", status))
	}
	if rs.status != 0 || status < 200 {
		return
	}
	rs.status = status
	rs.copyHeader()
	if !rs.bodyAllowed() {
		rs.mute = true
	}
	if n, err := strconv.ParseInt(rs.header.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
		rs.left = n
	}
}

// copyHeader takes the header as it is now, without the announcement of trailers.
func (rs *response) copyHeader() {
	for name, values := range rs.header {
		if name != "Trailer" && !strings.HasPrefix(name, http.TrailerPrefix) {
			rs.w.Header()[name] = append([]string(nil), values...)
		}
	}
}

// bodyAllowed reports whether the status has a body (RFC 9110 §15.3.5, §15.4.5).
func (rs *response) bodyAllowed() bool {
	return rs.status != http.StatusNoContent && rs.status != http.StatusNotModified
}

// Write returns the errors that a server's writer returns.
func (rs *response) Write(p []byte) (int, error) {
	rs.WriteHeader(http.StatusOK)
	switch {
	case !rs.bodyAllowed():
		return 0, http.ErrBodyNotAllowed
	case rs.left >= 0 && int64(len(p)) > rs.left:
		return 0, http.ErrContentLength
	case rs.left >= 0:
		rs.left -= int64(len(p))
	}
	rs.send(p)
	if rs.mute {
		return len(p), nil
	}
	return rs.w.Write(p)
}

// Flush also sends a head whose body is still to come.
func (rs *response) Flush() {
	rs.WriteHeader(http.StatusOK)
	rs.send(nil)
	http.NewResponseController(rs.w).Flush() // both writers can
}

// end sends the head of an answer without a body.
func (rs *response) end() {
	rs.WriteHeader(http.StatusOK)
	rs.send(nil)
}

// send passes on the head. The writer below would give an answer without a body the
// type of an empty text, and would send the head only with the body.
func (rs *response) send(p []byte) {
	if rs.sent {
		return
	}
	rs.sent = true
	if _, has := rs.w.Header()["Content-Type"]; !has {
		rs.w.Header()["Content-Type"] = guess(p)
	}
	rs.w.WriteHeader(rs.status)
	rs.w.Write(nil)
}

// guess returns the type of a body by its first bytes, or none.
func guess(p []byte) []string {
	if len(p) == 0 {
		return nil
	}
	return []string{http.DetectContentType(p)}
}
