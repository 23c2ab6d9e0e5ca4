package main

import (
	"fmt"
	"html"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

func init() {
	animals["exit"] = exits
	animals["late-exit"] = lateExit
	animals["child"] = child
	animals["lock"] = lock
	animals["transaction"] = transaction
	animals["clock"] = clock
	animals["chdir"] = chdir
	animals["alarm"] = alarm
	animals["seed"] = seed
	animals["crosstalk"] = crosstalk
	animals["memory"] = memory
	animals["descriptors"] = descriptors
	animals["zombies"] = zombies
}

// exits is hazard 7: a page ends with exit.
func exits() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page(w, "Ad", "sold")
		if r.URL.Path == "/old" {
			flush(w)
			os.Exit(0)
		}
	}
}

// flush sends what was written. A CGI program's answer is sent when it ends, also by
// exit, as its standard output is a file.
func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok && os.Getenv("GATEWAY_INTERFACE") != "" {
		f.Flush()
	}
}

// lateExit is hazard 7: the process ends after its answer, and the next visitor waits in vain.
func lateExit() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page(w, "Ad", "seen")
		if r.URL.Path == "/old" {
			http.NewResponseController(w).Flush()
			if os.Getenv("GATEWAY_INTERFACE") == "" {
				time.AfterFunc(20*time.Millisecond, func() { os.Exit(0) })
			}
		}
	}
}

// child is hazard 9: a program that is run writes to the standard output of the process.
func child() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "Ads:\n")
		flush(w)
		c := exec.Command("echo", "one ad")
		c.Stdout = os.Stdout
		if err := c.Run(); err != nil {
			fmt.Fprint(w, err)
		}
	}
}

// lock is hazard 10: a lock is left to the end of the process.
func lock() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/count" {
			f, err := os.OpenFile(data("lock"), os.O_CREATE|os.O_RDWR, 0o600)
			if err == nil {
				err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			kept = append(kept, f)
		}
		page(w, "Counter", "counted")
	}
}

// kept keeps the files open.
var kept []*os.File

// transaction is hazard 11: a draft that was never committed is seen by later requests.
func transaction() http.HandlerFunc {
	var uncommitted []string
	return func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/draft":
			uncommitted = append(uncommitted, r.FormValue("title"))
			page(w, "Draft", "checked")
		default:
			page(w, "Ads", html.EscapeString(strings.Join(append([]string{"boat"}, uncommitted...), ", ")))
		}
	}
}

// clock is hazard 12: the time is the one at which the process started.
func clock() http.HandlerFunc {
	now := time.Now()
	return func(w http.ResponseWriter, r *http.Request) {
		page(w, "Time", "It is "+now.Format("15:04:05.000000"))
	}
}

// chdir is hazard 13: a page changes the working directory.
func chdir() http.HandlerFunc {
	start := os.Chdir(os.Getenv("DATA"))
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/report" {
			start = os.Chdir("/")
			page(w, "Report", "made")
			return
		}
		text, err := os.ReadFile("title")
		if err != nil || start != nil {
			http.Error(w, "no such file", http.StatusNotFound)
			return
		}
		page(w, "Note", html.EscapeString(string(text)))
	}
}

// alarm is hazard 14: a time limit that a page sets ends its neighbour. The runtime of Go
// ignores SIGALRM, so it is another signal.
func alarm() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/import" && os.Getenv("GATEWAY_INTERFACE") == "" {
			time.AfterFunc(50*time.Millisecond, func() { syscall.Kill(os.Getpid(), syscall.SIGTERM) })
		}
		page(w, "Ads", "imported")
	}
}

// seed is hazard 17: a token is made of what is unique for a process.
func seed() http.HandlerFunc {
	token := fmt.Sprintf("%x", time.Now().UnixNano()*31+int64(os.Getpid()))
	return func(w http.ResponseWriter, r *http.Request) {
		page(w, "Form", "<input type=hidden name=token value="+token+">")
	}
}

// crosstalk is hazard 17: requests at the same time share a variable.
func crosstalk() http.HandlerFunc {
	name := ""
	return func(w http.ResponseWriter, r *http.Request) {
		name = r.FormValue("name")
		time.Sleep(30 * time.Millisecond)
		page(w, "Hello", html.EscapeString(name))
	}
}

// memory is hazard 16: each request leaves 100 KB.
func memory() http.HandlerFunc {
	var pages [][]byte
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/list" {
			pages = append(pages, []byte(strings.Repeat("x", 100_000)))
		}
		page(w, "Ads", "none")
	}
}

// descriptors is hazard 16: each request leaves a file open.
func descriptors() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/list" {
			if f, err := os.Open("/dev/null"); err == nil {
				kept = append(kept, f)
			}
		}
		page(w, "Ads", "none")
	}
}

// zombies is hazard 16: each request leaves a child that nobody waits for.
func zombies() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/list" {
			if err := exec.Command("true").Start(); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		page(w, "Ads", "none")
	}
}
