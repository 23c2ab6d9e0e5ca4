package differ_test

import (
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Words of a set come in another order in each process. Two orders stand for all of them, but
// not for other words.
func TestWordsInAnyOrder(t *testing.T) {
	d := newDiffer(t)
	d.Learn(home, page("<p>cars boats bikes books</p>"), page("<p>boats books cars bikes</p>"))
	if found := d.Compare(home, page("<p>bikes cars books boats</p>"), page("<p>books bikes boats cars</p>")); len(found) > 0 {
		t.Errorf("another order differs: %+v", found)
	}
	for _, other := range []string{"books bikes boats cats", "books bikes boats", "books bikes boats boats"} {
		if found := d.Compare(home, page("<p>bikes cars books boats</p>"), page("<p>"+other+"</p>")); len(found) == 0 {
			t.Errorf("%q does not differ", other)
		}
	}
}

// So do the parameters of a link, which a program may keep in a hash.
func TestParametersInAnyOrder(t *testing.T) {
	d := newDiffer(t)
	link := func(query string) trial.Answer { return page("<a href='/list?" + query + "'>Next</a>") }
	d.Learn(home, link("c=3&amp;sort=price&amp;page=2"), link("sort=price&amp;page=2&amp;c=3"))
	if found := d.Compare(home, link("page=2&amp;c=3&amp;sort=price"), link("c=3&amp;page=2&amp;sort=price")); len(found) > 0 {
		t.Errorf("another order differs: %+v", found)
	}
	for _, other := range []string{"page=2&amp;c=4&amp;sort=price", "page=2&amp;c=3", "page=2&amp;c=3&amp;c=3"} {
		if found := d.Compare(home, link("page=2&amp;c=3&amp;sort=price"), link(other)); len(found) == 0 {
			t.Errorf("%q does not differ", other)
		}
	}
}
