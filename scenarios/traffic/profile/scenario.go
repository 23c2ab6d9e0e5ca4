package profile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

const (
	mostRoutes = 60
	mostValues = 400 // of a list that is drawn from
)

// Scenario returns a scenario with this traffic: its routes with their weights and the
// popularity of their targets, and the busiest hour in a minute, a second for each minute. It
// has the requests with GET and HEAD, since logs have no bodies. A right answer is that of the
// baseline. The targets are to be added; notes say what is left out.
func (p *Profile) Scenario(name string) (s *scenarios.Scenario, notes []string) {
	s = scenarios.Defaults()
	s.Name, s.Description = name, p.description()
	s.Draw = map[string]scenarios.Draw{}
	sent, left := p.sent()
	for i, r := range sent {
		s.Mix = append(s.Mix, r.mixed(i+1, s.Draw))
	}
	if left > 0 {
		notes = append(notes, fmt.Sprintf("left out of the scenario: %s with other methods than GET and HEAD, or of rare kinds", unit.Count(left, "request")))
	}
	s.Replay.Stages = []scenarios.Stage{p.stage()}
	s.Replay.DoubleUpTo = scenarios.Rate{}
	return s, notes
}

// description names the day of the traffic where it is known, and its busiest hour where
// there is one.
func (p *Profile) description() string {
	text := "Recorded traffic"
	if !p.Start.IsZero() {
		text = "The traffic of " + p.Start.Format("2 January 2006")
	}
	if p.HasHour() {
		text += ", with its busiest hour"
	}
	return text
}

// sent returns the routes that a scenario has.
func (p *Profile) sent() (all []Route, left int) {
	for _, r := range p.Routes {
		if safe := (scenarios.Route{Method: r.Method}).Safe(); safe && len(all) < mostRoutes {
			all = append(all, r)
		} else {
			left += r.Hits
		}
	}
	return all, left
}

// mixed makes a route of a scenario, and the list that it draws from.
func (r Route) mixed(n int, draws map[string]scenarios.Draw) scenarios.Route {
	out := scenarios.Route{
		Name: fmt.Sprintf("%d. %s %s", n, r.Method, shortened(r.Pattern)), Weight: float64(r.Hits), Method: r.Method,
		Path: scenarios.Literal(r.targets[0].path), Expect: scenarios.Expect{Baseline: true},
	}
	if len(r.targets) > 1 {
		name := fmt.Sprintf("path%d", n)
		draws[name] = scenarios.Draw{List: r.sample()}
		out.Path = "{" + name + "...}"
	}
	return out
}

// sample returns targets for a list, each as often as its share of the hits: at even distances
// of all hits, from the most popular target on.
func (r Route) sample() (list []string) {
	values := min(r.Hits, mostValues)
	sum := 0
	for _, t := range r.targets {
		sum += t.hits
		for len(list)*r.Hits+r.Hits/2 < sum*values && len(list) < values {
			list = append(list, t.path)
		}
	}
	return list
}

// stage is the busiest hour, or all of a shorter traffic, a second for each minute.
func (p *Profile) stage() scenarios.Stage {
	minutes, name := p.HourParts(), "all minutes"
	if p.HasHour() {
		name = "busiest hour"
	}
	mean := 0.0
	for _, m := range minutes {
		mean += m.Rate() / float64(len(minutes))
	}
	stage := scenarios.Stage{Name: name, For: max(10*time.Second, time.Duration(len(minutes))*time.Second), Rate: scenarios.Rate{Value: rounded(mean), Unit: scenarios.HitsPerSecond}}
	for _, m := range minutes {
		stage.Curve = append(stage.Curve, rounded(m.Rate()/mean))
	}
	if len(stage.Curve) == 1 || slices.Max(stage.Curve) == 0 {
		stage.Curve = nil
	}
	return stage
}

// rounded keeps three decimals, and does not become 0.
func rounded(x float64) float64 { return max(float64(int(x*1000+0.5))/1000, 0.001) }

func shortened(s string) string {
	if len(s) <= 60 {
		return s
	}
	return strings.ToValidUTF8(s[:57], "") + "…"
}
