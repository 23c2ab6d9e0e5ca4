package costs

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Every tool of binutils can read both kinds for both architectures; so can debug/elf.
func TestExecutablesAreELF(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		for _, e := range []executable{{arch: arch}, {arch: arch, loader: "/lib/ld-x.so", library: "libc.so.6"}, {arch: arch, loader: "/lib/ld-x.so"}} {
			b, err := e.bytes()
			if err != nil {
				t.Fatal(err)
			}
			if len(b) > 900 {
				t.Errorf("%+v has %d bytes, want some hundred", e, len(b))
			}
			f, err := elf.NewFile(bytes.NewReader(b))
			if err != nil {
				t.Fatalf("%+v: %v", e, err)
			}
			checkSegments(t, e, f, len(b))
		}
	}
	if b, err := (executable{arch: "riscv64"}).bytes(); err == nil {
		t.Errorf("got %d bytes for an architecture without code", len(b))
	}
}

func checkSegments(t *testing.T, e executable, f *elf.File, size int) {
	t.Helper()
	if loader, _ := loading(f); loader != e.loader {
		t.Errorf("%+v: loader %q", e, loader)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && (p.Filesz != uint64(size) || p.Flags&elf.PF_X > 0 && (f.Entry < p.Vaddr || f.Entry >= p.Vaddr+p.Filesz)) {
			t.Errorf("%+v: entry %#x is not in the segment of %d bytes at %#x, want %d bytes", e, f.Entry, p.Filesz, p.Vaddr, size)
		}
	}
}

// Executables run, and write the answer.
func TestExecutablesRun(t *testing.T) {
	if _, ok := machines[runtime.GOARCH]; !ok || runtime.GOOS != "linux" {
		t.Skip("no code for this system")
	}
	all := map[string]executable{"static": {arch: runtime.GOARCH}}
	shell, err := elf.Open("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	defer shell.Close()
	if loader, library := loading(shell); loader != "" {
		all["dynamic"] = executable{arch: runtime.GOARCH, loader: loader, library: library}
	}
	for name, e := range all {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "least")
			b, err := e.bytes()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b, 0o755); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(path).CombinedOutput()
			if err != nil || string(out) != answer {
				t.Errorf("got %q, %v", out, err)
			}
			trace := exec.Command(path)
			trace.Env = []string{"LD_TRACE_LOADED_OBJECTS=1"} // as ldd(1) sets it
			out, err = trace.CombinedOutput()
			if loaded := strings.Contains(string(out), "libc.so"); err != nil || loaded != (name == "dynamic") {
				t.Errorf("got %q, %v", out, err)
			}
		})
	}
}
