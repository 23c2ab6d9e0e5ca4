// Package reports writes the result of a comparison: as text for a terminal, as a page, as
// plots, as Markdown and in the Go benchmark format. The packages below it report a gate, a
// history and a study.
//
// Begin with WriteDir, which writes all forms into a directory, and Text. result.Read reads
// the result that WriteDir wrote. The same result gives the same report on every machine:
// reports depend on nothing but the result, neither on clock nor host nor locale.
//
// Package result judges results (result.Judge); this package only shows them, with each
// warning beside the number that it is about.
package reports
