package dataset_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/classibench/classibench/internal/classifieds/dataset"
)

func BenchmarkMake(b *testing.B) {
	const ads = 50_000
	for b.Loop() {
		if err := dataset.Make(context.Background(), filepath.Join(b.TempDir(), "ads.db"), dataset.Spec{Ads: ads}, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(ads*b.N)/b.Elapsed().Seconds(), "ads/s")
}
