package input

import (
	"errors"
	"io"
)

const (
	// mostRatio bounds how many times its size a compressed file may become. Access logs
	// reach about 50. The formats themselves reach 1,000 (gzip) and 20,000 (zstd).
	mostRatio = 500
	// freeBytes may be unpacked at any ratio.
	freeBytes = 64 << 20
)

// ErrInflates reports that a compressed file becomes implausibly large.
var ErrInflates = errors.New("it unpacks to more than 500 times its size, as a file does that is made to exhaust memory; if it is right, unpack it first")

// A Counter counts the bytes of a compressed file that were read. Put it below the decoder,
// and [Counter.Bound] above it.
type Counter struct {
	R io.Reader
	n int64
}

// Read implements io.Reader.
func (c *Counter) Read(p []byte) (int, error) {
	n, err := c.R.Read(p)
	c.n += int64(n)
	return n, err
}

// Bound returns a reader of unpacked, the output of the decoder, that fails with
// ErrInflates. The decoder must read in the goroutine that reads from it.
func (c *Counter) Bound(unpacked io.Reader) io.Reader { return &bounded{packed: c, r: unpacked} }

type bounded struct {
	packed *Counter
	r      io.Reader
	n      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.n += int64(n); b.n > freeBytes && b.n/mostRatio > b.packed.n {
		return 0, ErrInflates
	}
	return n, err
}
