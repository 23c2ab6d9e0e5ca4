package differ_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
)

func drawBlocks(t *rapid.T) []block {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) block {
		return block{rapid.SampledFrom(kindNames()).Draw(t, "kind"), rapid.StringMatching(`[a-z]{3,8}`).Draw(t, "fixed")}
	}), 1, 6).Draw(t, "blocks")
}

// learned returns a differ that has seen all pairs of some answers.
func learned(t testing.TB, all []trial.Answer) *differ.Differ {
	d := newDiffer(t)
	for i := range all {
		for j := range i {
			d.Learn(home, all[j], all[i])
		}
	}
	return d
}

func renderAll(t *rapid.T, blocks []block) (all []trial.Answer) {
	for i, seed := range rapid.SliceOfNDistinct(rapid.Uint64Range(1, 1<<20), 2, 4, rapid.ID[uint64]).Draw(t, "seeds") {
		_ = i
		all = append(all, render(blocks, seed))
	}
	return all
}

// No answer that was learned is different from another.
func TestNoAlarmOnWhatWasLearned(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		blocks := drawBlocks(rt)
		all := renderAll(rt, blocks)
		d := learned(t, all)
		if reason := d.Unmaskable("home"); reason != "" {
			rt.Fatalf("unmaskable: %s", reason)
		}
		for _, a := range all {
			for _, b := range all {
				if found := d.Compare(home, a, b); len(found) > 0 {
					rt.Fatalf("%s\n%s\n%q", a.Body, b.Body, brief(found))
				}
			}
		}
	})
}

// A change of any value that was constant for the baseline is found.
func TestConstantPlacesAreCompared(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		blocks := drawBlocks(rt)
		all := renderAll(rt, blocks)
		d := learned(t, all)
		i := rapid.IntRange(0, len(blocks)-1).Draw(rt, "changed")
		changed := append([]block{}, blocks...)
		changed[i].fixed = rapid.StringMatching(`[a-z]{3,8}`).Filter(func(s string) bool { return s != blocks[i].fixed }).Draw(rt, "other")
		got := render(changed, rapid.Uint64Range(1, 1<<20).Draw(rt, "seed"))
		if found := d.Compare(home, all[0], got); len(found) == 0 {
			rt.Fatalf("%s\n%s: no difference", all[0].Body, got.Body)
		}
	})
}

// Answers with other noise than the learned ones raise no alarm, once enough of them
// were learned.
func TestNoAlarmOnMoreOfTheSame(t *testing.T) {
	for name := range kinds {
		t.Run(name, func(t *testing.T) {
			blocks := []block{{"constant", "first"}, {name, "second"}, {"constant", "third"}}
			alarms := 0
			for seed := uint64(100); seed < 200; seed++ {
				var all []trial.Answer
				for i := range uint64(5) {
					all = append(all, render(blocks, seed*100+i))
				}
				d := learned(t, all)
				if found := d.Compare(home, render(blocks, seed*100+50), render(blocks, seed*100+51)); len(found) > 0 {
					alarms++
					t.Logf("%q", brief(found))
				}
			}
			if alarms > 0 {
				t.Errorf("%d alarms in 100", alarms)
			}
		})
	}
}

// An error, an empty value and a value of another shape stand out in masked places.
func TestMasksKeepTheShape(t *testing.T) {
	broken := map[string][]string{
		"clock":   {"", "never", "<b>error</b>", "12"},
		"token":   {"", "undefined", "0", "ARRAY(0x55d0c8)"},
		"secret":  {"", "error", "<script>"},
		"link":    {"", "0", "&page=3"},
		"counter": {"", "NaN", "many"},
		"took":    {"", "undef"},
		"date":    {"", "1", "Internal Server Error"},
	}
	for name, values := range broken {
		blocks := []block{{name, "fixed"}}
		d := learned(t, []trial.Answer{render(blocks, 11), render(blocks, 22), render(blocks, 33)})
		want := render(blocks, 44)
		for _, v := range values {
			if found := d.Compare(home, want, withValue(want, name, v)); len(found) == 0 {
				t.Errorf("%s: %q is accepted in %s", name, v, want.Body)
			}
		}
	}
}

