package main

import (
	"fmt"
	"html"
	"net/http"
	"time"
)

func init() {
	animals["two-poisons"] = poisons("/cheap", "/new")
	animals["three-poisons"] = poisons("/cheap", "/new", "/near")
	animals["cleaner"] = cleaner
	animals["other-visitor"] = otherVisitor
	animals["race"] = race
	animals["port"] = port
}

// poisons is hazard 1: the list changes when all of some pages were seen.
func poisons(paths ...string) animal {
	return func() http.HandlerFunc {
		seen := map[string]bool{}
		return func(w http.ResponseWriter, r *http.Request) {
			all := true
			for _, p := range paths {
				all = all && seen[p]
			}
			seen[r.URL.Path] = true
			if text := "12 ads"; r.URL.Path == "/" && all {
				page(w, "Ads", "no ads")
			} else {
				page(w, "Ads", text)
			}
		}
	}
}

// cleaner is hazard 1 with a page that repairs the state.
func cleaner() http.HandlerFunc {
	order := "date"
	return func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/by-price":
			order = "price"
		case "/home":
			order = "date"
		}
		page(w, "Ads", "by "+map[bool]string{true: order, false: "name"}[r.URL.Path == "/list"])
	}
}

// otherVisitor is hazard 6: the form shows what the last visitor wrote.
func otherVisitor() http.HandlerFunc {
	last := ""
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			last = r.FormValue("email")
			page(w, "Contact", "sent")
			return
		}
		page(w, "Contact", "<input name=email value=\""+html.EscapeString(last)+"\">")
	}
}

// race is hazard 17: a counter is read, and written later.
func race() http.HandlerFunc {
	busy := 0
	return func(w http.ResponseWriter, r *http.Request) {
		busy++
		n := busy
		time.Sleep(20 * time.Millisecond)
		busy--
		if n > 1 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		page(w, "Ads", "12 ads")
	}
}

// port is no hazard: the program was moved with a mistake.
func port() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := 12
		if serverSide() && r.URL.Path == "/count" {
			n = 13
		}
		page(w, "Ads", fmt.Sprint(n, " ads"))
	}
}
