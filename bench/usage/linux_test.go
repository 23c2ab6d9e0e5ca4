//go:build linux

package usage

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestReadEntries(t *testing.T) {
	dir, err := unix.Open("/proc/self/task", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(dir)
	for range 2 { // the second call rewinds
		entries, err := readEntries(nil, dir, make([]byte, 128)) // more than one piece
		if err != nil || !slices.ContainsFunc(entries, func(e entry) bool { return e.id == os.Getpid() && e.inode > 0 }) {
			t.Errorf("got %v, %v; want the main thread %d among the threads", entries, err, os.Getpid())
		}
		if names, err := os.ReadDir("/proc/self/task"); err != nil || len(names) < len(entries)-2 {
			t.Errorf("got %d entries, want about %d", len(entries), len(names))
		}
	}
}

func FuzzParseEntries(f *testing.F) {
	record := make([]byte, 24)
	record[0], record[direntLength] = 9, 24
	copy(record[direntName:], "123")
	f.Add(record)
	f.Add(append(slices.Clone(record), record[:20]...))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, e := range parseEntries(nil, b) {
			if e.id <= 0 {
				t.Errorf("got process %d", e.id)
			}
		}
	})
}

func TestDecimal(t *testing.T) {
	for s, want := range map[string]int{"1": 1, "4194304": 4194304, "0": 0, "": 0, "self": 0, "1x": 0, "9999999999": 0, "-1": 0} {
		if got, ok := decimal([]byte(s)); ok != (want > 0) || ok && got != want {
			t.Errorf("%q: got %d, %v; want %d", s, got, ok, want)
		}
	}
}

func TestReadMachine(t *testing.T) {
	first, err := ReadMachine()
	if err != nil {
		t.Fatal(err)
	}
	child(t, "sleep")
	burn(30 * time.Millisecond)
	second, err := ReadMachine()
	if err != nil {
		t.Fatal(err)
	}
	if second.Started <= first.Started {
		t.Errorf("got %d tasks started, then %d after one more", first.Started, second.Started)
	}
	if d := second.Busy - first.Busy; d < Tick {
		t.Errorf("the machine was busy for %v while this process used 30ms", d)
	}
	if second.CPUPressure < first.CPUPressure {
		t.Errorf("got %+v, want a pressure that does not fall", second)
	}
}

func TestDescribe(t *testing.T) {
	f, err := Describe()
	if err != nil {
		t.Fatal(err)
	}
	if f.Kernel == "" || f.CPU == "" || f.Memory < 64<<20 || f.OpenFiles < 8 {
		t.Errorf("got %+v, want all facts of the machine", f)
	}
}

func TestPinSelf(t *testing.T) {
	if _, word, _, _ := child(t, "pinned"); word != "true 1" {
		t.Errorf("got %q, want all threads on one CPU and GOMAXPROCS 1", word)
	}
	before := runtime.GOMAXPROCS(0)
	if err := PinSelf(nil); err != nil || runtime.GOMAXPROCS(0) != before {
		t.Errorf("PinSelf(nil): %v, GOMAXPROCS %d, want %d", err, runtime.GOMAXPROCS(0), before)
	}
}

// TestLowestQuota writes directories like those of control groups.
func TestLowestQuota(t *testing.T) {
	mount := t.TempDir()
	write := func(path, content string) {
		path = filepath.Join(mount, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a/cpu.max", "200000 100000\n")
	write("a/b/cpu.max", "max 100000\n")
	write("v1/cpu.cfs_quota_us", "50000\n")
	write("v1/cpu.cfs_period_us", "100000\n")
	for group, want := range map[string]float64{"/a/b": 2, "/a": 2, "/v1/below": 0.5, "/": 0} {
		if got, from := lowest(mount, group); got != want || (want > 0) != (from != "") {
			t.Errorf("group %s: got %v from %q, want %v", group, got, from, want)
		}
	}
}
