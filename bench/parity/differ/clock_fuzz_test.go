package differ

import (
	"math"
	"testing"
	"time"
)

// FuzzClock reads any text as a time: what is read is a number, and has a resolution.
func FuzzClock(f *testing.F) {
	for layout := range layouts() {
		f.Add(layout)
	}
	for _, layout := range []string{time.RFC1123, time.RFC850, time.ANSIC, time.RFC3339Nano, time.Kitchen, time.StampMicro, "Mon, 2 Jan 2006 3:04:05,123456789 PM", "02/Jan/2006:15:04:05 -0700"} {
		f.Add(time.Date(2026, 3, 14, 9, 26, 53, 589793238, time.UTC).Format(layout))
	}
	for _, s := range []string{"971211336", "971211336.25", "971211336250", "1e9", "99999999999999999999999", "25:61:61", "0000-00-00", "am"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, ok := readClock(s); ok && (math.IsNaN(c.seconds) || math.IsInf(c.seconds, 0) || !(c.resolution > 0)) {
			t.Errorf("%q: got %+v", s, c)
		}
	})
}
