package worker

import (
	"context"
	"errors"
	"strconv"
	"time"

	"ringledger/store"
)

const (
	// removalLook is how often a node looks whether the removal of what is old
	// is due.
	removalLook = time.Minute
	// removalEvery is from the beginning of one run to that of the next.
	removalEvery = 24 * time.Hour
	// removalLease is longer than any batch takes. A crash delays the run by it.
	removalLease = 2 * time.Minute
	// removalBatch is how long a batch should take: webhooks wait for it, since
	// SQLite has one writer. Batches grow and shrink towards it.
	removalBatch = 30 * time.Millisecond
	// removalPause lets those who wait go first.
	removalPause = 20 * time.Millisecond

	smallestRemoval, largestRemoval = 10, 200
)

// removeOld removes what was kept long enough, once a day, on one node.
func (w *Worker) removeOld(ctx context.Context) {
	if err := w.RemoveOld(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrConflict) {
		w.o.Logger.Error("what is old could not be removed and is tried again", "error", err)
	}
}

// RemoveOld does it when it is due.
func (w *Worker) RemoveOld(ctx context.Context) error {
	r, ok, err := w.o.Store.ClaimRemoval(ctx, removalLease)
	if err != nil || !ok {
		return err
	}
	kept, err := w.o.Store.Kept(ctx)
	if err != nil {
		return err
	}
	for _, kind := range store.KeptKinds() {
		if err := w.removeKind(ctx, &r, kind, kept); err != nil {
			return err
		}
	}
	return w.endRemoval(ctx, r)
}

// removeKind removes one kind in batches. A shutdown ends it between two.
func (w *Worker) removeKind(ctx context.Context, r *store.Removal, kind string, kept store.Kept) error {
	n := smallestRemoval
	for at := (store.Place{}); !at.Done; {
		if err := ctx.Err(); err != nil {
			return err
		}
		began := time.Now() // how long it takes is not a matter of the ledger's clock
		b, err := w.o.Store.RemoveOld(ctx, kind, kept, at, n)
		if err != nil {
			return err
		}
		took := time.Since(began)
		at, r.Longest, r.Removed[kind] = b.Place, max(r.Longest, took), r.Removed[kind]+b.Removed
		if n = min(largestRemoval, n*3/2); took > removalBatch {
			n = max(smallestRemoval, n/4)
		}
		if err := w.o.Store.AdvanceRemoval(ctx, *r, removalLease); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(removalPause):
		}
	}
	return nil
}

// endRemoval keeps what the run did. That something was removed is written
// down; a run that found nothing old is not worth a row each day.
func (w *Worker) endRemoval(ctx context.Context, r store.Removal) error {
	detail := map[string]string{}
	for kind, n := range r.Removed {
		if n > 0 {
			detail[kind] = strconv.FormatInt(n, 10)
		}
	}
	next := r.BeganAt.Add(removalEvery)
	return w.o.Store.Together(ctx, func(st *store.Store) error {
		if err := st.FinishRemoval(ctx, r, next); err != nil || len(detail) == 0 {
			return err
		}
		return st.AddAudit(ctx, store.AuditRow{Who: "system", What: store.AuditRemovedOld, Object: "retention", Detail: detail})
	})
}
