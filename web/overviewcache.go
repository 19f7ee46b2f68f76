package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"ringledger/views"
)

// figuresLife is how long figures are shown while this process changed nothing:
// another one may have.
const figuresLife = 5 * time.Second

// Counting that takes longer than countedQuickly is not begun again for each
// change of a busy ledger: what it found is shown for restAfter times as long
// as it took.
const (
	countedQuickly = 100 * time.Millisecond
	restAfter      = 20
	// countingTakes bounds the counting, which no leaving visitor ends.
	countingTakes = 20 * time.Second
)

// figuresKept bounds how many periods are remembered.
const figuresKept = 32

var errNotCounted = errors.New("web: the figures were not counted")

// figures remembers what was counted for a period, for all who look at it.
type figures struct {
	mu  sync.Mutex
	all map[string]*counted
}

// counted is what was counted once; done is closed when it is there.
type counted struct {
	at       time.Time
	revision int64
	done     chan struct{}
	ended    bool
	rests    time.Time // until when it is shown although the ledger changed
	page     views.OverviewPage
	err      error
}

// get gives the figures of the key as of the revision, or a little older where
// counting is slow, counted by the first who asks. Whoever asks meanwhile
// waits for them.
func (f *figures) get(ctx context.Context, key string, revision int64, now time.Time, count func(context.Context) (views.OverviewPage, error)) (views.OverviewPage, error) {
	f.mu.Lock()
	c := f.all[key]
	mine := c == nil || c.ended && (c.revision != revision && !time.Now().Before(c.rests) || now.Sub(c.at).Abs() >= figuresLife)
	if mine {
		c = &counted{at: now, revision: revision, done: make(chan struct{}), err: errNotCounted}
		if f.all == nil || len(f.all) >= figuresKept {
			f.all = map[string]*counted{}
		}
		f.all[key] = c
	}
	f.mu.Unlock()
	if mine {
		f.make(ctx, key, c, count)
	}
	select {
	case <-c.done:
		return c.page, c.err
	case <-ctx.Done():
		return views.OverviewPage{}, ctx.Err()
	}
}

// make counts also for those who wait, so it goes on when its visitor leaves.
func (f *figures) make(ctx context.Context, key string, c *counted, count func(context.Context) (views.OverviewPage, error)) {
	defer func() {
		if c.err != nil {
			f.mu.Lock()
			if f.all[key] == c {
				delete(f.all, key)
			}
			f.mu.Unlock()
		}
		close(c.done)
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countingTakes)
	defer cancel()
	began := time.Now()
	page, err := count(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	if took := time.Since(began); took > countedQuickly {
		c.rests = time.Now().Add(restAfter * took)
	}
	c.page, c.err, c.ended = page, err, true
}
