package reporttest

import (
	"context"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/classibench/classibench/reports/internal/files"
)

// chromium finds the browser. If there is none it skips the test, or fails it if skipping is
// forbidden.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CLASSIBENCH_NO_SKIP") != "" {
		t.Fatal("no browser: install the package chromium")
	}
	t.Skip("no browser: install the package chromium")
	return ""
}

// Browser returns a context that runs actions in a browser of its own.
func Browser(t *testing.T) context.Context {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true),
	)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // browsers of other packages run at the same time
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // otherwise each tab would start its own browser
		t.Fatal(err)
	}
	return ctx
}

// complaints collects the actions that a page must not take: write to the console, throw, or
// request any file except itself.
type complaints struct {
	mu  sync.Mutex
	all []string
}

func (c *complaints) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		c.add("console: " + string(e.Type))
	case *runtime.EventExceptionThrown:
		c.add("exception: " + e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		c.add("log: " + e.Entry.Text + " " + e.Entry.URL)
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || u.Scheme != "file" || filepath.Base(u.Path) != files.Page {
			c.add("request: " + e.Request.URL)
		}
	}
}

func (c *complaints) add(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, s)
}

// taken returns the collected complaints, and clears the list.
func (c *complaints) taken() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.all
	c.all = nil
	return all
}

// A look is a screen, with a color scheme and a medium.
type look struct {
	Name          string
	width, height int64
	Scheme, Media string
}

var Looks = []look{
	{"light", 1280, 900, "light", ""},
	{"dark", 1280, 900, "dark", ""},
	{"phone", 360, 740, "light", ""},
	{"large phone", 390, 844, "dark", ""},
	{"print", 794, 1123, "dark", "print"}, // A4 at 96 dpi
}

// open opens a page in the tab of a context and returns its mistakes.
func (l look) open(tab context.Context, c *complaints, path string) (wrong []string, err error) {
	if err = l.Visit(tab, path); err != nil {
		return nil, err
	}
	wrong, err = chromedp.Run(tab, chromedp.Evaluate[[]string](overlaps))
	return append(wrong, c.taken()...), err
}

// Visit opens a page in the tab of a context.
func (l look) Visit(tab context.Context, path string) error {
	media := emulation.SetEmulatedMediaParams{Media: l.Media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.Scheme}}}
	size := emulation.SetDeviceMetricsOverrideParams{Width: l.width, Height: l.height, DeviceScaleFactor: 1, Mobile: l.width < 500}
	return chromedp.Do(tab,
		call(log.Enable, cdp.Empty{}), call(network.Enable, network.EnableParams{}), call(runtime.Enable, cdp.Empty{}),
		call(emulation.SetEmulatedMedia, media), call(emulation.SetDeviceMetricsOverride, size),
		chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String()),
	)
}

func call[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// overlaps lists texts of a plot that touch each other or leave the plot, tables that a phone
// cuts off, rows with an incomplete line below them, names of rows that are moved aside for a
// color that is not there, and elements that make the page wider than the window.
const overlaps = `(() => {
	const found = [];
	const shown = s => s.getBoundingClientRect().width > 0;
	for (const svg of [...document.querySelectorAll("figure svg")].filter(shown)) {
		const frame = svg.getBoundingClientRect();
		const texts = [...svg.querySelectorAll("text")].map(t => [t.textContent, t.getBoundingClientRect()]);
		texts.forEach(([a, r], i) => {
			if (r.left < frame.left - 1 || r.right > frame.right + 1 || r.top < frame.top - 1 || r.bottom > frame.bottom + 1)
				found.push("out of the plot: " + a);
			for (const [b, s] of texts.slice(i + 1)) {
				const w = Math.min(r.right, s.right) - Math.max(r.left, s.left);
				const h = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
				if (w > 1 && h > 5) found.push("touch: " + a + " / " + b);
			}
		});
	}
	for (const box of document.querySelectorAll(".scroll"))
		if (window.innerWidth < 500 && box.scrollWidth > box.clientWidth + 1) found.push("cut off: " + box.getAttribute("aria-label"));
	for (const row of document.querySelectorAll("tbody tr:not(.group)")) {
		const lines = [row, ...row.children].map(c => getComputedStyle(c)).filter(s => s.borderBottomStyle !== "none" && parseFloat(s.borderBottomWidth) > 0);
		const own = getComputedStyle(row.parentElement.parentElement).borderCollapse;
		if (own === "collapse" || lines.length === 0 || lines.length > 1 && lines.length < row.children.length)
			found.push("a row without all of its line: " + row.textContent.slice(0, 40));
	}
	for (const name of document.querySelectorAll("tbody th[scope=row]")) {
		const colors = name.closest("table").querySelectorAll(".swatch:not(.none)").length;
		if ((window.innerWidth < 500 || !colors) && [...name.querySelectorAll(".none")].some(shown))
			found.push("moved aside: " + name.textContent);
	}
	if (document.documentElement.scrollWidth > window.innerWidth) found.push("the page is wider than the window");
	return found;
})()`

// WantSound checks a page on every screen, and keeps pictures of it if keep is set.
func WantSound(t *testing.T, ctx context.Context, keep bool, page func(io.Writer) error) {
	t.Helper()
	var c complaints
	tab, cancel := chromedp.NewContext(ctx, chromedp.WithListener(c.listen))
	defer cancel()
	dir := t.TempDir()
	if err := files.Write(dir, files.Page, page); err != nil {
		t.Fatal(err)
	}
	for _, l := range Looks {
		wrong, err := l.open(tab, &c, filepath.Join(dir, files.Page))
		if err != nil {
			t.Fatal(err)
		}
		for _, what := range wrong {
			t.Errorf("%s: %s", l.Name, what)
		}
		if keep {
			picture(t, tab, l)
		}
	}
}

// picture takes a picture of the page; "go test -artifacts" keeps it.
func picture(t *testing.T, tab context.Context, l look) {
	t.Helper()
	b, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(t.ArtifactDir(), l.Name+".png"), b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
