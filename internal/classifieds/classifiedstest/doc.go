// Package classifiedstest compares programs that serve the classifieds with the Go
// program: a [Visitor] sends each [Step] and returns the [Answer] with what must be alike.
//
// [Reference] starts the Go program, and [Run] a server; both end with the test.
package classifiedstest
