package store

import (
	"sync"
	"sync/atomic"
)

// broadcast tells listeners that something changed. A listener that has not
// yet looked is not told twice.
type broadcast struct {
	mu     sync.Mutex
	closed bool
	told   atomic.Int64
	subs   map[chan struct{}]struct{}
	beyond chan<- struct{} // to the other nodes; nil when there are none
}

func (b *broadcast) subscribe() (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		close(ch)
		return ch, func() {}
	}
	if b.subs == nil {
		b.subs = map[chan struct{}]struct{}{}
	}
	b.subs[ch] = struct{}{}
	return ch, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subs, ch)
	}
}

// tell tells of a change of this node, here and beyond.
func (b *broadcast) tell() {
	b.hear()
	select {
	case b.beyond <- struct{}{}:
	default:
	}
}

// hear tells of a change of any node here.
func (b *broadcast) hear() {
	b.told.Add(1)
	b.mu.Lock()
	defer b.mu.Unlock()
	for ch := range b.subs {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

func (b *broadcast) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for ch := range b.subs {
		close(ch)
	}
	b.subs = nil
}

// Changes gives a channel that receives after entries or deliveries changed, on
// any node. It is closed when the store closes; call stop when done.
func (s *Store) Changes() (changed <-chan struct{}, stop func()) { return s.changes.subscribe() }

// Revision grows whenever entries or deliveries change, those of other nodes as
// soon as they are heard of: what was read at a revision stands for as long as
// it is the same. It begins at the time of the start and is this process's own,
// so that no two runs or nodes have the same one.
func (s *Store) Revision() int64 { return s.changes.told.Load() }
