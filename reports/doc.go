// Package reports draws a bench.Result: as text for a terminal, as a page, as
// plots, as Markdown and in the Go benchmark format.
//
// Begin with WriteDir, which writes everything into a directory, and Text. Read
// returns a result that WriteDir wrote, and drawing it again gives the same
// report: nothing is shown that does not stand in the result, and no clock,
// host or locale has a say in it.
//
// What a result means is said elsewhere (bench.Judge); this package only shows
// it, each doubt beside the number that it is about.
package reports
