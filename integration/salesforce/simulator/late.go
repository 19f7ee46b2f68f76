package simulator

import (
	"sync"
	"time"
)

// lateCommits are the changes that are made after their answer.
type lateCommits struct {
	all  sync.WaitGroup
	mu   sync.Mutex
	rush chan struct{} // closed when those that wait are to be made
}

// rushed is closed by the next CommitLate.
func (l *lateCommits) rushed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rush == nil {
		l.rush = make(chan struct{})
	}
	return l.rush
}

func (o *Org) commitLater(d time.Duration, work func() answer) {
	rush := o.late.rushed()
	o.late.all.Go(func() {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			work()
		case <-rush:
			work()
		case <-o.closing:
		}
	})
}

// CommitLate makes the changes now that were to be committed later, and returns
// when they are made.
func (o *Org) CommitLate() {
	o.late.mu.Lock()
	if o.late.rush != nil {
		close(o.late.rush)
		o.late.rush = nil
	}
	o.late.mu.Unlock()
	o.late.all.Wait()
}
