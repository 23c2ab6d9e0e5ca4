package differ_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/parity/differ"
)

// Another differ that reads the lessons masks the same places, and no more.
func TestLessons(t *testing.T) {
	old := newDiffer(t)
	old.Learn(home, page("<p>Ann</p><p>12:00:01</p>"), page("<p>Ann</p><p>12:00:02</p>"))
	old.Learn(home, page("<p>Ann</p><p>12:00:02</p>"), page("<p>Ann</p><p>12:00:01</p>")) // nothing new
	old.Learn(home, page("<p>Ann</p>"), page("<p>Ann</p>"))
	if n := len(old.Lessons()); n != 1 {
		t.Errorf("got %d lessons, want one", n)
	}
	d := newDiffer(t)
	if n, err := d.Read(old.Lessons()); err != nil {
		t.Fatalf("lesson %d %v", n, err)
	}
	if diff := cmp.Diff(d.Varying(), old.Varying()); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
	found := d.Compare(home, page("<p>Ann</p><p>12:05:01</p>"), page("<p>Bob</p><p>12:05:03</p>"))
	if len(found) != 1 || found[0].Place != "html p[1]" {
		t.Errorf("got %+v, want a difference in the name only", found)
	}
}

func TestLessonsThatTeachNothing(t *testing.T) {
	busy := page("busy")
	busy.Status = 503
	good := differ.Lesson{Request: home, A: page("<p>12:00:01</p>"), B: page("<p>12:00:02</p>")}
	for name, c := range map[string]struct {
		bad  differ.Lesson
		want string
	}{
		"equal":    {differ.Lesson{Request: home, A: page("<p>a</p>"), B: page("<p>a</p>")}, "has two answers to home that do not differ, so it masks nothing"},
		"a status": {differ.Lesson{Request: home, A: page("<p>a</p>"), B: busy}, "has two answers to home that cannot be compared: the status varies: 200 and 503"},
	} {
		n, err := newDiffer(t).Read([]differ.Lesson{good, good, c.bad})
		if n != 2 || err == nil || err.Error() != c.want {
			t.Errorf("%s: got %d, %v, want 2, %s", name, n, err, c.want)
		}
	}
}
