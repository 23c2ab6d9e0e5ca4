package candidate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/internal/classifieds/pages"
	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/perl"
	"github.com/classibench/classibench/scenarios/php"
	"github.com/classibench/classibench/scenarios/python"
)

// programs holds the files of the included programs, by name.
var programs = map[string]fs.FS{"perl": perl.Files(), "php": php.Files(), "python": python.Files()}

// unpack gives a target a directory with the files of its program, in which it runs.
func (s *Setup) unpack(t *scenarios.Target) error {
	if t.Files == "" {
		return nil
	}
	files, ok := programs[t.Files]
	if !ok {
		return wrong(fmt.Errorf("target %s: classibench has no program %q", t.Name, t.Files), "write one of %q under files", scenarios.Programs())
	}
	dir, err := os.MkdirTemp(s.dir, "files-")
	if err != nil {
		return fmt.Errorf("make a directory for the files of %s: %w", t.Name, err)
	}
	t.Dir = filepath.Join(dir, t.Dir)
	return writeProgram(dir, files)
}

// writeProgram writes the files of a program, and the stylesheet that it serves.
func writeProgram(dir string, files fs.FS) error {
	if err := os.CopyFS(dir, files); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "site.css"), pages.Stylesheet, 0o644); err != nil {
		return err
	}
	if err := makeExecutable(dir); err != nil {
		return err
	}
	return share(dir)
}

// makeExecutable makes the scripts in a directory executable: the files that begin with #!.
func makeExecutable(dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(content, []byte("#!")) {
			return err
		}
		return os.Chmod(path, 0o755)
	})
}

// share lets other users write to a directory of a setup and its files, since a server that
// root starts changes to another user. If another user starts a server, it keeps that user.
func share(dir string, files ...string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil {
		return err
	}
	for _, file := range files {
		if err := os.Chmod(file, 0o666); err != nil {
			return err
		}
	}
	return errors.Join(os.Chmod(dir, 0o777), checkEntry(dir))
}

// checkEntry checks that other users can enter a directory.
func checkEntry(dir string) error {
	for at := dir; at != filepath.Dir(at); at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			return err
		}
		if info.Mode()&0o001 == 0 {
			return wrong(fmt.Errorf("other users cannot enter %s, and a server that root starts runs as one of them", at), "set TMPDIR to a directory that all users can enter, such as TMPDIR=/tmp")
		}
	}
	return nil
}
