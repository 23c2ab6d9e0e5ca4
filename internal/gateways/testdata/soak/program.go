package main

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// script is the CGI program. Its query is the kind of the request.
const script = `#!/bin/sh
body() { head -c "${CONTENT_LENGTH:-0}" >/dev/null; }
head='Content-Type: text/plain\n\n'
case $QUERY_STRING in
good|half|leave) body; printf "${head}ok" ;;
unread) head -c 3000000 /dev/zero | { printf "$head"; cat; } ;;
crash) printf "${head}part"; kill -KILL $$ ;;
silent) exit 3 ;;
nonsense) echo 'this is no head of an answer'; echo ;;
hang) exec sleep 1000 ;;
child) printf "${head}ok"; sleep 0.05 >/dev/null 2>&1 </dev/null & ;;
short) printf 'Content-Type: text/plain\nContent-Length: 100\n\nshort' ;;
esac
`

// program is the FastCGI program. A handler can neither answer nonsense nor leave a
// child: instead, it panics in its answer, and starts a goroutine.
func program() http.Handler {
	zeros := make([]byte, 3_000_000)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/plain")
		switch r.URL.RawQuery {
		case "unread":
			w.Write(zeros)
		case "crash", "nonsense":
			io.WriteString(w, "part")
			panic("on purpose")
		case "silent":
			panic("on purpose")
		case "child":
			go strings.Repeat("ok", 1000)
			io.WriteString(w, "ok")
		case "short":
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "short")
		case "hang":
			hang(w)
		default:
			io.WriteString(w, "ok")
		}
	})
}

// hang writes until the gateway gives up: net/http/fcgi does not report that.
func hang(w http.ResponseWriter) {
	for range 600 { // a minute, more than the gateway's limit
		time.Sleep(100 * time.Millisecond)
		if _, err := io.WriteString(w, "."); err != nil {
			return
		}
		http.NewResponseController(w).Flush()
	}
}
