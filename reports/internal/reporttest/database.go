package reporttest

import "github.com/classibench/classibench/bench/result"

// withDatabase adds a database server, of which cgi used up the connections.
func withDatabase(r *result.Result) {
	r.Environment.Database = "PostgreSQL 15.18, started for this run with its default settings, on a Unix socket; it is on the cores of the targets, so what a target makes it do is paid from the target's share"
	r.Database = result.Databases{}
	for i, t := range r.Replay.Trials {
		phase := result.DatabasePhase{
			DatabasePerHit: [2]result.DatabasePerHit{
				{Connections: 1.01, CPUSeconds: 0.0042, Transactions: 2.6, Rows: 712, Blocks: 480},
				{Connections: 0.002, CPUSeconds: 0.00061, Transactions: 1.8, Rows: 610, Blocks: 61},
			}[i],
			Requests: t.Hits + t.Errors, Load: t.Load, Samples: t.Samples,
		}
		capacity := phase
		capacity.Load, capacity.Samples = result.Load{}, nil
		if i == 0 {
			phase.Refused = 1234
			r.Warnings = append(r.Warnings, result.Warning{About: result.AboutDatabase + "." + t.Target, Text: phase.Refusals("replay")})
		}
		use := r.Database[t.Target]
		use.Set(&capacity, &phase)
		r.Database[t.Target] = use
	}
}
