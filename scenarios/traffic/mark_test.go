package traffic_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Files that were joined may have a byte order mark at the begin of any line.
func TestByteOrderMarks(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	for name, text := range map[string]string{
		"list.txt":  mark + mark + "/1\n" + mark + "# two\n" + mark + "/2\n",
		"vegeta":    mark + "GET http://a/1\nX-A:b\n\n" + mark + "GET http://a/2\nX-A:b\n",
		"json":      mark + `{"method":"GET","url":"http://a/1"}` + "\n" + mark + `{"method":"GET","url":"http://a/2"}` + "\n",
		"a.har":     mark + mark + `{"log":{"entries":[{"request":{"method":"GET","url":"http://a/1"}},{"request":{"method":"GET","url":"http://a/2"}}]}}`,
		"blank.txt": mark + "\n" + mark + "\n/1\n/2",
	} {
		var got []string
		for _, r := range read(t, name, text).Requests {
			got = append(got, r.Method+" "+r.Path)
		}
		if diff := cmp.Diff([]string{"GET /1", "GET /2"}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
