//go:build linux

package instance_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// The test binary is also the system under test: with this variable set it serves
// instead of running tests.
const roleKey = "INSTANCE_TEST_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(roleKey) == "" {
		os.Exit(m.Run())
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") })
	http.HandleFunc("/exit", func(http.ResponseWriter, *http.Request) { os.Exit(3) })
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], nil))
	os.Exit(1)
}

var site = instance.Candidate{
	Target: result.Target{Name: "site", Kind: target.Server},
	Fresh: func(context.Context) (target.Target, error) { // would also restore its data
		return target.Target{Name: "site", Kind: target.Server, Command: []string{os.Args[0], "{addr}"}, Env: []string{roleKey + "=site"}}, nil
	},
}

func get(path string) *load.Requests {
	mix := []scenarios.Route{{Name: path, Weight: 1, Method: "GET", Path: path, Expect: scenarios.Expect{Status: 200}}}
	requests, err := load.NewRequests(mix, nil, nil, 1)
	if err != nil {
		panic(err)
	}
	return requests
}

// A candidate is started, gets a request, and is stopped.
func ExampleStart() {
	ctx := context.Background()
	i, err := instance.Start(ctx, site, load.Options{Timeout: 10 * time.Second})
	if err != nil {
		panic(err)
	}
	answer, err := i.Client.Ask(ctx, get("/"), 0)
	if err != nil {
		panic(err)
	}
	used, err := i.Used()
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s answers %d %s, in %d process\n", i.Name, answer.Status, answer.Body, used.Alive)
	fmt.Println("stopped:", i.Stop())
	// Output:
	// site answers 200 hello, in 1 process
	// stopped: <nil>
}

// A restart is no death, and the requests go on where they were.
func TestRestart(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	err := instance.Run(ctx, []instance.Candidate{site}, false, load.Options{Timeout: 10 * time.Second}, func(ctx context.Context, up []*instance.Instance) error {
		e := up[0]
		e.Next = 7
		before := e.Running
		for range 2 {
			if err := e.Restart(ctx); err != nil {
				return err
			}
		}
		if _, err := e.Client.Ask(ctx, get("/"), 0); err != nil || e.Next != 7 || e.Running == before {
			t.Errorf("after a restart: %v, next %d", err, e.Next)
		}
		if ctx.Err() != nil {
			t.Error("the restart counts as a death")
		}
		e.Client.Ask(ctx, get("/exit"), 0)
		<-ctx.Done()
		return ctx.Err()
	})
	if death, ok := errors.AsType[*instance.DeathError](err); !ok || death.Target != "site" {
		t.Errorf("the end after a restart: got %v", err)
	}
}

// The context of the function is canceled when a candidate dies.
func ExampleRun() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	o := load.Options{Timeout: 10 * time.Second}
	err := instance.Run(ctx, []instance.Candidate{site}, false, o, func(ctx context.Context, instances []*instance.Instance) error {
		instances[0].Client.Ask(ctx, get("/exit"), 0)
		<-ctx.Done()
		return ctx.Err()
	})
	death, _ := errors.AsType[*instance.DeathError](err)
	fmt.Println(death.Target, "has died")
	// Output: site has died
}
