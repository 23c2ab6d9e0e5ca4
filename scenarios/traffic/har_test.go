package traffic_test

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/classibench/classibench/scenarios/traffic"
)

// pictures is a HAR file with many large answers, made while it is read.
func pictures(entries, size int) io.Reader {
	r, w := io.Pipe()
	picture := []byte(strings.Repeat("iVBORw0KGgo\\u0041\\\"", size/18))
	go func() {
		_, _ = io.WriteString(w, `{"log":{"version":"1.2","entries":[`)
		for i := range entries {
			if i > 0 {
				_, _ = io.WriteString(w, ",")
			}
			_, _ = fmt.Fprintf(w, `{"request":{"method":"GET","url":"http://a.example/photos/%d"},"response":{"content":{"mimeType":"image/png","text":"`, i)
			_, _ = w.Write(picture)
			_, _ = io.WriteString(w, `","encoding":"base64"}}}`)
		}
		_, _ = io.WriteString(w, `]}}`)
		_ = w.Close()
	}()
	return r
}

// 64 MiB of pictures, one of them 32 MiB, take little memory.
func TestPicturesAreSkipped(t *testing.T) {
	for entries, size := range map[int]int{32: 1 << 20, 1: 32 << 20} {
		var before, after runtime.MemStats
		src := pictures(entries, size)
		runtime.ReadMemStats(&before)
		l, err := traffic.Read("a.har", src, traffic.Options{})
		runtime.ReadMemStats(&after)
		if err != nil || len(l.Requests) != entries {
			t.Fatalf("got %+v, %v; want %d requests", l, err, entries)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(size+4<<20) {
			t.Errorf("%d answers of %d MiB took %d MiB", entries, size>>20, used>>20)
		}
	}
}

// The position of a mistake is that in the file, not in the rest of it.
func TestPlacesAfterPictures(t *testing.T) {
	text := `{"log":{"entries":[{"request":{"method":"GET","url":"http://a/"},"response":{"content":{"text":"` + strings.Repeat(`\u00e9\\`, 10_000) + `"}}},`
	_, err := traffic.Read("a.har", strings.NewReader(text+`{"request":7}]}}`), traffic.Options{})
	place := 0
	if err != nil {
		_, _ = fmt.Sscanf(err.Error(), "a.har: entry 2: at about byte %d:", &place)
	}
	if place < len(text) || place > len(text)+20 {
		t.Errorf("got %v, want a place near byte %d", err, len(text))
	}
}

// The content of the answers does not affect the requests.
func TestAnswersDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.OneOf(rapid.String(), rapid.StringMatching(`["\\a]{0,20}`), rapid.Map(rapid.IntRange(0, 9000), func(n int) string { return strings.Repeat("é\\\"\u2028", n)[n%2:] }))
		path, body, answer := "/"+rapid.StringMatching(`[a-z0-9/?=&%"']{0,9}`).Draw(t, "path"), texts.Draw(t, "body"), texts.Draw(t, "answer")
		har, err := json.Marshal(map[string]any{"log": map[string]any{"comment": answer, "entries": []any{map[string]any{
			"response": map[string]any{"content": map[string]any{"text": answer, "request": []string{answer}}},
			"request":  map[string]any{"method": "POST", "url": "http://a.example" + path, "postData": map[string]any{"mimeType": "text/plain", "text": body}},
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		l, err := traffic.Read("a.har", strings.NewReader(string(har)), traffic.Options{})
		if err != nil {
			t.Fatalf("%s: %v", har, err)
		}
		if got := l.Requests[0]; got.Path != path || got.Body != strings.ToValidUTF8(body, "\ufffd") {
			t.Fatalf("got %s %q, want %s %q", got.Path, got.Body, path, body)
		}
	})
}

// Any file is read or refused, with its name.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"/\nPOST http://a/b", "GET /\nA: b\n\nPOST /a\n\n", `{"method":"GET","url":"/"}`, `{"log":{"entries":[{"request":{"method":"GET","url":"http://a/"}}]}}`, "\xef\xbb\xbf#\r\n/\r", `{"log":{"a":["\u00e9"`} {
		for _, format := range append(traffic.Formats(), "") {
			f.Add(seed, format)
		}
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		format, err := traffic.ParseFormat(name)
		if err != nil || strings.Contains(text, "@") {
			return // a file of the machine might be read
		}
		l, err := traffic.Read("fuzz.file", strings.NewReader(text), traffic.Options{Format: format})
		switch {
		case err != nil && !strings.Contains(err.Error(), "fuzz.file"):
			t.Errorf("the error %q does not name the file", err)
		case err == nil && (l.Total == 0 || !strings.HasPrefix(l.Requests[0].Path, "/")):
			t.Errorf("got %+v", l)
		}
	})
}
