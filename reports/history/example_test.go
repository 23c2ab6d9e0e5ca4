package history_test

import (
	"log"
	"os"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/reports"
	historyreport "github.com/classibench/classibench/reports/history"
)

func ExampleText() {
	day := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	run := func(id int64, days int, subject string, gain float64) history.Run {
		began := day.AddDate(0, 0, days)
		return history.Run{
			ID: id, Began: began, Commit: history.Commit{At: began, Subject: subject},
			Setting:  history.Setting{Scenario: "peak-hour", Digest: "7f0c1d5c0a", Seed: 1, CPU: "Example 3000", Cores: 2, OS: "linux", Arch: "amd64"},
			Measures: []history.Measure{{Metric: history.Gain, Target: "persistent", Against: "cgi", Value: gain, Low: result.Float(0.99 * gain), High: result.Float(1.01 * gain)}},
		}
	}
	groups := history.Compare([]history.Run{
		run(1, 0, "pages: show the seller's place", 7.33),
		run(2, 2, "store: read photos with the ad", 7.38),
	}, history.Filter{})
	if err := historyreport.Text(os.Stdout, groups, reports.TextOptions{Width: 80}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// peak-hour (7f0c1d5c0a), seed 1, on Example 3000, 2 cores, linux amd64
	//
	// Gain of persistent over cgi: 2 runs, now 7.35×; the search for changes needs at
	// least 10 runs.
	//        date         gain    95% interval
	// run 1  2026-03-14  7.33×  7.26× to 7.40×  pages: show the seller's place
	// run 2  2026-03-16  7.38×  7.31× to 7.45×  store: read photos with the ad
}
