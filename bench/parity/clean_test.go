package parity_test

import (
	"cmp"
	"compress/gzip"
	"crypto/md5"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/parity"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// A cleanProgram is the same as CGI and as a server: what it remembers is in a file. Its
// answers depend on chance, on the time, on the load or on the order of requests, as those of
// many programs do.
type cleanProgram struct {
	handler  http.HandlerFunc
	requests []trial.Request
}

var clean = map[string]cleanProgram{
	"counter":          {counter, get("/", "/count")},
	"unlocked counter": {unlockedCounter, get("/", "/count")},
	"latest posts":     {latestPosts, withPost("/", "text=A+red+bicycle")},
	"shuffled list":    {shuffledList, get("/", "/more")},
	"banner":           {banner, get("/", "/news")},
	"basket":           {basket, append(withPost("/add", "item=Bicycle"), get("/basket")...)},
	"cached page":      {cachedPage, withPost("/add", "text=A+red+bicycle")},
	"generation time":  {generationTime, get("/", "/about")},
	"sequence":         {sequence, append(withPost("/new", "title=Bicycle"), get("/item?id=1")...)},
	"form token":       {formToken, append(get("/form"), post("/form", "token={{token}}&text=Hello"))},
	"rate limit":       {rateLimit, get("/", "/more")},
	"optimistic lock":  {optimisticLock, withPost("/save", "text=A+red+bicycle")},
	"busy database":    {busyDatabase, withPost("/", "text=A+red+bicycle")},
	"random delay":     {randomDelay, withPost("/", "text=A+red+bicycle")},
	"gzip at random":   {gzipAtRandom, get("/", "/more")},
	"validators":       {validators, get("/", "/more")},
	"attributes":       {attributes, get("/", "/more")},
	"survey":           {survey, get("/", "/more")},
}

func init() {
	for name, p := range clean {
		programs[name] = p.handler
		programs["slow "+name] = func(w http.ResponseWriter, r *http.Request) {
			if os.Getenv(roleKey) == "cgi" {
				time.Sleep(350 * time.Millisecond) // to start
			}
			p.handler(w, r)
		}
	}
}

func post(path, form string) trial.Request {
	return trial.Request{Route: "POST " + path, Method: "POST", URL: path, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: form}
}

func withPost(path, form string) []trial.Request { return append(get("/"), post(path, form)) }

// TestCleanPrograms verifies all of them, and again with a slow baseline, with the seeds and the
// budget of PARITY_CLEAN, such as "3 20s", or some of them for a short time.
func TestCleanPrograms(t *testing.T) {
	seeds, budget, names := 1, 4*time.Second, []string{"latest posts", "banner", "validators"}
	if all := os.Getenv("PARITY_CLEAN"); all != "" {
		var length string
		if _, err := fmt.Sscan(all, &seeds, &length); err != nil {
			t.Fatalf("PARITY_CLEAN is %q, want such as 3 20s: %v", all, err)
		}
		budget, _ = time.ParseDuration(length)
		names = slices.Sorted(maps.Keys(clean))
		for name := range clean {
			names = append(names, "slow "+name)
		}
	}
	for _, name := range names {
		for seed := range seeds {
			t.Run(fmt.Sprint(name, " ", seed+1), func(t *testing.T) {
				t.Parallel()
				p := parity.Plan{Sides: sides(t, name, name), Requests: clean[strings.TrimPrefix(name, "slow ")].requests, Budget: budget, Seed: int64(seed + 1)}
				v, err := p.Run(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%s: %d sequences, %d pairs, %.1f s; %q, %v", v.Verdict, v.Tried.Sequences, v.Tried.OrderedPairs, v.Seconds, v.Reasons, v.Warnings)
				if v.Verdict == result.Different {
					f := v.Findings[0]
					t.Errorf("got a finding: %s %s by %s, %d of %d, minimal %v: want %s, got %s", f.Kind, f.Place, path(f), f.Shown, f.Repeated, f.Minimal, f.Want, f.Got)
				}
			})
		}
	}
}

// A store is what a program keeps in its file.
type store struct {
	Count   int
	Posts   []entry
	Tokens  []string
	Baskets map[string][]string
	Page    string // that is cached
	Made    time.Time
	Times   []time.Time // of requests
}

type entry struct {
	Text string
	At   time.Time
}

// update changes the data of a program, one process at a time.
func update(change func(s *store)) {
	f, err := os.OpenFile(os.Getenv(dataKey), os.O_CREATE|os.O_RDWR, 0o600)
	exitIf(err)
	defer f.Close() // frees the lock
	exitIf(lockFile(f))
	var s store
	if err := json.NewDecoder(f).Decode(&s); err != io.EOF {
		exitIf(err)
	}
	change(&s)
	b, err := json.Marshal(s)
	exitIf(err)
	exitIf(f.Truncate(0))
	_, err = f.WriteAt(b, 0)
	exitIf(err)
}

func exitIf(err error) {
	if err != nil {
		exit(err)
	}
}

func page(w http.ResponseWriter, title, format string, args ...any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<html><body><h1>%s</h1>%s</body></html>", title, fmt.Sprintf(format, args...))
}

func redirect(w http.ResponseWriter, r *http.Request, to string) {
	w.Header().Set("Content-Type", "text/html")
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func counter(w http.ResponseWriter, r *http.Request) {
	n := 0
	update(func(s *store) { s.Count++; n = s.Count })
	page(w, r.URL.Path, "<p>You are visitor number <b>%d</b>.</p>", n)
}

// unlockedCounter loses a visitor if two come at the same time.
func unlockedCounter(w http.ResponseWriter, r *http.Request) {
	b, _ := os.ReadFile(os.Getenv(dataKey))
	n, _ := strconv.Atoi(string(b))
	time.Sleep(2 * time.Millisecond)
	exitIf(os.WriteFile(os.Getenv(dataKey), []byte(strconv.Itoa(n+1)), 0o600))
	page(w, r.URL.Path, "<p>You are visitor number <b>%d</b>.</p>", n+1)
}

func latestPosts(w http.ResponseWriter, r *http.Request) {
	var posts []entry
	update(func(s *store) {
		if r.Method == "POST" {
			s.Posts = append(s.Posts, entry{r.FormValue("text"), time.Now()})
		}
		posts = s.Posts[max(0, len(s.Posts)-10):]
	})
	if r.Method == "POST" {
		redirect(w, r, "/")
		return
	}
	var b strings.Builder
	for _, p := range slices.Backward(posts) {
		ago := "just now"
		if n := int(time.Since(p.At).Seconds()); n == 1 {
			ago = "1 second ago"
		} else if n > 1 {
			ago = fmt.Sprintf("%d seconds ago", n)
		}
		fmt.Fprintf(&b, "<li>%s <i>%s</i> <small>%s</small></li>", p.Text, p.At.Format(time.TimeOnly), ago)
	}
	page(w, "Latest", "<ul>%s</ul>", b.String())
}

func shuffledList(w http.ResponseWriter, r *http.Request) {
	all := []string{"Bicycle", "Old boat", "Car, red", "Dining table", "Easel", "Fax machine"}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	page(w, r.URL.Path, "<ul><li>%s</li></ul><p>%s</p>", strings.Join(all, "</li><li>"), strings.Join(all[:3], ", "))
}

func banner(w http.ResponseWriter, r *http.Request) {
	all := []string{"Buy now!", "<a href='/sale?id=7'>50% off: boats &amp; cars</a>", "<img src=/b/3.gif alt='Cheap flights'>", "Call (030) 123-456", "<b>New</b>: <i>adverts by e-mail</i>"}
	page(w, r.URL.Path, "<div class=ad>%s</div><p>The news of today.</p>", all[rand.IntN(len(all))])
}

// basket keeps what a visitor put into it by a cookie.
func basket(w http.ResponseWriter, r *http.Request) {
	id := fmt.Sprintf("%016x", rand.Uint64())
	if c, err := r.Cookie("basket"); err == nil {
		id = c.Value
	} else {
		http.SetCookie(w, &http.Cookie{Name: "basket", Value: id, Path: "/"})
	}
	var items []string
	update(func(s *store) {
		if s.Baskets == nil {
			s.Baskets = map[string][]string{}
		}
		if r.Method == "POST" {
			s.Baskets[id] = append(s.Baskets[id], r.FormValue("item"))
		}
		items = s.Baskets[id]
	})
	if r.Method == "POST" {
		redirect(w, r, "/basket")
		return
	}
	page(w, r.URL.Path, "<p>%d items: %s</p>", len(items), strings.Join(items, ", "))
}

// cachedPage makes its page again after a second.
func cachedPage(w http.ResponseWriter, r *http.Request) {
	shown := ""
	update(func(s *store) {
		if r.Method == "POST" {
			s.Posts = append(s.Posts, entry{Text: r.FormValue("text")})
		}
		if time.Since(s.Made) > time.Second {
			s.Made = time.Now()
			s.Page = fmt.Sprintf("<p>%d posts at %s</p>", len(s.Posts), s.Made.Format(time.TimeOnly))
		}
		shown = s.Page
	})
	if r.Method == "POST" {
		redirect(w, r, "/")
		return
	}
	page(w, "Posts", "%s", shown)
}

func generationTime(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	time.Sleep(rand.N(2 * time.Millisecond))
	page(w, r.URL.Path, "<p>Made at %s in %.4f seconds, %d KB</p>", began.Format(time.RFC1123), time.Since(began).Seconds(), 900+rand.IntN(300))
}

func sequence(w http.ResponseWriter, r *http.Request) {
	var all []entry
	update(func(s *store) {
		if r.Method == "POST" {
			s.Posts = append(s.Posts, entry{Text: r.FormValue("title")})
		}
		all = s.Posts
	})
	switch n, _ := strconv.Atoi(r.FormValue("id")); {
	case r.Method == "POST":
		redirect(w, r, fmt.Sprintf("/item?id=%d", len(all)))
	case r.URL.Path == "/item" && n > len(all):
		http.Error(w, "no such item", http.StatusNotFound)
	case r.URL.Path == "/item":
		page(w, fmt.Sprintf("Item %d", n), "<p>%s</p>", all[n-1].Text)
	default:
		page(w, "Items", "<p>There are %d, the last one is <a href='/item?id=%d'>number %d</a>.</p>", len(all), len(all), len(all))
	}
}

// formToken accepts a token once.
func formToken(w http.ResponseWriter, r *http.Request) {
	token, valid := fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()), false
	update(func(s *store) {
		if r.Method == "POST" {
			at := slices.Index(s.Tokens, r.FormValue("token"))
			if valid = at >= 0; valid {
				s.Tokens = slices.Delete(s.Tokens, at, at+1)
			}
			return
		}
		s.Tokens = append(s.Tokens, token)
	})
	switch {
	case r.Method == "GET":
		page(w, "Form", "<form method=post><input type=hidden name=token value=%s><input name=text></form>", token)
	case valid:
		page(w, "Thanks", "<p>Saved.</p>")
	default:
		http.Error(w, "this form was sent before", http.StatusForbidden)
	}
}

// rateLimit allows eight requests in two seconds.
func rateLimit(w http.ResponseWriter, r *http.Request) {
	limited := false
	update(func(s *store) {
		now := time.Now()
		s.Times = slices.DeleteFunc(s.Times, func(t time.Time) bool { return now.Sub(t) > 2*time.Second })
		if limited = len(s.Times) >= 8; !limited {
			s.Times = append(s.Times, now)
		}
	})
	if limited {
		w.Header().Set("Retry-After", "2")
		http.Error(w, "too many requests", http.StatusTooManyRequests)
		return
	}
	page(w, r.URL.Path, "<p>Welcome.</p>")
}

// optimisticLock refuses to save what was changed meanwhile.
func optimisticLock(w http.ResponseWriter, r *http.Request) {
	version, saved := 0, false
	update(func(s *store) { version = s.Count })
	if r.Method == "GET" {
		page(w, "Text", "<p>Version %d</p>", version)
		return
	}
	time.Sleep(10 * time.Millisecond) // this is its work
	update(func(s *store) {
		if saved = s.Count == version; saved {
			s.Count++
		}
	})
	if !saved {
		http.Error(w, "it was changed meanwhile", http.StatusConflict)
		return
	}
	redirect(w, r, "/")
}

// busyDatabase fails now and then.
func busyDatabase(w http.ResponseWriter, r *http.Request) {
	if rand.IntN(30) == 0 {
		http.Error(w, "database is locked", http.StatusServiceUnavailable)
		return
	}
	notes(w, r)
}

func randomDelay(w http.ResponseWriter, r *http.Request) {
	if rand.IntN(4) == 0 {
		time.Sleep(rand.N(300 * time.Millisecond))
	}
	notes(w, r)
}

func gzipAtRandom(w http.ResponseWriter, r *http.Request) {
	if rand.IntN(5) > 0 {
		page(w, r.URL.Path, "<p>Hello</p>")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	defer z.Close()
	fmt.Fprintf(z, "<html><body><h1>%s</h1><p>Hello</p></body></html>", r.URL.Path)
}

func validators(w http.ResponseWriter, r *http.Request) {
	now := time.Now().UTC()
	w.Header().Set("Last-Modified", now.Format(http.TimeFormat))
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, md5.Sum([]byte(now.Format(time.DateTime)))))
	page(w, r.URL.Path, "<p>Hello</p>")
}

func attributes(w http.ResponseWriter, r *http.Request) {
	shuffled := func(parts ...string) []string {
		rand.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		return parts
	}
	link := strings.Join(shuffled("c=3", "sort=price", "page=2"), "&amp;")
	page(w, r.URL.Path, "<a %s>Next</a>", strings.Join(shuffled(`href="/list?`+link+`"`, `class="`+strings.Join(shuffled("big", "red", "next"), " ")+`"`, `title="The next page"`), " "))
}

// survey asks one visitor in twelve.
func survey(w http.ResponseWriter, r *http.Request) {
	question := ""
	if rand.IntN(12) == 0 {
		question = "<form action=/survey><p>Do you like this page?</p><button name=answer value=yes>Yes</button></form>"
	}
	page(w, cmp.Or(r.URL.Path, "/"), "<p>The news of today.</p>%s", question)
}
