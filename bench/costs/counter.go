package costs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
)

// CounterFlag is the flag of a gateway of ours that gives its [Counter] a path, without the
// dashes before it.
const CounterFlag = "counter"

// A Counter is a gateway that reports at Path what its programs used so far. Only their
// parent can tell that exactly: see [usage.Reaped].
type Counter struct {
	Gateway http.Handler
	Path    string
}

// A count is what a Counter reports.
type count struct {
	PID    int           `json:"pid"`    // of the gateway
	Reaped usage.Account `json:"reaped"` // by it: all its programs that ended
}

// ServeHTTP implements http.Handler.
func (c *Counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != c.Path {
		c.Gateway.ServeHTTP(w, r)
		return
	}
	reaped, err := usage.Reaped()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(count{os.Getpid(), reaped})
}

// Wait waits for the programs of the gateway, if it has a method for that; see host.Serve.
func (c *Counter) Wait() {
	if w, ok := c.Gateway.(interface{ Wait() }); ok {
		w.Wait()
	}
}

// counted returns a target whose gateway counts at a path, if it has a gateway.
func counted(t target.Target, path string) target.Target {
	if len(t.Gateway) == 0 {
		return t
	}
	after := slices.Index(t.Gateway, "{addr}") + 1 // its flags begin before its arguments do
	t.Gateway = slices.Insert(slices.Clone(t.Gateway), after, "--"+CounterFlag, path)
	return t
}

// countTimeout is how long a gateway may take to report. It does nothing else then.
const countTimeout = 10 * time.Second

// readCount reads what a gateway reports.
func readCount(ctx context.Context, client *http.Client, url string) (c count, err error) {
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return c, err
	}
	response, err := client.Do(request)
	if err != nil {
		return c, fmt.Errorf("read the counts of a gateway: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return c, fmt.Errorf("read the counts of a gateway: %s answers %s", url, response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&c); err != nil {
		return c, fmt.Errorf("read the counts of a gateway: %w", err)
	}
	if c.PID <= 0 {
		return c, errors.New("read the counts of a gateway: it has no process id")
	}
	return c, nil
}
