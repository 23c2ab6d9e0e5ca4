//go:build linux

package host

import "testing"

// A script that closes its standard output has ended its response, whatever it does
// afterwards.
func TestClosedOutputEndsTheResponse(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		for name, after := range map[string]string{
			"goes on":               "read x <$FIFO",
			"fails":                 "sleep 0.01; exit 3",
			"is killed":             "sleep 0.01; kill -KILL $$",
			"is killed much later":  "sleep 0.1; kill -SEGV $$",
			"ends itself":           "sleep 0.01; kill -TERM $$",
			"writes to nobody":      "sleep 0.01; echo more; echo more >&2; kill -KILL $$",
			"leaves a job":          "sleep 100 & sleep 0.01; kill -KILL $$",
			"becomes another":       "exec sh -c 'sleep 0.01; kill -KILL $$'",
			"closes all and fails":  "exec 2>&- <&-; sleep 0.01; kill -ABRT $$",
			"opens another as file": "exec >/dev/null; echo x; sleep 0.01; kill -KILL $$",
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				f := newFifo(t)
				h := handler(shellHead + "echo page; exec >&-\n" + after + "\n")
				h.Env = append(h.Env, "FIFO="+f.path)
				if h.gateway != nil {
					h.gateway.Env = append(h.gateway.Env, "FIFO="+f.path)
				}
				url := serve(t, h)
				get(t, url).want(t, 200, "page\n")
				f.tell(t)
			})
		}
	})
}
