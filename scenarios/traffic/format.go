package traffic

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/classibench/classibench/internal/input"
)

// A Format is how a file writes its requests.
type Format string

// The formats. Detect stands for the one that a file seems to be in.
const (
	Detect     Format = ""
	Plain      Format = "list" // an address a line, with a method before it or not
	VegetaHTTP Format = "vegeta-http"
	VegetaJSON Format = "vegeta-json"
	HAR        Format = "har"
)

// Formats returns the names of all formats.
func Formats() []string {
	return []string{string(Plain), string(VegetaHTTP), string(VegetaJSON), string(HAR)}
}

// ParseFormat reads the name of a format; the empty name is Detect.
func ParseFormat(s string) (Format, error) {
	if s == "" || slices.Contains(Formats(), s) {
		return Format(s), nil
	}
	return "", fmt.Errorf("unknown format %q of requests; known are: %s", s, strings.Join(Formats(), ", "))
}

// peek is how much of a file is looked at to detect its format, in bytes.
const peek = 1 << 16

// open skips a byte order mark, refuses what is no text, and detects the format.
func open(name string, r io.Reader, format Format) (*bufio.Reader, Format, error) {
	src := bufio.NewReaderSize(r, peek)
	if err := input.SkipMark(src); err != nil {
		return nil, "", fmt.Errorf("read %s: %w", name, err)
	}
	head, err := src.Peek(peek)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", fmt.Errorf("read %s: %w", name, err)
	}
	whole := len(head) < peek
	if err := isText(head, whole); err != nil {
		return nil, "", fmt.Errorf("%s: %w", name, err)
	}
	if format == Detect {
		format, err = detect(name, head)
	} else if err = nil; len(bytes.TrimSpace(head)) == 0 && whole {
		err = errEmpty
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", name, err)
	}
	return src, format, nil
}

var errEmpty = errors.New("the file is empty: write one address a line, such as /ads?c=3")

// binaries are the first bytes of files that are taken for requests by mistake.
var binaries = []struct{ begin, name string }{
	{"PK\x03\x04", "is a zip archive: unpack it first"},
	{"\xff\xfe\x00\x00", "is in UTF-32: convert it with iconv -f utf-32 -t utf-8"},
	{"\x00\x00\xfe\xff", "is in UTF-32: convert it with iconv -f utf-32 -t utf-8"},
	{"\xff\xfe", "is in UTF-16: convert it with iconv -f utf-16 -t utf-8"},
	{"\xfe\xff", "is in UTF-16: convert it with iconv -f utf-16 -t utf-8"},
}

// isText returns an error for a file that is no text in UTF-8. A character may be cut off
// at the end, unless the head is the whole file.
func isText(head []byte, whole bool) error {
	for _, b := range binaries {
		if bytes.HasPrefix(head, []byte(b.begin)) {
			return errors.New("the file " + b.name)
		}
	}
	if with := input.Packed(head); with != "" {
		return fmt.Errorf("the file is compressed: unpack it with %s first", with)
	}
	for i := 0; i < len(head); {
		c, size := utf8.DecodeRune(head[i:])
		cut := !whole && len(head)-i < utf8.UTFMax && !utf8.FullRune(head[i:])
		if control := c < ' ' && !strings.ContainsRune("\t\n\r\f", c); (control || c == utf8.RuneError && size == 1) && !cut {
			return fmt.Errorf("byte %d is 0x%02x, which stands in no text: want a list of addresses, a target file of vegeta, or a HAR file, in UTF-8", i, head[i])
		}
		i += size
	}
	return nil
}

// detect tells the format from the begin of a file.
func detect(name string, head []byte) (Format, error) {
	text := bytes.TrimSpace(head)
	switch {
	case len(text) == 0:
		return "", errEmpty
	case strings.EqualFold(filepath.Ext(name), ".har"):
		return HAR, nil
	case text[0] == '{' && isHAR(text):
		return HAR, nil
	case text[0] == '{':
		return VegetaJSON, nil
	case text[0] == '<', text[0] == '[':
		return "", fmt.Errorf("the file begins with %q: want a list of addresses, a target file of vegeta, or a HAR file", firstLine(text))
	case beginsWithTarget(text) && vegetaLine.Match(text):
		return VegetaHTTP, nil
	}
	return Plain, nil
}

// vegetaLine matches what only target files of vegeta have: header fields and files with
// bodies. The colon of a URL has a slash behind it.
var vegetaLine = regexp.MustCompile(`(?m)^[ \t]*(@\S|[!#$%&'*+.^_|~0-9A-Za-z-]+:[ \t]*[^/\s])`)

// beginsWithTarget reports whether the first line that is no comment has a method and an
// address, as in all target files of vegeta.
func beginsWithTarget(text []byte) bool {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return len(bytes.Fields(line)) == 2
		}
	}
	return false
}

// isHAR reports whether an object is a HAR file, and no target of vegeta: such a target is
// one line, and has an address.
func isHAR(text []byte) bool {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return false
	}
	if key, err := d.Token(); err == nil && key == "log" {
		return true
	}
	var target struct{ Method, URL *string }
	line := firstLine(text)
	return json.Unmarshal([]byte(line), &target) != nil && !strings.Contains(line, `"url"`) && !strings.Contains(line, `"method"`)
}

// firstLine is the first line of a text, cut if it is long.
func firstLine(text []byte) string {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return strings.TrimSpace(string(line))
}
