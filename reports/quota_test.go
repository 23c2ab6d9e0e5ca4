package reports

import (
	"bytes"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// A CPU quota is named in every form of a report.
func TestQuotaIsShown(t *testing.T) {
	r := tiny(t)
	r.Environment.Quota = &result.Quota{Cores: 1.5, From: "/sys/fs/cgroup/ci/cpu.max", ThrottledSeconds: 3.2, ThrottledPeriods: 120}
	r.Warnings = append(r.Warnings, r.Environment.Quota.Warnings()...)
	var text, markdown, page bytes.Buffer
	if err := Text(&text, r, TextOptions{Width: 1000}); err != nil {
		t.Fatal(err)
	}
	if err := Markdown(&markdown, r); err != nil {
		t.Fatal(err)
	}
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	const want = "a control group limits CPU time to 1.5 cores (/sys/fs/cgroup/ci/cpu.max), and stopped processes in 120 periods, for 3.20 s"
	for name, b := range map[string]*bytes.Buffer{"text": &text, "Markdown": &markdown, "HTML": &page} {
		if got := strings.Join(strings.Fields(strings.ReplaceAll(b.String(), `\`, "")), " "); !strings.Contains(got, want) {
			t.Errorf("%s does not name the quota: %.2000s", name, got)
		}
	}
}
