// Package trace reads and writes traffic files: requests with the time at which each is due
// and the client that sends it.
//
// A traffic file is compressed by zstd. Unpacked, each line is a target in the JSON format of
// vegeta with a few keys more, which vegeta skips:
//
//	{"at":0.25,"client":"c1","method":"GET","url":"http://127.0.0.1/ads?c=3","header":{"Referer":["/"]},"status":200,"size":5120}
//
// A skippable frame of zstd (RFC 8878 §3.1.2) holds what concerns the file as a whole, see
// [About]. Files without it can be read too, and files that are not compressed.
//
// Start with [Open] or [Create]. Memory does not depend on the length of a file.
package trace

import (
	"time"

	"github.com/classibench/classibench/scenarios"
)

// A Hit is one request, and what is known about its answer.
type Hit struct {
	At     time.Duration // since the start of the traffic, never less than that of the hit before
	Client string        // who sent it; empty: not known
	Method string
	URL    string
	Header []scenarios.Field
	Body   []byte
	Status int   // of the answer that was logged; 0: not known
	Size   int64 // of that answer, in bytes; -1: not known
}

// About describes a traffic file as a whole.
type About struct {
	Version int       `json:"traffic"` // of the format
	Start   time.Time `json:"start"`   // to which At is relative; zero: not known
	Hits    int       `json:"hits"`
	Seconds float64   `json:"seconds"` // At of the last hit

	// Spread says that the source has whole seconds only: the order and the distances of hits
	// within a second were made from the Seed.
	Spread bool   `json:"spread"`
	Seed   uint64 `json:"seed,omitempty"`
}

// version is the version of the format that is written.
const version = 1
