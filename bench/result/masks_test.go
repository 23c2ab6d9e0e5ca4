package result

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func savedMasks() *SavedMasks {
	binary := SavedAnswer{Status: 200, At: "2026-03-14T09:26:54Z"}
	binary.SetBody([]byte{0xff, 0, 'x'})
	text := SavedAnswer{Status: 200, Header: map[string][]string{"Etag": {"a"}}, From: "127.0.0.1:8080", At: "2026-03-14T09:26:53.5Z", Took: 0.25}
	text.SetBody([]byte("<p>12:00:01</p>"))
	return &SavedMasks{
		Schema: Schema, Found: "2026-03-14T09:26:53Z", Varies: []Varying{{Route: "GET /", Place: "html p", Examples: []string{"12:00:01"}}},
		Learned: []SavedPair{
			{Route: "GET /", Method: "GET", URL: "/", Answers: []SavedAnswer{text, text}},
			{Route: "GET /photo", Method: "GET", URL: "/photo", Answers: []SavedAnswer{binary, binary}},
		},
	}
}

func TestMasksAreReadAsTheyWereWritten(t *testing.T) {
	want, path := savedMasks(), filepath.Join(t.TempDir(), MasksFile)
	b := encoded(t, want)
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	got, line, err := ReadMasks(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if body := got.Learned[1].Answers[0].Content(); string(body) != "\xff\x00x" {
		t.Errorf("got the body %q", body)
	}
	for i, route := range []string{`"route": "GET /",`, `"route": "GET /photo",`} {
		if next := strings.Split(string(b), "\n")[line(i)]; !strings.Contains(next, route) {
			t.Errorf("pair %d is said to begin on line %d, and the next one is %q", i, line(i), next)
		}
	}
}

func TestDecodeMasksErrors(t *testing.T) {
	good := string(encoded(t, savedMasks()))
	photo := strings.Index(good, `"route": "GET /photo"`)
	second := func(old, new string) string { return good[:photo] + strings.Replace(good[photo:], old, new, 1) }
	for name, c := range map[string]struct{ in, want string }{
		"empty":          {"", "is empty"},
		"cut off":        {good[:300], "is cut off after 300 bytes"},
		"not JSON":       {good[:photo] + "!" + good[photo:], "is not JSON (line 46, column 4)"},
		"a kind":         {second(`"status": 200`, `"status": "200"`), "(line 51, column "},
		"a verification": {`{"schema": 1}`, `has no "learned": it is not the masks.json of classibench verify`},
		"schema":         {strings.Replace(good, `"schema": 1`, `"schema": 9`, 1), "schema 9"},
		"a route":        {second(`"GET /photo"`, `""`), "has on line 45 a pair that lacks its route"},
		"an answer":      {second(`"answers": [`, `"answers": [], "x": [`), "has on line 45 a pair that has 0 answers, want two"},
		"a status":       {second("200", "20"), "has on line 45 a pair that has an answer with the status 20"},
		"two bodies":     {second(`"bytes"`, `"body": "x", "bytes"`), "has on line 45 a pair that has an answer with both"},
	} {
		if _, err := DecodeMasks([]byte(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// Whatever is in a file, decoding ends without a panic, and what is accepted is consistent.
func FuzzDecodeMasks(f *testing.F) {
	f.Add([]byte(`{"schema": 1, "learned": [{"route": "a", "method": "GET", "url": "/", "answers": [{"status": 200}, {"status": 200}]}]}`))
	f.Add([]byte(`{"schema": 1, "learned": [{}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		m, err := DecodeMasks(in)
		if err != nil {
			return
		}
		for i, p := range m.Learned {
			if err := p.consistent(); err != nil {
				t.Errorf("accepted a pair that %v", err)
			}
			if line := pairLine(in, i); line < 1 || line > strings.Count(string(in), "\n")+1 {
				t.Errorf("pair %d begins on line %d", i, line)
			}
		}
	})
}
