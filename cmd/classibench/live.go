package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/internal/terminal"
	"github.com/classibench/classibench/internal/unit"
)

// A view shows the progress of a run: redrawn in place on a terminal, otherwise as a line
// every few seconds.
type view struct {
	w        io.Writer
	terminal bool
	width    int
	lines    int // of the last drawing
	shown    time.Time
	phase    string
}

func (p *program) newView() *view {
	p.view = &view{w: p.stderr, terminal: isTerminal(p.stderr), width: width(p.stderr)}
	return p.view
}

// pause is the time between two lines if there is no terminal.
const pause = 5 * time.Second

// update shows the progress, if it is due.
func (v *view) update(g bench.Progress) {
	if v.terminal {
		v.draw(g)
		return
	}
	if g.Phase == v.phase && time.Since(v.shown) < pause {
		return
	}
	v.shown, v.phase = time.Now(), g.Phase
	fmt.Fprintf(v.w, "%s  %s%s%s\n", clockFace(g.Elapsed), g.Phase, detail(g), rates(g.Live))
}

func detail(g bench.Progress) string {
	if g.Detail == "" {
		return ""
	}
	return ": " + g.Detail
}

// rates returns the rates of all targets in one line.
func rates(live []bench.Live) string {
	var b strings.Builder
	for _, l := range live {
		fmt.Fprintf(&b, "  %s %s", l.Target, perSecond(l.Rate))
		if l.P95 > 0 {
			fmt.Fprintf(&b, " p95 %s", unit.Seconds(l.P95.Seconds()))
		}
	}
	return b.String()
}

// perSecond returns a rate in whole hits, as long as that says enough.
func perSecond(rate float64) string {
	if rate > 0 && rate < 10 {
		return unit.Number(rate) + "/s"
	}
	return fmt.Sprintf("%.0f/s", rate)
}

// draw replaces the last drawing.
func (v *view) draw(g bench.Progress) {
	v.erase()
	lines := []string{
		fmt.Sprintf("%s  %s%s", bar(g, 24), g.Phase, detail(g)),
		fmt.Sprintf("%s gone, %s left at most", clockFace(g.Elapsed), clockFace(g.Left)),
	}
	for _, l := range g.Live {
		lines = append(lines, liveLine(l))
	}
	for _, line := range lines {
		fmt.Fprintf(v.w, "%s\n", clip(terminal.Line(line), v.width-1))
	}
	v.lines = len(lines)
}

func liveLine(l bench.Live) string {
	line := fmt.Sprintf("  %-12s %11s", l.Target, perSecond(l.Rate))
	if l.P95 > 0 {
		line += fmt.Sprintf("   p95 %8s", unit.Seconds(l.P95.Seconds()))
	}
	if l.Errors > 0 {
		line += "   " + unit.Count(l.Errors, "error")
	}
	return line
}

// erase removes the last drawing.
func (v *view) erase() {
	if v.terminal && v.lines > 0 {
		fmt.Fprintf(v.w, "\x1b[%dA\x1b[J", v.lines)
	}
	v.lines = 0
}

func bar(g bench.Progress, n int) string {
	whole := g.Elapsed + g.Left
	done := 0
	if whole > 0 {
		done = min(n, int(int64(n)*int64(g.Elapsed)/int64(whole)))
	}
	return "▕" + strings.Repeat("█", done) + strings.Repeat(" ", n-done) + "▏"
}

// clockFace prints a duration as m:ss.
func clockFace(d time.Duration) string {
	s := int(d.Seconds())
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// clip shortens a line to n columns, since drawing over a wrapped line fails.
func clip(line string, n int) string {
	if r := []rune(line); len(r) > n && n > 1 {
		return string(r[:n-1]) + "…"
	}
	return line
}
