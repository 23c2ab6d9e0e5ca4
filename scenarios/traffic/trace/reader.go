package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/classibench/classibench/internal/input"
	"github.com/classibench/classibench/scenarios"
)

// A Reader reads a traffic file.
type Reader struct {
	About About // zero, if the file does not have it

	name  string
	close func()
	zip   *zstd.Decoder // nil for a file that is not compressed
	src   *bufio.Reader
	long  []byte // a line longer than the buffer of src
	kept  []byte // the line that Skip left
	n     int    // lines so far
	last  time.Duration
}

// longest bounds the time that traffic covers: the years that logs can have.
const longest = 250 * 365 * 24 * time.Hour

// longestLine bounds a line, in bytes: the body is the longest part.
const longestLine = 32 << 20

// Open opens a traffic file. The path "-" is the standard input.
func Open(path string) (*Reader, error) {
	if path == "-" {
		return New("standard input", os.Stdin)
	}
	f, err := input.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the traffic: %w", err)
	}
	r, err := New(path, f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	r.close = func() { _ = f.Close() } // only read
	return r, nil
}

// New reads a traffic file that is open; name is what messages call it.
func New(name string, src io.Reader) (*Reader, error) {
	packed := &input.Counter{R: src}
	r := &Reader{name: name, src: bufio.NewReaderSize(packed, 64<<10), close: func() {}}
	var err error
	if r.About, err = readFrame(r.src); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := input.SkipMark(r.src); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	head, err := r.src.Peek(4)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("read %s: %w", name, err)
	case len(bytes.TrimSpace(head)) == 0:
		return nil, fmt.Errorf("%s: the file is empty", name)
	case head[0] == '{':
		return r, nil
	case !IsZstd(head):
		return nil, fmt.Errorf("%s: %w", name, ErrForeign)
	}
	r.zip, err = zstd.NewReader(r.src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(128<<20))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	r.src = bufio.NewReaderSize(packed.Bound(r.zip), 64<<10)
	return r, nil
}

// ErrForeign says that a file is no traffic file.
var ErrForeign = errors.New("it is no traffic file: those are JSON lines, compressed by zstd, as \"classibench traffic import\" writes them")

// IsZstd reports whether a file that begins so is compressed by zstd: with a frame, or with
// one that is skipped.
func IsZstd(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")) || len(head) >= 4 && head[0]>>4 == 5 && bytes.Equal(head[1:4], []byte("\x2a\x4d\x18"))
}

// Close closes the file.
func (r *Reader) Close() {
	if r.zip != nil {
		r.zip.Close()
	}
	r.close()
}

// Hits returns the hits in their order, and ends after an error. A hit is valid until the
// next one.
func (r *Reader) Hits() iter.Seq2[*Hit, error] {
	return func(yield func(*Hit, error) bool) {
		for {
			h, err := r.Next()
			if errors.Is(err, io.EOF) || !yield(h, err) || err != nil {
				return
			}
		}
	}
}

// Next returns the next hit, or io.EOF at the end.
func (r *Reader) Next() (*Hit, error) {
	line, err := r.peeked()
	if err != nil {
		return nil, err
	}
	h, err := parse(line)
	if err == nil && h.At < r.last {
		err = fmt.Errorf("the hit is due at %v, and the one before at %v", h.At, r.last)
	}
	if err != nil {
		return nil, r.at(err)
	}
	r.last = h.At
	return h, nil
}

// NextTime returns the time of the next hit, or io.EOF at the end. It reads the rest of the
// line only if a Writer did not make it.
func (r *Reader) NextTime() (time.Duration, error) {
	line, err := r.peeked()
	if err != nil {
		return 0, err
	}
	at, err := r.timeOf(line)
	if err == nil {
		r.last = at
	}
	return at, err
}

// Skip reads up to the first hit that is due at a time or later. It returns io.EOF if there is
// none.
func (r *Reader) Skip(to time.Duration) error {
	for {
		line, err := r.peeked()
		if err != nil {
			return err
		}
		at, err := r.timeOf(line)
		if err != nil {
			return err
		}
		if at >= to {
			r.kept = line
			return nil
		}
		r.last = at
	}
}

// peeked returns the line that Skip left, or the next one.
func (r *Reader) peeked() ([]byte, error) {
	if line := r.kept; line != nil {
		r.kept = nil
		return line, nil
	}
	return r.line()
}

