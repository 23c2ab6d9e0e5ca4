package result

// A CostModel is the gain that CPU time explains, as a function of the work of a request: both
// targets do the work, and each has costs of its own beside it.
type CostModel struct {
	Candidate string  // that does the work
	Work      float64 // CPU seconds of a request of the mix
	Before    float64 // what the baseline pays beside the work
	Beside    float64 // what the candidate pays beside it: its gateway, where HTTP is not a part of the work
}

// CostModel returns the model of the baseline and the target whose work is the baseline's.
func (r *Result) CostModel() (m CostModel, ok bool) {
	base := r.Costs[r.Baseline()]
	twin := r.Costs[base.WorkOf]
	if base.Total == nil || twin.Total == nil || twin.Work == nil {
		return m, false
	}
	work := twin.Work.CPUSeconds
	m = CostModel{Candidate: base.WorkOf, Work: work, Before: base.Total.CPUSeconds - work, Beside: max(0, twin.Total.CPUSeconds-work)}
	return m, work > 0 && m.Before > m.Beside
}

// Gain is how many times the CPU time of the candidate a request costs the baseline, where it
// needs so many CPU seconds of work.
func (m CostModel) Gain(work float64) float64 { return (m.Before + work) / (m.Beside + work) }

// WorkFor is the work of a request with such a gain, in CPU seconds. There is none for a gain
// that the model does not reach.
func (m CostModel) WorkFor(gain float64) (work float64, ok bool) {
	work = (m.Before - gain*m.Beside) / (gain - 1)
	return work, gain > 1 && work > 0
}

// StoryGain is the gain of the story that classibench reproduces: "more than 300%".
const StoryGain = 4

// A RouteCost is the CPU time of a request of one route.
type RouteCost struct {
	Route    string      `json:"route"`
	Total    *Cost       `json:"total,omitempty"`
	Measured []CostRound `json:"rounds"`
}

// estimateRoutes fills in the totals.
func estimateRoutes(measured []RouteCost) (all []RouteCost) {
	for _, route := range measured {
		if total := accounts(route.Measured, CostRound.tree); total != nil {
			route.Total = costOf(total)
		}
		all = append(all, route)
	}
	return all
}

// A RoutePoint is the work and the gain of one route.
type RoutePoint struct {
	Route      string
	Work, Gain float64 // CPU seconds; times
}

// Routes are the routes of the mix whose costs are known on both sides.
func (m CostModel) Routes(r *Result) (all []RoutePoint) {
	base := map[string]*Cost{}
	for _, route := range r.Costs[r.Baseline()].Routes {
		base[route.Route] = route.Total
	}
	for _, route := range r.Costs[m.Candidate].Routes {
		b := base[route.Route]
		if b == nil || route.Total == nil || !(route.Total.CPUSeconds > 0) {
			continue
		}
		all = append(all, RoutePoint{route.Route, max(0, route.Total.CPUSeconds-m.Beside), b.CPUSeconds / route.Total.CPUSeconds})
	}
	return all
}
