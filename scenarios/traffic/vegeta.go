package traffic

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/classibench/classibench/scenarios"
)

// longestBody bounds a body of a request, in bytes: in a target file, a file that one
// names, and a HAR file.
const longestBody = 16 << 20

// readVegeta reads a target file of vegeta by vegeta's own readers. Files with bodies are
// relative to dir.
func readVegeta(src *bufio.Reader, c *collector, dir string) error {
	f := &feed{lines: lines{src: src, limit: longestLine}, dir: dir}
	targeter := vegeta.NewHTTPTargeter
	if c.format == VegetaJSON {
		f.limit, f.dir, targeter = longestBody, "", vegeta.NewJSONTargeter
	}
	next := targeter(f, nil, nil)
	for {
		var t vegeta.Target
		err := next(&t)
		if errors.Is(err, vegeta.ErrNoTargets) && errors.Is(f.err, io.EOF) {
			return nil
		}
		switch {
		case errors.Is(err, vegeta.ErrNoTargets):
			err = f.err
		case errors.Is(err, io.EOF): // the lexer of JSON
			err = errors.New("the line ends in the middle of a target")
		}
		if err == nil {
			err = c.target(t)
		}
		if err != nil {
			return at(c.name, f.n, err)
		}
	}
}

// A feed hands a file to vegeta a line at a time, so that the line of a mistake is known.
// It ends each line, as vegeta's reader drops a last one without an end.
type feed struct {
	lines
	dir  string // of the files that lines name; empty where they name none
	rest string
	err  error // why there is no more
}

func (f *feed) Read(p []byte) (int, error) {
	if f.rest == "" {
		line, err := f.next()
		if err == nil {
			line, err = f.found(line)
		}
		if f.err = err; err != nil {
			return 0, err
		}
		f.rest = line + "\n"
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// found makes the path in a line such as @body.json relative to the target file.
func (f *feed) found(line string) (string, error) {
	path, isFile := strings.CutPrefix(strings.TrimSpace(line), "@")
	if !isFile || f.dir == "" {
		return line, nil
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(f.dir, path)
	}
	switch info, err := os.Stat(path); {
	case err != nil: // reported by vegeta
	case !info.Mode().IsRegular(): // a pipe or a device may have no end
		return "", fmt.Errorf("the body %s is no file (%v)", path, info.Mode().Type())
	case info.Size() > longestBody:
		return "", fmt.Errorf("the body %s has %d bytes, more than %d", path, info.Size(), longestBody)
	}
	return "@" + path, nil
}

// target takes a target.
func (c *collector) target(t vegeta.Target) error {
	r, dropped := Request{Method: t.Method, Body: string(t.Body)}, 0
	for _, name := range slices.Sorted(maps.Keys(t.Header)) {
		for _, value := range t.Header[name] {
			switch canonical := http.CanonicalHeaderKey(name); {
			case canonical == "Content-Type":
				r.Type = value
			case scenarios.Reserved(name) != "":
				dropped = 1
			default:
				r.Header = append(r.Header, scenarios.Field{Name: name, Value: value})
			}
		}
	}
	c.left[reserved] += dropped
	return c.take(r, t.URL)
}
