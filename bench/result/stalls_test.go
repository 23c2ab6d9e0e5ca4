package result

import (
	"strings"
	"testing"
)

// In one of ten quads, head stalls for three seconds. The other quads do not show it.
func TestStalls(t *testing.T) {
	var quads []Quad
	for i := range 10 {
		head := Block{Target: "head", Hits: 100, Seconds: 1}
		if i == 7 {
			head.Seconds = 4
		}
		base := Block{Target: "base", Hits: 100, Seconds: 1}
		quads = append(quads, Quad{Candidate: "head", Blocks: []Block{base, head, head, base}})
	}
	got := Stalls("gate", "head", quads, 0.95, 1.02)
	if len(got) != 1 || !strings.Contains(got[0].Text, "0.769 times") {
		t.Errorf("got %+v", got)
	}
	if got := Stalls("gate", "head", quads, 0.7, 1.02); got != nil {
		t.Errorf("within the bounds: %+v", got)
	}
	if got := Stalls("gate", "head", nil, 0.95, 1.02); got != nil {
		t.Errorf("of nothing: %+v", got)
	}
}
