//go:build linux

package database_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/classibench/classibench/internal/database"
	"github.com/classibench/classibench/internal/database/databasetest"
)

// ownerKey turns the test binary into the owner of a server, which waits to be killed.
const ownerKey = "CLASSIBENCH_TEST_DATABASE_OWNER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(ownerKey); dir != "" {
		own(dir)
		return
	}
	os.Exit(m.Run())
}

func own(dir string) {
	s, err := database.Start(context.Background(), database.Options{Dir: dir, Settings: database.NoSync})
	if err != nil {
		panic(err)
	}
	println("pid", s.PID())
	select {}
}

// fill makes a table with one row.
func fill(ctx context.Context, url string) error {
	return execute(ctx, url, "CREATE TABLE ads (id BIGINT); INSERT INTO ads VALUES (1)")
}

func execute(ctx context.Context, url, sql string) error {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, sql)
	return errors.Join(err, c.Close(ctx))
}

// TestHost runs its parts with one server.
func TestHost(t *testing.T) {
	h := databasetest.Start(t, append([]string{"max_connections=10"}, database.NoSync...), fill)
	databasetest.Need(t, h)
	t.Run("copies", func(t *testing.T) { copies(t, h) })
	t.Run("schemas", func(t *testing.T) { schemas(t, h) })
	t.Run("refusals", func(t *testing.T) { countsRefusals(t, h, databasetest.Need(t, h)) })
}

// A copy has the rows of the template, and counts what is done in it.
func copies(t *testing.T, h *database.Host) {
	one, two := databasetest.Need(t, h), databasetest.Need(t, h)
	before, err := one.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := execute(t.Context(), one.URL, "DELETE FROM ads"); err != nil {
			t.Fatal(err)
		}
	}
	after, err := one.Final(t.Context())
	if n := after.Sub(before); err != nil || n.Connections != 3 || n.Transactions < 3 || n.Blocks == 0 {
		t.Errorf("three connections with a statement each counted as %+v, %v", n, err)
	}
	if n, err := two.Final(t.Context()); err != nil || n.Connections != 0 {
		t.Errorf("the other copy counted %+v, %v", n, err)
	}
	if err := one.Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := execute(t.Context(), two.URL, "DO $$ BEGIN ASSERT (SELECT count(*) FROM ads) = 1; END $$"); err != nil {
		t.Errorf("the other copy has changed: %v", err)
	}
	rolesAreApart(t, two)
}

// countsRefusals opens more connections to a copy than the server has: they count for that
// copy only. It stops the server, whose log is then complete.
func countsRefusals(t *testing.T, h *database.Host, c *database.Copy) {
	other := databasetest.Need(t, h)
	var refused int
	for range 12 {
		conn, err := pgx.Connect(t.Context(), c.URL)
		if err != nil {
			refused++
			continue
		}
		defer conn.Close(context.Background())
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	for url, want := range map[string]int{c.URL: refused, other.URL: 0} {
		config, err := pgx.ParseConfig(url)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.Server.Refused(config.Database); refused == 0 || got != want {
			t.Errorf("the server counts %d refused connections to %s, want %d", got, config.Database, want)
		}
	}
}

// A program under test cannot become the superuser.
func rolesAreApart(t *testing.T, c *database.Copy) {
	config, err := pgx.ParseConfig(c.URL)
	if err != nil {
		t.Fatal(err)
	}
	if config.User != "classifieds" {
		t.Errorf("programs connect as %s, want classifieds", config.User)
	}
}

// A schema of a server that runs is dropped with its rows, and the rest stays.
func schemas(t *testing.T, h *database.Host) {
	there := databasetest.Need(t, h)
	other, err := database.Connect(t.Context(), there.URL, fill)
	if err != nil {
		t.Fatal(err)
	}
	c, err := other.Copy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := execute(t.Context(), c.URL, "INSERT INTO ads VALUES (2)"); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Counts(t.Context()); err != nil || n.Connections == 0 {
		t.Errorf("the database counts %+v, %v", n, err)
	}
	if err := errors.Join(c.Drop(t.Context()), other.Close()); err != nil {
		t.Fatal(err)
	}
	err = execute(t.Context(), there.URL, "DO $$ BEGIN ASSERT (SELECT count(*) FROM ads) = 1; ASSERT (SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'classibench%') = 0; END $$")
	if err != nil {
		t.Errorf("the database is not as before: %v", err)
	}
}

func TestConnectRefuses(t *testing.T) {
	for _, address := range []string{"postgres", "mysql://x", "postgres://nobody@localhost/none?host=" + t.TempDir()} {
		if _, err := database.Connect(t.Context(), address, fill); err == nil {
			t.Errorf("%s is accepted", address)
		}
	}
}

// A server that is killed is reported, with its last words, and leaves nothing behind.
func TestDeath(t *testing.T) {
	dir := enterable(t)
	s := started(t, dir)
	segment := segmentOf(t, dir)
	syscall.Kill(s.PID(), syscall.SIGKILL)
	<-s.Done()
	var died *database.EndError
	if err := s.Err(); !errors.As(err, &died) || !strings.Contains(died.Log, "ready to accept connections") {
		t.Errorf("got the error %v, want an EndError with the log", err)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	nothingIn(t, dir)
	if b, err := os.ReadFile("/proc/sysvipc/shm"); err == nil && strings.Contains(string(b), " "+segment+" ") {
		t.Errorf("shared memory %s is left:\n%s", segment, b)
	}
}

// When its owner is killed, a server ends.
func TestOwnerIsKilled(t *testing.T) {
	databasetest.Installed(t)
	dir := enterable(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownerKey+"="+dir)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	pid, conversion := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "pid ")))
	if err := errors.Join(err, conversion); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	fd, err := pidfd(pid)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	cmd.Process.Kill()
	cmd.Wait()
	awaitEnd(t, fd)
}

// enterable returns a directory that the server's user can enter.
func enterable(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "database-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func started(t *testing.T, dir string) *database.Server {
	t.Helper()
	databasetest.Installed(t)
	s, err := database.Start(t.Context(), database.Options{Dir: dir, Settings: database.NoSync})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop() })
	return s
}

// segmentOf returns the number of the shared memory of the server in a directory.
func segmentOf(t *testing.T, dir string) string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*", "data", "postmaster.pid"))
	if len(files) != 1 {
		t.Fatalf("the directory has the files %v, want one", files)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(strings.Split(string(b), "\n")[6])
	return fields[1]
}

func nothingIn(t *testing.T, dir string) {
	t.Helper()
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