// withValue replaces the varying value of a block, which is drawn again with the same noise.
func withValue(a trial.Answer, kind, v string) trial.Answer {
	n := newNoise(44)
	var old string
	switch kind {
	case "clock":
		old = n.now.Format("15:04:05")
	case "date":
		old = n.now.Format(time.RFC1123)
	case "token":
		old = n.hex(32)
	case "secret":
		old = n.base64()
	case "link":
		old = n.hex(16)
	case "counter":
		old = fmt.Sprint(1000 + n.IntN(9000))
	case "took":
		old = fmt.Sprintf("%.4f", n.Float64())
	}
	a.Body = []byte(strings.Replace(string(a.Body), old, v, 1))
	return a
}

// The same for JSON: values, lists in random order and of varying length.
func TestNoiseInJSON(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		title := rapid.StringMatching(`[a-z]{3,9}`)
		titles := rapid.SliceOfNDistinct(title, 2, 5, rapid.ID[string]).Draw(rt, "titles")
		doc := func(seed uint64, titles []string) trial.Answer {
			n := newNoise(seed)
			items := []map[string]any{}
			for _, s := range titles {
				items = append(items, map[string]any{"title": s, "key": n.hex(16)})
			}
			if n.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] }); n.IntN(2) == 0 {
				items = append(items, map[string]any{"more": n.IntN(90) + 10})
			}
			body, _ := json.Marshal(map[string]any{"ads": items, "now": n.now.Unix(), "total": len(titles)})
			a := object(string(body))
			a.At = n.now
			return a
		}
		var all []trial.Answer
		for seed := range uint64(4) {
			all = append(all, doc(seed+1, titles))
		}
		d := learned(t, all)
		for _, a := range all {
			for _, b := range all {
				if found := d.Compare(home, a, b); len(found) > 0 {
					rt.Fatalf("%s\n%s\n%q", a.Body, b.Body, brief(found))
				}
			}
		}
		i := rapid.IntRange(0, len(titles)-1).Draw(rt, "changed")
		changed := append([]string{}, titles...)
		changed[i] += "x"
		if found := d.Compare(home, all[0], doc(9, changed)); len(found) == 0 {
			rt.Fatalf("%s: a changed title is not found", all[0].Body)
		}
	})
}

// A dump of the environment in the order of a hash table, as Perl programs print it:
// every process has another order, and other ports and identifiers.
func TestNoiseInText(t *testing.T) {
	dump := func(seed uint64, user string) trial.Answer {
		n := newNoise(seed)
		port := 30000 + n.IntN(20000)
		lines := []string{"HTTP_HOST = 127.0.0.1:" + fmt.Sprint(port), "SERVER_PORT = " + fmt.Sprint(port), "REMOTE_PORT = " + fmt.Sprint(32768+n.IntN(20000)),
			"UNIQUE_ID = " + n.base64(), "REMOTE_USER = " + user, "REQUEST_METHOD = GET", "SCRIPT_NAME = /env"}
		n.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		a := answer(strings.Join(lines, "\n")+"\n", "Content-Type: text/plain")
		a.At, a.From = n.now, fmt.Sprintf("127.0.0.1:%d", port)
		return a
	}
	for seed := uint64(1); seed < 200; seed += 10 {
		d := learned(t, []trial.Answer{dump(seed, "ann"), dump(seed+1, "ann"), dump(seed+2, "ann"), dump(seed+3, "ann")})
		if found := d.Compare(home, dump(seed+4, "ann"), dump(seed+5, "ann")); len(found) > 0 {
			t.Errorf("seed %d: got %q", seed, brief(found))
		}
		if found := d.Compare(home, dump(seed+4, "ann"), dump(seed+5, "bob")); len(found) == 0 {
			t.Errorf("seed %d: another user is not found", seed)
		}
		if found := d.Compare(home, dump(seed+4, "ann"), dump(seed+5, "")); len(found) == 0 {
			t.Errorf("seed %d: an empty user is not found", seed)
		}
	}
}
