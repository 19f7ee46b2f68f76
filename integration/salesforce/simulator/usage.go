package simulator

import (
	"fmt"
	"sync"
	"time"
)

// keptRequests is how many requests the log remembers.
const keptRequests = 500

// Request is one answered request.
type Request struct {
	At       time.Time     `json:"at"`
	Kind     string        `json:"kind"`
	Method   string        `json:"method"`
	Path     string        `json:"path"`
	Status   int           `json:"status"`
	Cost     int           `json:"cost"` // API requests it counted for
	Duration time.Duration `json:"duration_ns"`
}

// usage counts API requests against the daily limit and remembers the last ones.
type usage struct {
	mu     sync.Mutex
	max    int
	used   int
	day    string
	counts map[string]int
	log    []Request
}

func (u *usage) reset(max int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.max, u.used, u.day, u.counts, u.log = max, 0, "", map[string]int{}, nil
}

// spend counts n requests, unless the day's are used up.
func (u *usage) spend(n int, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if day := now.UTC().Format(time.DateOnly); day != u.day {
		if u.day != "" {
			u.used = 0
		}
		u.day = day
	}
	if u.used+n > u.max {
		return false
	}
	u.used += n
	return true
}

func (u *usage) header() string {
	used, max := u.figures()
	return fmt.Sprintf("api-usage=%d/%d", used, max)
}

func (u *usage) figures() (used, max int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.used, u.max
}

func (u *usage) set(used, max int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.used = used
	if max > 0 {
		u.max = max
	}
}

func (u *usage) note(r Request) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.counts[r.Kind]++
	u.counts["total"]++
	if len(u.log) >= 2*keptRequests {
		u.log = append([]Request(nil), u.log[keptRequests:]...)
	}
	u.log = append(u.log, r)
}

// Requests lists the last requests (about 500), oldest first.
func (o *Org) Requests() []Request {
	o.usage.mu.Lock()
	defer o.usage.mu.Unlock()
	return append([]Request(nil), o.usage.log[max(0, len(o.usage.log)-keptRequests):]...)
}

// Counts tells how many requests of each kind came: query, search, composite,
// batch, graph, collections, sobject, describe, limits, versions, token,
// authorize and so on; "total" is all of them.
func (o *Org) Counts() map[string]int {
	o.usage.mu.Lock()
	defer o.usage.mu.Unlock()
	out := make(map[string]int, len(o.usage.counts))
	for kind, n := range o.usage.counts {
		out[kind] = n
	}
	return out
}

// Usage gives what Sforce-Limit-Info says: API requests used and allowed today.
func (o *Org) Usage() (used, limit int) { return o.usage.figures() }

// SetUsage sets how many API requests of the day are used; limit 0 keeps the limit.
func (o *Org) SetUsage(used, limit int) { o.usage.set(used, limit) }
