package worker

import (
	"context"
	"maps"
	"slices"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
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
	if len(may) == 0 {
		return nil, nil
	}
	entries := make([]store.Entry, len(may))
	for n, i := range may {
		entries[n] = i.entry
	}
	mine, err := b.w.o.Store.MarkIntent(ctx, entries, b.w.o.Lease)
	if err != nil {
		return nil, err
	}
	kept := may[:0]
	for _, i := range may {
		if mine[i.entry.ID] {
			i.intended = true
			kept = append(kept, i)
			continue
		}
		b.leave(i)
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

// leave takes an entry out of the batch that another worker has taken over.
func (b *batch) leave(left *item) {
	kept := b.items[:0]
	for _, i := range b.items {
		if i != left {
			kept = append(kept, i)
		}
	}
	b.items = kept
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

// forgetPurpose takes out of the entry what its lost answer was about.
func (i *item) forgetPurpose() {
	if _, kept := i.entry.Detail[purposeKey]; kept {
		i.entry.Detail = maps.Clone(i.entry.Detail)
		delete(i.entry.Detail, purposeKey)
	}
}

// outdatedCodes are refusals that tell that the org is no longer as it was
// described.
var outdatedCodes = map[string]bool{
	"STRING_TOO_LONG": true, "MAX_TASK_DESCRIPTION_EXCEEEDED": true, "MAX_TASK_DESCRIPTION_EXCEEDED": true,
	"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": true, "INVALID_FIELD": true, "INVALID_FIELD_FOR_INSERT_UPDATE": true,
}

// changedOrg deals with a refusal of what the org said it would take: it is
// described anew, and the entry judged once more by what it takes now.
func (b *batch) changedOrg(i *item, e *salesforce.Error) bool {
	if e.Kind == salesforce.Misconfigured || e.Code == "REQUIRED_FIELD_MISSING" {
		b.outdated = true // the page tells what is in the way
	}
	if !outdatedCodes[e.Code] {
		return false
	}
	b.outdated = true
	if i.entry.Failures > maxFailures || i.entry.Failures > 0 && (i.entry.TaskID != "" || i.entry.Detail["code"] == e.Code) {
		return false
	}
	i.entry.Failures++
	i.step("retry", "outdated", detailOf(e))
	i.settleRetry(detailOf(e), b.w.o.Now().Add(time.Second))
	return true
}
