//go:build linux

package host

import (
	"net/http"
	"runtime"
	"sync"
	"testing"
)

// A complete response frees its connection for the next request, although its script
// goes on.
func TestAConnectionIsFreeBeforeTheScriptEnds(t *testing.T) {
	for name, c := range map[string]struct{ method, head, body string }{
		"length":         {"GET", "Content-Type: a/b\\nContent-Length: 4\\n\\npage", "page"},
		"no body":        {"GET", "Content-Type: a/b\\nContent-Length: 0\\n\\n", ""},
		"HEAD":           {"HEAD", "Content-Type: a/b\\n\\n", ""},
		"204":            {"GET", "Status: 204\\n\\n", ""},
		"304":            {"GET", "Status: 304\\n\\n", ""},
		"local redirect": {"GET", "Location: /end\\n\\n", "end"},
		"too much":       {"GET", "Content-Type: a/b\\nContent-Length: 4\\n\\npages", "page"},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, handler func(string) *Handler) {
				goOn := newFifo(t)
				url := serve(t, handler("#!/bin/sh\n[ $PATH_INFO = /end ] && { printf 'Content-Type: a/b\\n\\nend'; exit; }\n"+
					"printf '"+c.head+"'\nread x <"+goOn.path+"\n"))
				client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
				defer client.CloseIdleConnections()
				defer goOn.tell(t)
				for _, r := range []*http.Request{request(t, c.method, url+"/", nil), request(t, "GET", url+"/end", nil)} {
					if got := doWith(t, client, r); r.URL.Path == "/end" {
						got.want(t, 200, "end")
					} else if got.body != c.body || got.err != nil {
						t.Errorf("got %s, want %q", got, c.body)
					}
				}
			})
		})
	}
}

// A script lives on when the threads of this process end, which other code may cause: a
// goroutine that exits while it is locked to its thread ends that.
func TestThreadsThatEnd(t *testing.T) {
	goOn, began := newFifo(t), newFifo(t)
	url := serve(t, &Handler{Path: write(t, "x.cgi", "#!/bin/sh\necho begun >"+began.path+"\nread x <"+goOn.path+"\nprintf 'Content-Type: a/b\\n\\npage'\n")})
	got := make(chan reply)
	go func() { got <- get(t, url) }()
	began.line(t)
	endThreads()
	goOn.tell(t)
	receive(t, got).want(t, 200, "page")
}

// endThreads ends all threads that no goroutine is locked to: more goroutines than there
// are threads hold one each, and exit.
func endThreads() {
	var held, ended sync.WaitGroup
	leave := make(chan bool)
	for range 100 {
		held.Add(1)
		ended.Go(func() {
			runtime.LockOSThread()
			held.Done()
			<-leave
		})
	}
	held.Wait()
	close(leave)
	ended.Wait()
}
