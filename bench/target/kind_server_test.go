//go:build linux

package target

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/classibench/classibench/persistent/balance"
	"github.com/classibench/classibench/scenarios"
)

func init() {
	roles["numbered"] = numberedRole
	roles["balancer"] = balancerRole
}

// numberedRole serves its number and process id; the second instance may fail or wait.
func numberedRole(args []string) {
	number := args[1]
	switch {
	case number == "2" && os.Getenv("SECOND") == "ends":
		fmt.Println("no room for a second one")
		os.Exit(5)
	case number == "2" && os.Getenv("SECOND") == "is silent":
		forever()
	}
	serve(args[0], http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, number, " ", os.Getenv("NUMBER"), " ", os.Getpid())
	}))
}

// balancerRole takes the arguments of "classibench serve balance".
func balancerRole(args []string) {
	b, err := balance.New(args[4:], balance.Options{})
	must(err)
	serve(args[3], b)
}

// threefold is a target with three instances, of which each knows its number.
func threefold(second string) Target {
	t, err := Of(scenarios.Target{
		Name: "three", Kind: Server, Command: []string{"/proc/self/exe", "{addr}", "{instance}"}, StartTimeout: scenarios.DefaultStartTimeout,
		Env: map[string]string{roleKey: "numbered", "NUMBER": "n{instance}", "SECOND": second}, Settings: &scenarios.Server{Instances: 3},
	}, "env")
	if err != nil {
		panic(err)
	}
	t.Gateway = append([]string{"env", roleKey + "=balancer", os.Args[0]}, t.Gateway[1:]...)
	return t
}

// Three processes and a balancer belong to the target, and share its requests.
func TestInstances(t *testing.T) {
	r, err := threefold("").Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]bool{}
	for n := 0; n < 100 && len(answers) < 3; n++ {
		response, err := http.Get(r.URL())
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		answers[string(body)] = true
	}
	if len(answers) != 3 {
		t.Errorf("got answers from %d instances: %v", len(answers), answers)
	}
	for a := range answers {
		var number, variable string
		var pid int
		if _, err := fmt.Sscan(a, &number, &variable, &pid); err != nil || variable != "n"+number {
			t.Errorf("an instance answers %q, want its number twice", a)
		}
		if !ours(addrOf(r, number), r.Roots()) {
			t.Errorf("instance %s is not in the tree", number)
		}
	}
	if err := r.Stop(); err != nil {
		t.Error(err)
	}
	for _, addr := range append(r.place.instances, r.place.addr) {
		if listens(addr) {
			t.Errorf("after the stop, %s is open", addr)
		}
	}
}

func addrOf(r *Running, number string) string { return r.place.instances[number[0]-'1'] }

// One instance that ends is the end of the target, which names it.
func TestInstanceEnds(t *testing.T) {
	r, err := threefold("").Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	response, err := http.Get("http://" + r.place.instances[1])
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var number, variable string
	var pid int
	fmt.Fscan(response.Body, &number, &variable, &pid)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-r.Done()
	end, _ := errors.AsType[*EndError](r.Err())
	if end == nil || end.Status != "signal: killed (instance 2 of 3)" {
		t.Errorf("got %v", r.Err())
	}
}

// A target is ready when all of its instances are.
func TestInstancesDoNotStart(t *testing.T) {
	for second, want := range map[string]string{
		"ends":      "exit status 5 (instance 2 of 3) before it answered",
		"is silent": "of 3: it ",
	} {
		x := threefold(second)
		if second == "is silent" {
			x.StartTimeout = x.StartTimeout / 15
		}
		r, err := x.Start(t.Context())
		if err == nil {
			r.Stop()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the second %s: got %v, want %s", second, err, want)
		}
	}
}

func TestInstancesAreChecked(t *testing.T) {
	x := threefold("")
	x.Gateway = nil
	fixed := threefold("")
	fixed.URL = "http://127.0.0.1:1"
	for want, x := range map[string]Target{"have no balancer": x, "only one instance can": fixed} {
		if _, err := x.Start(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A single server has the number 1, and no balancer.
func TestSingleInstance(t *testing.T) {
	x, err := Of(scenarios.Target{Name: "one", Kind: Server, Command: []string{"/bin/true", "{addr}", "{instance}"}, Settings: &scenarios.Server{Instances: 1}}, "self")
	if err != nil || x.Gateway != nil {
		t.Fatalf("got the gateway %q, %v", x.Gateway, err)
	}
	all, err := x.processes(place{addr: "127.0.0.1:1"})
	if err != nil || len(all) != 1 || !slices.Equal(all[0].Args, []string{"/bin/true", "127.0.0.1:1", "1"}) {
		t.Errorf("got %+v, %v", all, err)
	}
}
