package web

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"ringledger/views"
)

// figuresLife is how long figures are shown while this process changed nothing:
// another one may have.
const figuresLife = 5 * time.Second

// Counting that takes longer than countedQuickly is not begun again for each
// change of a busy ledger: what it found is shown for restAfter times as long
// as it took, though no longer than longestRest.
const (
	countedQuickly = 100 * time.Millisecond
	restAfter      = 20
	longestRest    = time.Minute
	// countingTakes bounds the counting, which no leaving visitor ends.
	countingTakes = 20 * time.Second
	// countingAtOnce bounds how many periods are counted at a time: the list
	// and the pages of calls share the readers of the database with them.
	countingAtOnce = 2
)

// figuresKept bounds how many periods are remembered.
const figuresKept = 32

// toldAfter is how old figures may be before the page says when they are of.
const toldAfter = 10 * time.Second

var errNotCounted = errors.New("web: the figures were not counted")

// figures remembers what was counted for a period, for all who look at it.
type figures struct {
	mu    sync.Mutex
	all   map[string]*counted
	turns chan struct{}
}

func newFigures() *figures {
	return &figures{all: map[string]*counted{}, turns: make(chan struct{}, countingAtOnce)}
}

// counted is what was counted once; done is closed when it is there.
type counted struct {
	at       time.Time
	revision int64
	done     chan struct{}
	ended    bool
	rests    time.Time // until when it is shown whatever changes
	page     views.OverviewPage
	err      error
}

// shown reports whether the figures may be shown as of a revision.
func (c *counted) shown(revision int64, now time.Time) bool {
	return !c.ended || time.Now().Before(c.rests) || c.revision == revision && now.Sub(c.at).Abs() < figuresLife
}

// get gives the figures of the key as of the revision, or a little older where
// counting is slow, and since when they stand. The first who asks has them
// counted; whoever asks meanwhile waits for them.
func (f *figures) get(ctx context.Context, key string, revision int64, now time.Time, count func(context.Context) (views.OverviewPage, error)) (views.OverviewPage, time.Time, error) {
	f.mu.Lock()
	c := f.all[key]
	mine := c == nil || !c.shown(revision, now)
	if mine {
		f.makeRoom()
		c = &counted{at: now, revision: revision, done: make(chan struct{}), err: errNotCounted}
		f.all[key] = c
	}
	f.mu.Unlock()
	if mine {
		f.make(context.WithoutCancel(ctx), key, c, count)
	}
	select {
	case <-c.done:
		return c.page, c.at, c.err
	case <-ctx.Done():
		return views.OverviewPage{}, time.Time{}, ctx.Err()
	}
}

// makeRoom forgets periods that nobody waits for. Those that are being counted
// stay, or the next who asks would have them counted twice.
func (f *figures) makeRoom() {
	if len(f.all) >= figuresKept {
		maps.DeleteFunc(f.all, func(_ string, c *counted) bool { return c.ended })
	}
}

// make counts also for those who wait, so it goes on when its visitor leaves.
func (f *figures) make(ctx context.Context, key string, c *counted, count func(context.Context) (views.OverviewPage, error)) {
	ctx, cancel := context.WithTimeout(ctx, countingTakes)
	defer cancel()
	var took time.Duration
	defer func() { // also when counting panics
		f.mu.Lock()
		c.ended = true
		if took > countedQuickly {
			c.rests = time.Now().Add(min(restAfter*took, longestRest))
		}
		if c.err != nil && f.all[key] == c {
			delete(f.all, key)
		}
		f.mu.Unlock()
		close(c.done)
	}()
	c.page, took, c.err = f.turn(ctx, count)
}

// turn counts when few enough others are being counted.
func (f *figures) turn(ctx context.Context, count func(context.Context) (views.OverviewPage, error)) (page views.OverviewPage, took time.Duration, err error) {
	select {
	case f.turns <- struct{}{}:
		defer func() { <-f.turns }()
	case <-ctx.Done():
		return page, 0, ctx.Err()
	}
	began := time.Now()
	page, err = count(ctx)
	return page, time.Since(began), err
}
