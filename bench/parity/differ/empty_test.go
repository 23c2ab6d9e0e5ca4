package differ_test

import (
	"net/http"
	"testing"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
)

// The type of no body is no difference, unless only the body is left out (HEAD).
func TestTheTypeOfNothing(t *testing.T) {
	d, err := differ.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	typed := trial.Answer{Status: 303, Header: http.Header{"Content-Type": {"text/html"}, "Location": {"/"}}}
	bare := trial.Answer{Status: 303, Header: http.Header{"Location": {"/"}}}
	for method, want := range map[string]int{"POST": 0, "HEAD": 1} {
		if got := d.Compare(trial.Request{Method: method, URL: "/"}, typed, bare); len(got) != want {
			t.Errorf("%s: got %+v, want %d differences", method, got, want)
		}
	}
}
