package chart

import (
	"github.com/classibench/classibench/reports/internal/palette"
	"github.com/classibench/classibench/reports/internal/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// message draws a request, and its answer if that is shown.
func (d *sequencer) message(i int) {
	m, y, lane := d.Messages[i], d.arrows[i], d.lanes[d.Messages[i].Visitor]
	k := palette.Text
	if m.Victim {
		k = palette.Bad
	}
	top := y - arrowStep - lineStep
	if m.Detail != "" {
		d.label(letters(smallSize, palette.Soft, false), lane, top, m.Detail)
		top -= lineStep
	}
	d.label(letters(smallSize, k, m.Victim), lane, top, m.Text)
	d.arrow(Line{Color: k, Width: 1.5}, lane, d.program-programBar/2, y)
	if back := d.answers[i]; back > 0 {
		d.label(letters(smallSize, k, false), lane, back-arrowStep-lineStep, m.Answer)
		d.arrow(Light(k), d.program-programBar/2, lane, back)
	}
}

// label writes a line above an arrow that begins in a lane. If too little room is between
// the lane and the program, the line begins further left.
func (d *sequencer) label(style draw.TextStyle, lane, top Length, line string) {
	const enough = 170
	right := d.program - programBar/2 - 4
	left := lane + 6
	if right-left < enough {
		left = max(d.lanes[0]+6, right-enough)
	}
	d.write(style, left, top, shorten(text.Clean(line), style.Width, right-left))
}

// arrow draws a line with a head at its end.
func (d *sequencer) arrow(style Line, from, to, y Length) {
	const size = 5
	back := Length(size)
	if to > from {
		back = -size
	}
	d.line(style, from, y, to, y)
	tip := d.Max.Y - y
	d.FillPolygon(style.Color, []vg.Point{{X: to, Y: tip}, {X: to + back*1.4, Y: tip + size*0.7}, {X: to + back*1.4, Y: tip - size*0.7}})
}

// batches draws a bracket beside messages that are sent at the same time.
func (d *sequencer) batches() {
	style := Line{Color: palette.Doubt, Width: 1.5}
	for i := range d.Messages {
		if !d.opens(i) {
			continue
		}
		last := i
		for last+1 < len(d.Messages) && d.Messages[last+1].Batch == d.Messages[i].Batch {
			last++
		}
		top, bottom := d.top(i)-3, max(d.arrows[last], d.answers[last])+4
		d.line(style, 5, top, 5, bottom)
		d.line(style, 5, top, 11, top)
		d.line(style, 5, bottom, 11, bottom)
		d.write(letters(smallSize, palette.Doubt, false), 10, top-lineStep+3, "at the same time")
	}
}

// top returns where the first line of a message begins.
func (d *sequencer) top(i int) Length {
	top := d.arrows[i] - arrowStep - lineStep
	if d.Messages[i].Detail != "" {
		top -= lineStep
	}
	return top
}
