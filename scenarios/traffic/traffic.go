// Package traffic reads which requests to send from files: lists of addresses, target
// files of vegeta, and HAR files, in which browsers save what a page requested.
//
// Start with [Load], or with [Of]. [List.Mix] turns what it returns into the routes of a scenario.
package traffic

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/internal/input"
	"github.com/classibench/classibench/scenarios"
)

// A List is what a file requests: each different request once, in the order of the first.
type List struct {
	Format   Format
	Total    int // requests in Requests, each as often as the file has it
	Requests []Request
	Notes    []string // what was left out, and why; each a sentence without its end
}

// A Request is one request, as it is sent.
type Request struct {
	Method string
	Path   string // with query; begins with /
	Header []scenarios.Field
	Type   string // media type of Body; empty if there is no Body
	Body   string
	Count  int // how often the file has it
}

// Options say how a file is read. The zero value is fine for most files.
type Options struct {
	Format Format // Detect looks at the file
	Host   string // keep the requests to this host; "" keeps those to the host with most pages
}

// Load reads a file. The path "-" is the standard input. Files that a target file names are
// relative to it. An error names the place: a line, or a byte of a HAR file.
func Load(path string, o Options) (*List, error) {
	if path == "-" {
		return Read("standard input", os.Stdin, o)
	}
	f, err := input.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the requests: %w", err)
	}
	defer f.Close() // only read
	return Read(path, f, o)
}

// Read reads a file that is open; name is what messages call it, and files that it names are
// relative to the directory of name. Memory is bounded by the size of the requests: bodies
// of answers are skipped.
func Read(name string, r io.Reader, o Options) (*List, error) {
	src, format, err := open(name, r, o.Format)
	if err != nil {
		return nil, err
	}
	c := newCollector(name, format)
	switch format {
	case HAR:
		err = readHAR(src, c)
	case VegetaHTTP, VegetaJSON:
		err = readVegeta(src, c, filepath.Dir(name))
	default:
		err = readList(src, c)
	}
	if err != nil {
		return nil, err
	}
	return c.list(o.Host)
}

// Of returns a list of requests that were not read from a file. Path may be a whole URL.
func Of(requests ...Request) (*List, error) {
	c := newCollector("", Plain)
	for _, r := range requests {
		if err := c.take(r, r.Path); err != nil {
			return nil, err
		}
	}
	return c.list("")
}

// at names the place of an error.
func at(name string, line int, err error) error { return fmt.Errorf("%s:%d: %w", name, line, err) }

var errNothing = errors.New("it holds no request")
