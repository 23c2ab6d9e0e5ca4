//go:build linux

// Speed imports a large log by classibench and by GoAccess, in turns, on the same cores, and
// prints lines per second and the most memory of each. The log is made by repeating the lines
// of a real one with other clients and other times. Run it by "make bench-import".
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() {
	from := flag.String("log", "", "a log in the Common or Combined Log Format, gzip or plain")
	size := flag.Float64("gb", 1, "size of the log that is made, in GB")
	program := flag.String("classibench", "classibench", "the command")
	dir := flag.String("dir", os.TempDir(), "where the log is made")
	rounds := flag.Int("rounds", 3, "how often each runs")
	jobs := flag.Int("jobs", 0, "threads of GoAccess, where it has --jobs")
	alone := flag.Bool("alone", false, "without GoAccess")
	flag.Parse()
	if err := run(*from, *size, *program, *dir, *rounds, *jobs, *alone); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(from string, gb float64, program, dir string, rounds, jobs int, alone bool) error {
	lines, err := read(from)
	if err != nil {
		return err
	}
	dir, err = os.MkdirTemp(dir, "speed-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	log := filepath.Join(dir, "access.log")
	n, err := repeat(log, lines, int64(gb*1e9))
	if err != nil {
		return err
	}
	fmt.Printf("%d lines, %.2f GB, from %s\n", n, gb, filepath.Base(from))
	commands := map[string][]string{"classibench": {program, "traffic", "import", log, "-o", filepath.Join(dir, "traffic.zst"), "--all-methods", "--allow-unreadable", "1"}}
	order := []string{"classibench"}
	if !alone {
		commands["goaccess"] = goaccess(log, dir, lines[0], jobs)
		order = append(order, "goaccess")
	}
	for range rounds {
		for _, name := range order {
			if err := measure(name, commands[name], n); err != nil {
				return err
			}
		}
	}
	return nil
}

func goaccess(log, dir, line string, jobs int) []string {
	format := "COMMON"
	if strings.HasSuffix(line, `"`) {
		format = "COMBINED"
	}
	args := []string{"goaccess", log, "--log-format=" + format, "-o", filepath.Join(dir, "report.json"), "--no-progress"}
	if jobs > 0 {
		args = append(args, fmt.Sprintf("--jobs=%d", jobs))
	}
	return args
}

// measure runs a command and prints its speed.
func measure(name string, args []string, lines int) error {
	cmd := exec.Command(args[0], args[1:]...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out.String())
	}
	took := time.Since(began).Seconds()
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return fmt.Errorf("the usage of %s is not known", name)
	}
	cpu := (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	fmt.Printf("%-12s %9.0f lines/s  %9.0f lines/s of CPU  %6.1f MB at most  %.1f s\n", name, float64(lines)/took, float64(lines)/cpu, float64(usage.Maxrss)*1024/1e6, took)
	return nil
}

// read reads a log.
func read(path string) (lines []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	s := bufio.NewScanner(r)
	for s.Scan() {
		lines = append(lines, s.Text())
	}
	return lines, s.Err()
}

// repeat writes a log of a size. Each round has other clients, and is a day later.
func repeat(path string, lines []string, size int64) (n int, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	written := int64(0)
	for round := 0; written < size; round++ {
		for _, line := range lines {
			_, rest, _ := strings.Cut(line, " ")
			before, after, ok := strings.Cut(rest, "[")
			if !ok || len(after) < 27 {
				continue
			}
			date := day.AddDate(0, 0, round).Format("02/Jan/2006")
			k, err := fmt.Fprintf(w, "10.%d.%d.%d %s[%s%s\n", round%256, len(line)%256, n%256, before, date, after[11:])
			if err != nil {
				return n, err
			}
			written += int64(k)
			n++
		}
	}
	return n, w.Flush()
}
