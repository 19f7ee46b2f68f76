package worker

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	"ringledger/store"
)

const (
	// gapBefore is how much more is read before a gap: what is said of a call
	// after its end, its recording, tags and notes, may be what was lost.
	gapBefore = time.Hour
	// gapAfter is how much more is read at its end: clocks differ.
	gapAfter = 10 * time.Minute
	// goingOn is how long before a gap calls may have begun whose end fell into
	// it. Longer ones are swept.
	goingOn = lostCall
	// backfillLease is how long one page of the list may take, waits for
	// Aircall's limit included. A crash delays the backfill by this much.
	backfillLease = 15 * time.Minute
	// backfillPage is how many calls are compared and stored at once.
	backfillPage = 50
)

// FillGap takes one period that is due and reads its calls from Aircall's list.
// Those the ledger does not hold, or not whole, are stored like webhooks. It
// reports whether there was one.
func (w *Worker) FillGap(ctx context.Context) (bool, error) {
	b, ok, err := w.o.Store.ClaimBackfill(ctx, backfillLease)
	if err != nil || !ok {
		return false, err
	}
	f := filling{w: w, Backfill: b}
	if b.Cause == store.BackfillChecked {
		return true, f.end(ctx, f.check(ctx))
	}
	err = f.run(ctx)
	if err == nil {
		err = f.countRead(ctx)
	}
	return true, f.end(ctx, err)
}

// filling is one backfill in hand.
type filling struct {
	w *Worker
	store.Backfill
	uncompared string // why a check could not compare everything; "" = it could
}

func (f *filling) run(ctx context.Context) error {
	client, err := f.w.o.Aircall.Client(ctx)
	if err != nil {
		return err
	}
	from, err := f.begin(ctx)
	if err != nil {
		return err
	}
	to := f.To
	if f.Cause != store.BackfillAsked && f.Cause != store.BackfillChecked {
		to = to.Add(gapAfter)
	}
	var page []aircall.FetchedCall
	for call, err := range client.Calls(ctx, from, to) {
		if err != nil {
			return err
		}
		// Calls of one second stay together: it is where a later try goes on.
		if n := len(page); n >= backfillPage && !call.StartedAt.Equal(page[n-1].StartedAt) {
			if err := f.keep(ctx, page, call.StartedAt); err != nil {
				return err
			}
			page = page[:0]
		}
		page = append(page, call)
	}
	return f.keep(ctx, page, to)
}

// begin tells from when on to read: where the last try came to, or some time
// before the gap, so that calls that went on then are among them.
func (f *filling) begin(ctx context.Context) (time.Time, error) {
	switch {
	case !f.Reached.IsZero():
		return f.Reached, nil
	case f.Cause == store.BackfillAsked, f.Cause == store.BackfillChecked:
		return f.From, nil
	}
	from := f.From.Add(-gapBefore)
	open, err := f.w.o.Store.OldestOpenCall(ctx, f.From.Add(-goingOn))
	if err != nil || open.IsZero() {
		return from, err
	}
	return earlier(open.Truncate(time.Second), from), nil
}

// keep stores what the ledger lacks of these calls, and how far the reading is.
func (f *filling) keep(ctx context.Context, page []aircall.FetchedCall, reached time.Time) error {
	if f.Cause == store.BackfillChecked {
		page = f.over(page)
	}
	ids := make([]string, len(page))
	for i, c := range page {
		ids[i] = c.ID
	}
	known, err := f.w.o.Store.EventsOfAll(ctx, callflow.KindCall, ids)
	if err != nil {
		return err
	}
	bare, err := f.w.o.Store.Bare(ctx, ids)
	if err != nil {
		return err
	}
	var lacking []aircall.FetchedCall
	added := 0
	for _, c := range page {
		switch events := known[c.ID]; {
		case bare[c.ID]:
		case len(events) == 0:
			added++
			lacking = append(lacking, c)
		case f.w.tellsMore(c, events):
			lacking = append(lacking, c)
		}
	}
	unread, err := f.w.keepAll(ctx, lacking)
	if err != nil {
		return err
	}
	if err := f.w.o.Store.MarkListed(ctx, ids); err != nil {
		return err
	}
	f.Unread += unread
	f.Found, f.Added, f.Completed, f.Failures = f.Found+len(page), f.Added+added, f.Completed+len(lacking)-added, 0
	if reached.After(f.Reached) {
		f.Reached = reached
	}
	return f.w.o.Store.AdvanceBackfill(ctx, f.Backfill, backfillLease)
}

