package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	salesforcesim "ringledger/integration/salesforce/simulator"
)

// wallClock is the clock that the program sees; it jumps when its file changes.
// A Go program reads the clock past libfaketime, so that an emulator must run
// the program, which is otherwise the one that people run.
type wallClock struct {
	t    *testing.T
	file string
}

func newWallClock(t *testing.T) *wallClock {
	t.Helper()
	c := &wallClock{t, filepath.Join(t.TempDir(), "clock")}
	c.jump("+0d")
	return c
}

// jump sets how far the clock is from the true time, as "+400d".
func (c *wallClock) jump(by string) {
	c.t.Helper()
	next := c.file + ".next"
	if err := os.WriteFile(next, []byte(by+"\n"), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if err := os.Rename(next, c.file); err != nil { // it is read at every moment
		c.t.Fatal(err)
	}
}

// emulated runs a program that sees this clock. Time that passes is true.
func (c *wallClock) emulated() []string {
	c.t.Helper()
	found, err := filepath.Glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
	if err != nil || len(found) == 0 {
		c.t.Fatalf("missing: libfaketime, %v", err)
	}
	return []string{"env", "LD_PRELOAD=" + found[0], "FAKETIME_TIMESTAMP_FILE=" + c.file, "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "qemu-x86_64"}
}

// TestAClockThatJumpsDoublesAndDelaysNoCall lets the clock jump and come back
// while requests are in hand, while answers are lost and while calls come in.
// Each jump ends the sessions and keeps nobody from signing in anew.
func TestAClockThatJumpsDoublesAndDelaysNoCall(t *testing.T) {
	jumps := []struct{ name, by string }{{"400 days ahead", "+400d"}, {"2 days back", "-2d"}}
	if faultSuite(t, "faketime", "qemu-x86_64") {
		jumps = append(jumps, []struct{ name, by string }{{"a day ahead", "+1d"}, {"a day back", "-1d"}}...)
	}
	for _, c := range jumps {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, quiet)
			h.addVisitor()
			clock := newWallClock(t)
			if took, ok := h.startUnder(clock.emulated()...); !ok {
				t.Fatalf("the program did not start in %s", took)
			}
			v := newVisitor(h)
			v.signIn()
			s := newSender(h)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ids := s.stream(ctx, 11_000_000, 2, 100*time.Millisecond)
			for _, by := range []string{c.by, "+0d"} {
				time.Sleep(500 * time.Millisecond) // of calls before
				h.must(h.org.Fail(salesforcesim.Fault{Kind: salesforcesim.Delay, Path: "/composite", Count: 4, DelayMS: 500}))
				h.must(h.org.Fail(salesforcesim.Fault{Kind: salesforcesim.DropAfter, Path: "/composite", Object: `"type":"Task"`, Count: 1}))
				time.Sleep(time.Second) // requests are under way, one answer is lost
				clock.jump(by)
				time.Sleep(500 * time.Millisecond)
				h.must(h.org.Fail(salesforcesim.Fault{Kind: salesforcesim.DropAfter, Path: "/composite", Object: `"type":"Task"`, Count: 1}))
				time.Sleep(2 * time.Second) // of calls after
				h.isReady()
				if v.isSignedIn() {
					t.Errorf("with the clock at %s the session of before goes on", by)
				}
				v.signIn()
			}
			cancel()
			all := ids()
			if s.codes[0]+s.codes[http.StatusServiceUnavailable] > 0 {
				t.Errorf("answers %v, want each 200", s.codes)
			}
			began := time.Now()
			h.allIsWell(all, 90*time.Second)
			figure(t, "there and back: %d calls acknowledged, the last written %s later, 0 lost, 0 doubled", len(s.acked), time.Since(began).Round(time.Second))
		})
	}
}

// isReady checks that the program says of itself that all its parts work.
func (h *house) isReady() {
	h.t.Helper()
	answer, err := http.Get(h.url + "/readyz") //nolint:noctx // the program is on this machine
	h.must(err)
	h.must(answer.Body.Close())
	if answer.StatusCode != http.StatusOK {
		h.t.Errorf("ready answers %d", answer.StatusCode)
	}
}
