package parity

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/bench/result"
)

// sets are values that a program chooses from at random: the i-th one of each set.
var sets = map[string]func(i int) string{
	"die":     func(i int) string { return fmt.Sprint(i + 1) },
	"quote":   quoted,
	"year":    func(i int) string { return fmt.Sprint(1000 + numbers(i).IntN(1000)) },
	"key":     func(i int) string { return fmt.Sprintf("%08x", numbers(i).Uint32()) },
	"uuid":    func(i int) string { r := numbers(i); return fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64()) },
	"article": func(i int) string { return fmt.Sprint(4_000_000_000_000 + numbers(i).Int64N(1e12)) },
}

func numbers(i int) *rand.Rand { return rand.New(rand.NewPCG(uint64(i), 7)) }

// quoted returns a text of some words, with punctuation or without.
func quoted(i int) string {
	latin := strings.Fields("carpe diem memento mori panta rhei cogito ergo sum veni vidi vici alea iacta est errare humanum per aspera ad astra")
	r, text := numbers(i), ""
	for range 2 + r.IntN(7) {
		text += " " + latin[r.IntN(len(latin))]
	}
	return strings.TrimSpace(text) + []string{"", "!", ", amen.", "", ""}[r.IntN(5)]
}

// places are pages that show a value in the places where programs have them.
var places = map[string]string{
	"text":   "<h1>%[1]s</h1><p>Today: <b>%[2]s</b> for you</p>",
	"hidden": `<h1>%[1]s</h1><form><input type=hidden name=pick value="%[2]s"></form>`,
	"link":   `<h1>%[1]s</h1><a href="/show?id=%[2]s">One of ours</a>`,
	"image":  `<h1>%[1]s</h1><img src="/banners/%[2]s.png">`,
	"json":   `{"path": "%[1]s", "pick": "%[2]s"}`,
	"cookie": "<h1>%[1]s</h1>",
}

// chooses shows one of n values of a set.
func chooses(d *dice, page string, value func(int) string, n int) app {
	return func(*data) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			chosen := value(d.below(n))
			switch page {
			case "json":
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprintf(w, places[page], r.URL.Path, chosen)
				return
			case "cookie":
				http.SetCookie(w, &http.Cookie{Name: "pick", Value: strings.ReplaceAll(chosen, " ", "_")})
			}
			html(w, places[page], r.URL.Path, chosen)
		}
	}
}

// A value that is one of a few comes again by chance, also in the answer to another visitor: that
// is neither stuck nor a leak, nor does it leave the verdict open. PARITY_SETS is the number of
// seeds for all combinations.
func TestChosenValuesAreNoFindings(t *testing.T) {
	seeds, sizes, shown := int64(1), []int{4}, []string{"text", "link"}
	if all := os.Getenv("PARITY_SETS"); all != "" {
		fmt.Sscan(all, &seeds)
		sizes, shown = []int{2, 3, 4, 6, 10, 20, 50}, slices.Sorted(maps.Keys(places))
	}
	for set, value := range sets {
		for _, page := range shown {
			for _, n := range sizes {
				for seed := range seeds {
					t.Run(fmt.Sprint(set, ", ", page, " ", n, " ", seed), func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							d := &dice{seed: seed*100 + int64(n)}
							s := simulate(chooses(d, page, value, n), chooses(d, page, value, n))
							s.old.took = 200 * time.Millisecond
							if v := s.verify(t, Plan{Requests: gets("/a", "/b"), Seed: seed + 1, Budget: time.Minute}); v.Verdict != result.Same {
								t.Errorf("got verdict %s", v.Verdict)
							}
						})
					})
				}
			}
		}
	}
}

// A value that each process chooses once is stuck, wherever the pages show it, if there are many.
func TestAChosenValueThatIsStuck(t *testing.T) {
	for _, set := range []string{"key", "article"} {
		for page := range places {
			t.Run(set+", "+page, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					d := &dice{seed: 3}
					once := func(*data) http.HandlerFunc {
						n := d.below(1<<16-1)<<16 + d.below(1<<16-1)
						return chooses(&dice{}, page, func(int) string { return sets[set](n) }, 1)(nil)
					}
					s := simulate(once, once)
					s.old.took = 200 * time.Millisecond
					v := s.verify(t, Plan{Requests: gets("/a"), Budget: 20 * time.Second})
					if len(v.Findings) == 0 || !slices.Contains([]string{result.KindLifetime, result.KindPort}, v.Findings[0].Kind) || v.Findings[0].Length > 2 {
						t.Errorf("got %d findings, verdict %s", len(v.Findings), v.Verdict)
					}
				})
			})
		}
	}
}
