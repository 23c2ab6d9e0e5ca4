package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/scenarios"
)

func (p *program) scenarioNewCommand() *cobra.Command {
	return &cobra.Command{
		Use: "new [FILE]", Short: "Write a scenario of your own program, from answers to questions",
		Long: `Write a scenario of your own program, from answers to questions.

It asks for the program to leave, for those to compare with it, and for what to
request, and writes a scenario to FILE, by default to standard output. Questions go
to standard error. Without a terminal it reads the answers from standard input, one a
line.`,
		Example: "  classibench scenario new mine.yaml", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				if _, err := os.Lstat(args[0]); err == nil {
					return usageError(fmt.Errorf("%s is there already", args[0]), "remove it, or choose another name")
				}
			}
			return p.scenarioNew(c.Context(), args)
		},
	}
}

// scenarioNew asks what a pair is, and writes its scenario.
func (p *program) scenarioNew(ctx context.Context, file []string) error {
	d := &dialog{p: p, lines: bufio.NewScanner(p.stdin)}
	o, err := untilInterrupted(ctx, d.pair)
	if err != nil {
		return err
	}
	s, notes, err := o.scenario(ctx)
	if err != nil {
		return err
	}
	_, src, err := p.source(s)
	if err != nil {
		return err
	}
	for _, n := range notes {
		p.logf("%s", n)
	}
	if len(file) > 0 {
		return p.save(file[0], src)
	}
	_, err = p.stdout.Write(src)
	return err
}

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
	step("The program to leave, as KIND:COMMAND (cgi:./ads.pl, cgi:./cgi-bin/):", oneTarget(&o.baseline))
	step("The program to compare with it ('server:starman --listen {addr} ads.psgi', http://127.0.0.1:8080):", func(a string) error {
		o.candidates = []string{""}
		return oneTarget(&o.candidates[0])(a)
	})
	step("More of these, one a line; an empty line ends them:", d.list(&o.candidates, func(a string) error { return oneTarget(new(string))(a) }))
	step("What to request: paths, one a line, POST /path field=value&…, or the name of a file (a list, a HAR file, a target file of vegeta); an empty line ends them:", d.list(&o.requests.gets, address))
	step("A text that every right answer to GET contains; empty takes what the program to leave answers:", text(&o.requests.expect))
	step("A command that restores the data before each trial; empty for none:", optional(&o.targets.reset))
	step("Variables for the programs, NAME=VALUE or TARGET:NAME=VALUE, one a line; an empty line ends them:", d.list(&o.targets.env, func(string) error { return nil }))
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
		if err = take(answer); err == nil || !readsTerminal(d.p.stdin) {
			return err
		}
		fmt.Fprintf(d.p.stderr, "  %v\n", err)
	}
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
	return "", usageError(errNoAnswers, "each question takes a line; an empty one where there is nothing to say")
}

// list takes answers until an empty one.
func (d *dialog) list(to *[]string, check func(string) error) func(string) error {
	return func(first string) error {
		for answer := first; answer != ""; {
			if err := check(answer); err != nil {
				return usageError(err, "")
			}
			*to = append(*to, answer)
			var err error
			if answer, err = d.answer(""); err != nil {
				return err
			}
		}
		return nil
	}
}

func oneTarget(to *string) func(string) error {
	return func(a string) error {
		if _, err := scenarios.ParseTarget(a); err != nil {
			return usageError(err, "")
		}
		*to = a
		return nil
	}
}

func text(to *string) func(string) error {
	return func(a string) error { *to = a; return nil }
}

func optional(to *[]string) func(string) error {
	return func(a string) error {
		if a != "" {
			*to = []string{a}
		}
		return nil
	}
}

// address checks a line that says what to request.
func address(a string) error {
	if strings.HasPrefix(a, "/") || strings.HasPrefix(a, "POST /") {
		return nil
	}
	_, err := os.Stat(a)
	if err != nil {
		err = fmt.Errorf("%q is neither a path that begins with /, nor a file", a)
	}
	return err
}

// sort takes lines apart that say what to request.
func (r *requestFlags) sort() {
	lines := r.gets
	r.gets = nil
	for _, line := range lines {
		path, body, _ := strings.Cut(strings.TrimPrefix(line, "POST "), " ")
		_, err := os.Stat(line)
		switch {
		case strings.HasPrefix(line, "POST "):
			r.posts, r.bodies = append(r.posts, path), append(r.bodies, body)
		case err == nil && !strings.HasPrefix(line, "/"):
			r.file = line
		default:
			r.gets = append(r.gets, line)
		}
	}
}
