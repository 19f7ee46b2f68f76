package simulator

import "sync/atomic"

// Stats are counts since the account was made.
type Stats struct {
	Calls     int64 `json:"calls"`
	Messages  int64 `json:"messages"`
	Events    int64 `json:"events"`    // that happened, whoever listened
	Attempts  int64 `json:"attempts"`  // requests made to webhooks
	Delivered int64 `json:"delivered"` // answered 2xx
	Failed    int64 `json:"failed"`    // attempts that were not
	Lost      int64 `json:"lost"`      // given up, or missed by a disabled webhook
	Dropped   int64 `json:"dropped"`   // by a fault
	Pending   int   `json:"pending"`   // on their way or waiting for another try
}

type counts struct {
	calls, messages, events, attempts, delivered, failed, lost, dropped atomic.Int64
}

// Stats are the counts of now.
func (a *Account) Stats() Stats {
	s := Stats{
		Calls: a.counts.calls.Load(), Messages: a.counts.messages.Load(), Events: a.counts.events.Load(),
		Attempts: a.counts.attempts.Load(), Delivered: a.counts.delivered.Load(), Failed: a.counts.failed.Load(),
		Lost: a.counts.lost.Load(), Dropped: a.counts.dropped.Load(),
	}
	for _, h := range a.Webhooks() {
		s.Pending += h.Pending
	}
	return s
}
