package database

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Options are the settings of a throw-away server.
type Options struct {
	Dir      string   // the directory for the server's own directory; "" is the system's directory for temporary files
	Settings []string // NAME=VALUE, added to PostgreSQL's defaults
}

// NoSync are settings for tests: they give up what survives a crash.
var NoSync = []string{"fsync=off", "full_page_writes=off", "synchronous_commit=off"}

// Time limits.
const (
	startTimeout = 2 * time.Minute // initdb on a busy machine
	stopTimeout  = 20 * time.Second
)

// A Server is a throw-away server that runs.
type Server struct {
	dir     string
	version string
	cmd     *exec.Cmd
	ready   chan struct{}
	done    chan struct{}

	stopping sync.Once
	mu       sync.Mutex
	asked    bool
	refused  map[string]int // connections, since there were too many, by database
	last     []string       // the last lines of its log
	err      error
}

// Start makes a database cluster and starts a server on it. ctx limits the start only.
func Start(ctx context.Context, o Options) (_ *Server, err error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	bin, err := Find()
	if err != nil {
		return nil, err
	}
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	s := &Server{ready: make(chan struct{}), done: make(chan struct{}), refused: map[string]int{}}
	if s.dir, err = os.MkdirTemp(o.Dir, "classibench-postgres-"); err != nil {
		return nil, fmt.Errorf("make a directory for PostgreSQL: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(s.dir))
		}
	}()
	if err := s.initialize(ctx, bin, who); err != nil {
		return nil, err
	}
	if err := s.launch(ctx, bin, who, o.Settings); err != nil {
		return nil, err
	}
	return s, nil
}

// socketMax is the longest path of a Unix socket, without its final zero.
const socketMax = 107

// initialize makes the cluster. Its superuser, postgres, is only for the user that runs
// this program; programs under test connect as the role classifieds.
func (s *Server) initialize(ctx context.Context, bin string, who *account) error {
	if socket := filepath.Join(s.dir, ".s.PGSQL.5432"); len(socket) > socketMax {
		return fmt.Errorf("the path of PostgreSQL's socket is too long: %s has %d bytes, and %d are allowed; name a shorter directory with TMPDIR", socket, len(socket), socketMax)
	}
	// Others must get to the socket; the data are below, and closed.
	if err := errors.Join(os.Chmod(s.dir, 0o755), who.own(s.dir)); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", s.data(), "-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
	who.as(cmd)
	cmd.Dir, cmd.Env = s.dir, clean(os.Environ())
	if out, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("make a database cluster of PostgreSQL: initdb: %w\n%s", err, lastLines(string(out)))
	}
	return s.restrict()
}

// superuser is the role that owns the cluster, and program is that of the programs.
const (
	superuser = "postgres"
	program   = "classifieds"
)

// restrict writes who may connect, all by the socket. The superuser can run commands as the
// server's user, so other users must not connect as such.
func (s *Server) restrict() error {
	me, err := user.Current()
	if err != nil {
		return fmt.Errorf("find the name of this user, for PostgreSQL's access: %w", err)
	}
	return errors.Join(
		os.WriteFile(filepath.Join(s.data(), "pg_hba.conf"), []byte("local all "+superuser+" peer map=owner\nlocal all all trust\n"), 0o600),
		os.WriteFile(filepath.Join(s.data(), "pg_ident.conf"), []byte("owner "+me.Username+" "+superuser+"\n"), 0o600),
	)
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// clean removes PostgreSQL's own variables, which would point elsewhere, and sets the
// language of its messages, which are parsed.
func clean(env []string) (all []string) {
	for _, e := range env {
		if !strings.HasPrefix(e, "PG") && !strings.HasPrefix(e, "LC_") && !strings.HasPrefix(e, "LANG") {
			all = append(all, e)
		}
	}
	return append(all, "LC_ALL=C.UTF-8")
}

// launch starts the server and waits until it accepts connections. Shared memory of
// parallel queries is in files of its directory, which do not outlive it.
func (s *Server) launch(ctx context.Context, bin string, who *account, settings []string) error {
	s.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "log_destination=stderr", "-c", "logging_collector=off", "-c", "log_line_prefix="+linePrefix, "-c", "dynamic_shared_memory_type=mmap")
	for _, name := range settings {
		s.cmd.Args = append(s.cmd.Args, "-c", name)
	}
	s.cmd.Dir, s.cmd.Env = s.dir, clean(os.Environ())
	who.as(s.cmd)
	log, err := s.cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := startBound(s.cmd, s.done); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	go s.attend(log)
	select {
	case <-s.ready:
		return nil
	case <-s.done:
		return fmt.Errorf("start PostgreSQL: %w", s.Err())
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("start PostgreSQL: %w", ctx.Err()), s.Stop())
	}
}

