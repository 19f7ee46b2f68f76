package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// askers bounds how often pages ask Salesforce because one person looks at
// them: the org's daily requests are for calls. Reading a page needs no more
// than a viewer's right, and a script or a tab that reloads itself never tires.
type askers struct {
	mu   sync.Mutex
	each map[string]*rate.Limiter // by person or key; there are no more than have an account
}

const (
	// askedAtOnce is how many questions a person may ask in a row, and askedEvery
	// when the next one may follow.
	askedAtOnce = 60
	askedEvery  = time.Minute
)

func newAskers() *askers { return &askers{each: map[string]*rate.Limiter{}} }

// allow counts a question of the visitor and reports whether it may be asked.
func (a *askers) allow(v visitor, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.each[v.who]
	if l == nil {
		l = rate.NewLimiter(rate.Every(askedEvery), askedAtOnce)
		a.each[v.who] = l
	}
	return l.AllowN(now, 1)
}
