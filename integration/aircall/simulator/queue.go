package simulator

import (
	"context"
	"sync"
)

// queueRoom is how many deliveries of one webhook may be unsettled, those that
// wait for another try included. Whoever comes then waits.
const queueRoom = 2000

// queue holds the deliveries of one webhook. Its workers exist only while
// there is something to send.
type queue struct {
	room chan struct{}

	mu      sync.Mutex
	waiting []*delivery
	workers int
	most    int
}

func newQueue(workers int) *queue {
	return &queue{room: make(chan struct{}, queueRoom), most: workers}
}

// enter takes a place in the queue, waiting for one until a context ends.
func (q *queue) enter(ctx, life context.Context) error {
	select {
	case q.room <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-life.Done():
		return life.Err()
	}
}

// leave gives the place back.
func (q *queue) leave() { <-q.room }

func (q *queue) pending() int { return len(q.room) }

// push adds a delivery and tells whether it needs another worker.
func (q *queue) push(d *delivery) (hire bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, d)
	if q.workers >= q.most {
		return false
	}
	q.workers++
	return true
}

// pop takes the oldest delivery. Without one the worker is dismissed.
func (q *queue) pop() (*delivery, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.workers--
		return nil, false
	}
	d := q.waiting[0]
	q.waiting[0] = nil
	q.waiting = q.waiting[1:]
	return d, true
}
