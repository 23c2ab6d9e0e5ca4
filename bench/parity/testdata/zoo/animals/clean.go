package main

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func init() {
	animals["clean-clock"] = cleanClock
	animals["clean-token"] = cleanToken
	animals["clean-json"] = cleanJSON
	animals["clean-order"] = cleanOrder
	animals["clean-login"] = cleanLogin
	animals["clean-guestbook"] = cleanGuestbook
}

func serverSide() bool { return os.Getenv("GATEWAY_INTERFACE") == "" }

// token returns 16 random hexadecimal digits.
func token() string {
	b := make([]byte, 8)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// cleanClock shows the time in several formats.
func cleanClock() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		w.Header().Set("Last-Modified", now.UTC().Format(http.TimeFormat))
		page(w, "Time", fmt.Sprintf("It is %s on %s (%d); made in %d µs", now.Format("15:04:05"), now.Format("2 January 2006"), now.Unix(), time.Since(now).Microseconds()))
	}
}

// cleanToken has a new token in a form, a cookie and a header.
func cleanToken() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "visit", Value: token(), Path: "/"})
		w.Header().Set("X-Request-Id", token())
		page(w, "Form", "<input type=hidden name=token value="+token()+">")
	}
}

// cleanJSON has members in random order, and a random one.
func cleanJSON() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		members := []string{`"id":7`, `"title":"boat"`, `"tags":["old","blue"]`, `"nonce":"` + token() + `"`}
		mathrand.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "{"+strings.Join(members, ",")+"}")
	}
}

// cleanOrder lists the same ads in random order.
func cleanOrder() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ads := []string{"<li>boat", "<li>car", "<li>bike", "<li>book"}
		mathrand.Shuffle(len(ads), func(i, j int) { ads[i], ads[j] = ads[j], ads[i] })
		page(w, "Ads", "ads of today:</p><ul>"+strings.Join(ads, "")+"</ul><p>")
	}
}

// cleanLogin keeps sessions in files.
func cleanLogin() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			id := token()
			if err := os.WriteFile(data("session-"+id), []byte(r.FormValue("name")), 0o600); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/", HttpOnly: true})
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		name := "stranger"
		if c, err := r.Cookie("session"); err == nil {
			if b, err := os.ReadFile(data("session-" + filepath.Base(c.Value))); err == nil {
				name = string(b)
			}
		}
		page(w, "Home", "hello "+html.EscapeString(name))
	}
}

// cleanGuestbook has entries with random identifiers, and a key to edit them.
func cleanGuestbook() http.HandlerFunc {
	type entry struct{ ID, Key, Text string }
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			e := entry{token(), token(), r.FormValue("text")}
			if err := appendLine(data("entries"), e); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			http.Redirect(w, r, "/entry/"+e.ID+"?key="+e.Key, http.StatusSeeOther)
			return
		}
		var list strings.Builder
		for _, line := range lines(data("entries")) {
			var e entry
			if json.Unmarshal([]byte(line), &e) == nil {
				fmt.Fprintf(&list, "<li><a href=/entry/%s>%s</a>", e.ID, html.EscapeString(e.Text))
			}
		}
		page(w, "Guestbook", "entries:</p><ul>"+list.String()+"</ul><p>")
	}
}

// appendLine adds a value to a file, as a line of JSON.
func appendLine(path string, v any) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	return json.NewEncoder(f).Encode(v)
}

// lines returns the lines of a file; none if it does not exist.
func lines(path string) (all []string) {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		all = append(all, s.Text())
	}
	return all
}
