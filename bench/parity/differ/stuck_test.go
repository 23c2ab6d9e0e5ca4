package differ_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
)

// A side returns the text of a page for a moment.
type side func(n noise, life int) string

func fresh(format func(n noise) string) side { return func(n noise, _ int) string { return format(n) } }

// exchanges sends a page some times to a side, with a pause after each. A life is over
// after every third.
func exchanges(text side, number int, pause time.Duration, seed uint64) (all []trial.Exchange) {
	n := noise{rand.New(rand.NewPCG(seed, 7)), noon.Add(time.Duration(seed) * time.Hour), false}
	for i := range number {
		a := page("<h1>Ads</h1><p>" + text(n, i/3) + "</p>")
		a.At, a.Took = n.now.Add(20*time.Millisecond), 30*time.Millisecond
		a.From = fmt.Sprintf("127.0.0.1:%d", 40000+seed)
		all = append(all, trial.Exchange{Step: trial.Step{Request: home}, Sent: home, Answer: a})
		n.now = n.now.Add(pause)
	}
	return all
}

func TestStuck(t *testing.T) {
	clock := fresh(func(n noise) string { return "It is " + n.now.Format("15:04:05") + "." })
	epoch := fresh(func(n noise) string { return fmt.Sprint("now ", n.now.Unix()) })
	long := fresh(func(n noise) string { return n.now.Format(time.RFC1123) })
	token := fresh(func(n noise) string { return "key " + n.hex(32) })
	small := fresh(func(n noise) string { return fmt.Sprint("try ", n.IntN(10)) })
	took := fresh(func(n noise) string { return fmt.Sprintf("took %.6f s", 0.1+n.Float64()/10) })
	pid := fresh(func(n noise) string { return fmt.Sprint("process ", 20000+n.now.Unix()%1000*7+int64(n.IntN(5))) })
	quote := fresh(func(n noise) string {
		return []string{"carpe diem", "memento mori", "panta rhei", "cogito ergo sum"}[n.IntN(4)]
	})
	seeds := func(values int) side { // the same random numbers in every life
		i := 0
		return func(noise, int) string {
			i++
			return "key " + newNoise(uint64(i%values)).hex(32)
		}
	}
	for name, c := range map[string]struct {
		base, cand side
		pause      time.Duration
		stuck      string
	}{
		"a clock":                   {clock, clock, 3 * time.Second, ""},
		"a stuck clock":             {clock, func(noise, int) string { return "It is 12:00:00." }, 3 * time.Second, "html p"},
		"equal seconds":             {clock, func(noise, int) string { return "It is 12:00:00." }, 100 * time.Millisecond, ""},
		"a stuck number of seconds": {epoch, func(n noise, life int) string { return fmt.Sprint("now ", noon.Unix()+int64(life)) }, 4 * time.Second, "html p"},
		"a stuck date":              {long, func(noise, int) string { return noon.Format(time.RFC1123) }, 4 * time.Second, "html p"},
		"a token":                   {token, token, time.Second, ""},
		"a stuck token":             {token, func(_ noise, life int) string { return "key " + newNoise(uint64(life)).hex(32) }, 0, "html p"},
		"a seed of every life":      {token, seeds(3), 0, "html p"},
		"a small number":            {small, small, 0, ""},
		"a repeated small number":   {small, func(noise, int) string { return "try 3" }, 0, ""},
		"the time it took":          {took, func(noise, int) string { return "took 0.000012 s" }, 0, ""},
		"a process":                 {pid, func(noise, int) string { return "process 21003" }, time.Second, "html p"},
		"a quote":                   {quote, quote, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDiffer(t)
			base, others := exchanges(c.base, 6, c.pause, 1), exchanges(c.base, 6, c.pause, 2)
			for i := range base {
				d.Learn(home, base[i].Answer, others[i].Answer)
			}
			found := d.Stuck(base, exchanges(c.cand, 6, c.pause, 3))
			switch {
			case c.stuck == "" && len(found) > 0:
				t.Errorf("got %+v, want none", found)
			case c.stuck != "" && (len(found) != 1 || string(found[0].Place) != c.stuck || !found[0].Stuck || found[0].First >= found[0].Again):
				t.Errorf("got %+v, want one at %s", found, c.stuck)
			}
		})
	}
}

// A clean program is never stuck, whatever its noise.
func TestNothingIsStuckInACleanProgram(t *testing.T) {
	for name, format := range kinds {
		t.Run(name, func(t *testing.T) {
			text := fresh(func(n noise) string { return format(n, "fixed") })
			for seed := uint64(10); seed < 40; seed += 3 {
				d := newDiffer(t)
				base, others := exchanges(text, 8, time.Second, seed), exchanges(text, 8, time.Second, seed+1)
				for i := range base {
					d.Learn(home, base[i].Answer, others[i].Answer)
				}
				if found := d.Stuck(base, exchanges(text, 8, time.Second, seed+2)); len(found) > 0 {
					t.Fatalf("seed %d: %+v", seed, found)
				}
			}
		})
	}
}

// Exchanges without an answer, and of places that were not learned, are skipped.
func TestStuckSkipsWhatItCannotJudge(t *testing.T) {
	d := newDiffer(t)
	failed := trial.Exchange{Step: trial.Step{Request: home}, Answer: trial.Answer{Failure: "EOF"}}
	same := exchanges(fresh(func(noise) string { return "x" }), 3, time.Second, 1)
	if found := d.Stuck(append(same, failed), append(same, failed)); len(found) > 0 {
		t.Errorf("got %+v", found)
	}
	var none []differ.Difference
	if found := d.Stuck(same, nil); len(found) != len(none) {
		t.Errorf("got %+v", found)
	}
}
