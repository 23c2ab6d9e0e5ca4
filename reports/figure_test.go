package reports

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/reporttest"
)

// Each figure is well-formed XML, has a text alternative, and has no number that is none.
func TestSVG(t *testing.T) {
	for name, r := range reporttest.Variants(t) {
		for _, f := range Figures(r) {
			t.Run(name+"/"+f.Name, func(t *testing.T) {
				b := reporttest.Written(t, f.SVG)
				for d := xml.NewDecoder(bytes.NewReader(b)); ; {
					if _, err := d.Token(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						t.Fatal(err)
					}
				}
				if f.Title == "" || f.Axis == "" || f.Caption == "" || !strings.Contains(f.Alt, ". ") {
					t.Errorf("a figure without words: title %q, axis %q, caption %q, alternative %q", f.Title, f.Axis, f.Caption, f.Alt)
				}
				if bad := regexp.MustCompile(`[ "ML](NaN|[-+]?Inf)[ "L]`).Find(b); bad != nil {
					t.Errorf("the figure has %q among its numbers", bad)
				}
			})
		}
	}
}

func TestFigureNames(t *testing.T) {
	for name, r := range reporttest.Variants(t) {
		for _, f := range Figures(r) {
			if !slices.Contains(FigureNames(), f.Name) {
				t.Errorf("%s: figure %q is not among the names that WriteDir removes", name, f.Name)
			}
		}
	}
	var got []string
	for _, f := range Figures(reporttest.Variants(t)["limits"]) {
		got = append(got, f.Name)
	}
	if !slices.Equal(got, FigureNames()) {
		t.Errorf("a whole result has the figures %v, want %v", got, FigureNames())
	}
}

