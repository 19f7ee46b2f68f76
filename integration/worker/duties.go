package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"ringledger/integration/connection"
	"ringledger/store"
)

// Watch looks after what Aircall sends until ctx ends: it keeps the webhook
// working, reads from Aircall's list what did not come, compares that list, the
// ledger and Salesforce, hands over the calls of replays of many, and tells the
// head of the audit log.
func (w *Worker) Watch(ctx context.Context) {
	if !w.o.Store.Postgres() { // this process has the database to itself
		if err := w.o.Store.ReleaseBackfills(ctx); err != nil && ctx.Err() == nil {
			w.o.Logger.Warn("backfills of an earlier life could not be taken over at once", "error", err)
		}
	}
	var all sync.WaitGroup
	all.Go(func() { w.keepDuty(ctx) })
	all.Go(func() { w.every(ctx, w.o.Check, w.checkWebhook) })
	all.Go(func() { w.every(ctx, w.o.Poll, w.fillGaps) })
	all.Go(func() { w.every(ctx, min(checkLook, w.o.Reconcile), w.planCheck) })
	all.Go(func() { w.every(ctx, recountEvery, w.recount) })
	all.Go(func() { w.every(ctx, w.o.Poll, w.advanceReplays) })
	all.Go(func() { w.every(ctx, removalLook, w.removeOld) })
	all.Go(func() { w.every(ctx, clockLook, w.bringForward) })
	all.Go(func() { w.every(ctx, auditHeadEvery, w.tellAuditHead) })
	all.Go(func() { w.every(ctx, logLook, w.LookAtLog) })
	all.Wait()
}

// every does a duty now and then again and again, while it is this node's to do.
func (w *Worker) every(ctx context.Context, pause time.Duration, duty func(context.Context)) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for w.awaitDuty(ctx) {
		duty(ctx)
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// clockLook is how often it is looked whether the clock went back.
const clockLook = time.Minute

// bringForward makes due what was put off by a clock that has gone back since,
// and leaves no session and no link behind that would live again when it does.
func (w *Worker) bringForward(ctx context.Context) {
	if err := w.o.Store.ForgetSessions(ctx); err != nil && ctx.Err() == nil {
		w.o.Logger.Warn("sessions that have ended could not be removed", "error", err)
	}
	if err := w.o.Store.ForgetLinks(ctx); err != nil && ctx.Err() == nil {
		w.o.Logger.Warn("links that have ended could not be removed", "error", err)
	}
	n, err := w.o.Store.BringForward(ctx)
	if err != nil && ctx.Err() == nil {
		w.o.Logger.Warn("what a wrong clock put off could not be brought forward", "error", err)
	}
	if n > 0 {
		w.o.Logger.Warn("the clock went back: calls that were put off by it go on now", "calls", n)
	}
}

// logLook is how often the size of SQLite's write-ahead log is looked at.
const logLook = 30 * time.Second

// LookAtLog tells once when SQLite's write-ahead log has grown too large and
// cannot be shortened, and once when it is short again.
func (w *Worker) LookAtLog(ctx context.Context) {
	size, err := w.o.Store.ShortenLog(ctx)
	if ctx.Err() != nil || err != nil && size == 0 { // nothing is known of it
		return
	}
	grown := size >= store.LogLimit
	if w.logGrown.Swap(grown) == grown {
		return
	}
	if !grown {
		w.o.Logger.Warn("the write-ahead log of the database is short again", "megabytes", size>>20)
		return
	}
	w.o.Logger.Warn("the write-ahead log of the database grows: another program reads the database without a pause, or its changes cannot be written to the file; it fills the disk if this lasts",
		"megabytes", size>>20, "error", err)
}

// checkWebhook looks whether Aircall still sends: it switches a webhook off
// after failures and tells nobody.
func (w *Worker) checkWebhook(ctx context.Context) {
	err := w.o.Aircall.Check(ctx)
	if err != nil && !errors.Is(err, connection.ErrNotConnected) && ctx.Err() == nil {
		w.o.Logger.Warn("the Aircall webhook could not be checked", "error", err)
	}
}

// fillGaps reads what is noted, one period after the other.
func (w *Worker) fillGaps(ctx context.Context) {
	for ctx.Err() == nil {
		filled, err := w.FillGap(ctx)
		if err != nil && ctx.Err() == nil {
			w.o.Logger.Error("the calls of a gap could not be kept and are read again", "error", err)
		}
		if err != nil || !filled {
			return
		}
	}
}
