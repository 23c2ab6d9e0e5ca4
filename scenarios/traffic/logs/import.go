// Package logs makes traffic files of access logs.
//
// [Import] reads logs, puts their requests in the order of time and writes them. Its memory
// does not depend on the length of the logs. What a line means is up to package accesslog, and
// the file that is written to package trace.
package logs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/classibench/classibench/internal/input"
	"github.com/classibench/classibench/scenarios/traffic/accesslog"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// Options say what is imported. The zero value takes all requests with safe methods, of logs
// in a format that is detected.
type Options struct {
	Format     string   // see accesslog.New; empty: detected for each file
	Base       string   // the server in the URLs; empty: DefaultBase
	Methods    []string // that are taken; empty: the safe ones
	AllMethods bool
	Include    []*regexp.Regexp // a path with its query matches one of them, if there are any
	Exclude    []*regexp.Regexp // and none of these
	Rewrite    []Rewrite        // of the path with its query, in this order
	Anonymize  Anonymize
	Unreadable float64 // the share of unreadable lines that is no error
	CutOff     bool    // a compressed file that is cut off is no error
	Seed       uint64  // of the times within a second
	Stdin      io.Reader
	Progress   func(done, total int) // in bytes of the files, called now and then; may be nil

	memory int // bytes of lines that wait for earlier ones; 0: defaultMemory
}

// DefaultBase is the server in the URLs of a traffic file: this machine, so that nothing that
// reads the file reaches the site of the log by mistake.
const DefaultBase = "http://127.0.0.1"

// Import reads logs and writes a traffic file. After an error there is no file. The Summary is
// that of what was read until then.
func Import(ctx context.Context, paths []string, out string, o Options) (*Summary, error) {
	in, err := newImporter(o, out)
	if err != nil {
		return nil, err
	}
	defer in.queue.abort()
	sources, err := open(ctx, paths, o)
	defer closeAll(sources)
	if err != nil {
		return nil, err
	}
	in.sources = sources
	for _, s := range sources {
		if err := in.source(ctx, s); err != nil {
			return &in.sum, err
		}
	}
	if err := in.judge(); err != nil {
		return &in.sum, err
	}
	return &in.sum, in.commit(ctx)
}

// An importer turns lines into hits.
type importer struct {
	Options
	chooser
	sum   Summary
	queue *queue

	sources []*source
	src     *source // that is read
	rec     accesslog.Record
	hit     trace.Hit
	rest    []byte
}

func newImporter(o Options, out string) (*importer, error) {
	c, err := newChooser(o)
	if err != nil {
		return nil, err
	}
	in := &importer{Options: o, chooser: c, queue: newQueue(out, o.Seed, o.memory)}
	in.sum.Seed = o.Seed
	return in, nil
}

// source imports a file.
func (in *importer) source(ctx context.Context, s *source) error {
	in.src = s
	in.sum.begin(s)
	if s.empty {
		return nil
	}
	if in.sum.Lines == 0 {
		in.queue.spread, in.queue.zone = s.whole, s.first.Location()
	}
	r, err := s.open(in.Stdin)
	if err != nil {
		return err
	}
	opened := &source{close: s.close}
	s.close = nil
	err = eachLine(ctx, r, func() { closeAll([]*source{opened}) }, func(line []byte, tooLong bool) error { return in.line(ctx, line, tooLong) })
	if cut, ok := errors.AsType[*CutOffError](err); ok {
		cut.path, cut.lines, cut.last = s.path, in.sum.file().Lines, in.rec.At
		if in.CutOff {
			in.sum.CutOff = append(in.sum.CutOff, cut.Error())
			return nil
		}
	}
	if errors.Is(err, errNoLines) || errors.Is(err, input.ErrInflates) {
		return fmt.Errorf("read %s: %w", s.path, err)
	}
	return err
}

// line imports a line. A line that is too long is cut.
func (in *importer) line(ctx context.Context, line []byte, tooLong bool) error {
	in.sum.file().Lines++
	in.sum.Lines++
	if in.Progress != nil && in.sum.Lines%progressEvery == 0 {
		in.Progress(in.progress())
	}
	err := errTooLong
	if !tooLong {
		err = in.src.format.Parse(line, &in.rec)
	}
	if err != nil {
		in.sum.unreadable(in.src, line, err)
		return nil
	}
	in.sum.order(in.rec.At)
	if why := in.choose(&in.rec, &in.hit); why != "" {
		in.sum.leave(why, in.Anonymize.method(string(in.rec.Method)))
		return nil
	}
	in.rest = trace.AppendRest(in.rest[:0], &in.hit)
	return in.queue.add(ctx, in.rec.At, in.rest)
}

// progressEvery is the number of lines between two calls of Progress.
const progressEvery = 1 << 14

func (in *importer) progress() (done, total int) {
	for _, s := range in.sources {
		done, total = done+int(s.read.Load()), total+int(s.size)
	}
	return done, total
}

var errTooLong = fmt.Errorf("it is longer than %d bytes", longestLine)

// judge decides whether enough was readable.
func (in *importer) judge() error {
	s := &in.sum
	switch share := float64(s.Unreadable) / float64(max(s.Lines, 1)); {
	case s.Lines == 0:
		return errors.New("the log is empty")
	case s.Unreadable == s.Lines:
		return &UnreadableError{*s, in.Options.Unreadable}
	case share > in.Options.Unreadable:
		return &UnreadableError{*s, in.Options.Unreadable}
	case in.queue.hits == 0:
		return &NothingError{*s}
	}
	return nil
}

// commit writes the file.
func (in *importer) commit(ctx context.Context) error {
	about, err := in.queue.commit(ctx)
	in.sum.About, in.sum.FieldsLeft, in.sum.Escaped = about, in.fieldsLeft, in.escaped
	return err
}

// resolution is that of times in a traffic file.
const resolution = time.Microsecond
