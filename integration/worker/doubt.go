package worker

import (
	"context"
	"maps"
	"slices"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// purposeCreate is the purpose of the requests that make records for numbers,
// and purposeRelated of those that make Cases and Opportunities.
const purposeCreate, purposeRelated = "create_records", "create_related"

// purposeKey is where an entry keeps what its lost answer was about.
const purposeKey = "purpose"

// intendCreation notes on disk that records are about to be made for these
// items, and gives those for which they may be. A record has no key to look
// for: where an earlier request had no answer it may still come, so its item
// waits as long as for a Task, and the search finds it or it is made again.
func (b *batch) intendCreation(ctx context.Context, items []*item) ([]*item, error) {
	now := b.w.o.Now()
	var may []*item
	for _, i := range items {
		if i.entry.IntentAt.IsZero() {
			may = append(may, i)
		} else if at, again := i.lookAgain(now); again {
			i.settle(callflow.Waiting, callflow.ReasonRetrying, i.entry.Detail, at, false)
		} else {
			may = append(may, i)
		}
	}
	return b.markIntent(ctx, may)
}

// markIntent notes on disk that requests for these items are about to leave,
// and gives those that are still this batch's: an entry that another worker
// has taken over is left to it.
func (b *batch) markIntent(ctx context.Context, items []*item) (kept []*item, err error) {
	if len(items) == 0 {
		return nil, nil
	}
	entries := make([]store.Entry, len(items))
	for n, i := range items {
		entries[n] = i.entry
	}
	mine, err := b.w.o.Store.MarkIntent(ctx, entries, b.w.o.Lease)
	if err != nil {
		return nil, err
	}
	left := map[*item]bool{}
	for _, i := range items {
		if !mine[i.entry.ID] {
			left[i] = true
			continue
		}
		i.intended = true
		kept = append(kept, i)
	}
	if len(left) > 0 {
		b.items = slices.DeleteFunc(b.items, func(i *item) bool { return left[i] })
	}
	return kept, nil
}

// keepApart lets the followers of a maker that waits for a lost answer wait
// too. It gives the records that stay locked for such makers.
func (b *batch) keepApart(asking, makers []*item, followers map[string][]*item) (locked []string) {
	for _, i := range asking {
		if slices.Contains(makers, i) {
			continue
		}
		locked = append(locked, i.decision.Record.ID)
		for _, j := range followers[i.decision.Record.ID] {
			j.wait(b.w.o.Now().Add(numberBusy), callflow.ReasonNumberBusy)
		}
	}
	return locked
}

// numberLease is how long a number stays locked for the entry that makes its
// record: until a late record cannot come any more.
func (w *Worker) numberLease() time.Duration {
	looks := doubts(w.o.Doubt)
	return w.o.Lease + looks[len(looks)-1]
}

// onlyCreated reports whether the unanswered request of an earlier try was for
// a record, so that no Task can have come of it.
func (i *item) onlyCreated() bool {
	if i.entry.Outcome != callflow.Waiting {
		return false
	}
	purpose := i.entry.Detail[purposeKey]
	return purpose == purposeCreate || purpose == purposeRelated
}

// withPurpose adds to the detail of an entry that waits what its lost answer
// was about: no Task is in doubt because a record is.
func (i *item) withPurpose(detail map[string]string) map[string]string {
	purpose, kept := i.entry.Detail[purposeKey]
	if !kept || i.intended || i.entry.IntentAt.IsZero() {
		return detail
	}
	return with(detail, purposeKey, purpose)
}

// forgetPurpose takes out of the entry what its lost answer was about.
func (i *item) forgetPurpose() {
	if _, kept := i.entry.Detail[purposeKey]; kept {
		i.entry.Detail = maps.Clone(i.entry.Detail)
		delete(i.entry.Detail, purposeKey)
	}
}
