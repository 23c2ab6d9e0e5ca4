package main

import (
	"fmt"
	"html"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
)

func init() {
	animals["globals"] = globals
	animals["closure"] = closure
	animals["once"] = once
	animals["iterator"] = iterator
	animals["workers"] = workers
	animals["input"] = input
	animals["session"] = session
	animals["config"] = config
	animals["collision"] = collision
	animals["separator"] = separator
}

// globals is hazard 1: a login is remembered for everybody.
func globals() http.HandlerFunc {
	authenticated := false
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/login":
			authenticated = r.FormValue("password") == "opensesame"
			page(w, "Login", fmt.Sprint("accepted: ", authenticated))
		case r.URL.Path == "/admin" && !authenticated:
			http.Error(w, "not for you", http.StatusForbidden)
		case r.URL.Path == "/admin":
			page(w, "Administration", "all ads")
		default:
			page(w, "Home", "welcome")
		}
	}
}

// closure is hazard 2: a function keeps the variable of the first request.
func closure() http.HandlerFunc {
	var heading func() string
	return func(w http.ResponseWriter, r *http.Request) {
		query := html.EscapeString(r.FormValue("q"))
		if heading == nil {
			heading = func() string { return "Results for " + query }
		}
		page(w, "Search", heading())
	}
}

// once is hazard 3: a pattern is compiled only once.
func once() http.HandlerFunc {
	var compile sync.Once
	var pattern *regexp.Regexp
	return func(w http.ResponseWriter, r *http.Request) {
		compile.Do(func() { pattern = regexp.MustCompile(regexp.QuoteMeta(r.FormValue("word"))) })
		var found []string
		for _, ad := range []string{"red car", "blue car", "red bike", "green boat"} {
			if pattern.MatchString(ad) {
				found = append(found, ad)
			}
		}
		page(w, "Ads", strings.Join(found, ", "))
	}
}

// iterator is hazard 3: a walk goes on where the request before stopped.
func iterator() http.HandlerFunc {
	names, next := []string{"cars", "boats", "bikes"}, 0
	return func(w http.ResponseWriter, r *http.Request) {
		name := names[next%len(names)]
		if r.URL.Path == "/first" {
			next++
		}
		page(w, "Category", name)
	}
}

// workers is hazard 4: one of two workers remembers.
func workers() http.HandlerFunc {
	language, turn := [2]string{"en", "en"}, 0
	return func(w http.ResponseWriter, r *http.Request) {
		turn++
		mine := &language[turn*7/3%2]
		if l := r.FormValue("lang"); l != "" {
			*mine = l
		}
		page(w, "Home", map[string]string{"en": "welcome", "de": "willkommen"}[*mine])
	}
}

// input is hazard 5: a parameter that is missing has the value it had before.
func input() http.HandlerFunc {
	params := map[string]string{}
	return func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.URL.Query() {
			params[name] = values[0]
		}
		page(w, "Ads", fmt.Sprintf("page %s of %s", html.EscapeString(params["page"]), html.EscapeString(params["category"])))
	}
}

// session is hazard 6: the user of the last request with a cookie stays.
func session() http.HandlerFunc {
	user := ""
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			http.SetCookie(w, &http.Cookie{Name: "user", Value: r.FormValue("name"), Path: "/"})
			page(w, "Login", "done")
			return
		}
		if c, err := r.Cookie("user"); err == nil {
			user = c.Value
		}
		page(w, "Home", "hello "+html.EscapeString(user))
	}
}

// config is hazard 8: what is read at the start is not read again.
func config() http.HandlerFunc {
	title, _ := os.ReadFile(data("title"))
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			if err := os.WriteFile(data("title"), []byte(r.FormValue("title")), 0o600); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			page(w, "Configuration", "saved")
			return
		}
		page(w, "Home", "title: "+html.EscapeString(string(title)))
	}
}

// collision is hazard 15: two parts of a site load a file of the same name.
func collision() http.HandlerFunc {
	loaded := map[string]string{}
	return func(w http.ResponseWriter, r *http.Request) {
		part := strings.Trim(r.URL.Path, "/")
		if loaded["header"] == "" {
			loaded["header"] = "header of " + html.EscapeString(part)
		}
		page(w, part, loaded["header"])
	}
}

// separator is hazard 14: a special variable keeps the value that one page gave it.
func separator() http.HandlerFunc {
	between := ", "
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/export" {
			between = ";"
		}
		page(w, "Categories", strings.Join([]string{"cars", "boats", "bikes"}, between))
	}
}
