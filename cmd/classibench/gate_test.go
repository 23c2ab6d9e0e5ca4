package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/classibench/classibench/bench"
)

// The gain that one question found is not lost to the next, which knows none.
func TestJoinedKeepsTheGain(t *testing.T) {
	gain := &bench.Result{Targets: []bench.Target{{Name: "cgi"}, {Name: "persistent"}}, Capacity: &bench.Capacity{Gain: &bench.Gain{Ratio: 20}}}
	objective := &bench.Result{Targets: []bench.Target{{Name: "persistent"}}, Capacity: &bench.Capacity{}, Replay: &bench.Replay{}, Seconds: 3}
	whole := joined(joined(nil, gain), objective)
	if whole.Capacity.Gain == nil || whole.Replay == nil || len(whole.Targets) != 2 || whole.Seconds != 3 || whole.Gate == nil {
		t.Errorf("got %+v", whole)
	}
}

func TestFreshCopyLeavesOneCopyAtATime(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := os.WriteFile(data, []byte("ads"), 0o600); err != nil {
		t.Fatal(err)
	}
	on := stage{data: data, dir: t.TempDir()}
	for range 2 { // two contenders of the same name, as two runs in a directory have them
		var last string
		for range 3 {
			db, err := freshCopy(context.Background(), on, "base", &last)
			if err != nil {
				t.Fatal(err)
			}
			if b, err := os.ReadFile(db); err != nil || string(b) != "ads" {
				t.Errorf("got %q, %v", b, err)
			}
		}
	}
	if left, _ := os.ReadDir(on.dir); len(left) != 2 {
		t.Errorf("%d copies are left, want the last of each contender", len(left))
	}
}
