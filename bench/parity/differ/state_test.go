package differ_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A route is learned with several states of the data. What differs between two states,
// but not between two answers in the same one, is compared.
func TestStatesAreNotMasked(t *testing.T) {
	state := func(visitor string, ads int, clock string) trial.Answer {
		var items strings.Builder
		for i := range ads {
			fmt.Fprintf(&items, "<li>ad %d <i>key %08x</i></li>", i, len(clock)*77777777*(i+1)+int(clock[len(clock)-1])*9999991)
		}
		return page(fmt.Sprintf("<p>Hello %s, it is %s.</p><ul>%s</ul><p>%d ads at %s</p>", visitor, clock, items.String(), ads, clock))
	}
	d := newDiffer(t)
	d.Learn(home, state("Ann", 2, "12:00:01"), state("Ann", 2, "12:00:02"))
	d.Learn(home, state("Bob", 3, "12:00:03"), state("Bob", 3, "12:00:04"))
	d.Learn(home, state("Ann", 2, "12:00:05"), state("Ann", 2, "12:00:06"))
	for name, c := range map[string]struct {
		want, got trial.Answer
		lines     []string
	}{
		"the same state":    {state("Bob", 3, "12:10:00"), state("Bob", 3, "12:10:05"), nil},
		"another number":    {state("Ann", 5, "12:10:00"), state("Ann", 5, "12:10:05"), nil},
		"another visitor":   {state("Ann", 2, "12:10:00"), state("Bob", 2, "12:10:05"), []string{"html p[1]: Hello Ann, it is 12:10:00. -> Hello Bob, it is 12:10:05."}},
		"an ad of before":   {state("Ann", 2, "12:10:00"), state("Ann", 3, "12:10:05"), []string{"html ul > li[3]: nothing -> li ad 2 i key", "html p[2]: 2 ads at 12:10:00 -> 3 ads at 12:10:05"}},
		"an ad less":        {state("Bob", 3, "12:10:00"), state("Bob", 2, "12:10:05"), []string{"html ul > li[3]: li ad 2 i key", "html p[2]: 3 ads at 12:10:00 -> 2 ads at 12:10:05"}},
		"no time, an error": {state("Bob", 3, "12:10:00"), state("Bob", 3, "error"), []string{"html p[1]: Hello Bob, it is 12:10:00. -> Hello Bob, it is error.", "html p[2]: 3 ads at 12:10:00 -> 3 ads at error"}},
	} {
		t.Run(name, func(t *testing.T) {
			same := func(got, want string) bool { return strings.HasPrefix(got, want) }
			found := brief(d.Compare(home, c.want, c.got))
			if len(found) != len(c.lines) {
				t.Fatalf("got %q, want %q", found, c.lines)
			}
			for i := range found {
				if !same(found[i], c.lines[i]) {
					t.Errorf("got %q, want %q", found[i], c.lines[i])
				}
			}
		})
	}
}

// Siblings of places that varied are masked too, unless one of them was constant.
func TestMasksSpreadToSiblings(t *testing.T) {
	rows := func(version, key string, n int) trial.Answer {
		s := "<table><tr><td>version</td><td>" + version + "</td></tr>"
		for i := range n {
			s += fmt.Sprintf("<tr><td>row %d</td><td>%s%d</td></tr>", i, key, i)
		}
		return page(s + "</table>")
	}
	constant, varying := newDiffer(t), newDiffer(t)
	constant.Learn(home, rows("1.0", "0a1b2c3d", 2), rows("1.0", "4e5f6a7b", 2))
	varying.Learn(home, rows("0a1b2c3d", "0a1b2c3d", 2), rows("4e5f6a7b", "4e5f6a7b", 2))
	want, got := rows("1.0", "aabbcc11", 3), rows("1.0", "ddeeff22", 3)
	if found := brief(constant.Compare(home, want, got)); !cmp.Equal(found, []string{"html table > tbody > tr[4] > td[2]: aabbcc112 -> ddeeff222"}) {
		t.Errorf("with a constant sibling: got %q", found)
	}
	want, got = rows("a0a0a0a0", "aabbcc11", 3), rows("b1b1b1b1", "ddeeff22", 3)
	if found := brief(varying.Compare(home, want, got)); len(found) > 0 {
		t.Errorf("all siblings vary: got %q", found)
	}
}

// The address of a side, in any place of a page, is no difference.
func TestOwnAddresses(t *testing.T) {
	side := func(from string) trial.Answer {
		a := page(fmt.Sprintf(`<a href="http://%s/ads">ads</a><p>at %[1]s</p><script>var api = "http://%[1]s/api";</script>`, from))
		a.From = from
		return a
	}
	if found := newDiffer(t).Compare(home, side("127.0.0.1:34567"), side("127.0.0.1:40001")); len(found) > 0 {
		t.Errorf("got %q", brief(found))
	}
	json := func(from string) trial.Answer {
		a := object(`{"next":"http:\/\/` + from + `\/ads?page=2"}`)
		a.From = from
		return a
	}
	if found := newDiffer(t).Compare(home, json("127.0.0.1:34567"), json("127.0.0.1:40001")); len(found) > 0 {
		t.Errorf("got %q", brief(found))
	}
}

// Where an element comes and goes, its siblings are compared, in every state.
func TestSiblingsOfAVaryingElement(t *testing.T) {
	list := func(second int, items ...string) trial.Answer {
		return at(page("<ul><li>"+strings.Join(items, "</li><li>")+"</li></ul>"), time.Duration(second)*time.Second)
	}
	d := newDiffer(t)
	d.Learn(home, list(1, "bike", "car"), list(2, "bike", "car", "an offer of today"))
	d.Learn(home, list(3, "bike", "car", "boat"), list(4, "an offer of today", "bike", "car", "boat"))
	for _, got := range []trial.Answer{list(5, "bike", "car", "boat"), list(6, "bike", "an offer of today", "car", "boat")} {
		if found := d.Compare(home, list(7, "bike", "car", "boat"), got); len(found) > 0 {
			t.Errorf("%s: got %q", got.Body, brief(found))
		}
	}
	for _, got := range []trial.Answer{
		list(8, "bike", "car", "goat"), list(9, "bike", "car"), list(10, "bike", "car", "an offer of today"),
		list(11, "bike", "car", "boat", "<b>an error</b>"), list(12, "bike", "car", "boat", ""),
	} {
		if found := d.Compare(home, list(7, "bike", "car", "boat"), got); len(found) == 0 {
			t.Errorf("%s: no difference", got.Body)
		}
	}
}
