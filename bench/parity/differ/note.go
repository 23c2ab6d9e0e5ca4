package differ

import "github.com/classibench/classibench/bench/parity/trial"

// Note reads a run of the baseline on fresh data. Masked values that another run had, too, come
// from a set: see Stuck.
func (d *Differ) Note(run []trial.Exchange) {
	begun := map[*masks]bool{}
	for _, e := range run {
		if e.Answer.Failure == "" {
			d.note(e, begun)
		}
	}
}

// note reads an exchange. Begun are the routes of the run so far.
func (d *Differ) note(e trial.Exchange, begun map[*masks]bool) {
	r := e.Step.Request
	if !d.hides(route(r)) {
		return
	}
	a := d.read(r, e.Answer, formOf(e.Answer))
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.masks(route(r))
	if !begun[m] {
		begun[m] = true
		m.draws.Begin()
	}
	for _, v := range m.valuesOf(a).all {
		m.draws.Add(v.drawnAt(), v.text, e.Answer.At)
	}
}

// hides reports whether there is a masked value on a route.
func (d *Differ) hides(route string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.masks(route).texts) > 0
}

// Chosen reports whether two runs of the baseline had the same value where one was stuck: it is
// chosen from a set then, and a repetition may be chance.
func (d *Differ) Chosen(r trial.Request, stuck Difference) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.masks(route(r)).draws.Repeats(stuck.Value, nil)
}
