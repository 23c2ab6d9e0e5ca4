package header

import (
	"maps"
	"net/http"
	"slices"
	"testing"
)

func TestRemoveHopByHop(t *testing.T) {
	h := http.Header{"Connection": {"x-one, close", "X-Two"}, "X-One": {"1"}, "X-Two": {"2"}, "X-Three": {"3"}, "Keep-Alive": {"timeout=5"}, "Te": {"trailers"}, "Content-Length": {"1"}}
	RemoveHopByHop(h)
	if got := slices.Sorted(maps.Keys(h)); !slices.Equal(got, []string{"Content-Length", "X-Three"}) {
		t.Errorf("kept %q", got)
	}
	if HopByHop("Content-Length") || !HopByHop("Transfer-Encoding") {
		t.Error("Content-Length is of the message, Transfer-Encoding of the connection")
	}
}

func TestNotOfProgram(t *testing.T) {
	all := NotOfProgram()
	for _, name := range []string{"Server", "X-Powered-By", "Keep-Alive", "Content-Length"} {
		if !slices.Contains(all, name) || !OfServer(name) && !HopByHop(name) {
			t.Errorf("%s is of the program", name)
		}
	}
	if OfServer("Content-Type") || slices.Contains(all, "Set-Cookie") {
		t.Error("Content-Type and Set-Cookie are not of the program")
	}
}
