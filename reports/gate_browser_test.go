package reports

import (
	"io"
	"testing"
)

// The page of a gate is as sound as that of a comparison, on any screen.
func TestGateBrowser(t *testing.T) {
	ctx, all := browser(t), gateSamples()
	for _, name := range []string{"fail", "partial", "gain-only", "objective", "hostile"} {
		t.Run(name, func(t *testing.T) {
			wantSound(t, ctx, name == "fail", func(w io.Writer) error { return GateHTML(w, all[name]) })
		})
	}
}
