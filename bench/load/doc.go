// Package load sends requests to a target at scheduled times, and records the
// results.
//
// A [Traffic] is a schedule of requests. It is a function of a seed, so that every
// target gets the same traffic. A [Client] keeps connections to one target:
// [Client.Offer] sends a Traffic in an open loop, [Client.Saturate] keeps a number
// of users busy in a closed loop. They return a [Recording] and a [Block].
//
// Latency counts from the time at which a hit was due, not from its sending. So a
// target that stalls is charged for all visitors who would have waited (coordinated
// omission is not possible). The service time, from sending, is recorded too, and
// so is the send lag, which is the generator's fault.
//
// The engine of the open loop is vegeta. Its timestamps are not used, since vegeta
// takes them after its pacer and its workers have waited. It calls an
// http.RoundTripper of this package, which makes the requests, handles the responses
// and measures. Both loops send through fasthttp, which needs about a third of the CPU
// time of net/http: the generator must not become the bottleneck.
package load
