package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A writer writes ads. Each ad is a function of the seed and its id.
type writer struct {
	spec    Spec
	kinds   []kind
	until   []float64 // cumulative shares of the kinds
	phrases map[string][]string
	drawn   [motifs][]byte // pictures drawn so far
}

// An ad is a row of the table of ads.
type ad struct {
	id, category, price, posted int64
	title, place, seller, email string
	body                        string
}

// The ads were posted over half a year, up to a fixed day.
var lastDay = time.Date(2026, time.June, 30, 20, 0, 0, 0, time.UTC)

const span = 182 * 24 * time.Hour

func newWriter(s Spec) (*writer, error) {
	kinds, err := parseVocabulary(vocabularyText)
	if err != nil {
		return nil, err
	}
	w := &writer{spec: s, kinds: stretch(kinds, s.Categories), phrases: parsePhrases(phrasesText)}
	sum := 0.0
	for _, k := range w.kinds {
		sum += k.weight
		w.until = append(w.until, sum)
	}
	for i := range w.until {
		w.until[i] /= sum
	}
	return w, nil
}

// stretch returns n kinds: the first n, or all of them followed by similar ones.
func stretch(kinds []kind, n int) []kind {
	out := make([]kind, n)
	for i := range out {
		out[i] = kinds[i%len(kinds)]
		if round := i / len(kinds); round > 0 {
			out[i].slug = fmt.Sprintf("%s-%d", out[i].slug, round+1)
			out[i].name = fmt.Sprintf("%s %d", out[i].name, round+1)
		}
	}
	return out
}

// write returns the ad with an id.
func (w *writer) write(id int64) ad {
	r := rand.New(rand.NewPCG(uint64(w.spec.Seed), uint64(id)))
	c := w.choose(r.Float64())
	k := w.kinds[c]
	thing, quality := pick(r, k.things), pick(r, k.qualities)
	seller := pick(r, w.phrases["name"])
	return ad{
		id: id, category: int64(c + 1), price: k.cents(r), posted: w.moment(id, r),
		title: title(r, thing, quality), body: w.body(r, k.plain, thing, quality),
		place: pick(r, w.phrases["place"]), seller: seller,
		email: fmt.Sprintf("%s.%d@example.org", strings.ToLower(seller), 1+r.IntN(9999)),
	}
}

// choose returns the kind whose share contains u, in [0, 1).
func (w *writer) choose(u float64) int {
	for i, until := range w.until {
		if u < until {
			return i
		}
	}
	return len(w.until) - 1
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// cents draws a log-normal price, rounded as people do.
func (k kind) cents(r *rand.Rand) int64 {
	if k.price == 0 {
		return 0
	}
	x := k.price * math.Exp(k.spread*r.NormFloat64())
	step := math.Pow(10, math.Max(0, math.Floor(math.Log10(x))-1))
	if x >= 20 {
		step *= 5
	}
	return int64(math.Max(1, math.Round(x/step)*step)) * 100
}

// moment returns the time at which the ad was posted. Times rise with ids.
func (w *writer) moment(id int64, r *rand.Rand) int64 {
	gap := float64(span) / float64(w.spec.Ads)
	ago := time.Duration((float64(int64(w.spec.Ads)-id) + r.Float64()) * gap)
	return lastDay.Add(-ago).Unix()
}

// title arranges the words in one of several common orders.
func title(r *rand.Rand, thing, quality string) string {
	var t string
	switch r.IntN(6) {
	case 0:
		t = thing + ", " + quality
	case 1:
		t = quality + " " + thing + ", as good as new"
	case 2:
		t = quality + " " + thing + " to a good home"
	case 3:
		t = thing + " (" + quality + "), bargain"
	default:
		t = quality + " " + thing
	}
	return capital(t)
}

// capital capitalizes the first letter, but not in a name such as iPhone.
func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if second, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(second) {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

// body returns three to nine sentences, usually four or five, in a typical order.
func (w *writer) body(r *rand.Rand, plain bool, thing, quality string) string {
	sentences := []string{capital(quality) + " " + thing + "."}
	add := func(section string, n int) {
		from := w.phrases[section]
		for _, i := range r.Perm(len(from))[:n] {
			sentences = append(sentences, from[i])
		}
	}
	if plain {
		add("plain", 1+int(math.Min(6, r.ExpFloat64()*2)))
	} else {
		add("state", 1+r.IntN(2))
		add("reason", r.IntN(2))
		add("detail", int(math.Min(4, r.ExpFloat64()*1.2)))
	}
	add("closing", 1+r.IntN(2))
	return strings.NewReplacer("{thing}", thing, "{quality}", quality).Replace(strings.Join(sentences, " "))
}
