package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/usage"
)

// held is what the gateway and its program hold at one moment.
type held struct {
	usage.Holdings
	files int // temporary ones
}

// settleLimit is the time in which the last children and connections must have ended, and
// calm the time for which nothing must have changed.
const (
	settleLimit = 30 * time.Second
	calm        = time.Second
)

// settled reads what is held once no child is left, that is, there are least processes,
// and nothing changes any more, or after settleLimit.
func (s *study) settled(ctx context.Context, tree *usage.Tree, least int) (h held, err error) {
	since := time.Now()
	for end := since.Add(settleLimit); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(calm / 10) {
		now, err := s.holds(tree)
		if err != nil {
			return h, err
		}
		if now.Descriptors != h.Descriptors || now.files != h.files || now.Processes > least || now.Zombies > 0 {
			since = time.Now()
		}
		if h = now; time.Since(since) > calm {
			break
		}
	}
	return h, nil
}

func (s *study) holds(tree *usage.Tree) (h held, err error) {
	if h.Holdings, err = tree.Holdings(); err != nil {
		return h, err
	}
	files, err := os.ReadDir(s.tmp())
	h.files = len(files)
	return h, err
}

// table prints what was answered and what is held, and returns errLeft if that is not as
// it must be. Memory may grow by a half: the collector and the allocator decide. There
// may be a descriptor for each client, whose last connection the gateway closes later.
func (s *study) table(name string, fast bool, statuses []map[int]int, before, after held, took time.Duration) error {
	fmt.Printf("\n%s (%.0f s):\n\n| request | answers by status | wrong |\n| --- | --- | --- |\n", name, took.Seconds())
	wrong := 0
	for i, k := range kinds {
		n := k.wrong(fast, statuses[i])
		wrong += n
		fmt.Printf("| %s | %s | %d |\n", k.named(fast), inWords(statuses[i]), n)
	}
	fmt.Printf("\n| held | before | after |\n| --- | --- | --- |\n")
	fmt.Printf("| memory, MB | %.1f | %.1f |\n", float64(before.Memory)/1e6, float64(after.Memory)/1e6)
	fmt.Printf("| descriptors | %d | %d |\n| processes | %d | %d |\n| zombies | %d | %d |\n| threads | %d | %d |\n| temporary files | %d | %d |\n",
		before.Descriptors, after.Descriptors, before.Processes, after.Processes, before.Zombies, after.Zombies, before.Threads, after.Threads, before.files, after.files)
	more := after.Descriptors > before.Descriptors+s.clients || after.Processes > before.Processes || after.Zombies > before.Zombies || after.files > before.files
	if wrong > 0 || more || float64(after.Memory) > 1.5*float64(before.Memory) {
		return fmt.Errorf("%s: %w", name, errLeft)
	}
	return nil
}

// inWords shows how often each status was there.
func inWords(statuses map[int]int) string {
	var words []string
	for _, status := range slices.Sorted(maps.Keys(statuses)) {
		name := strconv.Itoa(status)
		switch {
		case status == unreached:
			name = "not reached"
		case status == none:
			name = "none"
		case status > cutOff:
			name = strconv.Itoa(status-cutOff) + ", cut off"
		}
		words = append(words, fmt.Sprintf("%s: %d", name, statuses[status]))
	}
	return strings.Join(words, "; ")
}
