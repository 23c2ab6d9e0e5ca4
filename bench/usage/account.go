package usage

import "time"

// An Account is what processes used until a moment, as the kernel counts it for each.
type Account struct {
	CPU      time.Duration // user and system
	Faults   uint64        // page faults, minor and major
	Switches uint64        // context switches, voluntary and not
	Reaped   uint64        // page faults of reaped children, among Faults: it grows with every child that is reaped
}

// Minus returns what was used since an earlier account. A count that fell, since a
// process or a thread has ended whose count nobody keeps, is 0.
func (a Account) Minus(earlier Account) Account {
	return Account{
		CPU: max(0, a.CPU-earlier.CPU), Faults: less(a.Faults, earlier.Faults),
		Switches: less(a.Switches, earlier.Switches), Reaped: less(a.Reaped, earlier.Reaped),
	}
}

func less(a, b uint64) uint64 { return a - min(a, b) }
