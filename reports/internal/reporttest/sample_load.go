package reporttest

import "github.com/classibench/classibench/bench/result"

// samples returns ten readings of the queue a second.
func (q queue) samples(all []answer, last float64) []result.Sample {
	var out []result.Sample
	for i := range int(last * 10) {
		from, to := float64(i)/10, float64(i+1)/10
		s := result.Sample{At: to}
		waiting := 0
		for _, a := range all {
			if a.failed || a.due > to || a.end < from {
				continue
			}
			s.CPU += max(0, min(a.end, to)-max(a.begin, from)) * 10
			if a.due < to && a.end > to {
				waiting++
			}
			if a.end >= from && a.end < to && q.process > 0 {
				s.Started++
			}
		}
		s.Runnable = min(waiting, q.limit)
		if s.Runnable > 1 {
			s.Runnable = max(1, s.Runnable-q.rng.IntN(1+s.Runnable/3))
		}
		s.Alive = 1
		if q.process > 0 {
			s.Alive += s.Runnable
			s.Defunct = q.rng.IntN(1 + s.Runnable/4)
		}
		s.Memory = q.memory + q.process*int64(s.Alive-1)
		s.CPU = min(s.CPU, 1)
		out = append(out, s)
	}
	return out
}

func loadOf(samples []result.Sample, from, to float64) result.Load {
	var l result.Load
	n := 0.0
	for _, s := range samples {
		if s.At <= from || s.At > to {
			continue
		}
		n++
		l.CPU += s.CPU / 10
		l.RunnableMean += float64(s.Runnable)
		l.DefunctMean += float64(s.Defunct)
		l.RunnableMax, l.DefunctMax, l.AliveMax = max(l.RunnableMax, s.Runnable), max(l.DefunctMax, s.Defunct), max(l.AliveMax, s.Alive)
		l.Started += s.Started
		l.MemoryMax = max(l.MemoryMax, s.Memory)
	}
	if n > 0 {
		l.RunnableMean, l.DefunctMean, l.CPUCores = l.RunnableMean/n, l.DefunctMean/n, l.CPU/(to-from)
	}
	return l
}
