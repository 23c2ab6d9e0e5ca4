package gate

import (
	"io"
	"testing"

	"github.com/classibench/classibench/reports/internal/reporttest"
)

// The page of a gate is as sound as that of a comparison, on any screen.
func TestGateBrowser(t *testing.T) {
	ctx, all := reporttest.Browser(t), gateSamples()
	for _, name := range []string{"fail", "partial", "gain-only", "objective", "hostile"} {
		t.Run(name, func(t *testing.T) {
			reporttest.WantSound(t, ctx, name == "fail", func(w io.Writer) error { return HTML(w, all[name]) })
		})
	}
}
