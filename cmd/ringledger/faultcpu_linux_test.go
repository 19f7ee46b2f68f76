package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// hogs take a processor from whatever else runs on it, until the test ends, or
// for a minute of its time when nobody is left to end them.
func hogs(t *testing.T, n int, cpu string) {
	t.Helper()
	for range n {
		hog := exec.CommandContext(t.Context(), "taskset", "-c", cpu, "sh", "-c", "ulimit -t 60; while :; do :; done")
		if err := hog.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = hog.Process.Kill() // the context ended it already, or this does
			_ = hog.Wait()         // "signal: killed"
		})
	}
}

// aProcessor is the first that this process may use.
func aProcessor(t *testing.T) string {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(status), "Cpus_allowed_list:")
	first, _, _ := strings.Cut(strings.TrimSpace(list), "\n")
	return strings.FieldsFunc(first, func(r rune) bool { return r == ',' || r == '-' })[0]
}

// TestAProgramWithAShareOfOneProcessorAnswersInTime keeps the program on one
// processor, with one thread of Go, beside three others that never pause there:
// it has a quarter of it. Other faults keep the other processors.
func TestAProgramWithAShareOfOneProcessorAnswersInTime(t *testing.T) {
	long := faultSuite(t, "taskset")
	h := newHouse(t, quiet)
	h.env = append(h.env, "GOMAXPROCS=1")
	cpu := aProcessor(t)
	if took, ok := h.startUnder("taskset", "-c", cpu); !ok {
		t.Fatalf("the program did not start in %s", took)
	}
	hogs(t, 3, cpu)
	s := newSender(h)
	lasts := 4 * time.Second
	if long {
		lasts = time.Minute
	}
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	all := s.stream(ctx, 12_000_000, 4, 50*time.Millisecond)()
	if s.worst > 4*time.Second || s.codes[200] != len(all) {
		t.Errorf("answers %v, the slowest after %s; want each 200 within 4 s", s.codes, s.worst)
	}
	h.isReady()
	h.allIsWell(all, 90*time.Second)
	figure(t, "%d calls acknowledged with a quarter of one processor, 99 of 100 within %s, the slowest after %s; 0 lost, 0 doubled",
		len(s.acked), s.percentile(99).Round(time.Millisecond), s.worst.Round(time.Millisecond))
}
