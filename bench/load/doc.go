// Package load turns arrivals and requests into hits on a target, and records
// what came back.
//
// A [Traffic] says when hits are due and what they ask for; it is a function of
// a seed, so that every target gets the same. A [Client] keeps connections to
// one target: [Client.Offer] sends a Traffic in an open loop, [Client.Saturate]
// keeps a number of users busy in a closed loop. Both end with a [Recording] or
// a [Block].
//
// The schedule is the clock: latency counts from the moment a hit was due, so
// that a target that stalls is charged for all who would have waited
// (coordinated omission is not possible); service time, from the moment of
// sending, is kept beside it, and so is the send lag, the generator's own fault.
//
// The engine of the open loop is vegeta. Its own timestamps are not used, since they
// are taken after its pacer and its workers have waited; requests, responses and
// clocks are handled in the http.RoundTripper that this package gives to it. Both loops
// send through fasthttp, which costs the generator's core about a third of what net/http
// does: the generator must not be what is measured.
package load
