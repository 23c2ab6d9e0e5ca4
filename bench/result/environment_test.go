package result_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

func TestQuotaIsNamed(t *testing.T) {
	const file = "/sys/fs/cgroup/ci/cpu.max"
	for _, c := range []struct {
		quota      *result.Quota
		words, end string
	}{
		{nil, "", ""},
		{&result.Quota{Cores: 1.5, From: file}, "a control group limits CPU time to 1.5 cores (/sys/fs/cgroup/ci/cpu.max); the limit was not reached", ""},
		{&result.Quota{Cores: 2, From: file, ThrottledSeconds: 3.2, ThrottledPeriods: 120},
			"a control group limits CPU time to 2 cores (/sys/fs/cgroup/ci/cpu.max), and stopped processes in 120 periods, for 3.20 s on all cores together", "Lift the limit for the measurement"},
	} {
		if got := c.quota.String(); got != c.words {
			t.Errorf("got %q, want %q", got, c.words)
		}
		all := c.quota.Warnings()
		switch {
		case c.quota == nil && len(all) > 0:
			t.Errorf("without a quota it warns: %v", all)
		case c.quota != nil && (len(all) != 1 || !strings.HasPrefix(all[0].Text, c.words) || !strings.HasSuffix(all[0].Text, c.end)):
			t.Errorf("got %v, want %q … %q", all, c.words, c.end)
		}
	}
	b, err := json.Marshal(result.Environment{Quota: &result.Quota{Cores: 1.5, From: file, ThrottledSeconds: 3, ThrottledPeriods: 4}})
	if want := `"cpu_quota":{"cores":1.5,"from":"/sys/fs/cgroup/ci/cpu.max","throttled_seconds":3,"throttled_periods":4}`; err != nil || !strings.Contains(string(b), want) {
		t.Errorf("got %s, %v; want %s", b, err, want)
	}
}

// A result of several measurements has what all of them were stopped.
func TestQuotasOfAllMeasurements(t *testing.T) {
	part := func(seconds float64, periods uint64) *result.Result {
		return &result.Result{Environment: result.Environment{Quota: &result.Quota{Cores: 1, ThrottledSeconds: seconds, ThrottledPeriods: periods}}}
	}
	r := result.Join(result.Join(nil, part(1, 2)), part(3, 4))
	if q := r.Environment.Quota; q.ThrottledSeconds != 4 || q.ThrottledPeriods != 6 || len(r.Warnings) != 1 {
		t.Errorf("got %+v and %v, want 4 s in 6 periods and a warning", q, r.Warnings)
	}
	if again := (&result.Result{}).Differences(result.Environment{Quota: &result.Quota{Cores: 1}}, "", 0); !strings.Contains(strings.Join(again, ";"), "CPU quota in cores none, here 1") {
		t.Errorf("differences: %q", again)
	}
}
