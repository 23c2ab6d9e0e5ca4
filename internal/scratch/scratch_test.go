//go:build linux || darwin || freebsd || netbsd || openbsd

package scratch_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/scratch"
)

func ExampleNewDir() {
	d, err := scratch.NewDir("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(os.WriteFile(filepath.Join(d.Path, "file"), nil, 0o600), d.Remove())
	// Output: <nil> <nil>
}

// TestMain makes scratch files, prints their paths and waits to be killed, if a test started it.
func TestMain(m *testing.M) {
	dir := os.Getenv("SCRATCH_TEST_DIR")
	if dir == "" {
		os.Exit(m.Run())
	}
	d, err := scratch.NewDir(dir, "dir-")
	f, ferr := scratch.NewFile(dir, ".file-*.tmp")
	if err := errors.Join(err, ferr, os.Mkdir(filepath.Join(d.Path, "closed"), 0o700)); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.WriteFile(filepath.Join(d.Path, "closed", "file"), nil, 0o600)
	os.Chmod(filepath.Join(d.Path, "closed"), 0o500)
	fmt.Println(d.Path, f.Name())
	io.Copy(io.Discard, os.Stdin) // until the test ends
	errors.Join(f.Discard(), d.Remove())
}

// owner starts a process that owns a directory and a file.
func owner(t *testing.T, dir string) (paths [2]string, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SCRATCH_TEST_DIR="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fscan(out, &paths[0], &paths[1]); err != nil {
		t.Fatalf("the owner made nothing: %v %q", err, paths)
	}
	kill = func() { cmd.Process.Kill(); cmd.Wait() }
	t.Cleanup(kill)
	return paths, kill
}

// What a killed process leaves is removed by the next one, and only that.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	lives, _ := owner(t, dir)
	killed, kill := owner(t, dir)
	kill()
	old, full, young, other := filepath.Join(dir, "dir-old"), filepath.Join(dir, "dir-full"), filepath.Join(dir, "dir-young"), filepath.Join(dir, "other-1")
	others := filepath.Join(dir, "dir-of-others")
	for _, path := range []string{old, full, young, other, filepath.Join(full, "data"), others} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	link, foreign := filepath.Join(dir, "dir-link"), t.TempDir()
	if err := errors.Join(os.Symlink(foreign, link), os.WriteFile(filepath.Join(foreign, "owner"), nil, 0o600),
		os.WriteFile(filepath.Join(others, "owner"), []byte("Ann\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	hourAgo := time.Now().Add(-time.Hour)
	if err := errors.Join(os.Chtimes(old, hourAgo, hourAgo), os.Chtimes(full, hourAgo, hourAgo)); err != nil {
		t.Fatal(err)
	}
	d, err := scratch.NewDir(dir, "dir-")
	if err != nil {
		t.Fatal(err)
	}
	f, err := scratch.NewFile(dir, ".file-*.tmp")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		lives[0]: true, lives[1]: true, killed[0]: false, killed[1]: false,
		old: false, full: true, young: true, other: true, others: true, link: true, filepath.Join(foreign, "owner"): true,
	} {
		if _, err := os.Lstat(path); (err == nil) != want {
			t.Errorf("%s exists: %v, want %v", filepath.Base(path), err == nil, want)
		}
	}
	if err := errors.Join(d.Remove(), f.Discard()); err != nil {
		t.Error(err)
	}
}

// A file that got its lasting name stays.
func TestCommit(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		f, err := scratch.NewFile(dir, ".file-*.tmp")
		if err != nil {
			t.Fatal(err)
		}
		if err := f.CommitAs(filepath.Join(dir, "lasting")); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 || left[0].Name() != "lasting" {
		t.Errorf("got %v, %v", left, err)
	}
}

// Only files may be replaced: no device, pipe, socket or directory, and no link to one.
func TestReplaceable(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	socket, err := net.Listen("unix", path("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	err = errors.Join(syscall.Mkfifo(path("pipe"), 0o600), os.Mkdir(path("directory"), 0o700),
		os.Symlink("pipe", path("link")), os.Symlink(os.DevNull, path("device")), os.Symlink("none", path("dangling")))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{"pipe": scratch.ErrKind, "socket": scratch.ErrKind, "directory": scratch.ErrKind, "link": scratch.ErrKind, "device": scratch.ErrKind, "dangling": nil, "none": nil} {
		if err := scratch.Replaceable(path(name)); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
}

// Processes that make files at the same time do not remove each other's.
func TestAtOnce(t *testing.T) {
	dir := t.TempDir()
	errs := make(chan error)
	for range 4 {
		go func() {
			for range 50 {
				f, err := scratch.NewFile(dir, ".file-*.tmp")
				if err == nil {
					err = f.CommitAs(filepath.Join(dir, "lasting"))
				}
				if err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// A directory is the same for programs that run elsewhere, also with a relative TMPDIR.
func TestNewDirIsAbsolute(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here)
	if err := os.Mkdir("a b", 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", "a b")
	for _, parent := range []string{"", "a b", "."} {
		d, err := scratch.NewDir(parent, "x-")
		if err != nil {
			t.Fatal(err)
		}
		if !filepath.IsAbs(d.Path) {
			t.Errorf("in %q: got %q", parent, d.Path)
		}
		if err := d.Remove(); err != nil {
			t.Error(err)
		}
	}
}
