//go:build unix

package bench_test

import (
	"net/http"
	"os/exec"
	"os/signal"
	"syscall"
)

func init() { roles["careless"] = careless }

// careless starts a program for each request, and ignores its end.
func careless(w http.ResponseWriter, r *http.Request) {
	signal.Ignore(syscall.SIGCHLD)
	if err := exec.Command("/bin/sleep", "0.1").Start(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	right(w, r)
}
