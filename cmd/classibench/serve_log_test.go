package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A record keeps the form of slog's text; the output of a program stands below it, and
// controls no terminal.
func TestServeLog(t *testing.T) {
	for name, c := range map[string]struct {
		log  func(*slog.Logger)
		want string
	}{
		"a record": {func(l *slog.Logger) { l.Info("fine", slog.String("uri", "/a b")) }, "level=INFO msg=fine uri=\"/a b\"\n"},
		"an output": {func(l *slog.Logger) {
			l.Error("no answer", slog.String("output", "Traceback:\n\tline 1\r\n\x1b[31mred\n"), slog.Any("err", errors.New("bad head")))
		}, "level=ERROR msg=\"no answer\" err=\"bad head\"\n  | Traceback:\n  | \tline 1\n  | ␛[31mred\n"},
		"attributes of the logger":  {func(l *slog.Logger) { l.With("a", 1).WithGroup("g").Warn("m", slog.String("output", "x")) }, "level=WARN msg=m a=1\n  | x\n"},
		"escapes in a value":        {func(l *slog.Logger) { l.Warn("script's standard error", slog.String("line", "\x1b[2Jgone")) }, "line=\"\\x1b[2Jgone\"\n"},
		"no record below the level": {func(l *slog.Logger) { l.Debug("m") }, ""},
	} {
		var b bytes.Buffer
		c.log(slog.New(newServeLog(&b)))
		if got := b.String(); !strings.HasSuffix(got, c.want) || (c.want == "") != (got == "") || strings.Contains(got, "\x1b") {
			t.Errorf("%s: got %q, want %q at its end", name, got, c.want)
		}
	}
}

// A crowd of visitors who are refused for the same reason does not fill the disk: ten records
// are written in ten seconds, and the number of the others. Different errors, lines that a
// program writes, and its outputs are all written.
func TestServeLogRepeats(t *testing.T) {
	full := slog.Any("err", errors.New("the queue is full"))
	for name, c := range map[string]struct {
		log         func(l *slog.Logger, i int)
		lines, more int
	}{
		"the same error":       {func(l *slog.Logger, i int) { l.Warn("refused", "uri", fmt.Sprint("/", i), full) }, mostRepeats + 1, 500 - mostRepeats},
		"errors of two kinds":  {func(l *slog.Logger, i int) { l.Warn("refused", "err", fmt.Sprint("kind ", i%2)) }, 2*mostRepeats + 2, 250 - mostRepeats},
		"different errors":     {func(l *slog.Logger, i int) { l.Warn("refused", "err", fmt.Sprint("error ", i)) }, 500, 0},
		"lines of a program":   {func(l *slog.Logger, i int) { l.Warn("script's standard error", "line", "again") }, 500, 0},
		"outputs of a program": {func(l *slog.Logger, i int) { l.Error("refused", "output", "x", full) }, 1000, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			var b bytes.Buffer
			l := slog.New(newServeLog(&b))
			for i := range 500 {
				c.log(l, i)
			}
			time.Sleep(repeatPeriod)
			synctest.Wait()
			want := fmt.Sprint(" more=", c.more, "\n")
			if got := b.String(); strings.Count(got, "\n") != c.lines || c.more > 0 != strings.Contains(got, want) {
				t.Errorf("%s: got %d lines, want %d, and %q among them: %.300s", name, strings.Count(got, "\n"), c.lines, want, got)
			}
			for range mostRepeats { // a new period
				c.log(l, 0)
			}
			if got := strings.Count(b.String(), "\n"); got < c.lines+mostRepeats {
				t.Errorf("%s: after the period, got %d lines, want %d or more", name, got, c.lines+mostRepeats)
			}
			time.Sleep(repeatPeriod)
		})
	}
}
