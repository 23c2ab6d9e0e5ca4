package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// isTerminal reports whether w is a terminal that shows colors and can redraw lines. It
// respects NO_COLOR and TERM=dumb (no-color.org).
func isTerminal(w io.Writer) bool {
	f, ok := file(w)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// width returns the columns of the terminal behind w, or 80 if there is none.
func width(w io.Writer) int {
	if f, ok := file(w); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 80
}

// readsTerminal reports whether r reads from a terminal.
func readsTerminal(r io.Reader) bool {
	f, ok := file(r)
	return ok && term.IsTerminal(int(f.Fd()))
}
