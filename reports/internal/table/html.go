package table

import (
	"strconv"
	"strings"

	"github.com/classibench/classibench/reports/internal/palette"
)

// swatch returns the CSS class of a target's color.
func swatch(target int) string {
	if target < 0 {
		return "swatch none"
	}
	return "swatch " + palette.Target(target).Name
}

// class returns the CSS class of a cell.
func (c Cell) class(left bool) string {
	words := make([]string, 0, 3)
	if c.Number == "" {
		words = append(words, "empty")
	}
	if left {
		words = append(words, "words")
	}
	switch c.Tone {
	case Bad:
		words = append(words, "bad")
	case Good:
		words = append(words, "good")
	case Quiet:
		words = append(words, "quiet")
	case Strong:
		words = append(words, "strong")
	}
	return strings.Join(words, " ")
}

// noteID returns the anchor of a note.
func noteID(id string, n int) string { return id + "-note-" + strconv.Itoa(n) }
