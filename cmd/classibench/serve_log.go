package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"

	"github.com/classibench/classibench/internal/terminal"
)

// A serveLog is the log of serve: records as slog.TextHandler writes them. The output of a
// program that failed, such as a traceback, stands below its record as it was printed.
type serveLog struct {
	text slog.Handler // writes to record
	to   *serveWriter
}

// A serveWriter is what the handlers of a log share.
type serveWriter struct {
	mu     sync.Mutex
	record bytes.Buffer
	w      io.Writer
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

// Handle writes a record, with its output, at once: the programs may write to the same file.
func (l *serveLog) Handle(ctx context.Context, r slog.Record) error {
	short := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	output := ""
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "output" {
			output = a.Value.String()
		} else {
			short.AddAttrs(a)
		}
		return true
	})
	l.to.mu.Lock()
	defer l.to.mu.Unlock()
	l.to.record.Reset()
	if err := l.text.Handle(ctx, short); err != nil {
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