// The figures that a result has no data for are left out.
func TestFiguresOfLess(t *testing.T) {
	all := reporttest.Variants(t)
	for name, want := range map[string][]string{
		"nothing":       nil,
		"capacity only": {"gain"},
		"replay only":   {"latency-percentiles", "latency-time", "throughput", "runnable", "cores", "defunct"},
		"other system":  {"gain", "latency-percentiles", "latency-time", "throughput"},
	} {
		var got []string
		for _, f := range Figures(all[name]) {
			got = append(got, f.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: figures %v, want %v", name, got, want)
		}
	}
}

func TestPNG(t *testing.T) {
	picture, err := png.Decode(bytes.NewReader(reporttest.Written(t, gainFigure(reporttest.Sample(t)).PNG)))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := picture.Bounds().Dx(), 2*720; got != want {
		t.Errorf("the picture is %d pixels wide, want %d", got, want)
	}
	if r, g, b, a := picture.At(0, 0).RGBA(); r+g+b+a != 4*0xffff {
		t.Errorf("the corner is not white and opaque: %x %x %x %x", r, g, b, a)
	}
}

// A path of one figure is checked against its data: the estimate lies where the
// axis says.
func TestCurveStandsWhereTheAxisSays(t *testing.T) {
	r := reporttest.Sample(t)
	r.Capacity.Gain.Ratio, r.Capacity.Gain.Low, r.Capacity.Gain.High = 12, 11.5, 12.5
	svg := string(reporttest.Written(t, gainFigure(r).SVG))
	line := regexp.MustCompile(`<path fill="none" class="s-t1" stroke="#123c73" stroke-width="1.5" d="M[\d.]+ ([\d.]+)L`).FindStringSubmatch(svg)
	tick := regexp.MustCompile(`class="s-line" stroke="#e0e5ea" stroke-width="0.8" d="M[\d.]+ ([\d.]+)L`).FindAllStringSubmatch(svg, -1)
	if line == nil || !slices.ContainsFunc(tick, func(m []string) bool { return m[1] == line[1] }) {
		t.Errorf("the estimate of 12× stands at %v, on none of the lines at %v", line, tick)
	}
}

func TestDistributionEndsWhereTheSampleDoes(t *testing.T) {
	r := reporttest.Sample(t)
	l := r.Replay.Trials[1].Latency
	points := distribution(l)
	last := points[len(points)-1]
	if beyond := float64(l.Count) / last.X; beyond < 10 || beyond > 12 {
		t.Errorf("the line ends where %.1f answers are left beyond it, want 10 at least and not many more", beyond)
	}
	for _, p := range points {
		if p.X > 99 && p.X < 101 && math.Abs(p.Y/float64(l.P99)-1) > 0.02 {
			t.Errorf("p99 is drawn at %v s, want %v s", p.Y, l.P99)
		}
	}
	l.Histogram = ""
	if got := distribution(l); len(got) != 5 || got[3].X != 100 || got[3].Y != float64(l.P99) {
		t.Errorf("without a histogram the line goes through %v, want the five percentiles that are known", got)
	}
	l.Histogram = "not base64"
	if got := distribution(l); len(got) != 5 {
		t.Errorf("with a broken histogram the line goes through %v, want the five percentiles that are known", got)
	}
}

func TestCountedBySecond(t *testing.T) {
	trial := result.Trial{Samples: []result.Sample{{At: 0.1, Runnable: 2}, {At: 0.9, Runnable: 4}, {At: 3.5, Runnable: 7}}}
	got := counted(func(s result.Sample) int { return s.Runnable })(trial)
	for i, want := range []struct{ x, mean, least, greatest float64 }{{0.5, 3, 2, 4}, {3.5, 7, 7, 7}} {
		if got.mean[i].X != want.x || got.mean[i].Y != want.mean || got.least[i].Y != want.least || got.greatest[i].Y != want.greatest {
			t.Errorf("second %d: mean %v, least %v, greatest %v, want %v", i, got.mean[i], got.least[i], got.greatest[i], want)
		}
	}
	if len(got.mean) != 2 {
		t.Errorf("%d seconds, want 2: one without samples is none", len(got.mean))
	}
}

// Half a core for a second is half a core, however the samples fell.
func TestCoresBySecondWeighsByTime(t *testing.T) {
	for name, samples := range map[string][]result.Sample{
		"even":  {{At: 0.25, CPU: 0.5}, {At: 0.5, CPU: 0.5}, {At: 0.8, CPU: 0.5}},
		"burst": {{At: 0.39, CPU: 0}, {At: 0.4, CPU: 40}, {At: 0.8, CPU: 0}},
	} {
		got := coresBySecond(result.Trial{Samples: samples}).mean
		if len(got) != 1 || math.Abs(got[0].Y-0.5) > 1e-9 {
			t.Errorf("%s: %v cores, want half a core in one second", name, got)
		}
	}
}

// So many targets that their labels have no room beside the plot.
func TestLabelsOfManyTargetsStayOnThePicture(t *testing.T) {
	r := reporttest.Sample(t)
	for i := range 10 {
		trial := r.Replay.Trials[1]
		trial.Target = fmt.Sprintf("worker %d", i)
		r.Targets = append(r.Targets, result.Target{Name: trial.Target, Kind: "server"})
		r.Replay.Trials = append(r.Replay.Trials, trial)
	}
	text := regexp.MustCompile(`<text x="[-\d.]+" y="(-?[\d.]+)"[^>]*>([^<]*)`)
	for _, f := range Figures(r) {
		for _, m := range text.FindAllStringSubmatch(string(reporttest.Written(t, f.Inline)), -1) {
			if y := reporttest.Parsed(t, m[1]); y < 8 || y > 300 {
				t.Errorf("%s: %q stands at %v, off the picture", f.Name, m[2], y)
			}
		}
	}
}

func TestHeadlinesStayOnThePicture(t *testing.T) {
	r := reporttest.Sample(t)
	r.Targets[0].Name = strings.Repeat("baseline ", 22)
	text := regexp.MustCompile(`<text x="([\d.]+)"[^>]* textLength="([\d.]+)"[^>]*>([^<]*)`)
	for _, m := range text.FindAllStringSubmatch(string(reporttest.Written(t, gainFigure(r).SVG)), -1) {
		if reporttest.Parsed(t, m[1])+reporttest.Parsed(t, m[2]) > 720 {
			t.Errorf("%q goes beyond the edge", m[3])
		}
	}
}
