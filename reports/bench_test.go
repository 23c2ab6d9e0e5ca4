package reports

import (
	"io"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/reporttest"
)

func BenchmarkWriteDir(b *testing.B) {
	r, dir := reporttest.Sample(b), b.TempDir()
	b.ReportAllocs()
	for b.Loop() {
		if err := WriteDir(dir, r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDraw shows where the time of WriteDir goes.
func BenchmarkDraw(b *testing.B) {
	r := reporttest.Sample(b)
	for _, d := range append(drawings(r), files.Drawing{Name: result.ResultFile, Draw: func(w io.Writer) error { return result.JSON(w, r) }}) {
		b.Run(d.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Draw(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
