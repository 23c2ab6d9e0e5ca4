package costs

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"testing"
)

// FuzzLoading reads any program: the path of its loader is one that the system can open.
func FuzzLoading(f *testing.F) {
	for _, e := range []executable{{arch: "amd64"}, {arch: "amd64", loader: "/lib/ld-x.so", library: "libc.so.6"}, {arch: "arm64", loader: "/lib/ld-x.so"}} {
		b, err := e.bytes()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		if e.loader != "" {
			binary.LittleEndian.PutUint64(b[headerSize+32:], 1<<62) // the length of the loader's path
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		program, err := elf.NewFile(bytes.NewReader(b))
		if err != nil {
			return
		}
		if loader, library := loading(program); len(loader) > longestPath || len(library) > len(b) {
			t.Errorf("got a loader of %d bytes, and a library of %d", len(loader), len(library))
		}
	})
}
