package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// An attack attacks a target until it has done its work or ctx ends.
type attack struct {
	name  string
	large bool // it requests large answers
	run   func(ctx context.Context, s *study, url string) (outcome, error)
}

// An outcome is what an attack reports of itself.
type outcome struct {
	figures string
	broke   bool // it found a hole
}

// slow are the modes of slowhttptest: headers, bodies and answers in small pieces, and
// overlapping ranges.
var slow = []attack{
	slowhttptest("slow reads (-X)", "/large", "-X", "-w", "512", "-y", "1024", "-n", "2", "-z", "32"),
	slowhttptest("slow headers (-H)", "", "-H", "-i", "2"),
	slowhttptest("slow bodies (-B)", "", "-B", "-i", "2"),
	slowhttptest("ranges (-R)", "", "-R", "-a", "5", "-b", "2000"),
}

func slowhttptest(name, path string, args ...string) attack {
	return attack{name, path == "/large", func(ctx context.Context, s *study, url string) (outcome, error) {
		seconds := fmt.Sprint(int(s.length.Seconds()))
		args := append(args[:len(args):len(args)], "-c", "200", "-r", "100", "-l", seconds, "-u", url+path)
		output, err := s.command(ctx, "slowhttptest", args...)
		if _, exited := errors.AsType[*exec.ExitError](err); exited || ctx.Err() != nil {
			err = nil // its status is its own judgement of the target
		}
		return outcome{figures: connections(output)}, err
	}}
}

// connectionCount is a line of the tables that slowhttptest prints now and then.
var connectionCount = regexp.MustCompile(`(?m)^(?:\x1b\[[0-9;]*m)*(connected|error|closed): *(?:\x1b\[[0-9;]*m)* *(\d+)`)

// ending is why slowhttptest ended.
var ending = regexp.MustCompile(`Exit status:(?:\x1b\[[0-9;]*m)* *([^\x1b\n]+)`)

// connections returns the highest counts of connections that slowhttptest printed, and why
// it ended.
func connections(output []byte) string {
	most := map[string]int{}
	for _, m := range connectionCount.FindAllSubmatch(output, -1) {
		n, _ := strconv.Atoi(string(m[2])) // digits
		most[string(m[1])] = max(most[string(m[1])], n)
	}
	why := "it was interrupted"
	if m := ending.FindSubmatch(output); m != nil {
		why = string(m[1])
	}
	return fmt.Sprintf("connections: %d open at most, %d closed, %d failed; %s", most["connected"], most["closed"], most["error"], why)
}

// unread requests large answers on more connections than a gateway has places, and does
// not read them.
var unread = attack{"unread 30 MB", true, func(ctx context.Context, s *study, url string) (outcome, error) {
	const n = 40
	for range n {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			return outcome{}, err
		}
		defer c.Close()
		fmt.Fprint(c, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	<-ctx.Done()
	return outcome{figures: fmt.Sprintf("connections: %d", n)}, nil
}}

// uploads posts 150 ads with a photo of some megabytes, 16 at a time.
var uploads = attack{"150 uploads", false, func(ctx context.Context, s *study, url string) (outcome, error) {
	form, kind, err := ad()
	if err != nil {
		return outcome{}, err
	}
	places := make(chan bool, 16)
	var all sync.WaitGroup
	var answers [600]atomic.Int64 // by status
	for range 150 {
		places <- true
		all.Go(func() {
			defer func() { <-places }()
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/ads", bytes.NewReader(form))
			if err != nil {
				return
			}
			r.Header.Set("Content-Type", kind)
			if response, err := http.DefaultTransport.RoundTrip(r); err == nil {
				io.Copy(io.Discard, response.Body)
				response.Body.Close()
				answers[min(response.StatusCode, len(answers)-1)].Add(1)
			}
		})
	}
	all.Wait()
	figures := "answers:"
	for status := range answers {
		if n := answers[status].Load(); n > 0 {
			figures += fmt.Sprintf(" %d× %d", n, status)
		}
	}
	if answers[http.StatusSeeOther].Load() == 0 {
		return outcome{}, fmt.Errorf("no ad was posted: %s", figures)
	}
	return outcome{figures: figures}, nil
}}

// ad returns a form with a photo.
func ad() (form []byte, kind string, err error) {
	photo := image.NewRGBA(image.Rect(0, 0, 1200, 900))
	for i := range photo.Pix {
		photo.Pix[i] = byte(rand.Uint32())
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range map[string]string{"category": "bicycles", "title": "A tandem", "body": "Little used.", "price": "100", "place": "Old Town", "seller": "Ann", "email": "ann@example.org"} {
		w.WriteField(name, value)
	}
	part, err := w.CreateFormFile("photo", "tandem.jpg")
	if err == nil {
		err = jpeg.Encode(part, photo, &jpeg.Options{Quality: 90})
	}
	err = errors.Join(err, w.Close()) // writes the end of the form
	return b.Bytes(), w.FormDataContentType(), err
}

// injection is sqlmap on the search form.
var injection = attack{"sqlmap", false, func(ctx context.Context, s *study, url string) (outcome, error) {
	output, err := s.command(ctx, "sqlmap", "-u", url+"/search?q=bike&max=300", "--batch", "--flush-session", "--threads", "4", "--timeout", "5", "--output-dir", s.dir)
	if ctx.Err() != nil {
		err = nil // it had its time
	}
	if bytes.Contains(output, []byte("sqlmap identified the following injection point")) {
		return outcome{"it injects SQL", true}, err
	}
	return outcome{figures: fmt.Sprintf("nothing injected, %d tests", bytes.Count(output, []byte("testing '")))}, err
}}
