package verify

import (
	"io"
	"testing"

	"github.com/classibench/classibench/reports/internal/reporttest"
)

// The page is sound on any screen: nothing touches, is cut off or is loaded.
func TestVerifyBrowser(t *testing.T) {
	ctx, all := reporttest.Browser(t), samples()
	for _, name := range []string{"same", "different", "two", "unknown", "hostile"} {
		t.Run(name, func(t *testing.T) {
			reporttest.WantSound(t, ctx, name == "different" || name == "hostile", func(w io.Writer) error { return HTML(w, all[name]) })
		})
	}
}
