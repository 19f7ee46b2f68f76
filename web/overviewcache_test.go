package web

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/views"
)

// These look at what no page shows: how often figures are counted.

func TestFiguresAreCountedOnceForAllWhoAskMeanwhile(t *testing.T) {
	f, now := newFigures(), time.Now()
	var begun atomic.Int32
	release, counting := make(chan struct{}), make(chan struct{}, 100)
	slow := func(context.Context) (views.OverviewPage, error) {
		begun.Add(1)
		counting <- struct{}{}
		<-release
		return views.OverviewPage{Period: "30d"}, nil
	}
	var all sync.WaitGroup
	for n := range 50 { // two periods, as many as are counted at once
		all.Go(func() {
			if m, _, err := f.get(t.Context(), strconv.Itoa(n%countingAtOnce), int64(n), now, slow); err != nil || m.Period != "30d" {
				t.Errorf("got %q, %v", m.Period, err)
			}
		})
	}
	for range countingAtOnce {
		<-counting
	}
	others, leave := context.WithCancel(t.Context())
	for n := range 2 * figuresKept { // so many others make nobody forget what is being counted
		all.Go(func() { _, _, _ = f.get(others, "other "+strconv.Itoa(n), 0, now, slow) })
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := f.get(gone, "0", 99, now, slow); !errors.Is(err, context.Canceled) {
		t.Errorf("who left: %v", err)
	}
	if n := begun.Load(); n != countingAtOnce {
		t.Errorf("counted %d times at once, want %d", n, countingAtOnce)
	}
	leave()
	close(release)
	all.Wait()
}

func TestSlowFiguresRestAndFailuresAreNotKept(t *testing.T) {
	f, now := newFigures(), time.Now()
	counted := 0
	count := func(takes time.Duration, fails error) func(context.Context) (views.OverviewPage, error) {
		return func(context.Context) (views.OverviewPage, error) {
			counted++
			time.Sleep(takes)
			return views.OverviewPage{}, fails
		}
	}
	for i, c := range []struct {
		key      string
		revision int64
		after    time.Duration
		takes    time.Duration
		fails    error
		want     int // counted so far
	}{
		{"quick", 1, 0, 0, nil, 1},
		{"quick", 1, figuresLife - 1, 0, nil, 1},
		{"quick", 1, figuresLife, 0, nil, 2},
		{"quick", 2, figuresLife, 0, nil, 3},
		{"slow", 1, 0, countedQuickly + 10*time.Millisecond, nil, 4},
		{"slow", 2, 2 * figuresLife, 0, nil, 4}, // though much changed meanwhile
		{"fails", 1, 0, 0, errors.New("no"), 5},
		{"fails", 1, 0, 0, nil, 6},
	} {
		_, at, err := f.get(t.Context(), c.key, c.revision, now.Add(c.after), count(c.takes, c.fails))
		if !errors.Is(err, c.fails) || counted != c.want || err == nil && at.After(now.Add(c.after)) {
			t.Errorf("%d: counted %d times, %v, as of %s; want %d", i, counted, err, at, c.want)
		}
	}
}
