package simulator

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Faults are what goes wrong from now on. The zero value is a healthy account.
type Faults struct {
	// Duplicate is the share of events that are delivered twice, 0 to 1.
	Duplicate float64 `json:"duplicate"`
	// Reorder holds events back for a random while, so that later ones
	// overtake them.
	Reorder bool `json:"reorder"`
	// Drop names events that are never delivered.
	Drop []string `json:"drop"`
	// Silent delivers no event at all, as while the receiver is out of reach for
	// longer than Aircall keeps trying.
	Silent bool `json:"silent"`
	// DelayMilliseconds is how late every event is sent.
	DelayMilliseconds int `json:"delay_ms"`
	// WrongToken sends events with a token that belongs to nobody.
	WrongToken bool `json:"wrong_token"`
	// RESTStatus is answered to REST requests instead of what they ask for,
	// RESTTimes times, or until the faults change when that is 0.
	RESTStatus int `json:"rest_status"`
	RESTTimes  int `json:"rest_times"`
	// RESTDelayMilliseconds is how long REST answers take.
	RESTDelayMilliseconds int `json:"rest_delay_ms"`
	// RESTPageSize makes the pages of lists shorter, so that few things fill
	// several of them.
	RESTPageSize int `json:"rest_page_size"`
}

// SetFaults replaces the faults.
func (a *Account) SetFaults(f Faults) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults = f
}

// Faults are those in force.
func (a *Account) Faults() Faults {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.faults
}

// hold is how long an event is kept before it is sent.
func (f Faults) hold() time.Duration {
	d := time.Duration(f.DelayMilliseconds) * time.Millisecond
	if f.Reorder {
		d += rand.N(reorderSpan)
	}
	return d
}

// nextRESTFault is the status to answer a REST request with instead, 0 for
// none, and how long to wait first. It uses up one of RESTTimes.
func (a *Account) nextRESTFault() (status int, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f := &a.faults
	wait = time.Duration(f.RESTDelayMilliseconds) * time.Millisecond
	status = f.RESTStatus
	if status != 0 && f.RESTTimes > 0 {
		if f.RESTTimes--; f.RESTTimes == 0 {
			f.RESTStatus = 0
		}
	}
	return status, wait
}

// shortenPages asks for shorter pages than the caller did.
func (a *Account) shortenPages(r *http.Request) {
	size := a.Faults().RESTPageSize
	if size <= 0 {
		return
	}
	q := r.URL.Query()
	q.Set("per_page", strconv.Itoa(size))
	r.URL.RawQuery = q.Encode()
}