// timeOf returns the time of a line, and checks that it is not before that of the last one.
func (r *Reader) timeOf(line []byte) (time.Duration, error) {
	at, isOurs := ourTime(line)
	if !isOurs {
		h, err := parse(line)
		if err != nil {
			return 0, r.at(err)
		}
		at = h.At
	}
	if at < r.last {
		return 0, r.at(fmt.Errorf("the hit is due at %v, and the one before at %v", at, r.last))
	}
	return at, nil
}

// ourTime returns the time of a line that a Writer made.
func ourTime(line []byte) (at time.Duration, isOurs bool) {
	text, isOurs := bytes.CutPrefix(line, []byte(timeKey))
	end := bytes.IndexByte(text, ',')
	if !isOurs || end < 0 {
		return 0, false
	}
	seconds, err := strconv.ParseFloat(string(text[:end]), 64)
	if err != nil || !(seconds >= 0 && seconds <= longest.Seconds()) {
		return 0, false
	}
	return time.Duration(seconds*1e6+0.5) * time.Microsecond, true
}

// NextRest returns the next hit as its time and the rest of its line, as AppendRest made it:
// it reads only what a Writer wrote.
func (r *Reader) NextRest() (time.Duration, []byte, error) {
	line, err := r.line()
	if err != nil {
		return 0, nil, err
	}
	text, isOurs := bytes.CutPrefix(line, []byte(timeKey))
	end := bytes.IndexByte(text, ',')
	if !isOurs || end < 0 {
		return 0, nil, r.at(errors.New("the line does not begin with its time"))
	}
	at, err := strconv.ParseFloat(string(text[:end]), 64)
	if err != nil {
		return 0, nil, r.at(err)
	}
	return time.Duration(at*1e6+0.5) * time.Microsecond, text[end:], nil
}

func (r *Reader) at(err error) error { return fmt.Errorf("%s:%d: %w", r.name, r.n, err) }

// line returns the next line that is not blank.
func (r *Reader) line() ([]byte, error) {
	for {
		r.n++
		line, err := r.any()
		line = input.WithoutMark(line)
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, r.at(damaged(err))
		case len(bytes.TrimSpace(line)) > 0:
			return line, nil
		}
	}
}

// damaged explains an error of the decoder.
func damaged(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file is cut off")
	}
	return err
}

// any returns the next line, which is valid until the next call.
func (r *Reader) any() ([]byte, error) {
	line, err := r.src.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	r.long = r.long[:0]
	for errors.Is(err, bufio.ErrBufferFull) {
		if r.long = append(r.long, line...); len(r.long) > longestLine {
			return nil, fmt.Errorf("the line is longer than %d bytes", longestLine)
		}
		line, err = r.src.ReadSlice('\n')
	}
	r.long = append(r.long, line...)
	return r.long, err
}

func parse(line []byte) (*Hit, error) {
	raw := struct {
		At     *float64            `json:"at"`
		Client string              `json:"client"`
		Method string              `json:"method"`
		URL    string              `json:"url"`
		Header map[string][]string `json:"header"`
		Body   []byte              `json:"body"`
		Status int                 `json:"status"`
		Size   *int64              `json:"size"`
	}{}
	if err := json.Unmarshal(line, &raw); err != nil {
		return nil, err
	}
	switch {
	case raw.Method == "" || raw.URL == "":
		return nil, errors.New("the line has no method or no url")
	case raw.At == nil:
		return nil, errors.New("the line has no at, the seconds since the start: a target file of vegeta has no times")
	case *raw.At < 0 || *raw.At > longest.Seconds():
		return nil, fmt.Errorf("at is %v, and counts the seconds since the start", *raw.At)
	}
	h := &Hit{At: time.Duration(*raw.At*1e6+0.5) * time.Microsecond, Client: raw.Client, Method: raw.Method, URL: raw.URL, Body: raw.Body, Status: raw.Status, Size: -1}
	if raw.Size != nil {
		h.Size = *raw.Size
	}
	h.Header = fields(raw.Header)
	return h, nil
}

// fields returns a header in the order of its names.
func fields(header map[string][]string) (all []scenarios.Field) {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			all = append(all, scenarios.Field{Name: name, Value: value})
		}
	}
	return all
}
