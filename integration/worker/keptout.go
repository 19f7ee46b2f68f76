package worker

import (
	"context"
	"strconv"
	"time"

	"ringledger/integration/callflow"
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
		case !i.entry.EventsGoneAt.IsZero():
			i.entry.Facts = i.before
			i.step("kept_out", "events_gone", map[string]string{"at": i.entry.EventsGoneAt.UTC().Format(time.RFC3339)})
			i.leave(callflow.ReasonExpired)
		case i.entry.TaskID == "" && kept.Entries > 0 && i.entry.StartedAt.Before(b.w.o.Now().AddDate(0, 0, -kept.Entries)):
			i.step("kept_out", "too_old", map[string]string{"days": strconv.Itoa(kept.Entries)})
			i.leave(callflow.ReasonExpired)
		}
	})
	return nil
}

// leave ends the entry where it stands: a Task that was written stays as it is.
func (i *item) leave(why callflow.Reason) {
	if i.entry.TaskID != "" {
		i.settle(callflow.Logged, i.entry.Reason, i.entry.Detail, time.Time{}, true)
		return
	}
	i.settle(callflow.Skipped, why, nil, time.Time{}, true)
}
