package costs

import (
	"debug/elf"
	"fmt"
	"runtime"
	"strings"

	"github.com/classibench/classibench/bench/target"
)

// leastLinked is the smallest program with the same loader, for one that is linked
// dynamically.
func leastLinked(t target.Target, path, dir string) (least, error) {
	f, err := elf.Open(path)
	if err != nil {
		return least{}, fmt.Errorf("read the program %s: %w", path, err)
	}
	defer f.Close()
	loader, library := loading(f)
	if loader == "" {
		return least{}, fmt.Errorf("%s is linked statically: it needs no runtime that another program has as well", path)
	}
	b, err := executable{arch: runtime.GOARCH, loader: loader, library: library}.bytes()
	if err != nil {
		return least{}, err
	}
	program, err := save(dir, "linked", b)
	return least{strings.TrimSuffix("the smallest program for "+loader+" and "+library, " and "), withProgram(t, program)}, err
}

// longestPath is PATH_MAX of Linux, in bytes: a damaged file may state any length.
const longestPath = 4096

// loading returns the dynamic loader of a program, and its C library among what it needs.
func loading(f *elf.File) (loader, library string) {
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}
		b := make([]byte, min(p.Filesz, longestPath))
		if _, err := p.ReadAt(b, 0); err == nil {
			loader, _, _ = strings.Cut(string(b), "\x00")
		}
	}
	needed, err := f.DynString(elf.DT_NEEDED)
	if err != nil {
		return loader, ""
	}
	for _, name := range needed {
		if strings.HasPrefix(name, "libc.") {
			library = name
		}
	}
	return loader, library
}
