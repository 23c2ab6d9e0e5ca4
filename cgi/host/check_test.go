//go:build linux

package host

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// elfFile returns the beginning of an ELF file; loader may be empty.
func elfFile(kind, machine uint16, loader string) string {
	b := make([]byte, 64+56)
	copy(b, "\x7fELF\x02\x01\x01")
	le := binary.LittleEndian
	le.PutUint16(b[16:], kind)
	le.PutUint16(b[18:], machine)
	le.PutUint64(b[32:], 64) // program headers
	le.PutUint16(b[54:], 56)
	if loader != "" {
		le.PutUint16(b[56:], 1)
		le.PutUint32(b[64:], elfInterp)
		le.PutUint64(b[64+8:], uint64(len(b)))
		le.PutUint64(b[64+32:], uint64(len(loader)+1))
		b = append(append(b, loader...), 0)
	}
	return string(b)
}

// thisMachine returns the ELF numbers of this machine and of another.
func thisMachine() (this, other uint16) {
	other = 22 // s390x
	for n, name := range elfMachines {
		if name == runtime.GOARCH {
			return n, other
		}
	}
	return 21, other
}

func TestProgramsThatCannotStart(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	put := func(name, text string, mode os.FileMode) string {
		if err := os.WriteFile(at(name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	link := func(name, to string) string {
		if err := os.Symlink(to, at(name)); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	this, other := thisMachine()
	if err := syscall.Mkfifo(at("fifo"), 0o777); err != nil {
		t.Fatal(err)
	}
	interpreter := put("interpreter", "x", 0o644)
	for name, c := range map[string]struct {
		path, message, hint string
		is                  error // nil if no sentinel is wrapped
	}{
		"CR alone":             {put("mac9", "#!/bin/sh\recho a\r", 0o755), "end in CR alone", "sed", nil},
		"missing":              {at("none"), "no such file", "check the path", fs.ErrNotExist},
		"below a file":         {interpreter + "/x", "not a directory", "check the path", nil},
		"dangling link":        {link("dangling", at("none")), "it is a link to " + at("none"), "correct the link", fs.ErrNotExist},
		"directory":            {dir, "it is a directory", "program in that directory", nil},
		"fifo":                 {at("fifo"), "not a regular file", "name a program", nil},
		"not executable":       {put("plain", "#!/bin/sh\n", 0o644), "it is not executable", "chmod +x " + at("plain"), fs.ErrPermission},
		"empty":                {put("empty", "", 0o755), "it is empty", "write or build it again", nil},
		"text":                 {put("text.py", "print('Content-Type: a/b')\n", 0o755), "a text without a #! line", "#!/usr/bin/env python3", nil},
		"binary":               {put("binary", "\x00\x01\x02", 0o755), "not a program of a known format", "file " + at("binary"), nil},
		"CR LF":                {put("crlf", "#!/bin/sh\r\necho\r\n", 0o755), `its first line ends in CR LF, so the system looks for "/bin/sh\r"`, "sed -i 's/\\r$//' " + at("crlf"), nil},
		"CR LF, argument":      {put("crlf2", "#!/bin/sh -e\r\n", 0o755), "CR LF", "sed", nil},
		"CR LF, env":           {put("crlf3", "#!/usr/bin/env sh\r\n", 0o755), "CR LF", "sed", nil},
		"byte order mark":      {put("bom", "\xef\xbb\xbf#!/bin/sh\n", 0o755), "byte order mark", "sed", nil},
		"empty line before":    {put("late", "\n#!/bin/sh\n", 0o755), "characters precede #! in it", "first two characters", nil},
		"no interpreter named": {put("bare", "#!\necho\n", 0o755), "names no interpreter", "add one", nil},
		"no interpreter":       {put("perl", "#!/no/such/perl -w\n", 0o755), "its interpreter /no/such/perl: no such file", `"command -v perl"`, fs.ErrNotExist},
		"interpreter: dir":     {put("dir", "#!/usr/bin\n", 0o755), "its interpreter /usr/bin is a directory", "name the program", nil},
		"interpreter: plain":   {put("noexec", "#!"+interpreter+"\n", 0o755), "its interpreter " + interpreter + " is not executable", "chmod +x " + interpreter, fs.ErrPermission},
		"interpreter: text":    {put("textual", "#!"+put("t", "x\n", 0o755)+"\n", 0o755), "its interpreter " + at("t") + " is a text without", "as its first line", nil},
		"interpreter: itself":  {put("self", "#!"+at("self")+"\n", 0o755), "its interpreter is a script", "name a binary program", nil},
		"long line":            {put("long", "#!/"+strings.Repeat("l", 300)+"\n", 0o755), "too long", "shorter path", nil},
		"env: not found":       {put("env1", "#!/usr/bin/env no-such-perl\n", 0o755), "env does not find no-such-perl", "PATH=", fs.ErrNotExist},
		"env: two words":       {put("env2", "#!/usr/bin/env perl -w\n", 0o755), `all of "perl -w"`, "env -S perl -w", nil},
		"env -S: not found":    {put("env3", "#!/usr/bin/env -S A=1 -i no-such-perl -w\n", 0o755), "does not find no-such-perl", "install", fs.ErrNotExist},
		"other machine":        {put("other", elfFile(elfExecutable, other, ""), 0o755), "built for s390x, and this machine is " + runtime.GOARCH, "GOARCH=" + runtime.GOARCH, nil},
		"object file":          {put("x.o", elfFile(1, this, ""), 0o755), "object file", "link it", nil},
		"cut off":              {put("cut", "\x7fELF\x02\x01", 0o755), "cut off", "again", nil},
		"no loader":            {put("musl", elfFile(elfShared, this, "/lib/ld-musl-none.so.1"), 0o755), "needs the loader /lib/ld-musl-none.so.1", "musl", fs.ErrNotExist},
		"no 32-bit loader":     {put("small", elfFile(elfShared, this, "/no/ld-linux.so.2"), 0o755), "needs the loader", "32-bit", fs.ErrNotExist},
		"for Windows":          {put("x.exe", "MZ\x90\x00", 0o755), "for Windows", "GOOS=linux", nil},
		"for macOS":            {put("mac", "\xcf\xfa\xed\xfe\x07", 0o755), "for macOS", "GOOS=linux", nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := &Handler{Path: c.path}
			err := h.Check()
			var e *ProgramError
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want a *ProgramError", err)
			}
			if e.Path != c.path || !strings.Contains(err.Error(), c.message) || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("got %v\nhint: %s\nwant …%s…\nhint: …%s…", err, e.Hint, c.message, c.hint)
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got %v, want an error that wraps %v", err, c.is)
			}
			// The system must refuse it too, and the log must give the reason.
			j := logTo(h)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			switch {
			case strings.HasPrefix(name, "env") || strings.HasPrefix(name, "CR LF,"): // sh and env start, and then fail
			case w.Code != 500:
				t.Errorf("the program started: got %d %q, want 500", w.Code, w.Body)
			case !strings.Contains(j.String(), strings.ReplaceAll(strings.ReplaceAll(c.message, `\`, `\\`), `"`, `\"`)):
				t.Errorf("not logged: %s; the log is:\n%s", c.message, j)
			}
		})
	}
}

// Check must accept every program that the system starts.
func TestProgramsThatStart(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	wrapper := write(t, "wrapper", "#!/bin/sh\nexec /bin/sh \"$@\"\n")
	tool := write(t, "tool", "#!/bin/sh\n")
	ruby := filepath.Join(t.TempDir(), "ruby")
	if err := os.Symlink("/bin/sh", ruby); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"binary":               self,
		"CR LF, env -S":        write(t, "x", "#!/usr/bin/env -S sh -e\r\n"),
		"CR LF, Ruby":          write(t, "x", "#!"+ruby+" -w\r\n"),
		"env -S, its own PATH": write(t, "x", "#!/usr/bin/env -S PATH="+filepath.Dir(tool)+" tool\n"),
		"sh":                   "/bin/sh",
		"script":               write(t, "x", "#!/bin/sh\n"),
		"no end of line":       write(t, "x", "#!/bin/sh"),
		"spaces":               write(t, "x", "#! \t/bin/sh \t-e \t\n"),
		"CR LF, Perl":          write(t, "x", "#!/usr/bin/perl -w\r\nprint qq(ok);\r\n"),
		"env":                  write(t, "x", "#!/usr/bin/env sh\n"),
		"env -S":               write(t, "x", "#!/usr/bin/env -S A=1 sh -e\n"),
		"env, odd":             write(t, "x", "#!/usr/bin/env -S -u A sh\n"),
		"interpreted wrapper":  write(t, "x", "#!"+wrapper+"\n"),
		"relative interpreter": write(t, "x", "#!./x2\n"),
	} {
		t.Run(name, func(t *testing.T) {
			if name == "CR LF, Perl" {
				need(t, "perl", "perl")
			}
			if name == "relative interpreter" {
				if err := os.Symlink("/bin/sh", filepath.Join(filepath.Dir(path), "x2")); err != nil {
					t.Fatal(err)
				}
			}
			if err := (&Handler{Path: path}).Check(); err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
}

// env searches the PATH of the script, not that of this process.
func TestSearchPathOfAScript(t *testing.T) {
	tool := write(t, "tool", "#!/bin/sh\n")
	h := &Handler{Path: write(t, "x", "#!/usr/bin/env tool\n")}
	if err := h.Check(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want an error: tool is not in PATH", err)
	}
	h.Env = []string{"PATH=" + filepath.Dir(tool)}
	if err := h.Check(); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestWorkingDirectoryThatIsNotThere(t *testing.T) {
	h := &Handler{Path: "/bin/sh", Dir: "/no/such"}
	var e *ProgramError
	if err := h.Check(); !errors.As(err, &e) || !strings.Contains(err.Error(), "working directory /no/such") {
		t.Errorf("got %v", err)
	}
}

// A file system that is mounted noexec.
func TestNoExec(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", syscall.MS_NOEXEC, ""); err != nil {
		t.Logf("not tested: %v", err) // mounting needs privileges
		return
	}
	defer syscall.Unmount(dir, 0)
	path := filepath.Join(dir, "x")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := (&Handler{Path: path}).Check()
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "mounted noexec") {
		t.Errorf("got %v", err)
	}
}

// A file with a format that is registered with binfmt_misc can be started.
func TestRegisteredFormats(t *testing.T) {
	const qemu = "enabled\ninterpreter /usr/bin/qemu-s390x\nflags: OCF\noffset 0\nmagic 7f454c4602020100000000000000000000020016\nmask fffffffffffffffcfffffffffffffffffffeffff\n"
	const jar = "enabled\ninterpreter /usr/bin/jexec\nflags: \nextension .jar\n"
	head := []byte("\x7fELF\x02\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x16")
	for _, c := range []struct {
		entry, path string
		head        []byte
		want        bool
	}{
		{qemu, "x", head, true},
		{strings.Replace(qemu, "enabled", "disabled", 1), "x", head, false},
		{qemu, "x", head[:10], false},
		{qemu, "x", []byte("#!/bin/sh"), false},
		{jar, "/a/x.jar", nil, true},
		{jar, "/a/x.cgi", nil, false},
		{"enabled\n", "status", nil, false},
	} {
		if got := matches(c.entry, c.path, c.head); got != c.want {
			t.Errorf("matches(%q, %s) = %v, want %v", c.entry, c.path, got, c.want)
		}
	}
}
