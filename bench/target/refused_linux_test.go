package target

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/group/grouptest"
)

// All processes of a target end where the system has no pidfds, also those that were adopted, and
// all of a job whose owner is killed.
func TestWithoutPidfds(t *testing.T) {
	if grouptest.WithoutPidfds(t) {
		return
	}
	t.Run("target", func(t *testing.T) {
		r := start(t, self(t, "launcher", "{addr}"))
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	t.Run("job", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "pids")
		pids := fifo(t, path)
		open, theirs, err := os.Pipe() // the job's processes hold it
		if err != nil {
			t.Fatal(err)
		}
		defer open.Close()
		cmd := exec.Command(os.Args[0], path)
		cmd.Env, cmd.ExtraFiles = append(os.Environ(), roleKey+"=jobOwner"), []*os.File{theirs}
		err = cmd.Start()
		theirs.Close()
		if err != nil {
			t.Fatal(err)
		}
		defer cmd.Wait()
		defer cmd.Process.Kill()
		if _, err := bufio.NewReader(pids).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		cmd.Process.Kill()
		open.SetReadDeadline(time.Now().Add(20 * time.Second))
		if _, err := open.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("a process goes on: %v", err)
		}
	})
}
