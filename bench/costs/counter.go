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

// CounterFlag is the name, without dashes, of the flag of our gateways that sets the path of
// a [Counter].
const CounterFlag = "counter"

// A Counter is a gateway that reports at Path the resources that its programs have used. Only
// their parent can read these exactly: see [usage.Reaped].
type Counter struct {
	Gateway http.Handler
	Path    string
}

// A count is the report of a Counter.
type count struct {
	PID    int           `json:"pid"`    // of the gateway
	Reaped usage.Account `json:"reaped"` // by the gateway: all its programs that ended
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

// Finish waits for the requests of the gateway, if it has a method for that; see host.Serve.
func (c *Counter) Finish(ctx context.Context) error {
	if f, ok := c.Gateway.(interface{ Finish(context.Context) error }); ok {
		return f.Finish(ctx)
	}
	return nil
}

// Wait waits for the programs of the gateway, if it has a method for that; see host.Serve.
func (c *Counter) Wait() {
	if w, ok := c.Gateway.(interface{ Wait() }); ok {
		w.Wait()
	}
}

// counted returns the target with a counter at path, if it has a gateway.
func counted(t target.Target, path string) target.Target {
	if len(t.Gateway) == 0 {
		return t
	}
	after := slices.Index(t.Gateway, "{addr}") + 1 // where a flag may stand: before the arguments
	t.Gateway = slices.Insert(slices.Clone(t.Gateway), after, "--"+CounterFlag, path)
	return t
}

// countTimeout bounds a report of a gateway, which is idle at that moment.
const countTimeout = 10 * time.Second

// readCount requests the report of a gateway.
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
