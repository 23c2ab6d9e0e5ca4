// Package stats contains the statistics of paired measurements. It is pure: it
// reads no clock and no files.
//
// A comparison is a series of quads: blocks A B B A of a baseline and a candidate.
// [Quad] turns the four rates into the logarithm of the gain, and [Estimate] turns
// a series of logarithms into an estimate with its interval. Compute with
// logarithms and show ratios: [Gain.Ratio] and similar methods convert.
//
// A comparison that must end with yes or no uses a [Gate], look by look during the
// measurement. [Holm] corrects several tests for their number, [Proportion] returns
// the interval of a share, and [Changes] finds changes in a history of results.
// [TheilSen] returns the trend of a series, such as the memory of a program over its
// requests.
//
// The package does not compare more than two programs, and does not handle
// latencies.
package stats
