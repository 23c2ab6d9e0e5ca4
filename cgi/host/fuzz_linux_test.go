package host

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// FuzzProgram checks any file before it is run: the check ends, and an error has a hint.
func FuzzProgram(f *testing.F) {
	true, err := os.ReadFile("/bin/true")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"#!/bin/sh\n", "#!/usr/bin/env -S perl -w\r\n", "#! /bin/sh -e x\r", "#!", "\xef\xbb\xbf#!/bin/sh", "MZ", "<?php\n", "\x7fELF", string(true[:min(len(true), 4096)])} {
		f.Add([]byte(s))
	}
	path := filepath.Join(f.TempDir(), "x.cgi")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o700); err != nil {
			t.Fatal(err)
		}
		if wrong, ok := (Program{Path: path}).Check().(*ProgramError); ok && (wrong.Hint == "" || wrong.Error() == "") {
			t.Errorf("%q: %+v has no text", b, wrong)
		}
		if e, err := parseELF(b); err == nil {
			e.loader(bytes.NewReader(b))
		}
	})
}

// FuzzMatches reads any entry of binfmt_misc.
func FuzzMatches(f *testing.F) {
	f.Add("enabled\ninterpreter /x\nflags: \noffset 1\nmagic 4c46\nmask ff0f\n", []byte("\x7fELF"))
	f.Add("enabled\ninterpreter /x\nflags: \nextension .jar\n", []byte("PK"))
	f.Add("enabled\ninterpreter /x\noffset -1\nmagic 7f\n", []byte("\x7fELF"))
	f.Fuzz(func(t *testing.T, entry string, head []byte) { matches(entry, "/x.jar", head) })
}
