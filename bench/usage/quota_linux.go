package usage

import (
	"os"
	"path"
	"slices"
	"strings"

	"github.com/prometheus/procfs"
)

// Quota returns how many CPUs the control group of this process, or one above it,
// may use, and the file with that limit; 0 means no limit. A process over its quota
// stands still until the next period, which looks like a slow target.
func Quota() (cpus float64, from string) {
	self, err := procfs.Self()
	if err != nil {
		return 0, ""
	}
	groups, err := self.Cgroups()
	if err != nil {
		return 0, ""
	}
	mounts, err := self.MountInfo()
	if err != nil {
		return 0, ""
	}
	for _, g := range groups {
		for _, m := range mounts {
			if !controls(m, g) {
				continue
			}
			if q, file := lowest(m.MountPoint, strings.TrimPrefix(g.Path, strings.TrimSuffix(m.Root, "/"))); q > 0 && (cpus == 0 || q < cpus) {
				cpus, from = q, file
			}
		}
	}
	return cpus, from
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
func lowest(mount, group string) (cpus float64, from string) {
	for dir := path.Join("/", group); ; dir = path.Dir(dir) {
		if q, file := limit(path.Join(mount, dir)); q > 0 && (cpus == 0 || q < cpus) {
			cpus, from = q, file
		}
		if dir == "/" {
			return cpus, from
		}
	}
}

// limit reads the limit of one group, of either version.
func limit(dir string) (cpus float64, from string) {
	if b, err := os.ReadFile(path.Join(dir, "cpu.max")); err == nil {
		cpus, _ = parseMax(string(b))
		return cpus, path.Join(dir, "cpu.max")
	}
	quota, err := os.ReadFile(path.Join(dir, "cpu.cfs_quota_us"))
	if err != nil {
		return 0, ""
	}
	period, err := os.ReadFile(path.Join(dir, "cpu.cfs_period_us"))
	if err != nil {
		return 0, ""
	}
	cpus, _ = parseQuota(string(quota), string(period))
	return cpus, path.Join(dir, "cpu.cfs_quota_us")
}
