package scenarios

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/internal/terminal"
)

// A Problem is one mistake in a scenario.
type Problem struct {
	File         string
	Line, Column int // counted from 1
	Text         string
	Hint         string // how to correct it; may be empty
	Source       string // the line of the mistake
}

func (p Problem) String() string {
	s := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
	if p.Hint != "" {
		s += "; " + p.Hint
	}
	return s
}

// Problems lists all mistakes of a scenario, in the order of the file.
type Problems []Problem

// sorted sorts the mistakes in the order of the file.
func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	return p
}

// Error lists the mistakes, one on each line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// Print writes each mistake with its line and a mark below the place.
func (p Problems) Print(w io.Writer, colour bool) {
	bold, red, off := "", "", ""
	if colour {
		bold, red, off = "\x1b[1m", "\x1b[31m", "\x1b[0m"
	}
	for _, problem := range p {
		fmt.Fprintf(w, "%s%s%s\n", bold, shown(problem.String()), off)
		if problem.Source == "" {
			continue
		}
		source, before := excerpt(shown(strings.ReplaceAll(problem.Source, "\t", " ")), max(0, problem.Column-1))
		fmt.Fprintf(w, "%5d | %s\n      | %s%s^%s\n", problem.Line, source, strings.Repeat(" ", before), red, off)
	}
	if n := len(p); n > 1 {
		fmt.Fprintf(w, "%d mistakes\n", n)
	}
}

// shown returns a line as it may be printed, with the same number of characters.
func shown(line string) string { return terminal.Line(shell.ConcealPasswords(line)) }

// excerptWidth is how much of a line is printed, in characters.
const excerptWidth = 120

// excerpt cuts a long line to the part around a place, and returns the number of characters
// before that place.
func excerpt(line string, before int) (string, int) {
	all := []rune(line)
	before = min(before, len(all))
	if len(all) <= excerptWidth {
		return line, before
	}
	from := max(0, min(before-excerptWidth/2, len(all)-excerptWidth))
	to := min(from+excerptWidth, len(all))
	head, tail := "", ""
	if from > 0 {
		head = "…"
	}
	if to < len(all) {
		tail = "…"
	}
	return head + string(all[from:to]) + tail, before - from + len([]rune(head))
}

// nearest returns the candidate that is probably meant by a misspelled word.
func nearest(word string, candidates []string) (string, bool) {
	best, distance := "", len(word)/3+2
	for _, c := range candidates {
		if d := edits(strings.ToLower(word), c); d < distance {
			best, distance = c, d
		}
	}
	return best, best != ""
}

// edits returns the Damerau–Levenshtein distance (optimal string alignment): the
// number of letters to add, remove, change or swap.
func edits(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

func didYouMean(word string, candidates []string) string {
	if near, ok := nearest(word, candidates); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "choose one of: " + strings.Join(candidates, ", ")
}
