package costs

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/classibench/classibench/bench/target"
)

// smallest returns a target whose program is the smallest process, under the gateway of t.
func smallest(t target.Target, dir string) (target.Target, error) {
	b, err := executable{arch: runtime.GOARCH}.bytes()
	if err != nil {
		return t, fmt.Errorf("there is no smallest process for this machine: %w", err)
	}
	path, err := save(dir, "least", b)
	return withProgram(t, path), err
}

// withProgram returns a target with another program that needs no arguments.
func withProgram(t target.Target, path string) target.Target {
	t.Reset = nil
	return t.WithProgram(path)
}

// save writes an executable file.
func save(dir, name string, content []byte) (string, error) {
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o755); err != nil {
		return "", fmt.Errorf("write the least program: %w", err)
	}
	return path, os.Chmod(path, 0o755) // whatever the umask
}

// A least program is one of the same kind as a target's that writes the answer and does
// nothing else, so its cost is that of the kind alone.
type least struct {
	about  string // a description for the report
	target target.Target
}

// leastOf makes the least program for a target's kind of program. The error gives the reason
// if there is none.
func leastOf(ctx context.Context, t target.Target, dir string) (least, error) {
	t.Reset = nil
	if dir, ok := t.Directory(); ok {
		return least{}, fmt.Errorf("%s is a directory, whose programs may be of different kinds", dir)
	}
	path, err := t.Program()
	if err != nil {
		return least{}, err
	}
	if i, found := interpreterNamed(path); found {
		return i.asCommand(t, dir)
	}
	head, err := readHead(path)
	switch {
	case err != nil:
		return least{}, err
	case bytes.HasPrefix(head, []byte("#!")):
		return leastScript(t, head, path, dir)
	case !bytes.HasPrefix(head, []byte("\x7fELF")):
		return least{}, fmt.Errorf("%s is neither a script nor a program in ELF", path)
	}
	if info, err := buildinfo.ReadFile(path); err == nil {
		return leastGo(ctx, t, path, info, dir)
	}
	return leastLinked(t, path, dir)
}

// readHead reads the beginning of a program, longer than any #! line.
func readHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the program: %w", err)
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("read the program %s: %w", path, err)
	}
	return head[:n], nil
}
