package result

import (
	"fmt"

	"github.com/classibench/classibench/internal/unit"
)

// database is the claim about the machine that only the database runs on: what it has to do
// for a request of each side.
func (s story) database() Claim {
	c := Claim{Text: "The database machine was relieved", Rule: "fewer connections, and less CPU time of the database, for each request", Outcome: NotMeasured}
	before, known := s.r.Database[s.r.Baseline()]
	after, too := s.r.Database[s.candidate]
	switch {
	case len(s.r.Database) == 0:
		c.Measured = "the programs read a SQLite file, so there is no database machine (--db postgres measures with one)"
	case !known || !too || !before.used() || !after.used():
		c.Measured = "the database of one of the programs was not measured"
	default:
		c.Measured = s.both(before.words(), after.words())
		c.Outcome = reached(after.Connections < before.Connections && after.CPUSeconds < before.CPUSeconds)
	}
	return c
}

// used reports whether there are figures of all that the claim is about.
func (d DatabaseUse) used() bool {
	return d.Connections.Known() && d.CPUSeconds.Known() && d.Connections > 0
}

// words describes what a request costs the database.
func (d DatabaseUse) words() string {
	return fmt.Sprintf("%s connections and %s of CPU time per request", unit.Number(float64(d.Connections)), unit.Seconds(float64(d.CPUSeconds)))
}
