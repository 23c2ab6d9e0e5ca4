package accesslog

import (
	"bytes"
	"fmt"
	"strings"
)

// New returns a format by its name (common, combined, vhost_common, vhost_combined, json), or
// by the syntax of Apache's LogFormat or of nginx's log_format.
func New(format string) (*Format, error) {
	switch {
	case format == "json":
		return JSON(), nil
	case apacheFormats[format] != "":
		return Apache(format)
	case strings.Contains(format, "$"):
		return Nginx(format)
	case strings.Contains(format, "%"):
		return Apache(format)
	}
	return nil, fmt.Errorf("%q is no format: give common, combined, vhost_common, vhost_combined or json, or the server's own definition, such as '%%h %%l %%u %%t \"%%r\" %%>s %%b' or '$remote_addr [$time_local] \"$request\"'", format)
}

// detectable are the formats that are detected, the more specific ones first.
func detectable() (all []*Format) {
	for _, name := range []string{"combined", "vhost_combined", "common", "vhost_common", more} {
		f, err := Apache(name)
		if err != nil {
			panic(err) // a format that ships
		}
		all = append(all, f)
	}
	return append(all, JSON())
}

// Detect returns the format that fits most of some lines, with or without their ends, or nil if
// none fits a line.
func Detect(lines [][]byte) *Format {
	var best *Format
	most := 0
	for _, f := range detectable() {
		if n := f.fits(lines); n > most {
			best, most = f, n
		}
	}
	return best
}

func (f *Format) fits(lines [][]byte) (n int) {
	var r Record
	for _, line := range lines {
		if f.Parse(bytes.TrimRight(line, "\r\n"), &r) == nil {
			n++
		}
	}
	return n
}
