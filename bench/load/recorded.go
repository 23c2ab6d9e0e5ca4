package load

import "time"

// A Record is recorded traffic: hits in the order of their times, each with its request and
// its client.
type Record struct {
	Hits     []RecordedHit
	Requests []RecordedRequest // each different request once
}

// A RecordedHit is one hit of a record. It is small, since a record may have millions.
type RecordedHit struct {
	Due     time.Duration // since the start of the replay
	Request uint32        // index in Requests
	Client  uint32        // 0: not known
}

// A RecordedRequest is sent as it is.
type RecordedRequest struct {
	Route  int // index in the mix
	Method string
	URI    string // path and query
	Header []Field
	Type   string // media type of the body; empty for none
	Body   string
}

// At implements Arrivals: a hit is due at its recorded time.
func (r *Record) At(n uint64) (due time.Duration, ok bool) {
	if n >= uint64(len(r.Hits)) {
		return 0, false
	}
	return r.Hits[n].Due, true
}

// ClientOf returns the client of hit n, see [Traffic].
func (r *Record) ClientOf(n uint64) uint32 { return r.Hits[n].Client }

// Recorded returns the requests of a record in its order, from the beginning again after the
// last. What their routes expect stays as it is. Like all Requests, they are endless.
func (r *Requests) Recorded(record *Record) *Requests {
	other := *r
	other.record = record
	other.order = make([]uint32, len(record.Hits))
	for i, h := range record.Hits {
		other.order[i] = h.Request
	}
	return &other
}

// onlyRecorded returns the requests of one route, each different one once.
func (r *Requests) onlyRecorded(route int) (order []uint32) {
	for i, q := range r.record.Requests {
		if q.Route == route {
			order = append(order, uint32(i))
		}
	}
	return order
}

// safeRecorded returns the requests that change nothing.
func (r *Requests) safeRecorded() (safe *Requests, ok bool) {
	some := *r
	some.order = nil
	for _, i := range r.order {
		if isSafe(r.record.Requests[i].Method) {
			some.order = append(some.order, i)
		}
	}
	return &some, len(some.order) > 0
}

// fillRecorded makes q the n-th recorded request.
func (r *Requests) fillRecorded(q *Request, n uint64) {
	x := &r.record.Requests[r.order[n%uint64(len(r.order))]]
	route := &r.routes[x.Route]
	q.Route, q.Method, q.Status = x.Route, x.Method, route.status
	q.URI = append(q.URI[:0], x.URI...)
	q.Marker = q.Marker[:0]
	for _, p := range route.marker { // without placeholders: nothing is drawn
		q.Marker = append(q.Marker, p.text...)
	}
	q.Header = append(q.Header[:0], x.Header...)
	q.Type, q.Body = x.Type, append(q.Body[:0], x.Body...)
	if route.learned != nil {
		route.learned.expect(q)
	}
}

// Record returns the record of recorded requests, or nil.
func (r *Requests) Record() *Record { return r.record }
