package simulator

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// rateLimit counts the REST requests of a minute that begins with the first.
type rateLimit struct {
	now func() time.Time

	mu        sync.Mutex
	perMinute int // negative: no limit
	began     time.Time
	used      int
}

// SetRate changes how many REST requests a minute are allowed; 0 and less mean
// any number. A new minute begins.
func (a *Account) SetRate(perMinute int) {
	a.limit.mu.Lock()
	defer a.limit.mu.Unlock()
	a.limit.perMinute, a.limit.used = perMinute, 0
	if perMinute <= 0 {
		a.limit.perMinute = -1
	}
}

// take uses up one request. When none is left it sets the headers that tell
// the caller when there will be.
func (l *rateLimit) take(h http.Header) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.perMinute < 0 {
		return true
	}
	now := l.now()
	if now.Sub(l.began) >= time.Minute {
		l.began, l.used = now, 0
	}
	if l.used < l.perMinute {
		l.used++
		return true
	}
	setRateHeaders(h, l.perMinute, l.began.Add(time.Minute))
	return false
}

func setRateHeaders(h http.Header, limit int, reset time.Time) {
	h.Set("X-AircallApi-Limit", strconv.Itoa(limit))
	h.Set("X-AircallApi-Remaining", "0")
	h.Set("X-AircallApi-Reset", strconv.FormatInt(reset.Unix(), 10))
}

// perMinuteNow is the limit in force, 0 for none.
func (l *rateLimit) perMinuteNow() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, l.perMinute)
}
