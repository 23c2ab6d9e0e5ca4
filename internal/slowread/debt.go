package slowread

import "time"

// A debt is the time for which a client was waited for, less what it has earned.
type debt struct{ waited time.Duration }

// perByte is the time that a client earns with a byte.
const perByte = time.Second / Rate

// count adds time in which a client passed n bytes. Nothing is saved up.
func (d *debt) count(waited time.Duration, n int64) {
	d.waited += waited
	d.waited = max(d.waited-perByte*time.Duration(min(n, int64(d.waited/perByte)+1)), 0)
}
