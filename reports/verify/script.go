package verify

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/text"

	_ "embed"
)

//go:embed script.sh
var scriptFunctions string

//go:embed fields.awk
var fieldsProgram string

//go:embed growth.sh
var growthFunction string

// Script writes a finding as a POSIX shell script that starts both sides, sends the
// sequence to each with curl and shows both answers with their difference. It exits with 0
// if the answers to the victim are equal, with 1 if they differ, and with 2 if it could not
// compare them. It needs awk, cmp, curl, diff, od, sed and setsid.
func Script(w io.Writer, f *result.SavedFinding) error {
	var b strings.Builder
	b.WriteString("#!/bin/sh\n" + scriptComment(f) + scriptFunctions)
	b.WriteString(scriptFields(f.Finding))
	fmt.Fprintf(&b, "\n# Header fields that are not compared.\nignored=%s\n", quoted(strings.Join(ignoredFields(f), "|")))
	fmt.Fprintf(&b, "\n# The directory in which the programs were started; DIR is another one.\ndir=${DIR:-%s}\n[ -d \"$dir\" ] || dir=.\n", quoted(f.Directory))
	b.WriteString(scriptSide("baseline", f.Baseline) + scriptSide("candidate", f.Candidate) + scriptSequence(f.Finding))
	if f.Finding.Kind == result.KindGrowth {
		b.WriteString(growthFunction + scriptGrowth(f))
	} else {
		b.WriteString(scriptEnd(f.Finding))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// scriptComment describes the finding and the script.
func scriptComment(f *result.SavedFinding) string {
	if f.Finding.Kind == result.KindGrowth {
		return commented(growthComment(f))
	}
	return commented([]string{
		f.Finding.Kind + ": " + f.Finding.Title(), "Cause: " + f.Finding.Causes(), "Place: " + f.Finding.Place, f.Finding.Reliability(),
		"Found by classibench verify, " + f.Found, "",
		"This script starts both programs, sends the sequence to each, and shows both answers",
		"to the last request or, of requests sent at the same time, to the one that differed.",
		"Exit status: 0 they are equal, 1 they differ, 2 they could not be compared.",
		"Values that vary by themselves, such as tokens and times, differ here too;",
		"\"classibench verify --replay\" does not compare these.",
		"Variables: DIR is the directory of the programs, CLASSIBENCH the classibench command,",
		"REPEAT how often the sequence is tried.",
	})
}

func commented(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(strings.TrimRight("# "+text.Cut(text.Clean(line), 300), " ") + "\n")
	}
	return b.String()
}

// ignoredFields returns the names of header fields that are not compared, as an extended
// regular expression each.
func ignoredFields(f *result.SavedFinding) (names []string) {
	all := masked(&result.Verification{Varies: f.Varies}, f.Finding)
	for _, x := range f.Ignore {
		if x.Header != "" && (x.Route == "" || x.Route == f.Finding.Victim.Route) {
			all[strings.ToLower(x.Header)] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if fieldName(name) {
			names = append(names, strings.ReplaceAll(name, ".", `\.`))
		}
	}
	return names
}

// fieldName reports whether a text is the name of a header field that needs no escape but
// that of a point.
func fieldName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

// scriptFields writes the program that reads what a visitor sends back, if the sequence has
// such values.
func scriptFields(f result.Finding) string {
	for _, s := range f.SentSequence() {
		if hidden.MatchString(fmt.Sprint(s.URL, s.Header, s.Body)) {
			return "\n# The program reads from an answer what a visitor sends back.\nfields=" + quoted(fieldsProgram) + "\n"
		}
	}
	return "\nfields= # nothing that an answer has is sent back but cookies\n"
}

// scriptSequence writes the function that sends the sequence to one side.
func scriptSequence(f result.Finding) string {
	var b strings.Builder
	b.WriteString("\n# sequence sends the requests to the side that is running.\nsequence() {\n")
	f.Sequence = f.SentSequence()
	for i := 0; i < len(f.Sequence); i++ {
		b.WriteString(scriptPause(i, f.Sequence[i].Pause))
		batch := f.Sequence[i].Batch
		if batch == 0 || i+1 == len(f.Sequence) || f.Sequence[i+1].Batch != batch {
			b.WriteString("\t" + scriptSend(i+1, f.Sequence[i]) + "\n")
			continue
		}
		b.WriteString("\tsent=\n")
		for ; i < len(f.Sequence) && f.Sequence[i].Batch == batch; i++ {
			b.WriteString("\t" + scriptSend(i+1, f.Sequence[i]) + " &\n\tsent=\"$sent $!\"\n")
		}
		b.WriteString("\tfor request in $sent; do wait \"$request\"; done\n")
		i--
	}
	b.WriteString("}\n")
	return b.String()
}

// scriptPause writes the pause before a step in whole seconds, as POSIX has them.
func scriptPause(step int, seconds float64) string {
	if step == 0 || seconds <= 0 {
		return ""
	}
	return fmt.Sprintf("\tsleep %.0f\n", math.Ceil(seconds))
}

// scriptEnd writes the part that runs both sides and compares the answers.
func scriptEnd(f result.Finding) string {
	victim := f.VictimAt() + 1
	return fmt.Sprintf(`
try=0
while :; do
	try=$((try + 1))
	for side in baseline candidate; do
		rm -rf "$tmp/$side".*
		"start_$side"
		sequence
		stop
		show "$side" %[1]d >"$tmp/$side"
	done
	cmp -s "$tmp/baseline" "$tmp/candidate" || break
	[ "$try" -lt "${REPEAT:-%[2]d}" ] || break
done

echo "== the answer of the baseline"
cat "$tmp/baseline"
echo "== the answer of the candidate"
cat "$tmp/candidate"
if cmp -s "$tmp/baseline" "$tmp/candidate"; then
	echo "== they are equal"
	exit 0
fi
echo "== they differ (-baseline +candidate), at try $try"
diff -u "$tmp/baseline" "$tmp/candidate" | sed '1,2d'
exit 1
`, victim, repetitions(f))
}

// repetitions returns how often a script tries a sequence, so that it shows the difference in
// 99 of 100 runs.
func repetitions(f result.Finding) int {
	if f.Rate <= 0 || f.Rate >= 1 {
		return 1
	}
	return min(100, int(math.Ceil(math.Log(0.01)/math.Log(1-f.Rate))))
}
