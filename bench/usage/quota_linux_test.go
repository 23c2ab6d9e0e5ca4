package usage

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// root writes the files of a system below a directory.
func root(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for path, content := range files {
		path = filepath.Join(dir, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("42", filepath.Join(dir, "proc/self")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Lines of /proc/42/mountinfo.
const (
	mountV2     = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
	mountHybrid = "31 23 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
	mountV1     = "33 24 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct\n"
	mountDocker = "33 24 0:29 /docker/ab /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"
	mountMemory = "34 24 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
)

// TestQuotaOfASystem reads the control groups of systems that differ in versions and
// in nesting. The tightest limit counts, and the stops of all limits add up.
func TestQuotaOfASystem(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		cpus  float64
		from  string
		stops Throttled
	}{
		"version 2": {map[string]string{
			"proc/42/cgroup": "0::/system.slice/ci.service\n", "proc/42/mountinfo": mountMemory + mountV2,
			"sys/fs/cgroup/system.slice/ci.service/cpu.max":  "150000 100000\n",
			"sys/fs/cgroup/system.slice/ci.service/cpu.stat": "nr_throttled 7\nthrottled_usec 300000\n",
			"sys/fs/cgroup/system.slice/cpu.max":             "max 100000\n",
			"sys/fs/cgroup/system.slice/cpu.stat":            "nr_throttled 99\nthrottled_usec 99\n",
		}, 1.5, "sys/fs/cgroup/system.slice/ci.service/cpu.max", Throttled{300 * time.Millisecond, 7}},
		"nested, the outer is tighter": {map[string]string{
			"proc/42/cgroup": "0::/a/b/c\n", "proc/42/mountinfo": mountV2,
			"sys/fs/cgroup/a/b/c/cpu.max": "200000 100000\n", "sys/fs/cgroup/a/b/c/cpu.stat": "nr_throttled 1\nthrottled_usec 1000\n",
			"sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
			"sys/fs/cgroup/a/cpu.max":   "50000 100000\n", "sys/fs/cgroup/a/cpu.stat": "nr_throttled 2\nthrottled_usec 4000\n",
		}, 0.5, "sys/fs/cgroup/a/cpu.max", Throttled{5 * time.Millisecond, 3}},
		"in a container's namespace": {map[string]string{
			"proc/42/cgroup": "0::/\n", "proc/42/mountinfo": mountV2,
			"sys/fs/cgroup/cpu.max": "25000 100000\n", "sys/fs/cgroup/cpu.stat": "nr_throttled 1\nthrottled_usec 1\n",
		}, 0.25, "sys/fs/cgroup/cpu.max", Throttled{time.Microsecond, 1}},
		"version 1": {map[string]string{
			"proc/42/cgroup": "4:memory:/x\n3:cpu,cpuacct:/ci/job\n", "proc/42/mountinfo": mountMemory + mountV1,
			"sys/fs/cgroup/cpu,cpuacct/ci/job/cpu.cfs_quota_us":  "-1\n",
			"sys/fs/cgroup/cpu,cpuacct/ci/job/cpu.cfs_period_us": "100000\n",
			"sys/fs/cgroup/cpu,cpuacct/ci/cpu.cfs_quota_us":      "80000\n",
			"sys/fs/cgroup/cpu,cpuacct/ci/cpu.cfs_period_us":     "40000\n",
			"sys/fs/cgroup/cpu,cpuacct/ci/cpu.stat":              "nr_periods 9\nnr_throttled 5\nthrottled_time 2000000\n",
		}, 2, "sys/fs/cgroup/cpu,cpuacct/ci/cpu.cfs_quota_us", Throttled{2 * time.Millisecond, 5}},
		"version 1 in a container": {map[string]string{
			"proc/42/cgroup": "3:cpu,cpuacct:/docker/ab\n", "proc/42/mountinfo": mountDocker,
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "10000\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
		}, 0.1, "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", Throttled{}},
		"both versions, CPU in version 1": {map[string]string{
			"proc/42/cgroup": "3:cpu,cpuacct:/x\n0::/x\n", "proc/42/mountinfo": mountV1 + mountHybrid,
			"sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us": "30000\n", "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us": "10000\n",
			"sys/fs/cgroup/unified/x/cgroup.procs": "42\n",
		}, 3, "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", Throttled{}},
		"none": {map[string]string{
			"proc/42/cgroup": "0::/user.slice\n", "proc/42/mountinfo": mountV2, "sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
		}, 0, "", Throttled{}},
		"no control groups": {map[string]string{"proc/42/cgroup": "", "proc/42/mountinfo": ""}, 0, "", Throttled{}},
		"damaged": {map[string]string{
			"proc/42/cgroup": "0::/x\n", "proc/42/mountinfo": mountV2, "sys/fs/cgroup/x/cpu.max": "many\n", "sys/fs/cgroup/x/cpu.stat": "nr_throttled\n",
		}, 0, "", Throttled{}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := root(t, c.files)
			all := quotas(dir)
			cpus, from := tightest(all)
			if from != "" {
				from, _ = filepath.Rel(dir, from)
			}
			if cpus != c.cpus || from != c.from {
				t.Errorf("got %v from %q, want %v from %q", cpus, from, c.cpus, c.from)
			}
			if stops := throttledBy(all); stops != c.stops {
				t.Errorf("got %+v, want %+v", stops, c.stops)
			}
		})
	}
}

// A target that runs already has groups of its own. Their limits count as well, each once.
func TestQuotaOfAnotherProcess(t *testing.T) {
	dir := root(t, map[string]string{
		"proc/42/cgroup": "0::/ci\n", "proc/42/mountinfo": mountV2,
		"proc/43/cgroup":                          "0::/site/ads.service\n",
		"proc/44/cgroup":                          "0::/site/web.service\n",
		"sys/fs/cgroup/ci/cpu.max":                "200000 100000\n",
		"sys/fs/cgroup/site/cpu.max":              "100000 100000\n",
		"sys/fs/cgroup/site/cpu.stat":             "nr_throttled 3\nthrottled_usec 5000\n",
		"sys/fs/cgroup/site/ads.service/cpu.max":  "50000 100000\n",
		"sys/fs/cgroup/site/ads.service/cpu.stat": "nr_throttled 2\nthrottled_usec 1000\n",
		"sys/fs/cgroup/site/web.service/cpu.max":  "max 100000\n",
	})
	for _, c := range []struct {
		pids  []int
		cpus  float64
		stops Throttled
	}{
		{nil, 2, Throttled{}},
		{[]int{44}, 1, Throttled{5 * time.Millisecond, 3}},
		{[]int{43, 44, 45}, 0.5, Throttled{6 * time.Millisecond, 5}}, // 45 has ended
	} {
		all := quotas(dir, c.pids...)
		if cpus, _ := tightest(all); cpus != c.cpus || throttledBy(all) != c.stops {
			t.Errorf("%d: got %v and %+v, want %v and %+v", c.pids, cpus, throttledBy(all), c.cpus, c.stops)
		}
	}
}

// Where a group is gone in the end, nothing is counted that was not read.
func TestThrottledOfAGroupThatIsGone(t *testing.T) {
	if got := (Throttled{}).Sub(Throttled{time.Second, 7}); got != (Throttled{}) {
		t.Errorf("got %+v", got)
	}
}
