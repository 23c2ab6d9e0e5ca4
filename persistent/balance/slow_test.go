package balance

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/slowread"
)

// A client that does not send its body gets 408, not the instance's fault.
func TestSlowBody(t *testing.T) {
	instance := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		for b := make([]byte, 100); ; {
			if _, err := r.Body.Read(b); err != nil {
				return
			}
		}
	}))
	defer instance.Close()
	b, err := New([]string{strings.TrimPrefix(instance.URL, "http://")}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(slowread.Handler(b, 50*time.Millisecond))
	defer s.Close()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhel")
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || response.StatusCode != http.StatusRequestTimeout || !response.Close {
		t.Errorf("got %v, %v, want 408 and the end of the connection", response, err)
	}
}
