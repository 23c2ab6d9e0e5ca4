//go:build unix

package perl_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/postgres"
	"github.com/classibench/classibench/internal/database"
	"github.com/classibench/classibench/internal/database/databasetest"
)

// With their data in PostgreSQL, the Go program and the script answer as the Go program
// does with SQLite.
func TestAnswersWithPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many Perl processes")
	}
	h := databasetest.Start(t, database.NoSync, func(ctx context.Context, url string) error {
		return dataset.Load(ctx, url, classifiedstest.Pristine())
	})
	classifiedstest.Needs(t, "/usr/lib/*/perl5/*/DBD/Pg.pm", "libdbd-pg-perl")
	locked := sendLocked(t, databasetest.Need(t, h).URL)
	defer locked.check(t) // it has waited meanwhile
	steps := visits(t)
	want := (&classifiedstest.Visitor{URL: classifiedstest.Reference(t)}).DoAll(t, steps)
	for _, s := range []server{
		{"Go", goOnPostgres, false}, {"Perl, CGI", script, true}, {"Perl, mod_perl", apache("perl", "libapache2-mod-perl2"), true},
		{"Perl, mod_fcgid", apache("fcgid", "libapache2-mod-fcgid"), true}, {"Perl, Starman", starman, true},
	} {
		t.Run(s.name, func(t *testing.T) {
			v := &classifiedstest.Visitor{URL: s.start(t, unpack(t), databasetest.Need(t, h).URL)}
			for i, step := range steps {
				if s.brief && step.Method == "GET" && i%4 > 0 {
					continue
				}
				if diff := cmp.Diff(want[i], v.Do(t, step)); diff != "" {
					t.Errorf("%d: %s %s %.60q: the answer differs (-SQLite +PostgreSQL):\n%s", i, step.Method, step.Path, step.Form.Encode(), diff)
				}
			}
		})
	}
}

// A waiting is requests whose statements wait for a lock, with their answers to be.
type waiting struct {
	answers map[string]chan classifiedstest.Answer
}

// sendLocked sends requests to the script while another process has a lock that keeps out those
// who read, too.
func sendLocked(t *testing.T, url string) waiting {
	lock, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lock.Close(context.Background()) })
	if _, err := lock.Exec(t.Context(), "BEGIN; LOCK TABLE ads IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	v := &classifiedstest.Visitor{URL: script(t, unpack(t), url)}
	w := waiting{map[string]chan classifiedstest.Answer{}}
	for name, step := range map[string]classifiedstest.Step{"a read": classifiedstest.Get("/"), "a write": classifiedstest.Post("/ads/33/flag", nil)} {
		answer := make(chan classifiedstest.Answer, 1)
		w.answers[name] = answer
		go func() { defer close(answer); answer <- v.Do(t, step) }()
	}
	return w
}

// check reads the answers: those of the Go program.
func (w waiting) check(t *testing.T) {
	for name, answer := range w.answers {
		if a := <-answer; a.Status != http.StatusServiceUnavailable || a.Header["Retry-After"] != "5" {
			t.Errorf("%s that waits for a lock: got %d %v, want 503 with Retry-After", name, a.Status, a.Header)
		}
	}
}

func goOnPostgres(t *testing.T, _, url string) string {
	site := classifieds.New(postgres.Open, &classifieds.Config{DB: url, Now: func() time.Time { return time.Unix(classifiedstest.Now, 0) },
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	t.Cleanup(func() { site.Close() })
	s := httptest.NewServer(site)
	t.Cleanup(s.Close)
	return s.URL
}
