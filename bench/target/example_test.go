//go:build linux

package target_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/classibench/classibench/bench/target"
)

// Start a server at a free port, and stop it with all its processes.
func ExampleTarget_Start() {
	t := target.Target{
		Name: "site", Kind: target.Server,
		Command: []string{os.Args[0], "{addr}"}, Env: []string{"TARGET_TEST_ROLE=site"},
	}
	running, err := t.Start(context.Background())
	if err != nil {
		panic(err)
	}
	answer, err := http.Get(running.URL() + "/ads")
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	fmt.Printf("%s, %d process\n", body, len(running.Roots()))
	fmt.Println("stopped:", running.Stop())
	// Output:
	// You asked for /ads, 1 process
	// stopped: <nil>
}
