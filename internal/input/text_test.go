package input_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/classibench/classibench/internal/input"
)

const mark = "\xef\xbb\xbf"

func TestReadText(t *testing.T) {
	for _, c := range []struct{ text, want, wrong string }{
		{"text", "text", ""},
		{mark + "text", "text", ""},
		{mark + mark, "", ""},
		{"t" + mark, "t" + mark, ""},
		{"\xef\xbb", "\xef\xbb", ""},
		{"", "", ""},
		{"\xff\xfet\x00", "", "is in UTF-16: convert it with iconv"},
		{"\xfe\xff\x00t", "", "is in UTF-16: convert it with iconv"},
		{"\xff\xfe\x00\x00t\x00\x00\x00", "", "is in UTF-32: convert it with iconv -f utf-32"},
		{"\x00\x00\xfe\xff\x00\x00\x00t", "", "is in UTF-32: convert it with iconv -f utf-32"},
		{"t\x00\x00\x00u\x00\x00\x00", "", "is in UTF-32"},
		{"longer than most", "", "is larger than 10 bytes"},
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := input.ReadText(path, 10)
		if string(got) != c.want || (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%q: got %q and error %v, want %q and %q", c.text, got, err, c.want, c.wrong)
		}
	}
}

func TestSkipMark(t *testing.T) {
	for text, want := range map[string]string{"": "", "a": "a", mark: "", mark + mark + "ab": "ab", "\xef\xbb": "\xef\xbb"} {
		r := bufio.NewReader(iotest.OneByteReader(strings.NewReader(text)))
		err := input.SkipMark(r)
		rest, readErr := io.ReadAll(r)
		if string(rest) != want || err != nil || readErr != nil {
			t.Errorf("%q: got %q, %v and %v, want %q", text, rest, err, readErr, want)
		}
	}
	if err := input.SkipMark(bufio.NewReader(iotest.ErrReader(os.ErrDeadlineExceeded))); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the error of the reader is lost: got %v", err)
	}
}
