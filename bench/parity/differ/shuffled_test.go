package differ_test

import "testing"

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
