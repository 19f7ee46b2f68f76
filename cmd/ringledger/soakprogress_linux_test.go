package main

import (
	"os"
	"path/filepath"
	"time"
)

const (
	tellEvery = 30 * time.Second
	// notTakenWithin is how long no webhook at all may be acknowledged.
	notTakenWithin = 3 * time.Minute
	// notWrittenWithin is how long no call at all may be written. What an error
	// left in doubt is written twelve minutes after it.
	notWrittenWithin = 15 * time.Minute
)

// progress is how far a soak is, which decides whether it goes on: not the time
// that it takes, which is the machine's.
type progress struct {
	began, told, moved time.Time
	what               string
	reached            int
	memory, database   int // MB
}

func newProgress() progress {
	now := time.Now()
	return progress{began: now, told: now, moved: now}
}

// goesOn ends the test when a count has stood still for too long, and tells
// every now and then how far the soak is.
func (s *soak) goesOn(n int, within time.Duration, what string) {
	s.h.t.Helper()
	p := &s.progress
	if what != p.what || n > p.reached {
		p.what, p.reached, p.moved = what, n, time.Now()
	}
	if time.Since(p.told) > tellEvery {
		s.tell()
	}
	if time.Since(p.moved) > within {
		s.h.t.Fatalf("%d %s, and not one more for %s", n, what, within)
	}
}

// tell says how far the soak is and what it takes. The program must run.
func (s *soak) tell() {
	s.h.t.Helper()
	p := &s.progress
	p.told, p.memory = time.Now(), s.h.resident()/1000
	written, err := s.h.logged()
	if err != nil {
		s.h.t.Log(err) // the database was just opened by the program
	}
	path := filepath.Join(s.h.data, "ringledger.db")
	p.database = megabytes(path)
	s.h.t.Logf("after %s: %d of %d webhooks acknowledged, %d of %d calls written; the database has %d MB and its log %d MB, the program takes %d MB of memory, org and senders %d MB",
		time.Since(p.began).Round(time.Second), s.taken.Load(), s.webhooks, written, s.calls(), p.database, megabytes(path+"-wal"), p.memory, s.h.residentOf("self")/1000)
}

func megabytes(path string) int {
	info, err := os.Stat(path)
	if err != nil {
		return 0 // the log goes with an orderly end
	}
	return int(info.Size() >> 20)
}

// awaitLogged waits until the ledger calls every call logged, for as long as
// they become more.
func (s *soak) awaitLogged() {
	s.h.t.Helper()
	for {
		began := time.Now()
		n, err := s.h.logged()
		if err == nil && n >= s.calls() {
			return
		}
		s.goesOn(n, notWrittenWithin, "calls written")
		time.Sleep(max(500*time.Millisecond, 10*time.Since(began))) // a look must not become a load
	}
}
