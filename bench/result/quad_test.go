package result

import "testing"

// A run of a single quad has an interval from its halves, as wide as that is.
func TestTheGainOfASingleQuad(t *testing.T) {
	block := func(target string, hits uint64) Block { return Block{Target: target, Hits: hits, Seconds: 10} }
	q := Quad{Candidate: "new", At: 3, Blocks: []Block{block("old", 10), block("new", 90), block("new", 110), block("old", 10)}}
	q.D = q.Value()
	series := SeriesOf([]Quad{q})
	if len(series) != 1 || len(series[0].D) != 2 || series[0].At[1] != 23 {
		t.Fatalf("got %+v, want two values 20 s apart", series)
	}
	q.Blocks[0].Hits = 0
	if series = SeriesOf([]Quad{q}); len(series[0].D) != 1 {
		t.Errorf("half without an answer: got %+v, want one value", series)
	}
	other := Quad{Candidate: "new", Session: 1}
	if series = SeriesOf([]Quad{q, other, other}); len(series) != 2 || len(series[1].D) != 2 {
		t.Errorf("two sessions: %+v", series)
	}
}
