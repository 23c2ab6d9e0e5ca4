//go:build linux

package host

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// names is a script that prints the variables of its place.
const names = "#!/bin/sh\n" + `printf 'Content-Type: text/plain\n\n%s|%s|%s|%s' "$SCRIPT_NAME" "$PATH_INFO" "$SCRIPT_FILENAME" "$(pwd)"` + "\n"

// cgiBin makes a directory of programs, and a file outside of it.
func cgiBin(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "cgi-bin")
	for name, mode := range map[string]os.FileMode{
		"cgi-bin/ads.pl": 0o755, "cgi-bin/sub/deep.pl": 0o755, "cgi-bin/.hidden": 0o755, "cgi-bin/.git/hook": 0o755, "cgi-bin/a b.pl": 0o755,
		"cgi-bin/data.txt": 0o644, "cgi-bin/mine.pl": 0o600, "outside.pl": 0o755,
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(names), mode); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"link.pl": "../outside.pl", "inner.pl": "ads.pl", "up": "..", "broken.pl": "none"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o755); err != nil {
		t.Fatal(err)
	}
	raw := "#!/bin/sh\nprintf 'HTTP/1.1 201 Created\\r\\nContent-Length: 2\\r\\n\\r\\nok'\n"
	if err := os.WriteFile(filepath.Join(dir, "nph-raw.sh"), []byte(raw), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDirectory(t *testing.T) {
	dir := cgiBin(t)
	for _, c := range []struct {
		path       string
		links      bool
		status     int
		name, info string // SCRIPT_NAME and PATH_INFO, for status 200
	}{
		{path: "/cgi-bin/ads.pl", status: 200, name: "/cgi-bin/ads.pl"},
		{path: "/cgi-bin/ads.pl?a=1", status: 200, name: "/cgi-bin/ads.pl"},
		{path: "/cgi-bin/ads.pl/", status: 200, name: "/cgi-bin/ads.pl", info: "/"},
		{path: "/cgi-bin/ads.pl/c/../x//y", status: 200, name: "/cgi-bin/ads.pl", info: "/x/y"},
		{path: "/cgi-bin/ads.pl/.git", status: 200, name: "/cgi-bin/ads.pl", info: "/.git"},
		{path: "/cgi-bin//ads.pl", status: 200, name: "/cgi-bin/ads.pl"},
		{path: "/cgi-bin/sub/deep.pl/more", status: 200, name: "/cgi-bin/sub/deep.pl", info: "/more"},
		{path: "/cgi-bin/a%20b.pl/c%20d", status: 200, name: "/cgi-bin/a b.pl", info: "/c d"},
		{path: "/cgi-bin/nph-raw.sh", status: 201},
		{path: "/cgi-bin", status: 403},
		{path: "/cgi-bin/", status: 403},
		{path: "/cgi-bin/sub", status: 403},
		{path: "/cgi-bin/sub/", status: 403},
		{path: "/cgi-bin/data.txt", status: 403},
		{path: "/cgi-bin/mine.pl", status: 403},
		{path: "/cgi-bin/fifo", status: 403},
		{path: "/cgi-bin/none.pl", status: 404},
		{path: "/cgi-bin/sub/none.pl", status: 404},
		{path: "/cgi-bin/data.txt/x", status: 403},
		{path: "/cgi-binary/ads.pl", status: 404},
		{path: "/ads.pl", status: 404},
		{path: "/", status: 404},
		{path: "/cgi-bin/.hidden", status: 404},
		{path: "/cgi-bin/.git/hook", status: 404},
		{path: "/cgi-bin/../outside.pl", status: 404},
		{path: "/cgi-bin/%2e%2e/outside.pl", status: 404},
		{path: "/cgi-bin/sub/../ads.pl", status: 200, name: "/cgi-bin/ads.pl"},
		{path: "/cgi-bin/./ads.pl", status: 200, name: "/cgi-bin/ads.pl"},
		{path: "/cgi-bin/..%2foutside.pl", status: 404},
		{path: "/cgi-bin/ads.pl%00", status: 404},
		{path: "/cgi-bin/ads.pl/a%2fb", status: 404},
		{path: "/cgi-bin/../../ads.pl", status: 400},
		{path: "/cgi-bin/" + strings.Repeat("x", 300), status: 404},
		{path: "/cgi-bin/link.pl", status: 403},
		{path: "/cgi-bin/inner.pl", status: 403},
		{path: "/cgi-bin/up/outside.pl", status: 403},
		{path: "/cgi-bin/broken.pl", status: 403},
		{path: "/cgi-bin/link.pl", links: true, status: 200, name: "/cgi-bin/link.pl"},
		{path: "/cgi-bin/up/outside.pl/x", links: true, status: 200, name: "/cgi-bin/up/outside.pl", info: "/x"},
		{path: "/cgi-bin/broken.pl", links: true, status: 404},
		{path: "/cgi-bin/.hidden", links: true, status: 404},
	} {
		t.Run(c.path, func(t *testing.T) {
			h := &Handler{Directory: dir, ScriptName: "/cgi-bin/", FollowLinks: c.links, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))}
			s := httptest.NewServer(h)
			defer h.Wait()
			defer s.Close()
			rs, err := http.Get(s.URL + "/")
			if err == nil {
				rs.Body.Close()
				r := rs.Request.Clone(t.Context())
				r.URL.Path, r.URL.RawPath, r.URL.Opaque = "", "", c.path
				rs, err = http.DefaultTransport.RoundTrip(r)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer rs.Body.Close()
			body, err := io.ReadAll(rs.Body)
			if err != nil || rs.StatusCode != c.status {
				t.Fatalf("got %d %s, %v, want %d", rs.StatusCode, body, err, c.status)
			}
			if c.status != 200 {
				return
			}
			file := filepath.Join(dir, strings.TrimPrefix(c.name, "/cgi-bin"))
			if got, want := string(body), c.name+"|"+c.info+"|"+file+"|"+filepath.Dir(file); got != want && !c.links {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got, want := string(body), c.name+"|"+c.info+"|"+file; !strings.HasPrefix(got, want) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestProgramsOfADirectory(t *testing.T) {
	dir := cgiBin(t)
	got, err := (&Handler{Directory: dir}).Programs()
	want := []string{"a b.pl", "ads.pl", "nph-raw.sh", "sub/deep.pl"}
	for i := range want {
		want[i] = filepath.Join(dir, want[i])
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestCheckDirectory(t *testing.T) {
	dir, empty := cgiBin(t), t.TempDir()
	for path, want := range map[string]string{
		dir: "", empty: "it holds no executable file", filepath.Join(dir, "none"): "no such file", filepath.Join(dir, "ads.pl"): "not a directory",
	} {
		err := (&Handler{Directory: path}).Check()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
}

// A directory is read as requests reach it: by a symbolic link to it, through links
// that are followed, round a link that leads back, and past a directory that this
// user cannot read.
func TestProgramsBehindLinks(t *testing.T) {
	dir := cgiBin(t)
	site := t.TempDir()
	link, linked := filepath.Join(site, "cgi-bin"), filepath.Join(site, "linked")
	if err := errors.Join(os.Symlink(dir, link), os.Mkdir(linked, 0o755), os.Symlink(filepath.Join(dir, "sub"), filepath.Join(linked, "sub"))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dir   string
		links bool
		want  []string // nil if the directory is refused
	}{
		{link, false, []string{"a b.pl", "ads.pl", "nph-raw.sh", "sub/deep.pl"}},
		{linked, false, nil},
		{linked, true, []string{"sub/deep.pl"}},
		{dir, true, []string{"a b.pl", "ads.pl", "inner.pl", "link.pl", "nph-raw.sh", "sub/deep.pl", "up/outside.pl"}},
	} {
		h := &Handler{Directory: c.dir, FollowLinks: c.links}
		if err := h.Check(); (err == nil) != (c.want != nil) {
			t.Errorf("%s (links %v): %v", c.dir, c.links, err)
		}
		got, err := h.Programs()
		want := slices.Clone(c.want)
		for i := range want {
			want[i] = filepath.Join(c.dir, want[i])
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s (links %v): got %q, %v, want %q", c.dir, c.links, got, err, want)
		}
	}
}

func TestUnreadableDirectory(t *testing.T) {
	dir := cgiBin(t)
	root := filepath.Dir(dir)
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "data"), 0), os.Chmod(root, 0o755), os.Chmod(filepath.Dir(root), 0o755)); err != nil {
		t.Fatal(err)
	}
	asUser(t, func() {
		h := &Handler{Directory: dir}
		if err := h.Check(); err != nil {
			t.Errorf("check: %v", err)
		}
		got, err := h.Programs()
		if len(got) != 4 || err == nil || !strings.Contains(err.Error(), "data") {
			t.Errorf("got %q, %v, want four programs, and an error about data", got, err)
		}
		h = &Handler{Directory: filepath.Join(dir, "data")}
		wrong, ok := errors.AsType[*ProgramError](h.Check())
		if !ok || !errors.Is(wrong, fs.ErrPermission) || !strings.Contains(wrong.Hint, "chmod o+rx") {
			t.Errorf("got %v, want an error about the permission to read", wrong)
		}
	})
}

// asUser calls f with the file permissions of another user, if this one is root, who
// can read everything.
func asUser(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	const nobody = 65534
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for _, set := range []func(int) error{syscall.Setfsgid, syscall.Setfsuid} {
		if err := set(nobody); err != nil {
			t.Fatal(err)
		}
		defer set(0)
	}
	f()
}
