package web

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// strangers slows down addresses that keep failing. It counts failures only,
// per network rather than per address, and remembers the latest of them: an
// attacker with many addresses pushes out others, never the program's memory.
type strangers struct {
	mu     sync.Mutex
	every  rate.Limit
	burst  int
	most   int
	recent *list.List // of *stranger, the latest first
	byNet  map[netip.Prefix]*list.Element
}

type stranger struct {
	net     netip.Prefix
	limiter *rate.Limiter
}

// rememberedStrangers bounds the memory for senders that fail.
const rememberedStrangers = 10_000

func newStrangers(every rate.Limit, burst int) *strangers {
	return &strangers{every: every, burst: burst, most: rememberedStrangers, recent: list.New(), byNet: map[netip.Prefix]*list.Element{}}
}

// newGuessers slows down who guesses passwords: an office that mistypes gets
// by, a list of passwords does not.
func newGuessers() *strangers { return newStrangers(rate.Every(time.Hour/100), 30) }

// allow counts a failure of the address and reports whether it is still to be
// answered as any other.
func (s *strangers) allow(address string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of(address).AllowN(now, 1)
}

// take counts a try of the address as a failure before it is made, so that
// many at once do not slip through; giveBack takes the count back.
func (s *strangers) take(address string, now time.Time) (giveBack func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.of(address).ReserveN(now, 1)
	// Cancelling at another time than that of the try would restore nothing.
	giveBack = func() { r.CancelAt(now) }
	if r.DelayFrom(now) > 0 {
		giveBack()
		return nil, false
	}
	return giveBack, true
}

func (s *strangers) of(address string) *rate.Limiter {
	net := network(address)
	if e, ok := s.byNet[net]; ok {
		s.recent.MoveToFront(e)
		return e.Value.(*stranger).limiter
	}
	if s.recent.Len() >= s.most {
		oldest := s.recent.Back()
		delete(s.byNet, oldest.Value.(*stranger).net)
		s.recent.Remove(oldest)
	}
	st := &stranger{net, rate.NewLimiter(s.every, s.burst)}
	s.byNet[net] = s.recent.PushFront(st)
	return st.limiter
}

// network is what one sender can easily have all of: an IPv4 /24, an IPv6 /64.
func network(address string) netip.Prefix {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	a = a.Unmap()
	bits := 64
	if a.Is4() {
		bits = 24
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
