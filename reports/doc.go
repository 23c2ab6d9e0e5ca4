// Package reports draws the result of a comparison: as text for a terminal, as a page, as
// plots, as Markdown and in the Go benchmark format. The reports of a gate, a history and
// a study are packages below it.
//
// Begin with WriteDir, which writes everything into a directory, and Text. The result that
// WriteDir wrote is read by result.Read, and gives the same report again: everything shown
// stands in the result, and clock, host and locale make no difference.
//
// A result is judged elsewhere (result.Judge); this package only shows it, each warning
// beside the number that it is about.
package reports
