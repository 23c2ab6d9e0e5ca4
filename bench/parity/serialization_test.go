package parity

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A guestbook has pages with lists of entries. A step adds to a page, or reads one.
type guestbook struct {
	sizes []int  // of batches
	page  []int  // of each step
	adds  []bool // or reads
}

func randomGuestbook(r *rand.Rand) (g guestbook) {
	for range 2 + r.IntN(8) {
		g.sizes = append(g.sizes, 1+r.IntN(4))
	}
	for range len(sequenceOf(g.sizes)) {
		g.page, g.adds = append(g.page, r.IntN(3)/2), append(g.adds, r.IntN(2) == 0)
	}
	g.adds[len(g.adds)-1] = false // the victim reads
	return g
}

func (g guestbook) sequence() trial.Sequence {
	q := sequenceOf(g.sizes)
	for i := range q {
		q[i].Request.Method, q[i].Request.Route = http.MethodGet, fmt.Sprint(g.page[i])
		if g.adds[i] {
			q[i].Request.Method = http.MethodPost
		}
	}
	return q
}

// answers returns what each step of an order is answered.
func (g guestbook) answers(order []int) map[int]string {
	answers, pages := map[int]string{}, map[int][]int{}
	for _, step := range order {
		if page := g.page[step]; g.adds[step] {
			pages[page] = append(pages[page], step)
		} else {
			answers[step] = fmt.Sprint(pages[page])
		}
	}
	return answers
}

// happened returns an order in which the steps of each batch may have come, and the exchanges of them,
// which were complete in an order that tells little of that.
func (g guestbook) happened(r *rand.Rand, q trial.Sequence) (order []int, answered []trial.Exchange) {
	for _, batch := range numbered(batches(q)) {
		r.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
		order = append(order, batch...)
	}
	answered = make([]trial.Exchange, len(q))
	for at, step := range order {
		answered[step].Answer.At = time.Unix(0, 0).Add(time.Duration(10*at+r.IntN(60)) * time.Microsecond)
	}
	return order, answered
}

// The order of requests at the same time is found after few others, since answers tell what is wrong
// with those. Of 300 guestbooks 9 took more than clueOrders; without conflicts 27 did.
func TestTheOrderOfAGuestbookIsFound(t *testing.T) {
	if missed := guestbooksMissed(clueOrders, func(guestbook, map[int]string, []trial.Exchange) {}); missed > 12 {
		t.Errorf("of 300 guestbooks %d took more than %d orders", missed, clueOrders)
	}
}

// An address in the answer to a write tells which lists are later ones, and a list tells the order of
// the writes, also if it begins with the latest one. A list of one page only is of no use for the
// other page.
func TestAnswersTellTheOrderOfAGuestbook(t *testing.T) {
	for name, c := range map[string]struct {
		latestFirst bool
		most        int // orders
		missed      int // guestbooks of 300
	}{"the latest last": {false, 1, 40}, "the latest first": {true, 1, 50}, "with more orders": {true, 6, 12}} {
		missed := guestbooksMissed(c.most, func(g guestbook, seen map[int]string, answered []trial.Exchange) {
			g.write(seen, answered, c.latestFirst)
		})
		if missed > c.missed {
			t.Errorf("%s: of 300 guestbooks %d took more than %d orders, want at most %d", name, missed, c.most, c.missed)
		}
	}
}

// write writes bodies and addresses of answers.
func (g guestbook) write(seen map[int]string, answered []trial.Exchange, latestFirst bool) {
	for step, e := range answered {
		if g.adds[step] {
			answered[step].Answer.Header = http.Header{"Location": {address(step)}}
			continue
		}
		var links []string
		for _, word := range strings.Fields(strings.Trim(seen[step], "[]")) {
			n, _ := strconv.Atoi(word)
			links = append(links, "<a href="+address(n)+">entry</a>")
		}
		if latestFirst {
			slices.Reverse(links)
		}
		e.Answer.Body = []byte(strings.Join(links, " "))
		answered[step] = e
	}
}

func address(step int) string { return fmt.Sprintf("/entries/%04d", step*step) }

// guestbooksMissed returns how many of 300 guestbooks take more than most orders. Their answers are
// written by write.
func guestbooksMissed(most int, write func(g guestbook, seen map[int]string, answered []trial.Exchange)) (missed int) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 0))
		g := randomGuestbook(r)
		q := g.sequence()
		order, answered := g.happened(r, q)
		seen := g.answers(order)
		write(g, seen, answered)
		missed += btoi(!isFound(most, g, q, seen, answered))
	}
	return missed
}

// isFound reports whether one of most orders answers the victim as it was.
func isFound(most int, g guestbook, q trial.Sequence, seen map[int]string, answered []trial.Exchange) bool {
	s, victim := newSerialization(q, answered), len(q)-1
	for range most {
		order := s.next()
		if order == nil {
			return false
		}
		got := g.answers(order)
		if got[victim] == seen[victim] {
			return true
		}
		s.add(order, slices.DeleteFunc(slices.Clone(order), func(step int) bool { return got[step] == seen[step] }))
	}
	return false
}
