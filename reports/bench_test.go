package reports

import (
	"io"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

func BenchmarkWriteDir(b *testing.B) {
	r, dir := sample(b), b.TempDir()
	b.ReportAllocs()
	for b.Loop() {
		if err := WriteDir(dir, r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDraw shows where the time of WriteDir goes.
func BenchmarkDraw(b *testing.B) {
	r := sample(b)
	for _, d := range append(drawings(r), drawing{result.ResultFile, func(w io.Writer) error { return result.JSON(w, r) }}) {
		b.Run(d.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := d.draw(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