// attend reads the log until the server has ended.
func (s *Server) attend(log io.Reader) {
	for lines := bufio.NewScanner(log); lines.Scan(); {
		s.note(lines.Text())
	}
	io.Copy(io.Discard, log) // a line that is too long for the scanner
	err := s.cmd.Wait()
	s.mu.Lock()
	if !s.asked {
		s.err = &EndError{Err: err, Log: strings.Join(s.last, "\n")}
	}
	s.mu.Unlock()
	close(s.done)
}

// linePrefix begins each line of the log: time, process and database.
const linePrefix = "%m [%p] db=%d "

// Messages of the server's log, in its own language.
var (
	isReady   = "database system is ready to accept connections"
	isVersion = regexp.MustCompile(`starting PostgreSQL (\S+)`)
	isTooMany = regexp.MustCompile(` db=(\S*) FATAL: .*(?:too many clients already|remaining connection slots are reserved|too many connections for)`)
)

// kept is the number of lines of the log that an error shows.
const kept = 12

func (s *Server) note(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = append(s.last, line)
	s.last = s.last[max(0, len(s.last)-kept):]
	if v := isVersion.FindStringSubmatch(line); v != nil {
		s.version = v[1]
	}
	if of := isTooMany.FindStringSubmatch(line); of != nil {
		s.refused[of[1]]++
	}
	if strings.Contains(line, isReady) {
		s.once()
	}
}

// once closes ready, the first time: a server that recovers says so again.
func (s *Server) once() {
	select {
	case <-s.ready:
	default:
		close(s.ready)
	}
}

// An EndError reports a server that ended by itself.
type EndError struct {
	Err error
	Log string // its last lines
}

func (e *EndError) Error() string {
	return fmt.Sprintf("the database server ended by itself: %v\n%s", e.Err, e.Log)
}

func (e *EndError) Unwrap() error { return e.Err }

// Done is closed when the server has ended.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err returns nil while the server runs and after Stop, otherwise an *EndError.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// PID returns the root of the server's process tree.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Refused returns how many connections to a database the server has refused so far because
// it had too many.
func (s *Server) Refused(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused[name]
}

// Version returns the version of the server: 15.18.
func (s *Server) Version() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// URL returns the address of a database for a role.
func (s *Server) url(role, name string) string {
	q := url.Values{"host": {s.dir}}
	return (&url.URL{Scheme: "postgres", User: url.User(role), Host: "", Path: "/" + name, RawQuery: q.Encode()}).String()
}

// Stop ends the server and removes its directory. It may be called more than once.
func (s *Server) Stop() (err error) {
	s.stopping.Do(func() {
		s.mu.Lock()
		s.asked = true
		s.mu.Unlock()
		s.end()
		removeSegment(filepath.Join(s.data(), "postmaster.pid"))
		err = os.RemoveAll(s.dir)
	})
	return err
}

// end asks the server to end, first in an orderly way.
func (s *Server) end() {
	for _, signal := range []os.Signal{fastShutdown, immediateShutdown} {
		s.cmd.Process.Signal(signal)
		select {
		case <-s.done:
			return
		case <-time.After(stopTimeout):
		}
	}
	killGroup(s.cmd.Process)
	<-s.done
}

func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-kept):], "\n")
}
