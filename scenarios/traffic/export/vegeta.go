package export

import (
	"bufio"

	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// vegeta writes targets, one a line, in vegeta's JSON format. It sends them at a rate of its
// own, so the times are left out.
type vegeta struct {
	w    *bufio.Writer
	line []byte
}

func (v *vegeta) begin(trace.About) error { return nil }

func (v *vegeta) hit(h *trace.Hit) error {
	target := *h
	target.Client, target.Status, target.Size = "", 0, -1
	v.line = trace.AppendRest(v.line[:0], &target)
	v.line[0] = '{' // instead of the comma after the time
	_, err := v.w.Write(v.line)
	return err
}

func (v *vegeta) end() error { return nil }
