package result

import (
	"fmt"

	"github.com/classibench/classibench/internal/unit"
)

// In a server that has fewer workers than users, and gives each connection a worker of its
// own, the other users wait even if it has little work. That has several signs, of which a
// run reports one.

// prefork reports whether a target had single-threaded processes below a single-threaded
// parent, and fewer of these workers than users. One process with several threads may be
// among them, such as the gateway of a FastCGI program.
func (b Block) prefork(users int) bool {
	return b.SingleThreaded >= 2 && b.workers() < users && b.Processes-b.SingleThreaded <= 1
}

// workers returns the number of processes of a prefork server that answer requests: its
// parent does not. Results of earlier versions do not hold it.
func (b Block) workers() int {
	if b.Workers > 0 {
		return b.Workers
	}
	return b.SingleThreaded - 1
}

func (b Block) preforkWords(users int) string {
	n := b.workers()
	return fmt.Sprintf("it ran %s for %d users at once. If each worker serves one connection (prefork), the other users wait for a free one. Give the server %d workers or more, or use fewer users (capacity: {users: %d} in the scenario)",
		unit.Count(n, "worker process", "worker processes"), users, users, n)
}

// Waits returns the warnings about users of a target who waited under full load: one if it
// has too few workers. x is of all its answers, b of the blocks of quads.
func (b Block) Waits(name string, users, cores int, x Throughput) (all []Warning) {
	about, hits, c := AboutThroughput+name, x.Hits+x.Errors, x.Connections
	few := b.Crowded(name, users, cores, x.Latency.P50)
	if b.lateAnswers(users) && (b.prefork(users) || !c.waited(hits)) {
		few = b.lateAnswersText(name, users)
	}
	if few != "" {
		all = append(all, Warning{about, few})
	}
	if few != "" && b.prefork(users) {
		c = c.withoutWaits()
	}
	return append(all, c.Warnings(about, hits, x.Latency.P50)...)
}

// waited reports whether hits waited for a worker or for a place in the listen queue.
func (c *Connections) waited(hits uint64) bool { return c.starved(hits) || c.queued(hits) }

// withoutWaits returns the connections without the signs of too few workers.
func (c *Connections) withoutWaits() *Connections {
	if c == nil {
		return nil
	}
	rest := *c
	rest.Yielded = 0
	if c.Queued > 0 {
		rest.Queued, rest.ConnectSeconds = 0, 0
	}
	return &rest
}

// FewWorkers reports whether the capacity measurement found that a target has fewer workers
// than users.
func (c *Capacity) FewWorkers(target string) bool {
	if c == nil {
		return false
	}
	b, x := Totals(c.Quads)[target], c.Throughput[target]
	return b.prefork(c.Users) && (b.lateAnswers(c.Users) || x.Connections.waited(x.Hits+x.Errors))
}

// WithoutWaits returns the connections of a trial without signs that the capacity
// measurement has reported.
func (c *Capacity) WithoutWaits(target string, of *Connections) *Connections {
	if c.FewWorkers(target) {
		return of.withoutWaits()
	}
	return of
}
