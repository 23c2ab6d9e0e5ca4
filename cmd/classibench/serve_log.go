package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/classibench/classibench/internal/terminal"
)

// A serveLog is the log of serve: records as slog.TextHandler writes them. The output of a
// program that failed, such as a traceback, stands below its record as it was printed. Where
// the same error repeats, most records are only counted; see repeats.
type serveLog struct {
	text slog.Handler // writes to record
	to   *serveWriter
}

// A serveWriter is what the handlers of a log share.
type serveWriter struct {
	mu     sync.Mutex
	record bytes.Buffer
	w      io.Writer

	repeats repeats
}

func newServeLog(w io.Writer) *serveLog {
	to := &serveWriter{w: w}
	return &serveLog{slog.NewTextHandler(&to.record, nil), to}
}

func (l *serveLog) Enabled(ctx context.Context, level slog.Level) bool {
	return l.text.Enabled(ctx, level)
}

func (l *serveLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &serveLog{l.text.WithAttrs(attrs), l.to}
}

func (l *serveLog) WithGroup(name string) slog.Handler {
	return &serveLog{l.text.WithGroup(name), l.to}
}

// Handle writes a record, unless it only repeats others.
func (l *serveLog) Handle(ctx context.Context, r slog.Record) error {
	short := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	output, failure := "", slog.Attr{}
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "output":
			output = a.Value.String()
			return true
		case "err":
			failure = a
		}
		short.AddAttrs(a)
		return true
	})
	if output == "" && failure.Key != "" && !l.to.repeats.pass(r.Message+"\x00"+failure.Value.String(), l.counted(r, failure)) {
		return nil
	}
	return l.write(ctx, short, output)
}

// counted returns a function that writes how many records like r were left out.
func (l *serveLog) counted(r slog.Record, failure slog.Attr) func(left int) {
	return func(left int) {
		sum := slog.NewRecord(time.Now(), r.Level, r.Message, r.PC)
		sum.AddAttrs(failure, slog.Int("more", left))
		_ = l.write(context.Background(), sum, "") // as slog does, which drops the error of Handle
	}
}

// write writes a record, with its output, at once: the programs may write to the same file.
func (l *serveLog) write(ctx context.Context, r slog.Record, output string) error {
	l.to.mu.Lock()
	defer l.to.mu.Unlock()
	l.to.record.Reset()
	if err := l.text.Handle(ctx, r); err != nil {
		return err
	}
	l.to.record.WriteString(block(output))
	_, err := l.to.w.Write(l.to.record.Bytes())
	return err
}

// block returns the lines of a program's output, marked as such.
func block(output string) string {
	if output == "" {
		return ""
	}
	lines := strings.Split(strings.TrimRight(terminal.Lines(output), "\n"), "\n")
	return "  | " + strings.Join(lines, "\n  | ") + "\n"
}
