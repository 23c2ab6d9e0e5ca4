package host

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A client that leaves after a response that has no body is no failure of the script, which is
// ended; a script that fails there is.
func TestLogAfterAWholeResponse(t *testing.T) {
	for _, c := range []struct {
		name, method, head string
		err                error
		level              string
	}{
		{"an aborted HEAD", http.MethodHead, "Content-Type: a/b\n\n", context.Canceled, "DEBUG"},
		{"an aborted GET with status 304", http.MethodGet, "Status: 304\n\n", context.Canceled, "DEBUG"},
		{"an aborted GET with a length", http.MethodGet, "Content-Type: a/b\nContent-Length: 2\n\nok", context.Canceled, "DEBUG"},
		{"the time limit", http.MethodHead, "Content-Type: a/b\n\n", errTimeUp, "WARN"},
		{"a broken connection", http.MethodHead, "Content-Type: a/b\n\n", errors.New("reset"), "WARN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			g := &Gateway{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
				Respond: func(_ context.Context, _ *Request, rs *Response) error {
					_, err := io.WriteString(rs, c.head)
					return errors.Join(err, c.err)
				}}
			g.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(c.method, "/", nil))
			if got := log.String(); !strings.Contains(got, "level="+c.level+` msg="script failed after its response"`) {
				t.Errorf("the log has %q, want %s", got, c.level)
			}
		})
	}
}
