package limits

import (
	"net/http"
	"net/netip"
	"sync"
)

const (
	uploadsAtOnce = 2        // of a client: uploads share memory and temporary files
	smallPost     = 64 << 10 // bytes; a smaller post is no upload
)

// running counts the uploads of each client that has any.
type running struct {
	mu sync.Mutex
	of map[netip.Prefix]int
}

// begin counts an upload, unless its client has as many as it may.
func (r *running) begin(from netip.Prefix) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of[from] == uploadsAtOnce {
		return false
	}
	r.of[from]++
	return true
}

func (r *running) end(from netip.Prefix) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of[from]--; r.of[from] == 0 {
		delete(r.of, from)
	}
}

// isUpload reports whether a post is long, or does not state its length.
func isUpload(r *http.Request) bool {
	return r.Method == http.MethodPost && (r.ContentLength < 0 || r.ContentLength > smallPost)
}
