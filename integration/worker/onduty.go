package worker

import (
	"context"
	"sync"
	"time"
)

const (
	// periodic is the name of all periodic duties together: one node does them.
	periodic = "periodic"
	// dutyLease is how long after the death of that node another takes over.
	dutyLease = 15 * time.Second
	dutyLook  = dutyLease / 3
)

// onDuty knows whether this node does the periodic duties.
type onDuty struct {
	mu    sync.Mutex
	until time.Time
	taken chan struct{} // closed when the node is told that it is on duty
}

// state tells whether the node is on duty, else what to wait for.
func (d *onDuty) state() (bool, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.taken == nil {
		d.taken = make(chan struct{})
	}
	return time.Now().Before(d.until), d.taken
}

func (d *onDuty) take(until time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.until = until
	if d.taken != nil {
		close(d.taken)
		d.taken = nil
	}
}

// awaitDuty returns when this node does the periodic duties; false when ctx
// ends first.
func (w *Worker) awaitDuty(ctx context.Context) bool {
	for ctx.Err() == nil {
		mine, taken := w.duty.state()
		if mine || !w.o.Store.Postgres() { // else this process has the database to itself
			return true
		}
		select {
		case <-ctx.Done():
		case <-taken:
		}
	}
	return false
}

// keepDuty takes the periodic duties when nobody has them, and keeps them until
// ctx ends. It counts from before the question, so that it never believes to
// have them for longer than the others do.
func (w *Worker) keepDuty(ctx context.Context) {
	if !w.o.Store.Postgres() {
		return
	}
	look := time.NewTicker(dutyLook)
	defer look.Stop()
	for ctx.Err() == nil {
		asked := time.Now()
		mine, err := w.o.Store.TakeDuty(ctx, periodic, dutyLease)
		switch {
		case mine:
			w.duty.take(asked.Add(dutyLease))
		case err != nil && ctx.Err() == nil:
			w.o.Logger.Warn("it is not known which node does the periodic duties", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-look.C:
		}
	}
	end, cancel := keeping(ctx)
	defer cancel()
	if err := w.o.Store.LeaveDuty(end, periodic); err != nil {
		w.o.Logger.Warn("another node takes the periodic duties over a little later", "error", err)
	}
}
