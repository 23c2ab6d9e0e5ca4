package usage

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"time"
)

const statTail = " R 10 11 12 0 -1 4194304 103 7 2 5 31 32 33 34 20 0 5 0 657274 3133440 384 18446744073709551615 94389391118336 0"

func TestParseStat(t *testing.T) {
	want := stat{state: 'R', ppid: 10, group: 11, session: 12, faults: 105, reapedFaults: 7, reapedMajor: 5,
		cutime: 33, cstime: 34, threads: 5, started: 657274, resident: 384}
	for _, name := range []string{"cat", "a b", ":-) R 1 2", "new\nline", "((", "))", ""} {
		got, err := parseStat([]byte("19097 (" + name + ")" + statTail))
		if err != nil || got != want {
			t.Errorf("parseStat for a program named %q: got %+v, %v; want %+v", name, got, err, want)
		}
	}
	for _, bad := range []string{"", "1", "1 (cat)", "1 (cat) ", "1 (cat) R", "1 (cat) R 1 2 3", "1 (cat) R x", "1 (cat R 1"} {
		if s, err := parseStat([]byte(bad)); err == nil {
			t.Errorf("parseStat(%q): got %+v, want an error", bad, s)
		}
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("19097 (cat)" + statTail))
	f.Add([]byte("1 ())) R -1 -"))
	f.Fuzz(func(t *testing.T, line []byte) {
		s, err := parseStat(line)
		if err == nil && !strings.Contains(string(line), ") "+string(s.state)+" ") && s.state != 0 {
			// The state is the byte after the last bracket and a blank.
			if i := strings.LastIndexByte(string(line), ')'); line[i+2] != s.state {
				t.Errorf("parseStat(%q): got state %q", line, s.state)
			}
		}
	})
}

func TestParseForks(t *testing.T) {
	if n, ok := parseForks([]byte("cpu 1 2\nctxt 7\nbtime 9\nprocesses 20427\nprocs_running 2\n")); !ok || n != 20427 {
		t.Errorf("got %d, %v; want 20427", n, ok)
	}
	for _, cut := range []string{"", "cpu 1 2\n", "cpu 1\nprocesses 204", "cpu 1\nprocesses\n"} {
		if n, ok := parseForks([]byte(cut)); ok {
			t.Errorf("parseForks(%q): got %d, want no result", cut, n)
		}
	}
}

func FuzzParseForks(f *testing.F) {
	f.Add([]byte("cpu 1 2\nprocesses 20427\nprocs_running 2\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, ok := parseForks(b)
		if again, _ := parseForks(fmt.Appendf(nil, "cpu 1\nprocesses %d\n", n)); ok && again != n {
			t.Errorf("parseForks(%q): got %d, but %d after formatting that", b, n, again)
		}
	})
}

func TestDefunct(t *testing.T) {
	for _, c := range []struct {
		stat stat
		want bool
	}{
		{stat{state: 'Z', threads: 1}, true},
		{stat{state: 'X', threads: 0}, true},
		{stat{state: 'Z', threads: 3}, false}, // only the main thread has ended
		{stat{state: 'R', threads: 1}, false},
	} {
		if got := c.stat.defunct(); got != c.want {
			t.Errorf("%+v defunct: got %v, want %v", c.stat, got, c.want)
		}
	}
}

func TestLists(t *testing.T) {
	for s, want := range map[string][]int{"0": {0}, "0-3,8": {0, 1, 2, 3, 8}, "1,3": {1, 3}, "": nil, "0-1,4-5": {0, 1, 4, 5}} {
		got, err := parseList(s)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %v, %v; want %v", s, got, err, want)
		}
		if back := formatList(got); back != s {
			t.Errorf("%q was formatted as %q", s, back)
		}
	}
	for _, bad := range []string{"x", "1-", "-1", "3-1", "1,,2", "0-99999999", "1 2"} {
		if got, err := parseList(bad); err == nil {
			t.Errorf("%q: got %v, want an error", bad, got)
		}
	}
}

func TestListsComeBack(t *testing.T) {
	back := func(set map[uint8]bool) bool {
		cpus := []int{}
		for cpu := range 256 {
			if set[uint8(cpu)] {
				cpus = append(cpus, cpu)
			}
		}
		got, err := parseList(formatList(cpus))
		return err == nil && slices.Equal(got, cpus)
	}
	if err := quick.Check(back, nil); err != nil {
		t.Error(err)
	}
}

