package load

import "time"

// RecordAll records a number of hits of a number of routes, spread over a traffic of
// the given length.
func RecordAll(routes int, length time.Duration, hits int) *Recording {
	r := newRecorder(routes, []time.Duration{length / 2, length})
	for i := range hits {
		due := time.Duration(float64(length) * float64(i) / float64(hits))
		took := time.Duration(i%977) * 37 * time.Microsecond
		r.add(outcome{reply: reply{route: i % routes}, due: due, sent: due + time.Microsecond, end: min(due+took, length-1)})
	}
	return r.done()
}

// Base returns the address of the client's target, over plain HTTP.
func (c *Client) Base() string { return "http://" + c.host }
