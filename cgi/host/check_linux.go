package host

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// executable reports whether this process may execute a file, as an error.
func (p Program) executable(path string, info fs.FileInfo) error {
	if unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS) == nil {
		return nil
	}
	var system unix.Statfs_t
	switch {
	case info.Mode()&0o111 == 0:
		return p.wrong(fmt.Errorf("%s is not executable: %w", p.it(path), fs.ErrPermission), "chmod +x %s", path)
	case unix.Statfs(path, &system) == nil && system.Flags&unix.ST_NOEXEC != 0:
		return p.wrong(fmt.Errorf("%s is on a file system that is mounted noexec: %w", p.it(path), fs.ErrPermission),
			"move it, or see findmnt -T %s", path)
	}
	return p.wrong(fmt.Errorf("this user has no permission to execute %s (%v): %w", p.it(path), info.Mode().Perm(), fs.ErrPermission), "chmod a+rx %s, or run this as another user", path)
}

// Numbers of the ELF format; see elf(5).
const (
	elfExecutable = 2
	elfShared     = 3
	elfInterp     = 3
)

var elfMachines = map[uint16]string{
	2: "sparc", 3: "386", 8: "mips", 20: "ppc", 21: "ppc64", 22: "s390x", 40: "arm", 43: "sparc64", 62: "amd64", 183: "arm64", 243: "riscv64", 258: "loong64",
}

// kin lists the machines whose programs another machine can usually run.
var kin = map[string][]string{"amd64": {"386"}, "arm64": {"arm"}, "ppc64": {"ppc"}, "ppc64le": {"ppc64", "ppc"}, "mipsle": {"mips"}, "mips64": {"mips"}, "mips64le": {"mips"}}

// binary checks a file that is not a script.
func (p Program) binary(path string, f io.ReaderAt, head []byte) error {
	if !bytes.HasPrefix(head, []byte("\x7fELF")) {
		return p.noProgram(path, head)
	}
	e, err := parseELF(head)
	if err != nil {
		return p.wrong(fmt.Errorf("%s %w", p.it(path), err), "copy or build it again")
	}
	machine := elfMachines[e.machine]
	switch {
	case e.kind != elfExecutable && e.kind != elfShared:
		return p.wrong(fmt.Errorf("%s is an object file or a core dump, not a program", p.it(path)), "link it, or name the program itself")
	case machine != runtime.GOARCH && !knows(machine):
		return p.wrong(fmt.Errorf("%s is built for %s, and this machine is %s", p.it(path), machineName(e.machine), runtime.GOARCH), "build it for this machine (GOARCH=%s with Go), or on it", runtime.GOARCH)
	}
	loader := e.loader(f)
	if loader == "" {
		return nil
	}
	if _, err := os.Stat(loader); errors.Is(err, fs.ErrNotExist) {
		return p.wrong(fmt.Errorf("%s needs the loader %s: %w", p.it(path), loader, fs.ErrNotExist), "%s", loaderHint(loader))
	}
	return nil
}

func knows(machine string) bool {
	for _, other := range kin[runtime.GOARCH] {
		if machine == other {
			return true
		}
	}
	return false
}

func machineName(n uint16) string {
	if name, ok := elfMachines[n]; ok {
		return name
	}
	return "another machine (ELF " + strconv.Itoa(int(n)) + ")"
}

func loaderHint(loader string) string {
	switch base := filepath.Base(loader); {
	case strings.HasPrefix(base, "ld-musl"):
		return "it is built for musl (Alpine): build it on this system, or link it statically (CGO_ENABLED=0 with Go)"
	case base == "ld-linux.so.2":
		return "it is a 32-bit program: install the 32-bit C library (libc6:i386 on Debian), or build it for this machine"
	}
	return "it is built for another system: build it on this one, or link it statically (CGO_ENABLED=0 with Go)"
}

// An elf holds fields of the header of an ELF file.
type elf struct {
	order         binary.ByteOrder
	wide          bool // 64 bits
	kind, machine uint16
	table         int64 // offset of the program headers
	size, entries int64
}

func parseELF(b []byte) (e elf, err error) {
	if len(b) < 64 {
		return e, errors.New("is cut off within its ELF header")
	}
	e.order, e.wide = binary.LittleEndian, b[4] == 2
	if b[5] == 2 {
		e.order = binary.BigEndian
	}
	e.kind, e.machine = e.order.Uint16(b[16:]), e.order.Uint16(b[18:])
	if e.wide {
		e.table, e.size, e.entries = int64(e.order.Uint64(b[32:])), int64(e.order.Uint16(b[54:])), int64(e.order.Uint16(b[56:]))
	} else {
		e.table, e.size, e.entries = int64(e.order.Uint32(b[28:])), int64(e.order.Uint16(b[42:])), int64(e.order.Uint16(b[44:]))
	}
	return e, nil
}

// loader returns the path of the dynamic loader (PT_INTERP), or "" if there is none
// or it cannot be read.
func (e elf) loader(f io.ReaderAt) string {
	for i := range e.entries {
		var b [56]byte
		if n, _ := f.ReadAt(b[:], e.table+i*e.size); n < 32 || e.order.Uint32(b[:]) != elfInterp {
			continue
		}
		at, length := int64(e.order.Uint32(b[4:])), int64(e.order.Uint32(b[16:]))
		if e.wide {
			at, length = int64(e.order.Uint64(b[8:])), int64(e.order.Uint64(b[32:]))
		}
		path := make([]byte, min(max(length, 0), unix.PathMax))
		if n, _ := f.ReadAt(path, at); n < len(path) {
			return ""
		}
		name, _, _ := bytes.Cut(path, []byte{0})
		return string(name)
	}
	return ""
}

// registered reports whether binfmt_misc runs such a file, for example with Java,
// Wine or an emulator.
func registered(path string, head []byte) bool {
	entries, _ := filepath.Glob("/proc/sys/fs/binfmt_misc/*")
	for _, entry := range entries {
		if b, err := os.ReadFile(entry); err == nil && matches(string(b), path, head) {
			return true
		}
	}
	return false
}

// matches reports whether an entry of binfmt_misc applies to a file. The entry is
// the text of its file in /proc/sys/fs/binfmt_misc.
func matches(entry, path string, head []byte) bool {
	if !strings.HasPrefix(entry, "enabled\ninterpreter ") {
		return false
	}
	var offset int
	var magic, mask []byte
	for line := range strings.Lines(entry) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "extension":
			return strings.HasSuffix(filepath.Base(path), value) // value includes the dot
		case "offset":
			offset, _ = strconv.Atoi(value)
		case "magic":
			magic, _ = hex.DecodeString(value)
		case "mask":
			mask, _ = hex.DecodeString(value)
		}
	}
	if len(magic) == 0 || offset < 0 || offset > len(head)-len(magic) {
		return false
	}
	for i, want := range magic {
		got := head[offset+i]
		if i < len(mask) {
			got, want = got&mask[i], want&mask[i]
		}
		if got != want {
			return false
		}
	}
	return true
}
