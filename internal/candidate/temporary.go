package candidate

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// temporaryVariable names the directory for temporary files (POSIX, XBD 8.3).
const temporaryVariable = "TMPDIR"

// withTemporary gives a target a directory of its own for temporary files, on the file system
// where they would be otherwise: a program that is killed leaves files, which are removed with
// the setup. A target that sets the variable itself keeps it, and one that runs already has its
// own.
func (s *Setup) withTemporary(t scenarios.Target) (scenarios.Target, error) {
	if _, set := t.Env[temporaryVariable]; set || t.Kind == scenarios.KindURL {
		return t, nil
	}
	dir, err := s.temporary(t.Name)
	if err != nil {
		return t, s.roomy(fmt.Errorf("make a directory for the temporary files of %s: %w", t.Name, err))
	}
	env := map[string]string{temporaryVariable: dir}
	maps.Copy(env, t.Env)
	t.Env = env
	return t, nil
}

// temporary returns the directory of a target, the same for all its starts.
func (s *Setup) temporary(name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if dir, made := s.temporaries[name]; made {
		return dir, nil
	}
	dir, err := os.MkdirTemp(s.dir, "tmp-")
	if err == nil {
		err = shareTemporary(dir)
	}
	if err != nil {
		return "", err
	}
	if s.temporaries == nil {
		s.temporaries = map[string]string{}
	}
	s.temporaries[name] = dir
	return dir, nil
}

// shareTemporary lets other users write to the directory, as to /tmp: a server that root starts
// changes to another user.
func shareTemporary(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil {
		return err
	}
	return os.Chmod(dir, 0o777|os.ModeSticky)
}

// withoutTemporary returns a target as it is started by hand, without a directory that is
// removed with the setup.
func (s *Setup) withoutTemporary(t target.Target) target.Target {
	ours := func(v string) bool {
		return strings.HasPrefix(v, temporaryVariable+"="+s.dir+string(filepath.Separator))
	}
	t.Env = slices.DeleteFunc(slices.Clone(t.Env), ours)
	if i := slices.IndexFunc(t.Gateway, ours); i > 0 { // it follows --env
		t.Gateway = slices.Delete(slices.Clone(t.Gateway), i-1, i+1)
	}
	return t
}
