package result

// Unpin lets generator and targets share all cores. Every report of the result shows the
// reason.
func (e *Environment) Unpin(why string) {
	e.LoadCPUs, e.TargetCPUs, e.Unpinned = nil, nil, why
	e.Pinning = "neither generator nor targets are pinned: " + why
}

// SharingWarnings returns a warning if generator and targets had to share cores.
func (e Environment) SharingWarnings(about string) []Warning {
	if e.Unpinned == "" {
		return nil
	}
	return []Warning{{about, "generator and targets shared all cores and slowed each other down, which makes a fast target look slower than it is: " + e.Unpinned}}
}

// TargetCores returns the number of cores that a target may use.
func (e Environment) TargetCores() int {
	if len(e.TargetCPUs) > 0 {
		return len(e.TargetCPUs)
	}
	return max(1, e.Cores)
}

// GeneratorCores returns the number of cores that the generator may use.
func (e Environment) GeneratorCores() int {
	if len(e.LoadCPUs) > 0 {
		return len(e.LoadCPUs)
	}
	return max(1, e.Cores)
}
