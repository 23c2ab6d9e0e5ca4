package host

// A Rest is what an application does after the end of its response, which it marked
// by closing its standard output. The client already has the response. The request
// keeps its place in the queue until End.
type Rest struct {
	rs      *Response
	stderr  lines
	release func()
}

// Detach ends a response whose application goes on. Respond then returns nil, and
// the caller calls End later. From now on, Response must not be used.
func (rs *Response) Detach() *Rest {
	rs.completed()
	rs.g.serve.Add(1) // Gateway.Wait waits for it
	r := &Rest{rs: rs, stderr: rs.stderr, release: rs.hold()}
	rs.stderr = lines{}
	return r
}

// Stderr takes the application's output on standard error.
func (r *Rest) Stderr(p []byte) { r.stderr.write(r.rs, p) }

// Failed logs that the application reported a failure.
func (r *Rest) Failed(how string) { r.rs.Failed(how) }

// End frees the request's place in the queue.
func (r *Rest) End() {
	r.stderr.end(r.rs)
	r.release()
	r.rs.g.serve.Done()
}
