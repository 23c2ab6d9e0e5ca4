// Package order decides which sequences of requests to send to a program, and makes a
// sequence that shows a difference as short as possible. It sends nothing itself.
//
// A [Planner] yields sequences phase by phase, so that every route is seen next to every
// other one early, and a [Coverage] counts what was tried. [Shrink] reduces a sequence to
// the requests that a difference needs, [Cleaners] finds requests that hide it, and
// [Group] puts findings with one cause together. [Needs] learns which requests need an
// earlier one, such as a login.
package order
