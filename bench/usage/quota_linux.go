package usage

import (
	"os"
	"path"
	"slices"
	"strings"

	"github.com/prometheus/procfs"
)

// Quotas are the limits of control groups on CPU time. A process over its quota stands still
// until the next period, which looks like a slow target.
type Quotas struct{ all []quota }

// FindQuotas returns the limits on this process and on others: of their control groups, and of
// those above. A process that has ended has none.
func FindQuotas(pids ...int) Quotas { return Quotas{quotas("/", pids...)} }

// Tightest returns how many CPUs the lowest limit allows, and its file; 0 means no limit.
func (q Quotas) Tightest() (cpus float64, from string) { return tightest(q.all) }

// Throttled returns how long the limits have stopped processes so far.
func (q Quotas) Throttled() Throttled { return throttledBy(q.all) }

// A quota is the limit of one control group.
type quota struct {
	cpus float64
	from string // its file
	stat string // the file with the time for which it stopped processes
}

// tightest returns the lowest limit.
func tightest(all []quota) (cpus float64, from string) {
	for _, q := range all {
		if cpus == 0 || q.cpus < cpus {
			cpus, from = q.cpus, q.from
		}
	}
	return cpus, from
}

// throttledBy adds up what limits have stopped.
func throttledBy(all []quota) (sum Throttled) {
	for _, q := range all {
		b, err := os.ReadFile(q.stat)
		if err != nil {
			continue
		}
		t := parseThrottled(string(b))
		sum.Time, sum.Periods = sum.Time+t.Time, sum.Periods+t.Periods
	}
	return sum
}

// quotas returns the limits of the control groups of this process, of others and of all above
// them, of both versions, below the root of a file system.
func quotas(root string, pids ...int) (all []quota) {
	proc, err := procfs.NewFS(path.Join(root, "proc"))
	if err != nil {
		return nil
	}
	self, err := proc.Self()
	if err != nil {
		return nil
	}
	mounts, err := self.MountInfo()
	if err != nil {
		return nil
	}
	seen := map[string]bool{}
	for _, pid := range append([]int{self.PID}, pids...) {
		for _, q := range quotasOf(proc, pid, root, mounts) {
			if !seen[q.from] {
				all = append(all, q)
			}
			seen[q.from] = true
		}
	}
	return all
}

// quotasOf returns the limits on one process.
func quotasOf(proc procfs.FS, pid int, root string, mounts []*procfs.MountInfo) (all []quota) {
	p, err := proc.Proc(pid)
	if err != nil {
		return nil
	}
	groups, err := p.Cgroups()
	if err != nil {
		return nil
	}
	for _, g := range groups {
		for _, m := range mounts {
			if controls(m, g) {
				all = append(all, upwards(path.Join(root, m.MountPoint), strings.TrimPrefix(g.Path, strings.TrimSuffix(m.Root, "/")))...)
			}
		}
	}
	return all
}

// controls reports whether the CPU limits of the group are visible below the mount.
func controls(m *procfs.MountInfo, g procfs.Cgroup) bool {
	if m.FSType == "cgroup2" {
		return g.HierarchyID == 0
	}
	_, cpu := m.SuperOptions["cpu"]
	return m.FSType == "cgroup" && cpu && slices.Contains(g.Controllers, "cpu")
}

// lowest returns the lowest limit from a group up to the root of its mount.
func lowest(mount, group string) (cpus float64, from string) { return tightest(upwards(mount, group)) }

// upwards returns the limits from a group up to the root of its mount.
func upwards(mount, group string) (all []quota) {
	for dir := path.Join("/", group); ; dir = path.Dir(dir) {
		if q := limit(path.Join(mount, dir)); q.cpus > 0 {
			all = append(all, q)
		}
		if dir == "/" {
			return all
		}
	}
}

// limit reads the limit of one group, of either version.
func limit(dir string) quota {
	q := quota{stat: path.Join(dir, "cpu.stat")}
	if b, err := os.ReadFile(path.Join(dir, "cpu.max")); err == nil {
		q.cpus, _ = parseMax(string(b))
		q.from = path.Join(dir, "cpu.max")
		return q
	}
	amount, err := os.ReadFile(path.Join(dir, "cpu.cfs_quota_us"))
	if err != nil {
		return q
	}
	period, err := os.ReadFile(path.Join(dir, "cpu.cfs_period_us"))
	if err != nil {
		return q
	}
	q.cpus, _ = parseQuota(string(amount), string(period))
	q.from = path.Join(dir, "cpu.cfs_quota_us")
	return q
}
