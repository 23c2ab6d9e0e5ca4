package differ_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A block is a part of a page. It is rendered with the noise of one answer.
type block struct {
	kind  string
	fixed string // a value that is the same in all answers
}

// noise is the source of what varies in one answer.
type noise struct {
	*rand.Rand
	now time.Time
	odd bool // every second answer is
}

func newNoise(seed uint64) noise {
	return noise{rand.New(rand.NewPCG(seed, 1)), noon.Add(time.Duration(seed%100000) * 1777 * time.Millisecond), seed%2 == 1}
}

func (n noise) hex(digits int) string {
	b := make([]byte, digits/2)
	for i := range b {
		b[i] = byte(n.IntN(256))
	}
	return fmt.Sprintf("%x", b)
}

func (n noise) base64() string {
	b := make([]byte, 24)
	for i := range b {
		b[i] = byte(n.IntN(256))
	}
	return base64.StdEncoding.EncodeToString(b)
}

// kinds of blocks, with templates in which %s is the fixed value.
var kinds = map[string]func(n noise, fixed string) string{
	"constant": func(n noise, fixed string) string { return "<p>" + fixed + "</p>" },
	"clock":    func(n noise, fixed string) string { return "<p>" + fixed + " at " + n.now.Format("15:04:05") + "</p>" },
	"date": func(n noise, fixed string) string {
		return "<footer>" + n.now.Format(time.RFC1123) + " <b>" + fixed + "</b></footer>"
	},
	"token": func(n noise, fixed string) string {
		return `<input type=hidden name="` + fixed + `" value="` + n.hex(32) + `">`
	},
	"secret": func(n noise, fixed string) string { return "<p>" + fixed + ": " + n.base64() + "</p>" },
	"link": func(n noise, fixed string) string {
		return `<a href="/` + fixed + `?key=` + n.hex(16) + `&page=2">go</a>`
	},
	"counter": func(n noise, fixed string) string {
		return fmt.Sprintf("<p>%s visitor %d</p>", fixed, 1000+n.IntN(9000))
	},
	"took": func(n noise, fixed string) string { return fmt.Sprintf("<p>%s in %.4f s</p>", fixed, n.Float64()) },
	"shuffle": func(n noise, fixed string) string {
		items := []string{"<li>pear " + fixed + "</li>", "<li>apple</li>", "<li>fig</li>", "<li>plum</li>"}
		n.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		return "<ul>" + strings.Join(items, "") + "</ul>"
	},
	"rows": func(n noise, fixed string) string {
		var b strings.Builder
		for _, name := range []string{"bike", "car " + fixed, "boat"} {
			fmt.Fprintf(&b, `<tr><td>%s</td><td>%s</td></tr>`, name, n.hex(12))
		}
		return "<table>" + b.String() + "</table>"
	},
	"environment": func(n noise, fixed string) string {
		rows := []string{row("port", n.IntN(50000)+10000), row("limit", len(fixed)*1000+int(fixed[0])), row("token", n.hex(32)), row("user", fixed)}
		n.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		return "<table>" + strings.Join(rows, "") + "</table>"
	},
	"offer": func(n noise, fixed string) string {
		offer := ""
		if n.odd {
			offer = fmt.Sprintf("<p class=offer>offer %d</p>", n.IntN(100))
		}
		return "<p>" + fixed + "</p>" + offer + "<p>bye " + fixed + "</p>"
	},
	"repeat": func(n noise, fixed string) string {
		var b strings.Builder
		for range 2 + n.IntN(4) {
			fmt.Fprintf(&b, "<li>visitor %d</li>", 1000+n.IntN(9000))
		}
		return "<ol><li>" + fixed + "</li>" + b.String() + "</ol>"
	},
}

func row(name string, value any) string {
	return fmt.Sprintf("<tr><td>%s</td><td>%v</td></tr>", name, value)
}

func kindNames() []string { return slices.Sorted(maps.Keys(kinds)) }

func render(blocks []block, seed uint64) trial.Answer {
	n := newNoise(seed)
	var b strings.Builder
	for _, block := range blocks {
		b.WriteString("<div>" + kinds[block.kind](n, block.fixed) + "</div>\n")
	}
	a := page("<html><body><h1>Ads</h1>" + b.String() + "</body></html>")
	a.At, a.From = n.now, fmt.Sprintf("127.0.0.1:%d", 30000+seed%30000)
	return a
}
