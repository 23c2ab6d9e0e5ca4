// Package export writes traffic files in the formats of other tools. Start with [Write]. Its
// memory does not depend on the length of the traffic.
package export

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/scratch"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// An exporter writes hits, and what belongs before and after them.
type exporter interface {
	begin(about trace.About) error
	hit(h *trace.Hit) error
	end() error
}

// exporters make one by the name of its tool.
var exporters = map[string]func(w *bufio.Writer) exporter{
	"goreplay": func(w *bufio.Writer) exporter { return &goreplay{w: w} },
	"k6":       func(w *bufio.Writer) exporter { return &k6{w: w} },
	"vegeta":   func(w *bufio.Writer) exporter { return &vegeta{w: w} },
}

// Tools returns the names of the tools.
func Tools() []string { return slices.Sorted(maps.Keys(exporters)) }

// Write writes traffic for a tool.
func Write(ctx context.Context, w io.Writer, tool string, r *trace.Reader) error {
	make, known := exporters[tool]
	if !known {
		return fmt.Errorf("unknown tool %q; known are: %s", tool, strings.Join(Tools(), ", "))
	}
	out := bufio.NewWriterSize(w, 64<<10)
	x := make(out)
	if err := x.begin(r.About); err != nil {
		return err
	}
	for h, err := range r.Hits() {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err := x.hit(h); err != nil {
			return err
		}
	}
	return errors.Join(x.end(), out.Flush())
}

// File writes traffic for a tool to a file. An existing one is replaced at the end; after an
// error nothing is left.
func File(ctx context.Context, path, tool string, r *trace.Reader) (err error) {
	if err := scratch.Replaceable(path); err != nil {
		return err
	}
	f, err := scratch.NewFile(filepath.Dir(path), scratch.Beside)
	if err != nil {
		return fmt.Errorf("make a file beside %s: %w", path, err)
	}
	err = errors.Join(Write(ctx, f, tool, r), f.Chmod(0o644)) // temporary files are private
	if err == nil {
		err = f.CommitAs(path)
	}
	if err != nil {
		return errors.Join(err, f.Discard())
	}
	return nil
}