func FuzzParseList(f *testing.F) {
	f.Add("0-3,8")
	f.Add("9-1,,")
	f.Fuzz(func(t *testing.T, s string) {
		cpus, err := parseList(s)
		if err == nil && len(cpus) > mostCPUs*2 {
			t.Errorf("parseList(%q) returned %d CPUs", s, len(cpus))
		}
	})
}

func TestQuotas(t *testing.T) {
	for s, want := range map[string]float64{"max 100000\n": 0, "150000 100000\n": 1.5, "50000 100000": 0.5} {
		if got, err := parseMax(s); err != nil || got != want {
			t.Errorf("cpu.max %q: got %v, %v; want %v", s, got, err, want)
		}
	}
	for _, bad := range []string{"", "x 1", "1", "1 0", "1 -1"} {
		if got, err := parseMax(bad); err == nil {
			t.Errorf("cpu.max %q: got %v, want an error", bad, got)
		}
	}
	if got, err := parseQuota("-1\n", "100000\n"); err != nil || got != 0 {
		t.Errorf("version 1 without a limit: got %v, %v; want 0", got, err)
	}
}

func FuzzParseMax(f *testing.F) {
	f.Add("max 100000")
	f.Add("150000 100000\n")
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := parseMax(s); err == nil && !(got >= 0) {
			t.Errorf("cpu.max %q: got %v CPUs", s, got)
		}
	})
}

func TestSplit(t *testing.T) {
	alone := func(cpu int) []int { return []int{cpu} }
	pairs := func(cpu int) []int { return []int{cpu % 4, cpu%4 + 4} } // CPUs 0 and 4 share a core
	one := func(int) []int { return []int{0, 1} }
	for _, c := range []struct {
		cpus, load, target []int
		siblings           func(int) []int
		how                string
	}{
		{[]int{3}, nil, nil, alone, "not pinned"},
		{nil, nil, nil, alone, "not pinned"},
		{[]int{0, 1}, []int{0}, []int{1}, alone, "generator pinned to CPU 0, target to CPU 1"},
		{[]int{0, 1}, []int{0}, []int{1}, one, "hyperthreads of one core"},
		{[]int{0, 1, 2}, []int{0}, []int{1, 2}, alone, "target to CPUs 1-2"},
		{[]int{0, 1, 2, 3, 4, 5, 6, 7}, []int{0, 1, 4, 5}, []int{2, 3, 6, 7}, pairs, "CPUs 0-1,4-5, target to CPUs 2-3,6-7, no core divided"},
		{[]int{0, 1, 4, 5}, []int{0, 4}, []int{1, 5}, pairs, "no core divided"},
		{[]int{1, 2, 6}, []int{1}, []int{2, 6}, pairs, "no core divided"},
	} {
		load, target, how := split(c.cpus, c.siblings)
		if !reflect.DeepEqual(load, c.load) || !reflect.DeepEqual(target, c.target) || !strings.Contains(how, c.how) {
			t.Errorf("split of %v: got %v and %v, %q; want %v and %v, …%s…", c.cpus, load, target, how, c.load, c.target, c.how)
		}
	}
}

func TestThrottled(t *testing.T) {
	for s, want := range map[string]Throttled{
		"usage_usec 5\nnr_periods 10\nnr_throttled 3\nthrottled_usec 2500000\nnr_bursts 0\n": {2500 * time.Millisecond, 3}, // version 2
		"nr_periods 10\nnr_throttled 4\nthrottled_time 1500000000\n":                         {1500 * time.Millisecond, 4}, // version 1
		"usage_usec 5\nuser_usec 3\n":                                                        {},
		"":                                                                                   {},
		"nr_throttled x\nthrottled_usec -1\n":                                                {},
		"throttled_usec 9223372036854775807\n":                                               {time.Duration(math.MaxInt64/1000) * time.Microsecond, 0},
		"throttled_usec 99999999999999999999999 1\n":                                         {},
	} {
		if got := parseThrottled(s); got != want {
			t.Errorf("%q: got %+v, want %+v", s, got, want)
		}
	}
}
