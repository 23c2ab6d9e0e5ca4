package chart

import (
	"errors"
	"io"
	"strings"

	"github.com/classibench/classibench/reports/internal/palette"
	"github.com/classibench/classibench/reports/internal/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Sequence is a sequence diagram of visitors that send requests to a program. Time goes
// down. What stays in the program is a line from the requests that left it there to the
// request whose answer shows it.
type Sequence struct {
	Visitors []string // such as "visitor 1": a lane each
	Program  string
	Messages []Message
	Alt      string // what it shows, in words
}

// A Message is a request with, if wanted, its answer.
type Message struct {
	Visitor int // number of its lane
	Text    string
	Detail  string // a second line, such as the body
	Answer  string // if not empty, an arrow goes back
	Leaves  bool   // it leaves something in the program
	Victim  bool   // its answer shows what was left
	Batch   int    // messages next to each other with the same number, not 0, are sent at the same time
}

// The steps of a diagram, in points.
const (
	lineStep   = Length(15) // from a line of text to the next one
	arrowStep  = Length(9)  // from the last line of text to its arrow
	programBar = Length(11)
)

// Inline writes the diagram for a wide and for a narrow page.
func (s Sequence) Inline(w io.Writer) error {
	return errors.Join(s.draw(wideSize[0]).inline(w, "wide", s.Alt), s.draw(narrowSize[0]).inline(w, "narrow", s.Alt))
}

// A sequencer draws a diagram; y is counted from the top.
type sequencer struct {
	Sequence
	draw.Canvas
	out     *svg
	program Length   // position of the program's lane
	lanes   []Length // positions of the visitors' lanes
	arrows  []Length // heights of the messages' arrows
	answers []Length // heights of the answers' arrows, 0 for none
}

func (s Sequence) draw(width Length) *svg {
	d := &sequencer{Sequence: s}
	height := d.place(width)
	d.out = newSVG(width, height)
	d.Canvas = draw.New(d.out)
	d.heads()
	d.lifelines(height)
	d.leak()
	for i := range s.Messages {
		d.message(i)
	}
	d.batches()
	return d.out
}

// place finds where lanes and arrows are, and returns the height of the diagram.
func (d *sequencer) place(width Length) Length {
	d.program = width - min(70, width/6)
	n := len(d.Visitors)
	gap := min(84, 0.42*width/Length(max(1, n)))
	for i := range n {
		d.lanes = append(d.lanes, 30+gap*Length(i))
	}
	y := lineStep + 8
	for i, m := range d.Messages {
		if d.opens(i) {
			y += lineStep
		}
		y += lineStep + 6
		if m.Detail != "" {
			y += lineStep
		}
		d.arrows = append(d.arrows, y+arrowStep)
		y += arrowStep
		back := Length(0)
		if m.Answer != "" {
			y += lineStep + 6 + arrowStep
			back = y
		}
		d.answers = append(d.answers, back)
	}
	return y + 14
}

// opens reports whether a message is the first of a batch.
func (d *sequencer) opens(i int) bool {
	b := d.Messages[i].Batch
	return b != 0 && (i == 0 || d.Messages[i-1].Batch != b)
}

// heads writes the names of the lanes, without their first words where there is no room.
func (d *sequencer) heads() {
	room := Length(84)
	if len(d.lanes) > 1 {
		room = d.lanes[1] - d.lanes[0]
	}
	for i, name := range d.Visitors {
		if words := strings.Fields(name); room < 62 && len(words) > 0 {
			name = words[len(words)-1]
		}
		d.centered(name, d.lanes[i], min(room-4, 2*d.lanes[0]), palette.Text)
	}
	d.centered(d.Program, d.program, 2*(d.width()-d.program)-4, palette.Target(1))
}

func (d *sequencer) width() Length { return d.Max.X - d.Min.X }

func (d *sequencer) centered(name string, x, room Length, k palette.Ink) {
	style := letters(smallSize, k, true)
	name = shorten(text.Clean(name), style.Width, room)
	d.write(style, x-style.Width(name)/2, 0, name)
}

// write writes a line of text, whose top is at y, over what lies below it.
func (d *sequencer) write(style draw.TextStyle, x, y Length, line string) {
	if line == "" {
		return
	}
	top := d.Max.Y - y
	d.SetColor(palette.Paper)
	d.Fill(vg.Rectangle{Min: vg.Point{X: x - 2, Y: top - lineStep + 1}, Max: vg.Point{X: x + style.Width(line) + 2, Y: top}}.Path())
	d.FillText(style, vg.Point{X: x, Y: top}, line)
}

func (d *sequencer) line(style Line, x0, y0, x1, y1 Length) {
	d.StrokeLine2(style, x0, d.Max.Y-y0, x1, d.Max.Y-y1)
}

// lifelines draws the lanes, and the process of the program as a bar.
func (d *sequencer) lifelines(height Length) {
	for _, x := range d.lanes {
		d.line(Line{Color: palette.Grid, Width: 1.25}, x, lineStep+3, x, height-2)
	}
	d.SetColor(palette.Grid)
	d.Fill(vg.Rectangle{Min: vg.Point{X: d.program - programBar/2, Y: 2}, Max: vg.Point{X: d.program + programBar/2, Y: d.Max.Y - lineStep - 3}}.Path())
}

// leak draws a line from the first message that leaves something to the victim.
func (d *sequencer) leak() {
	from, to := Length(0), Length(0)
	for i, m := range d.Messages {
		if m.Leaves {
			if from == 0 {
				from = d.arrows[i]
			}
			dot(d.Canvas, palette.Bad, vg.Point{X: d.program, Y: d.Max.Y - d.arrows[i]}, 4)
		}
		if m.Victim {
			to = max(d.answers[i], d.arrows[i])
		}
	}
	if from == 0 || to <= from {
		return
	}
	d.line(Line{Color: palette.Bad, Width: 2.5}, d.program, from, d.program, to)
}
