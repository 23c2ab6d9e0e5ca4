// Package target starts and stops systems under test, waits for their first answer,
// and knows their process trees.
//
// A [Target] describes a system under test. [Target.Start] starts it, waits until
// it answers, and returns a [Running]: an address, the roots of its process tree
// for package bench/usage, and a Stop that leaves no process. A failure on the way
// is a [StartError] with a hint. An unexpected end of the target is an [EndError]
// with its last output.
//
// On Linux, a supervisor starts the processes of a target. It is a small process:
// this program again, under the name "classibench-supervisor". It is the reaper of
// all descendants, so that none escapes by losing its parent or by starting a
// session, and it ends them all when its owner dies, however that happens. A
// program that imports this package can become a supervisor. On other systems a
// target is a process group, and a process that leaves it escapes.
//
// The package does not search or build programs, and sends no load.
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
// In Command, Gateway and Env, {addr} stands for the host:port at which to listen,
// {host} and {port} for its parts. At each start, a target gets a free port of the
// loopback interface, unless URL names one.
type Target struct {
	Name string
	Kind string // one of Kinds

	// Command is the program and its arguments. For a CGI target it is the script.
	// For a FastCGI target it is the program: it listens at its {addr}, or without
	// an {addr} on its standard input (FastCGI 1.0 §2.2).
	Command []string

	// Gateway precedes Command for CGI, and runs beside it for FastCGI, where its
	// {backend} is the address of the program. For a server with several Instances it is
	// the balancer, which gets their addresses as its last arguments.
	Gateway []string

	// Instances is how many processes of the Command of a server run; 0 means 1. Each
	// has an {addr} of its own, and a number from 1: {instance}.
	Instances int

	Env  []string // NAME=VALUE, added to the environment of this process
	Dir  string   // working directory; empty means this process's
	CPUs []int    // logical CPUs to run on; empty means this process's. For a URL target see Target.Pinnable

	URL  string // for a URL target, or a Server with a fixed address: http://127.0.0.1:8080
	PIDs []int  // processes of a URL target, to watch and to keep on CPUs until Stop

	Insecure bool   // accept any certificate of an https URL
	CA       string // file of trusted certificates in PEM, instead of the system's

	Ready        string        // path that answers with a status below 500 when the target is ready; empty means scenarios.DefaultReady
	Quiet        bool          // it is ready when it listens: no request is sent to it
	StartTimeout time.Duration // 0 means DefaultStartTimeout
	StopTimeout  time.Duration // from SIGTERM to SIGKILL; 0 means DefaultStopTimeout

	Reset        []string      // command that restores the target's data; see Target.Restore
	ResetTimeout time.Duration // 0 means DefaultResetTimeout

	Log io.Writer // receives a copy of the target's output; may be nil
}

// withDefaults sets the defaults, and refuses invalid settings.
func (t Target) withDefaults() (Target, error) {
	t.StartTimeout = cmp.Or(t.StartTimeout, DefaultStartTimeout)
	t.StopTimeout = cmp.Or(t.StopTimeout, DefaultStopTimeout)
	t.Ready = cmp.Or(t.Ready, scenarios.DefaultReady)
	return t, t.check()
}

// Start starts the target and returns when it answers. It is stopped when ctx ends.
// Errors are of type *StartError, unless ctx ended.
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

// attach waits for the answer of a target that runs already.
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

// start makes one attempt, with a new address.
func (t Target) start(ctx context.Context) (*Running, error) {
	p, err := t.place()
	if err != nil {
		return nil, err
	}
	processes, err := t.processes(p)
	if err != nil {
		p.close()
		return nil, err
	}
	r := newRunning(t, p)
	err = r.launch(ctx, order{Processes: processes, CPUs: t.CPUs}, p.socket)
	p.close() // the program holds its socket: this copy would keep it open when that has ended
	if err != nil {
		return nil, err
	}
	if err := r.await(ctx); err != nil {
		return nil, joinStop(err, r.Stop())
	}
	r.supervisor.ready(p.addr)
	r.follow(ctx)
	return r, nil
}
