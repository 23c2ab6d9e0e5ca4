package bench

import (
	"sort"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
)

// readings are the readings of a target's process tree and of the machine during a trial.
type readings struct {
	began time.Time
	all   []reading
}

type reading struct {
	at      float64 // seconds since began
	tree    usage.Usage
	machine usage.Machine
	self    time.Duration // CPU time of the generator, and in a session also of the database server
}

func (r *readings) add(u usage.Usage, m usage.Machine) {
	r.all = append(r.all, reading{u.At.Sub(r.began).Seconds(), u, m, usage.Self()})
}

// spent returns the CPU time of the tree from the first reading to the last.
func (r *readings) spent() time.Duration {
	if len(r.all) == 0 {
		return 0
	}
	return r.all[len(r.all)-1].tree.CPU - r.all[0].tree.CPU
}

// last returns the time of the last reading.
func (r *readings) last() float64 {
	if len(r.all) == 0 {
		return 0
	}
	return r.all[len(r.all)-1].at
}

// samples returns the changes between consecutive readings.
func (r *readings) samples() []result.Sample {
	var out []result.Sample
	for i := 1; i < len(r.all); i++ {
		a, b := r.all[i-1], r.all[i]
		took := b.at - a.at
		if took <= 0 {
			continue
		}
		out = append(out, result.Sample{
			At: b.at, CPU: (b.tree.CPU - a.tree.CPU).Seconds() / took,
			Runnable: b.tree.Runnable, Defunct: b.tree.Defunct, Alive: b.tree.Alive,
			Started: b.machine.Started - a.machine.Started, Memory: b.tree.Memory, LoadAverage: b.machine.LoadAverage,
			CPUPressure: (b.machine.CPUPressure - a.machine.CPUPressure).Seconds() / took,
		})
	}
	return out
}

// load summarizes the readings between two moments.
func (r *readings) load(from, to float64) result.Load {
	var l result.Load
	n := 0
	for _, x := range r.all {
		if x.at < from || x.at > to {
			continue
		}
		n++
		l.RunnableMean += float64(x.tree.Runnable)
		l.DefunctMean += float64(x.tree.Defunct)
		l.RunnableMax = max(l.RunnableMax, x.tree.Runnable)
		l.DefunctMax = max(l.DefunctMax, x.tree.Defunct)
		l.AliveMax = max(l.AliveMax, x.tree.Alive)
		l.MemoryMax = max(l.MemoryMax, x.tree.Memory)
	}
	if n == 0 || to <= from {
		return l
	}
	l.RunnableMean /= float64(n)
	l.DefunctMean /= float64(n)
	l.CPU = r.between(from, to, func(x reading) float64 { return x.tree.CPU.Seconds() })
	l.CPUCores = l.CPU / (to - from)
	l.Started = uint64(r.between(from, to, func(x reading) float64 { return float64(x.machine.Started) }) + 0.5)
	return l
}

// between returns the growth of a count between two moments.
func (r *readings) between(from, to float64, count func(reading) float64) float64 {
	return r.interpolated(to, count) - r.interpolated(from, count)
}

// interpolated returns a count at a moment, interpolated between the readings before and
// after it.
func (r *readings) interpolated(at float64, count func(reading) float64) float64 {
	i := sort.Search(len(r.all), func(i int) bool { return r.all[i].at >= at })
	switch {
	case i == 0:
		return count(r.all[0])
	case i == len(r.all):
		return count(r.all[i-1])
	}
	a, b := r.all[i-1], r.all[i]
	return count(a) + (count(b)-count(a))*(at-a.at)/(b.at-a.at)
}
