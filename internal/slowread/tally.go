package slowread

import "time"

// A tally is the time for which a client was waited for, less what it has earned.
type tally struct{ waited time.Duration }

// perByte is the time that a client earns with a byte.
const perByte = time.Second / Rate

// count adds time in which a client passed n bytes. Nothing is saved up.
func (t *tally) count(waited time.Duration, n int64) {
	t.waited += waited
	t.waited = max(t.waited-perByte*time.Duration(min(n, int64(t.waited/perByte)+1)), 0)
}
