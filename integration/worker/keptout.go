package worker

import (
	"context"
	"strconv"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// keepOut ends what must not be judged, before anybody is asked about it: calls
// whose events were removed by their age, calls older than the ledger goes
// back, of which it may have had a row with a Task, and calls of numbers that
// were erased.
func (b *batch) keepOut(ctx context.Context) error {
	kept, err := b.w.o.Store.Kept(ctx)
	if err != nil {
		return err
	}
	b.each(func(i *item) {
		switch {
		case !i.entry.ErasedAt.IsZero():
			i.bare()
			i.leave(callflow.ReasonErased)
		case !i.entry.EventsGoneAt.IsZero():
			i.entry.Facts = i.before
			i.step("kept_out", "events_gone", map[string]string{"at": i.entry.EventsGoneAt.UTC().Format(time.RFC3339)})
			i.leave(callflow.ReasonExpired)
		case i.entry.TaskID == "" && kept.Entries > 0 && i.tooOld(b.w.o.Now().AddDate(0, 0, -kept.Entries)):
			i.step("kept_out", "too_old", map[string]string{"days": strconv.Itoa(kept.Entries)})
			i.leave(callflow.ReasonExpired)
		}
	})
	return nil
}

// tooOld reports whether the call began before the ledger goes back. Aircall
// gives a delivery up after half a day: one that seems as old as that tells
// that our clock runs ahead, and keeps no call out.
func (i *item) tooOld(oldest time.Time) bool {
	return i.entry.StartedAt.Before(oldest) && (i.sentAt.IsZero() || !i.sentAt.Before(oldest))
}

// eraseLate takes what came of erased numbers, and of calls that were erased,
// out of the store again, before anything else is done with it.
func (b *batch) eraseLate(ctx context.Context) error {
	var numbers []string
	b.each(func(i *item) {
		if n := i.call.External.E164; n != "" {
			numbers = append(numbers, n)
		}
	})
	erased, err := b.w.o.Store.ErasedAmong(ctx, numbers)
	if err != nil {
		return err
	}
	var late []*item
	var ids []int64
	b.each(func(i *item) {
		if erased[i.call.External.E164] || !i.entry.ErasedAt.IsZero() {
			late, ids = append(late, i), append(ids, i.entry.ID)
		}
	})
	if len(ids) == 0 {
		return nil
	}
	if err := b.w.o.Store.EraseEntries(ctx, ids); err != nil {
		return err
	}
	for _, i := range late {
		i.entry.Fence++ // erasing ended the claim; what follows holds nothing of the person
		i.bare()
		i.leave(callflow.ReasonErased)
	}
	if err := b.w.o.Store.Wipe(ctx); err != nil {
		b.w.o.Logger.Warn("what came late of an erased number is still in the database's log", "error", err)
	}
	return nil
}

// bare leaves of the item what an erased entry may hold, and says why.
func (i *item) bare() {
	facts := i.before
	if facts.CallType == "" {
		facts = i.entry.Facts
	}
	facts.External = ""
	i.entry.Facts, i.entry.Detail, i.entry.Choice = facts, nil, ""
	i.entry.Written = store.Written{TaskID: i.entry.TaskID, TaskAt: i.entry.TaskAt}
	i.call, i.steps = callflow.Call{Kind: i.call.Kind, ID: i.call.ID}, nil
	i.step("kept_out", "erased", nil)
}

// leave ends the entry where it stands: a Task that was written stays as it is.
func (i *item) leave(why callflow.Reason) {
	if i.entry.TaskID != "" {
		i.settle(callflow.Logged, i.entry.Reason, i.entry.Detail, time.Time{}, true)
		return
	}
	i.settle(callflow.Skipped, why, nil, time.Time{}, true)
}
