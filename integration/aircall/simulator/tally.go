package simulator

import (
	"context"
	"sync"
)

// tally counts what is under way. Unlike a sync.WaitGroup it may be waited for
// with a context, and counted up again while somebody waits.
type tally struct {
	mu   sync.Mutex
	n    int
	idle chan struct{}
}

// run starts f in a goroutine that is counted until it returns.
func (t *tally) run(f func()) {
	t.add()
	go func() {
		defer t.done()
		f()
	}()
}

func (t *tally) add() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == 0 {
		t.idle = make(chan struct{})
	}
	t.n++
}

func (t *tally) done() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n--
	if t.n == 0 {
		close(t.idle)
	}
}

// wait returns when nothing is under way, or with the error of ctx.
func (t *tally) wait(ctx context.Context) error {
	t.mu.Lock()
	n, idle := t.n, t.idle
	t.mu.Unlock()
	if n == 0 {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
