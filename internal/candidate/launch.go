package candidate

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// Launch describes how to start a target by hand, from a directory: paths within it become
// relative to it. A copy of the data set, which is removed with the setup, is made again in
// the {tmp} of the launch.
func (s *Setup) Launch(t target.Target, data scenarios.Data, directory string) result.Launch {
	t = s.withoutTemporary(t)
	w := s.wording(directory)
	l := result.Launch{
		Name: t.Name, Kind: t.Kind, URL: t.URL, Reset: w.all(t.Reset), Commands: w.commands(t),
		Env: w.all(t.Env), Dir: w.dir(t.Dir), Ready: t.Ready,
	}
	if w.copied {
		l.Prepare = [][]string{{"{classibench}", "initdb", "--ads", strconv.Itoa(data.Ads), "--seed", strconv.FormatInt(data.Seed, 10), "{tmp}/ads.db"}}
	}
	return l
}

// wording replaces paths that hold on this machine, and only during this run.
type wording struct {
	self, directory string
	copies          *regexp.Regexp
	copied          bool // a copy of the data set was named
}

func (s *Setup) wording(directory string) *wording {
	return &wording{self: s.self, directory: directory, copies: regexp.MustCompile(regexp.QuoteMeta(filepath.Join(s.dir, "data-")) + `[0-9]+`)}
}

// commands returns the processes of a target, the gateway last.
func (w *wording) commands(t target.Target) [][]string {
	switch {
	case len(t.Command) == 0:
		return nil
	case t.Kind == target.CGI:
		return [][]string{w.all(append(inside(t.Dir, t.Gateway), t.Command...))}
	case t.Kind == target.FastCGI:
		return [][]string{behind(w.all(t.Command)), w.all(inside(t.Dir, t.Gateway))}
	}
	if t.Instances > 1 {
		return w.instances(t)
	}
	return [][]string{w.all(numbered(t.Command, 1, "{addr}"))}
}

// instances returns the commands of all instances, which listen at {addr1}, {addr2} and so
// on, and of the balancer.
func (w *wording) instances(t target.Target) (all [][]string) {
	front := w.all(t.Gateway)
	for n := 1; n <= t.Instances; n++ {
		addr := fmt.Sprintf("{addr%d}", n)
		command := w.all(numbered(t.Command, n, addr))
		if own := w.all(numbered(t.Env, n, addr)); !slices.Equal(own, w.all(t.Env)) {
			command = slices.Concat([]string{"env"}, own, command)
		}
		all, front = append(all, command), append(front, addr)
	}
	return append(all, front)
}

// numbered returns words for the instance with this number and address.
func numbered(words []string, n int, addr string) (all []string) {
	port := strings.Replace(addr, "{addr", "{port", 1)
	r := strings.NewReplacer("{addr}", addr, "{port}", port, "{instance}", strconv.Itoa(n))
	for _, word := range words {
		all = append(all, r.Replace(word))
	}
	return all
}

// inside returns the command of a gateway that is started in the directory of its program.
func inside(dir string, command []string) (all []string) {
	for _, word := range command {
		if dir != "" && word == dir {
			word = "."
		}
		if dir != "" {
			word = strings.TrimPrefix(word, dir+"/")
		}
		all = append(all, word)
	}
	return all
}

// behind returns the command of a program that listens at {backend}.
func behind(command []string) (all []string) {
	for _, word := range command {
		all = append(all, strings.ReplaceAll(word, "{addr}", "{backend}"))
	}
	return all
}

func (w *wording) all(words []string) (all []string) {
	for _, word := range words {
		all = append(all, w.word(word))
	}
	return all
}

func (w *wording) word(s string) string {
	if s == w.self {
		return "{classibench}"
	}
	replaced := w.copies.ReplaceAllLiteralString(s, "{tmp}")
	w.copied = w.copied || replaced != s
	return replaced
}

// dir returns a working directory, relative if it is in the one of the command.
func (w *wording) dir(dir string) string {
	rel, err := filepath.Rel(w.directory, dir)
	if dir == "" || err != nil || strings.HasPrefix(rel, "..") {
		return dir
	}
	if rel == "." {
		return ""
	}
	return rel
}
