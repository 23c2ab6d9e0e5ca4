package persistent

import (
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// scrape reads the metrics with the parser of Prometheus.
func scrape(t *testing.T, w *watch) map[string]*dto.MetricFamily {
	t.Helper()
	answer := httptest.NewRecorder()
	w.admin().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	if got, want := answer.Header().Get("Content-Type"), string(expfmt.NewFormat(expfmt.TypeTextPlain)); got != want {
		t.Errorf("got the type %q, want %q", got, want)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		t.Fatalf("Prometheus cannot parse the metrics: %v\n%s", err, answer.Body)
	}
	return families
}

func TestMetrics(t *testing.T) {
	w := newWatch(notStopping, nil, false, true)
	for _, took := range []time.Duration{0, 100 * time.Microsecond, 100*time.Microsecond + 1, 10 * time.Second, 11 * time.Second} {
		w.byClass[2].observe(took)
	}
	families := scrape(t, w)
	requests := families["http_request_duration_seconds"]
	if requests.GetType() != dto.MetricType_HISTOGRAM || len(requests.GetMetric()) != 5 {
		t.Fatalf("got %v, want a histogram of five classes", requests)
	}
	h := requests.GetMetric()[1].GetHistogram()
	if h.GetSampleCount() != 5 || h.GetSampleSum() != 21.000200001 {
		t.Errorf("got %d requests that took %v s, want 5 and 21.000200001", h.GetSampleCount(), h.GetSampleSum())
	}
	want := map[float64]uint64{.0001: 2, .00025: 3, 5: 3, 10: 4}
	for _, b := range h.GetBucket() {
		if n, ok := want[b.GetUpperBound()]; ok && b.GetCumulativeCount() != n {
			t.Errorf("%d requests took up to %v s, want %d", b.GetCumulativeCount(), b.GetUpperBound(), n)
		}
	}
	if n := len(h.GetBucket()); n != len(bounds)+1 {
		t.Errorf("got %d buckets, want %d", n, len(bounds)+1)
	}
}

func TestMetricsOfTheProcess(t *testing.T) {
	began := time.Now()
	families := scrape(t, newWatch(notStopping, nil, false, true))
	value := func(name string) float64 {
		f, ok := families[name]
		if !ok {
			t.Errorf("the metric %s is missing", name)
			return 0
		}
		m := f.GetMetric()[0]
		return m.GetGauge().GetValue() + m.GetCounter().GetValue()
	}
	for name, least := range map[string]float64{"go_info": 1, "go_goroutines": 1, "go_memstats_sys_bytes": 1 << 16} {
		if got := value(name); got < least {
			t.Errorf("%s is %v, want at least %v", name, got, least)
		}
	}
	if got := value("process_start_time_seconds"); got < float64(began.Unix()) {
		t.Errorf("process_start_time_seconds is %v, want at least %v", got, began.Unix())
	}
	if runtime.GOOS != "linux" {
		return
	}
	for name, least := range map[string]float64{"process_cpu_seconds_total": 1e-6, "process_max_fds": 4, "process_open_fds": 3,
		"process_resident_memory_bytes": 1 << 16, "process_virtual_memory_bytes": 1 << 16} {
		if got := value(name); got < least {
			t.Errorf("%s is %v, want at least %v", name, got, least)
		}
	}
}

func BenchmarkObserve(b *testing.B) {
	b.ReportAllocs()
	var h histogram
	for b.Loop() {
		h.observe(123 * time.Microsecond)
	}
}

func notStopping() bool { return false }
