package worker_test

import (
	"sync/atomic"
	"time"

	salesforcesim "ringledger/integration/salesforce/simulator"
)

// comesLate has Salesforce make a change long after it answered with a time-out:
// in an hour, or when commitLate says so.
var comesLate = salesforcesim.Fault{Kind: salesforcesim.LateCommit, Count: 1, DelayMS: int(time.Hour.Milliseconds())}

// unhurried has the test move the worker's clock, so that a slow machine ends no
// doubt before its time.
func unhurried(later *atomic.Int64) func(*siteOptions) {
	return func(o *siteOptions) {
		o.worker.Doubt = time.Minute
		o.worker.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	}
}

// commitLate lets the worker look in vain, twice, for what had no answer, then has
// Salesforce make it, and lets the last look come.
func (s *site) commitLate(later *atomic.Int64) {
	s.t.Helper()
	for _, pass := range []time.Duration{time.Minute, 4 * time.Minute} {
		later.Add(int64(pass))
		s.drain()
	}
	s.org.CommitLate()
	later.Add(int64(12 * time.Minute))
}
