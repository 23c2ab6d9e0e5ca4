package usage

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const canPin = true

// CPUs returns the logical CPUs that this process may run on, sorted.
func CPUs() []int {
	var set unix.CPUSet
	if unix.SchedGetaffinity(os.Getpid(), &set) != nil {
		return numbered(runtime.NumCPU())
	}
	return listOf(set)
}

// PinSelf keeps all threads of this process, and those that they will start, on the
// given logical CPUs, and sets GOMAXPROCS to their number. Children started later
// inherit the CPUs. An empty list changes nothing.
func PinSelf(cpus []int) error {
	if len(cpus) == 0 {
		return nil
	}
	// A thread that is not pinned yet may start another, so repeat until all are
	// pinned.
	pinned := map[string]bool{}
	for found := true; found; {
		found = false
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return fmt.Errorf("list the threads of this process: %w", err)
		}
		for _, thread := range threads {
			if pinned[thread.Name()] {
				continue
			}
			found, pinned[thread.Name()] = true, true
			id, _ := strconv.Atoi(thread.Name())
			if err := pin(id, cpus); err != nil && err != unix.ESRCH {
				return fmt.Errorf("keep this process on CPUs %v: %w", cpus, err)
			}
		}
	}
	runtime.GOMAXPROCS(len(cpus))
	return nil
}

func pin(thread int, cpus []int) error {
	set := setOf(cpus)
	return unix.SchedSetaffinity(thread, &set)
}

// siblings returns the logical CPUs that share a core with cpu, itself included.
func siblings(cpu int) []int {
	b, err := os.ReadFile(fmt.Sprintf("/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu))
	if err != nil {
		return []int{cpu}
	}
	list, err := parseList(strings.TrimSpace(string(b)))
	if err != nil || !slices.Contains(list, cpu) {
		return []int{cpu}
	}
	return list
}
