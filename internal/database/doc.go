// Package database runs a throw-away PostgreSQL server for a measurement, or uses one that
// runs, and reads what a target did to it.
//
// [Start] starts a server of the installed PostgreSQL: an unprivileged child with a Unix
// socket and no port, in a directory that Stop removes. [Connect] uses a server that runs,
// in schemas of its own. Both are an [Host], which makes a copy of a template for each
// start of a target. [Host.Counts] reads the counters of a copy.
package database
