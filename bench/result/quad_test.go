package result

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// The interval of a single quad comes from its two halves, however wide it is.
func TestTheGainOfASingleQuad(t *testing.T) {
	block := func(target string, hits uint64) Block { return Block{Target: target, Hits: hits, Seconds: 10} }
	q := Quad{Candidate: "new", At: 3, Blocks: []Block{block("old", 10), block("new", 90), block("new", 110), block("old", 10)}}
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

// A result has the value of each quad under the key d, which follows from its blocks.
func TestTheValueInAResult(t *testing.T) {
	b, err := os.ReadFile("../../docs/sample/result.json")
	if err != nil {
		t.Fatal(err)
	}
	type stored struct {
		Capacity struct {
			Quads []struct {
				D float64 `json:"d"`
			} `json:"quads"`
		} `json:"capacity"`
	}
	r, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"measured": b, "written again": again} {
		var x stored
		if err := json.Unmarshal(b, &x); err != nil {
			t.Fatal(err)
		}
		if len(x.Capacity.Quads) != len(r.Capacity.Quads) || len(r.Capacity.Quads) == 0 {
			t.Fatalf("%s: got %d quads, want %d", name, len(x.Capacity.Quads), len(r.Capacity.Quads))
		}
		for i, q := range r.Capacity.Quads {
			if got, want := x.Capacity.Quads[i].D, q.Value(); math.Abs(got-want) > 1e-9 {
				t.Errorf("%s: quad %d: d is %v, its blocks give %v", name, i, got, want)
			}
		}
	}
}

// JSON has no NaN: the d of a quad without a value is 0, and its Value stays unknown.
func TestTheValueOfAnExcludedQuad(t *testing.T) {
	q := Quad{Blocks: []Block{{Hits: 1, Seconds: 1}, {Seconds: 1}, {Seconds: 1}, {Hits: 1, Seconds: 1}}}
	b, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	var back Quad
	if err := json.Unmarshal(b, &back); err != nil || !math.IsNaN(back.Value()) {
		t.Errorf("got %v, %v from %s", back.Value(), err, b)
	}
}
