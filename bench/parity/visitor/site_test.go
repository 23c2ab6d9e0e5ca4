package visitor_test

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// A site is a small board that makes identifiers of its own: sessions, tokens in forms,
// ids and keys of ads. Its faults are those of a program that stays.
type site struct {
	mu       sync.Mutex
	tokens   map[string]string // by session
	users    map[string]string // by session
	ads      []ad
	searched string // by the last visitor

	showsSearched bool // as a global variable of a closure would
	showsKeys     bool // of all ads, to everybody
	oneSession    bool // for all visitors
}

type ad struct{ id, key, title string }

func newSite() *site { return &site{tokens: map[string]string{}, users: map[string]string{}} }

func random(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	session, _ := r.Cookie("sid")
	switch {
	case r.URL.Path == "/":
		s.home(w)
	case r.URL.Path == "/login" && r.Method == "GET":
		s.form(w)
	case r.URL.Path == "/login":
		s.login(w, r, session)
	case r.URL.Path == "/me" && session != nil:
		fmt.Fprintf(w, "<p>Hello %s</p>", html.EscapeString(s.users[session.Value]))
	case r.URL.Path == "/search":
		s.search(w, r)
	case r.URL.Path == "/ads":
		s.post(w, r)
	case strings.HasPrefix(r.URL.Path, "/ads/"):
		s.edit(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (s *site) home(w http.ResponseWriter) {
	fmt.Fprint(w, `<link href="/static/site.3f9a81c2.css"><ul>`)
	for _, a := range s.ads {
		key := ""
		if s.showsKeys {
			key = "/edit?key=" + a.key
		}
		fmt.Fprintf(w, `<li><a href="/ads/%s%s">%s</a>`, a.id, key, html.EscapeString(a.title))
	}
}

func (s *site) form(w http.ResponseWriter) {
	session := random(16)
	if s.oneSession {
		session = "0123456789abcdef0123456789abcdef"
	}
	if s.tokens[session] == "" {
		s.tokens[session] = random(8)
	}
	http.SetCookie(w, &http.Cookie{Name: "sid", Value: session, Path: "/", Secure: true, HttpOnly: true})
	fmt.Fprintf(w, `<form method="post"><input type="hidden" name="csrf" value="%s"><input name="user">`, s.tokens[session])
}

func (s *site) login(w http.ResponseWriter, r *http.Request, session *http.Cookie) {
	if session == nil || r.FormValue("csrf") != s.tokens[session.Value] {
		http.Error(w, "wrong token", http.StatusForbidden)
		return
	}
	s.users[session.Value] = r.FormValue("user")
	http.Redirect(w, r, "/me", http.StatusSeeOther)
}

func (s *site) search(w http.ResponseWriter, r *http.Request) {
	order := "most relevant"
	if r.FormValue("sort") == "newest" {
		order = "newest"
	}
	fmt.Fprintf(w, "<h1>%s</h1><p>%s first</p>", html.EscapeString(r.FormValue("q")), order)
	if s.showsSearched {
		fmt.Fprintf(w, "<!-- %s -->", html.EscapeString(s.searched))
	}
	s.searched = r.FormValue("q")
}

func (s *site) post(w http.ResponseWriter, r *http.Request) {
	if !slices.Contains([]string{"furniture", "bicycles"}, r.FormValue("category")) {
		http.Error(w, "no such category", http.StatusUnprocessableEntity)
		return
	}
	a := ad{random(8), random(12), r.FormValue("title")}
	s.ads = append(s.ads, a)
	http.Redirect(w, r, "/ads/"+a.id+"/edit?key="+a.key+"&done=posted", http.StatusSeeOther)
}

func (s *site) edit(w http.ResponseWriter, r *http.Request) {
	for _, a := range s.ads {
		if strings.HasPrefix(r.URL.Path, "/ads/"+a.id) && (r.FormValue("key") == a.key || !strings.HasSuffix(r.URL.Path, "/edit")) {
			fmt.Fprintf(w, "<h1>%s</h1>", html.EscapeString(a.title))
			return
		}
	}
	http.Error(w, "no such ad", http.StatusForbidden)
}

// send sends a sequence to a side in its order, over HTTP.
func send(t testing.TB, h http.Handler, side *visitor.Side, s trial.Sequence) (all []trial.Exchange) {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, step := range s {
		browser := side.Browser(step.Visitor)
		sent, _ := browser.Fill(step.Request)
		e := trial.Exchange{Step: step, Sent: sent, Answer: answer(t, client, server.URL, sent)}
		browser.See(e)
		all = append(all, e)
	}
	return all
}

func answer(t testing.TB, client *http.Client, address string, sent trial.Request) trial.Answer {
	t.Helper()
	r, err := http.NewRequest(sent.Method, address+sent.URL, strings.NewReader(sent.Body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = sent.Header
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	response.Header.Del("Date")
	response.Header.Del("Content-Length") // names of another length replace identifiers
	return trial.Answer{Status: response.StatusCode, Header: response.Header, Body: body}
}

func get(url string) trial.Request { return trial.Request{Route: url, Method: "GET", URL: url} }

func post(url, body string) trial.Request {
	return trial.Request{Route: url, Method: "POST", URL: url, Body: body, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}
}

// by returns the steps of one visitor.
func by(v int, requests ...trial.Request) (s trial.Sequence) {
	for _, r := range requests {
		s = append(s, trial.Step{Request: r, Visitor: v})
	}
	return s
}

func statuses(all []trial.Exchange) (codes []int) {
	for _, e := range all {
		codes = append(codes, e.Answer.Status)
	}
	return codes
}
