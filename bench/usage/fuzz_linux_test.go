package usage

import "testing"

// FuzzProc reads any text as the other files of /proc and of control groups: what is read
// is not negative.
func FuzzProc(f *testing.F) {
	for _, s := range []string{
		"1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF", "1: -> FLOCK ADVISORY READ 1 0:1:2 0 EOF", "1: OFDLCK ADVISORY WRITE -1 00:01:2 0 EOF",
		"nr_throttled 5\nthrottled_usec 18446744073709551615\n", "throttled_time 9223372036854775807", "throttled_usec 9223372036854775807",
		"SigIgn:\t0000000000011000\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t18446744073709551615\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if stopped := parseThrottled(s); stopped.Time < 0 {
			t.Errorf("%q: got %v", s, stopped)
		}
		if pid, file := parseLock(s); (file == "") != (pid == 0) && pid > 0 {
			t.Errorf("%q: got %d, %q", s, pid, file)
		}
		parseIgnored([]byte(s))
		parseSwitches([]byte(s))
	})
}
