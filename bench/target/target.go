// Package target starts, awaits and stops systems under test, and knows their
// process trees.
//
// A [Target] says what to run; [Target.Start] runs it until it answers and
// returns a [Running]: an address, the roots of its process tree for package
// bench/usage, and a Stop that leaves nothing behind. What goes wrong on the
// way is a [StartError] with a hint; how a target ended before its time is an
// [EndError] with the last that it said.
//
// On Linux the processes of a target are started by a supervisor, a small process
// beside them: this program again, under the name "classibench-supervisor". It is
// the reaper of all that they start, so that nobody escapes by losing its
// parent or by founding a session, and it ends them all when the program that
// asked for them dies, however that dies. Importing this package is what makes
// a program able to be a supervisor. Elsewhere a target is a process group, and one
// that leaves it escapes.
//
// The package does not find or build programs, and offers no load.
package target

import (
	"cmp"
	"context"
	"io"
	"time"

	"github.com/classibench/classibench/scenarios"
)

// Defaults of a Target.
const (
	DefaultStartTimeout = scenarios.DefaultStartTimeout
	DefaultStopTimeout  = 5 * time.Second
)

// A Target is a system under test.
//
// In Command, Gateway and Env, {addr} stands for the host:port to listen at,
// {host} and {port} for its parts. A target has a free port of the loopback
// interface each time it is started, unless URL names one.
type Target struct {
	Name string
	Kind string // one of Kinds

	// Command is the program and its arguments. Of a CGI target it is the
	// script. Of a FastCGI target it is the program; its {addr} is where the
	// gateway finds it, and without an {addr} it has the listening socket as
	// its standard input, as FastCGI 1.0 §2.2 says.
	Command []string

	// Gateway comes before Command for CGI, and runs beside it for FastCGI.
	// There its {backend} is the address of the program.
	Gateway []string

	Env  []string // NAME=value, added to the environment of this process
	Dir  string   // working directory; none is this process's
	CPUs []int    // logical CPUs to run on; none is this process's. See Target.Pinnable for a URL target

	URL  string // of a URL target; of a Server with an address of its own: http://127.0.0.1:8080
	PIDs []int  // processes of a URL target to watch, and to keep on CPUs until it is stopped

	Insecure bool   // take any certificate of an https URL
	CA       string // file of certificates in PEM to trust in place of the system's

	Ready        string        // path that answers with a status below 500 when the target is ready; none is scenarios.DefaultReady
	StartTimeout time.Duration // 0 is DefaultStartTimeout
	StopTimeout  time.Duration // from asking to killing; 0 is DefaultStopTimeout

	Reset        []string      // a command that restores the target's data; see Target.Restore
	ResetTimeout time.Duration // 0 is DefaultResetTimeout

	Log io.Writer // what the target writes is copied here; may be nil
}

// withDefaults fills in what was left open, and refuses what makes no sense.
func (t Target) withDefaults() (Target, error) {
	t.StartTimeout = cmp.Or(t.StartTimeout, DefaultStartTimeout)
	t.StopTimeout = cmp.Or(t.StopTimeout, DefaultStopTimeout)
	t.Ready = cmp.Or(t.Ready, scenarios.DefaultReady)
	return t, t.check()
}

// Start starts the target and returns once it answers. The end of ctx stops
// it. Errors are of type *StartError, unless ctx ended.
func (t Target) Start(ctx context.Context) (*Running, error) {
	t, err := t.withDefaults()
	if err != nil {
		return nil, err
	}
	if t.Attached() {
		return t.attach(ctx)
	}
	for try := 1; ; try++ {
		r, err := t.start(ctx)
		if err == nil || ctx.Err() != nil || t.URL != "" || try == portTries || !lostPort(err) {
			return r, err
		}
	}
}

// attach awaits a target that somebody else runs.
func (t Target) attach(ctx context.Context) (*Running, error) {
	r := newRunning(t, place{url: t.URL})
	if err := r.await(ctx); err != nil {
		return nil, err
	}
	if err := r.hold(); err != nil {
		return nil, err
	}
	r.follow(ctx)
	return r, nil
}

// start tries once, at an address of its own.
func (t Target) start(ctx context.Context) (*Running, error) {
	p, err := t.place()
	if err != nil {
		return nil, err
	}
	defer p.close()
	processes, err := t.processes(p)
	if err != nil {
		return nil, err
	}
	r := newRunning(t, p)
	if err := r.launch(order{Processes: processes, CPUs: t.CPUs}, p.socket); err != nil {
		return nil, err
	}
	if err := r.await(ctx); err != nil {
		return nil, joinStop(err, r.Stop())
	}
	r.supervisor.ready(p.addr)
	r.follow(ctx)
	return r, nil
}
