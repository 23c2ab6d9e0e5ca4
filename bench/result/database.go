package result

import (
	"fmt"

	"github.com/classibench/classibench/internal/unit"
)

// Databases are what the targets do to their database server, by the name of the target.
type Databases map[string]DatabaseUse

// DatabaseUse is what one target does to its database server. Its own figures are those of
// the replay, in which all targets get the same requests, or of the capacity measurement if
// there was no replay.
type DatabaseUse struct {
	DatabasePerHit
	Capacity *DatabasePhase `json:"capacity,omitempty"` // with users who never wait
	Replay   *DatabasePhase `json:"replay,omitempty"`   // at equal offered load
}

// DatabasePerHit are figures per request that the target got, right answers or not, those
// of warm-ups included.
type DatabasePerHit struct {
	Connections  Float `json:"connections_per_hit"` // opened
	CPUSeconds   Float `json:"cpu_seconds_per_hit"` // of the server's process tree; unknown if it was running already
	Transactions Float `json:"transactions_per_hit"`
	Rows         Float `json:"rows_per_hit"`   // returned by scans, and fetched by indexes
	Blocks       Float `json:"blocks_per_hit"` // read, or found in shared memory
}

// A DatabasePhase is a part of the run.
type DatabasePhase struct {
	DatabasePerHit
	Requests uint64   `json:"requests"`
	Refused  int64    `json:"refused,omitempty"` // connections, since the server had too many
	Load     Load     `json:"load,omitzero"`     // of the server's process tree
	Samples  []Sample `json:"samples,omitempty"` // of it
}

// Set sets a phase of a target.
func (d *DatabaseUse) Set(capacity, replay *DatabasePhase) {
	if capacity != nil {
		d.Capacity = capacity
	}
	if replay != nil {
		d.Replay = replay
	}
	switch {
	case d.Replay != nil:
		d.DatabasePerHit = d.Replay.DatabasePerHit
	case d.Capacity != nil:
		d.DatabasePerHit = d.Capacity.DatabasePerHit
	}
}

// refused returns how many of a target's connections the database server has refused in the
// capacity measurement. Each is behind a wrong answer at most.
func (r *Result) refused(target string) uint64 {
	p := r.Database[target].Capacity
	if p == nil {
		return 0
	}
	return uint64(p.Refused)
}

// refusalReasons returns, for each target whose capacity its database limits, what it lost
// by that.
func refusalReasons(r *Result) (all []string) {
	if r.Capacity == nil {
		return nil
	}
	for _, t := range r.Targets {
		x, n := r.Capacity.Throughput[t.Name], r.refused(t.Name)
		if share := ErrorShare(x.Hits, x.Errors); n > 0 && share > MaxErrors {
			all = append(all, fmt.Sprintf("%s ran out of connections to its database, which refused %s: %s of its answers in the capacity measurement were errors, and only right ones count as carried", t.Name, unit.Whole(n), unit.Percent(share)))
		}
	}
	return all
}

// AboutDatabase begins the key of a warning about the database.
const AboutDatabase = "database"

// Unused reports in words that a target did not use its database; it returns "" if it did.
func (p *DatabasePhase) Unused(phase string) string {
	if p == nil || p.Requests == 0 || p.Connections > 0 || p.Refused > 0 {
		return ""
	}
	return fmt.Sprintf("the target opened no connection to its database in the %s: its program may not read DATABASE_URL, and have its data elsewhere", phase)
}

// Refusals reports in words that the server refused connections, which is a finding about
// the target and not about the measurement; it returns "" if there were none.
func (p *DatabasePhase) Refusals(phase string) string {
	if p == nil || p.Refused == 0 {
		return ""
	}
	return fmt.Sprintf("the database server refused %s in the %s, since it had as many as it allows (max_connections, or a limit of the database): a program that connects for each request needs a connection for each process that runs at the same time. The requests behind them were answered with an error", unit.Count(int(p.Refused), "connection"), phase)
}
