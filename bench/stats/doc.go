// Package stats is the statistics of paired measurements: values in, values
// out, no clock and no files.
//
// A comparison is a series of quads: blocks A B B A of a baseline and a
// candidate. [Quad] turns the four rates into the logarithm of the gain, and
// [Estimate] turns a series of those into an estimate with its interval. Work
// in logarithms and show ratios: [Gain.Ratio] and its like convert.
//
// A comparison that must end in yes or no asks a [Gate], look by look while it is
// measured; [Holm] corrects for several tests at once, [Proportion] says how
// certain a count of answers is, and [Changes] finds where a history of
// results changed.
//
// It leaves out tests between more than two and everything about latency.
package stats
