package host

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"

	"github.com/classibench/classibench/internal/slowread"
	"github.com/classibench/classibench/internal/spool"
)

// bufferSize is the capacity of a pipe in bytes: one read empties it.
const bufferSize = 64 << 10

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// A body is a request's body, read to its end: in memory if it is small, else in a
// file without a name.
type body struct {
	content io.ReaderAt
	length  int64
	buffer  *[bufferSize]byte
	file    *spool.File
}

// close frees the body. Only its first call counts.
func (b *body) close() {
	if b.buffer != nil {
		buffers.Put(b.buffer)
	}
	if b.file != nil {
		b.file.Close()
	}
	*b = body{}
}

// readBody reads a request's body, up to MaxBody bytes. Its errors are refusals.
func (g *Gateway) readBody(w http.ResponseWriter, r *http.Request) (*body, error) {
	b, limit := &body{}, cmp.Or(g.MaxBody, 1<<30)
	if r.Body == nil || r.Body == http.NoBody {
		return b, nil
	}
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	if err := b.read(g.patient(w, r), limit, &g.spool); err != nil {
		b.close()
		// Without this, net/http would read the rest of the body before it answers.
		w.Header().Set("Connection", "close")
		return nil, explainBody(err, limit)
	}
	return b, nil
}

// patient returns a request's body, whose reads fail if the client is too slow. A server
// with a ReadTimeout has its own limit.
func (g *Gateway) patient(w http.ResponseWriter, r *http.Request) io.Reader {
	pause := min(cmp.Or(g.ReceiveTimeout, slowread.DefaultBodyPause), g.timeout())
	if b, ok := r.Body.(*slowread.Body); ok { // the server is Serve
		b.SetPause(pause)
		return b
	}
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok || server.ReadTimeout > 0 || slowread.From(r.Context()) != nil {
		return r.Body
	}
	return slowread.NewBody(w, r, pause)
}

func (b *body) read(r io.Reader, limit int64, files *spool.Pool) error {
	r = io.LimitReader(r, limit+1)
	b.buffer = buffers.Get().(*[bufferSize]byte)
	n, err := io.ReadFull(r, b.buffer[:])
	b.length = int64(n)
	switch {
	case err == nil:
		return b.spill(r, limit, files)
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case b.length > limit:
		return errTooLarge
	}
	b.content = bytes.NewReader(b.buffer[:n])
	return nil
}

// spill reads the rest of the body into a file.
func (b *body) spill(r io.Reader, limit int64, files *spool.Pool) (err error) {
	if b.file, err = files.Create(); err != nil {
		return &refusal{http.StatusInsufficientStorage, err}
	}
	to := spillFile{b.file}
	if _, err := to.Write(b.buffer[:]); err != nil {
		return err
	}
	n, err := io.Copy(to, r)
	b.length += n
	b.content = b.file.File
	if err == nil && b.length > limit {
		return errTooLarge
	}
	return err
}

// A spillFile marks write errors, so that they differ from those of reading the
// request.
type spillFile struct{ f *spool.File }

func (s spillFile) Write(p []byte) (int, error) {
	n, err := s.f.Write(p)
	switch {
	case errors.Is(err, spool.ErrFull): // a later try may succeed
		err = &refusal{http.StatusServiceUnavailable, fmt.Errorf("store the body: %w", err)}
	case err != nil:
		err = &refusal{http.StatusInsufficientStorage, fmt.Errorf("store the body: %w", err)}
	}
	return n, err
}

var errTooLarge = errors.New("the body is too large")

func tooLarge(limit int64) error {
	return &refusal{http.StatusRequestEntityTooLarge, fmt.Errorf("the body is larger than %d bytes", limit)}
}

func explainBody(err error, limit int64) error {
	var known *refusal
	var outer *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, errTooLarge), errors.As(err, &outer):
		return tooLarge(limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &refusal{http.StatusRequestTimeout, fmt.Errorf("read the body: %w", err)}
	}
	return &refusal{http.StatusBadRequest, fmt.Errorf("read the body: %w", err)}
}
