package main

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/terminal"
	"github.com/classibench/classibench/scenarios"
)

// A dialog asks for a pair, an answer a line.
type dialog struct {
	p     *program
	lines *bufio.Scanner
}

var errNoAnswers = errors.New("the answers ended before the last question")

func (d *dialog) pair() (*ownPair, error) {
	o := &ownPair{}
	var err error
	step := func(question string, take func(string) error) {
		if err == nil {
			err = d.ask(question, take)
		}
	}
	step("The program to migrate from, as KIND:COMMAND (cgi:./ads.pl, cgi:./cgi-bin/):", oneTarget(&o.baseline))
	step("The program to compare with it ('server:starman --listen {addr} ads.psgi', http://127.0.0.1:8080):", func(a string) error {
		o.candidates = []string{""}
		return oneTarget(&o.candidates[0])(a)
	})
	step("More of these, one a line; an empty line ends them:", d.list(&o.candidates, func(a string) error { return oneTarget(new(string))(a) }))
	step("What to request: paths, one a line, POST /path field=value&…, or the name of a file (a list, a HAR file, a target file of vegeta); an empty line ends them:", d.requests(o))
	step("A text that every right answer to GET contains; empty takes the answers of the first program:", text(&o.requests.expect))
	step("A command that restores the data before each trial; empty for none:", o.takesReset)
	step("Variables for the programs, NAME=VALUE or TARGET:NAME=VALUE, one a line; an empty line ends them:", d.list(&o.targets.env, o.takesVariable))
	if err != nil {
		return nil, err
	}
	o.requests.sort()
	return o, nil
}

// ask asks until an answer can be taken. Without a terminal, the first has to be right.
func (d *dialog) ask(question string, take func(string) error) error {
	for {
		answer, err := d.answer(question)
		if err != nil {
			return err
		}
		if err = take(answer); !d.again(err) {
			return err
		}
	}
}

// again reports whether a wrong answer can be given again, on a terminal, and shows what is
// wrong with it.
func (d *dialog) again(err error) bool {
	if err == nil || !readsTerminal(d.p.stdin) || errors.Is(err, errNoAnswers) {
		return false
	}
	fmt.Fprintf(d.p.stderr, "  %s\n", terminal.Lines(err.Error()))
	if _, hint := explain(err); hint != "" {
		fmt.Fprintf(d.p.stderr, "  %s\n", terminal.Lines(hint))
	}
	return true
}

func (d *dialog) answer(question string) (string, error) {
	if question != "" {
		fmt.Fprintln(d.p.stderr, question)
	}
	if readsTerminal(d.p.stdin) {
		fmt.Fprint(d.p.stderr, "> ")
	}
	if d.lines.Scan() {
		return strings.TrimSpace(d.lines.Text()), nil
	}
	if err := d.lines.Err(); err != nil {
		return "", usageError(fmt.Errorf("read the answers: %w", err), "")
	}
	return "", usageError(errNoAnswers, "write a line for each question; an empty one skips a question")
}

// list takes answers until an empty one.
func (d *dialog) list(to *[]string, check func(string) error) func(string) error {
	return func(first string) error {
		for answer := first; answer != ""; {
			err := check(answer)
			if err == nil {
				*to = append(*to, answer)
			} else if !d.again(err) {
				return err
			}
			if answer, err = d.answer(""); err != nil {
				return err
			}
		}
		return nil
	}
}

// requests takes a list of requests that is not empty.
func (d *dialog) requests(o *ownPair) func(string) error {
	take := d.list(&o.requests.lines, func(a string) error { return address(a, o.requests.lines) })
	return func(first string) error {
		err := take(first)
		if err == nil && len(o.requests.lines) == 0 {
			err = usageError(errors.New("there is no request"), "write a path, such as /ads?c=3")
		}
		return err
	}
}

// takesVariable checks a variable with the targets and the variables before it.
func (o *ownPair) takesVariable(line string) error {
	with := *o
	with.targets.env = append(slices.Clone(o.targets.env), line)
	_, err := with.readTargets()
	return err
}

// takesReset takes the command that restores the data, if there is one.
func (o *ownPair) takesReset(line string) error {
	with := *o
	if line != "" {
		with.targets.reset = []string{line}
	}
	_, err := with.readTargets()
	if err == nil {
		o.targets.reset = with.targets.reset
	}
	return err
}

// oneTarget takes a target that says where it listens.
func oneTarget(to *string) func(string) error {
	return func(a string) error {
		t, err := scenarios.ParseTarget(directory(a))
		if err != nil {
			return usageError(err, "")
		}
		if err := checkAddresses([]scenarios.Target{t}); err != nil {
			return err
		}
		*to = a
		return nil
	}
}

func text(to *string) func(string) error {
	return func(a string) error { *to = a; return nil }
}

// address checks a line that says what to request, after others.
func address(a string, before []string) error {
	if isPath(a) {
		return nil
	}
	if _, err := os.Stat(a); err != nil {
		return usageError(fmt.Errorf("%q is neither a path that begins with /, nor a file", a), "")
	}
	for _, other := range before {
		if !isPath(other) {
			return usageError(fmt.Errorf("there is a file of requests already: %s", other), "put all into one file")
		}
	}
	return nil
}

func isPath(a string) bool { return strings.HasPrefix(a, "/") || strings.HasPrefix(a, "POST /") }

// sort takes lines apart that say what to request.
func (r *requestFlags) sort() {
	for _, line := range r.lines {
		path, body, _ := strings.Cut(strings.TrimPrefix(line, "POST "), " ")
		switch {
		case strings.HasPrefix(line, "POST "):
			r.asked, r.bodies = append(r.asked, asked{http.MethodPost, path}), append(r.bodies, body)
		case isPath(line):
			r.asked = append(r.asked, asked{http.MethodGet, line})
		default:
			r.file = line
		}
	}
}
