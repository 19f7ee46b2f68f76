package main

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// crashPoint is the n-th call of one kind that one thread makes.
type crashPoint struct {
	call string
	n    int
}

// crashPoints are moments at which a commit, a checkpoint or a start is half
// done.
func crashPoints(long bool) []crashPoint {
	if !long {
		return []crashPoint{{"fsync", 2}, {"fsync", 7}, {"fsync", 40}, {"pwrite64", 3}, {"pwrite64", 60}, {"pwrite64", 150}}
	}
	var all []crashPoint
	for n := 1; n <= 40; n++ {
		all = append(all, crashPoint{"fsync", n}, crashPoint{"pwrite64", 5 * n}, crashPoint{"write", 3 * n})
	}
	return all
}

// traced runs a program by strace, which meddles with some of its calls. The
// program stays our child, so that signals reach it.
func traced(inject, log string) []string {
	return []string{"strace", "-D", "-f", "-qq", "-o", log, "-e", "trace=fsync,pwrite64,write", "-e", "inject=" + inject}
}

func TestKilledAtExactSyscallsNothingIsLostOrDoubled(t *testing.T) {
	long := faultSuite(t, "strace")
	h := newHouse(t, quiet)
	s := newSender(h)
	log := filepath.Join(t.TempDir(), "trace")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ids := s.stream(ctx, 1_000_000, 4, 25*time.Millisecond)
	reached, during := 0, 0
	var slowest time.Duration
	points := crashPoints(long)
	for _, p := range points {
		_, ok := h.startUnder(traced(fmt.Sprintf("%s:signal=SIGKILL:when=%d", p.call, max(p.n, 1)), log)...)
		if !ok {
			during++
		}
		for deadline := time.Now().Add(3 * time.Second); ok && !h.ended() && time.Now().Before(deadline); {
			time.Sleep(10 * time.Millisecond) // a poll with a deadline
		}
		if h.ended() {
			reached++
		}
		h.kill()
		h.keepsSecrets()
		slowest = max(slowest, h.start())  // what it finds is what a crash left
		time.Sleep(200 * time.Millisecond) // under load, before the next
		h.kill()
	}
	if reached < len(points)*2/3 {
		t.Errorf("%d of %d crash points were reached: is there too little to do?", reached, len(points))
	}
	h.start()
	cancel()
	all := ids()
	h.allIsWell(all, 90*time.Second)
	figure(t, "%d kills -9, %d of them at exact system calls (%d before the start was done), %d calls acknowledged, 0 lost, 0 doubled, slowest restart %s",
		2*len(points), reached, during, len(s.acked), slowest.Round(time.Millisecond))
}
