package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A ledger lists the posts that the server has acknowledged.
type ledger struct {
	mu     sync.Mutex
	titles map[string]string // by the path of the ad
	full   context.CancelFunc
	most   int
	kill   chan bool
	every  int
}

// kill posts ads while the server is killed, and looks for them. It reports whether
// all that were acknowledged are there.
func (s *study) kill(ctx context.Context) (bool, error) {
	if s.posts == 0 {
		return true, nil
	}
	srv, err := s.start(ctx, s.server(), true)
	if err != nil {
		return false, err
	}
	defer srv.end()
	posting, full := context.WithCancel(ctx)
	defer full()
	l := &ledger{titles: map[string]string{}, full: full, most: s.posts, kill: make(chan bool, 1), every: s.perKill}
	t, posted, kills := &tally{}, make(chan bool), 0
	go func() {
		defer close(posted)
		l.post(posting, srv.addr, t)
	}()
	for ended := false; !ended; {
		select {
		case <-l.kill:
			kills++
			if err := srv.murder(ctx); err != nil {
				return false, err
			}
		case <-posted:
			ended = true
		}
	}
	lost := l.missing(srv.addr)
	fmt.Printf("%d posts acknowledged over %d rounds of kill -9: %d refused, %d cut while in flight (not acknowledged), %d other, %d lost\n",
		len(l.titles), kills, t.refused, t.reset, t.other, lost)
	return t.refused+t.other+lost == 0 && len(l.titles) >= s.posts, ctx.Err()
}

// server returns the command of the classifieds over HTTP.
func (s *study) server() command {
	return command{args: []string{s.path("server")}, listen: "-listen", pidFlag: "-pidfile", env: []string{"CLASSIFIEDS_DB=" + s.path("ads.db")}}
}

// murder kills the process, and starts another on the same socket.
func (s *server) murder(ctx context.Context) error {
	if err := syscall.Kill(s.pid, syscall.SIGKILL); err != nil {
		return err
	}
	s.running.Wait() // fails: it was killed
	return s.launch(ctx)
}

// post posts ads until enough are acknowledged.
func (l *ledger) post(ctx context.Context, addr string, t *tally) {
	var all sync.WaitGroup
	for i := range visitors / 4 {
		all.Go(func() {
			v := &visitor{addr: addr, keeps: i%2 == 0}
			defer v.close()
			for n := 0; ctx.Err() == nil; n++ {
				title := fmt.Sprintf("Bicycle %d of seller %d", n, i)
				began := time.Now()
				resp, body, err := v.send(form(title))
				if err == nil && resp.StatusCode != http.StatusSeeOther {
					err = fmt.Errorf("post: got %s: %.200s", resp.Status, body)
				}
				t.count(err, time.Since(began))
				if err == nil {
					l.add(resp.Header.Get("Location"), title)
				}
			}
		})
	}
	all.Wait()
}

func form(title string) []byte {
	body := url.Values{
		"category": {"bicycles"}, "title": {title}, "price": {"25"}, "place": {"Town"}, "body": {"It has two wheels and a bell."},
		"seller": {"A seller"}, "email": {"seller@example.org"},
	}.Encode()
	return fmt.Appendf(nil, "POST /ads HTTP/1.1\r\nHost: ads\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// add notes an acknowledged post: its location is that of its edit page.
func (l *ledger) add(location, title string) {
	path, _, _ := strings.Cut(location, "/edit")
	l.mu.Lock()
	defer l.mu.Unlock()
	l.titles[path] = title
	if n := len(l.titles); n >= l.most {
		l.full()
	} else if n%l.every == 0 {
		select {
		case l.kill <- true:
		default:
		}
	}
}

// missing counts the ads that were acknowledged and are not there.
func (l *ledger) missing(addr string) (n int) {
	v := &visitor{addr: addr, keeps: true}
	defer v.close()
	for path, title := range l.titles {
		resp, body, err := v.send(fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: ads\r\n\r\n", path))
		if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), title) {
			n++
		}
	}
	return n
}
