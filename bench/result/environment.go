package result

// Unpin gives up the cores of their own that generator and targets were to have,
// for a reason that is shown wherever the result is.
func (e *Environment) Unpin(why string) {
	e.LoadCPUs, e.TargetCPUs, e.Unpinned = nil, nil, why
	e.Pinning = "neither generator nor targets are pinned: " + why
}

// SharingWarnings is the doubt about a result whose generator and targets should have had
// cores of their own, and did not.
func (e Environment) SharingWarnings(about string) []Warning {
	if e.Unpinned == "" {
		return nil
	}
	return []Warning{{about, "generator and targets shared all cores and slowed each other down, which makes a fast target look slower than it is: " + e.Unpinned}}
}

// TargetCores is how many cores a target may use.
func (e Environment) TargetCores() int {
	if len(e.TargetCPUs) > 0 {
		return len(e.TargetCPUs)
	}
	return max(1, e.Cores)
}

// GeneratorCores is how many cores the generator may use.
func (e Environment) GeneratorCores() int {
	if len(e.LoadCPUs) > 0 {
		return len(e.LoadCPUs)
	}
	return max(1, e.Cores)
}