// keepAll stores calls at once, so that they share a commit. It counts those
// that cannot be read.
func (w *Worker) keepAll(ctx context.Context, calls []aircall.FetchedCall) (int, error) {
	failed := make([]error, len(calls))
	var unread atomic.Int64
	var all sync.WaitGroup
	for i, c := range calls {
		all.Go(func() {
			err := w.keepFetched(ctx, c)
			if errors.Is(err, aircall.ErrNotJSON) || errors.Is(err, aircall.ErrEnvelope) { // one odd call must not keep the others out
				w.o.Logger.Error("a call of Aircall's list cannot be read", "call", c.ID, "error", err)
				unread.Add(1)
				err = nil
			}
			failed[i] = err
		})
	}
	all.Wait()
	return int(unread.Load()), errors.Join(failed...)
}

// tellsMore reports whether a call as Aircall tells it now holds anything that
// changes its Task and that its events do not. A call that makes our own code
// panic is stored: the worker gives it to a person.
func (w *Worker) tellsMore(c aircall.FetchedCall, stored []store.StoredEvent) (more bool) {
	defer func() {
		if r := recover(); r != nil {
			w.o.Logger.Error("comparing a call panicked", "call", c.ID, "panic", r)
			more = true
		}
	}()
	events := make([]aircall.Event, len(stored), len(stored)+1)
	for n, e := range stored {
		events[n] = aircall.Event{Body: e.Body, ReceivedAt: e.ReceivedAt}
	}
	told, _ := aircall.Fold(callflow.KindCall, c.ID, events)
	now, _ := aircall.Fold(callflow.KindCall, c.ID, append(events, aircall.Event{Body: c.Event, ReceivedAt: w.o.Now()}))
	return told.Ended != now.Ended || !told.AnsweredAt.Equal(now.AnsweredAt) || !told.EndedAt.Equal(now.EndedAt) ||
		told.Direction != now.Direction || told.External.E164 != now.External.E164 || told.Agent.ID != now.Agent.ID ||
		told.MissedReason != now.MissedReason || told.CallbackRequest != now.CallbackRequest ||
		told.VoicemailLeft != now.VoicemailLeft || told.Voicemail != now.Voicemail || told.Recording != now.Recording ||
		!slices.Equal(told.Tags, now.Tags) || !slices.EqualFunc(told.Comments, now.Comments, sameWords) || len(told.Transfers) != len(now.Transfers)
}

func sameWords(a, b callflow.Comment) bool { return a.Text == b.Text }

// end keeps how it went. What Aircall could not answer is asked again later,
// from where it came to.
func (f *filling) end(ctx context.Context, failed error) error {
	own := ctx.Err()
	ctx, cancel := keeping(ctx)
	defer cancel()
	var refused *aircall.Error
	now := f.w.o.Now()
	switch {
	case failed == nil && f.Cause == store.BackfillChecked:
		return f.w.o.Store.FinishCheck(ctx, f.Backfill, f.uncompared)
	case failed == nil:
		return f.w.o.Store.Together(ctx, func(st *store.Store) error {
			if err := st.FinishBackfill(ctx, f.Backfill); err != nil {
				return err
			}
			return f.audit(ctx, st)
		})
	case errors.Is(failed, store.ErrConflict):
		return nil // stopped by a person, or taken over
	case own != nil:
		return f.w.o.Store.PauseBackfill(ctx, f.Backfill, "", now)
	case errors.Is(failed, connection.ErrNotConnected):
		return f.w.o.Store.PauseBackfill(ctx, f.Backfill, "not_connected", now.Add(longestPause))
	case errors.As(failed, &refused):
		f.w.o.Logger.Warn("the calls of a gap could not be read and are asked for again", "error", failed)
		return f.w.o.Store.PauseBackfill(ctx, f.Backfill, string(refused.Kind), now.Add(f.pause(refused)))
	}
	return errors.Join(failed, f.w.o.Store.PauseBackfill(ctx, f.Backfill, "failed", now.Add(time.Minute)))
}

// longestPause is how long a backfill that Aircall does not answer rests at
// most.
const longestPause = 30 * time.Minute

// pause grows with each failure, and is at least as long as Aircall asks for.
func (f *filling) pause(refused *aircall.Error) time.Duration {
	return max(refused.RetryAfter, min(longestPause, time.Minute<<min(f.Failures, 5)))
}

// audit notes what a backfill brought.
func (f *filling) audit(ctx context.Context, st *store.Store) error {
	who := f.AskedBy
	if who == "" {
		who = "system"
	}
	return st.AddAudit(ctx, store.AuditRow{Who: who, What: store.AuditBackfilled, Object: "aircall", Detail: map[string]string{
		"cause": f.Cause, "from": f.From.Format(time.RFC3339), "to": f.To.Format(time.RFC3339),
		"found": strconv.Itoa(f.Found), "added": strconv.Itoa(f.Added), "completed": strconv.Itoa(f.Completed),
	}})
}
