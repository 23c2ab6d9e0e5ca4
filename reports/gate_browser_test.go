package reports

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// The page of a gate is as sound as that of a comparison, on any screen.
func TestGateBrowser(t *testing.T) {
	ctx, all := browser(t), gateSamples()
	for _, name := range []string{"fail", "partial", "gain-only", "objective", "hostile"} {
		t.Run(name, func(t *testing.T) {
			var c complaints
			tab, cancel := chromedp.NewContext(ctx, chromedp.WithListener(c.listen))
			defer cancel()
			path := filepath.Join(t.TempDir(), pageFile)
			if err := writeFile(filepath.Dir(path), pageFile, func(w io.Writer) error { return GateHTML(w, all[name]) }); err != nil {
				t.Fatal(err)
			}
			for _, l := range looks {
				wrong, err := l.open(tab, &c, path)
				if err != nil {
					t.Fatal(err)
				}
				for _, what := range wrong {
					t.Errorf("%s: %s", l.name, what)
				}
				if name == "fail" {
					picture(t, tab, l)
				}
			}
		})
	}
}
