package worker

import (
	"context"
	"errors"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	"ringledger/store"
)

const (
	// sweepMost bounds how many lost calls one turn asks Aircall about: its
	// budget of requests is shared with every other integration.
	sweepMost = 5
	sweepNext = 10 * time.Minute
	// sweepTime bounds one question: the batch waits for it.
	sweepTime = 5 * time.Second
	// abandoned is when a call without an end is judged by what came.
	abandoned = 24 * time.Hour
)

// lost reports whether the call never got its end: some deliveries are lost
// for good, and Aircall itself never sends the end of some calls.
func (i *item) lost(now time.Time) bool {
	if now.After(i.entry.FirstAt.Add(abandoned)) {
		return false
	}
	return i.call.Kind == callflow.KindCall && i.call.EndedAt.IsZero() && !i.call.Ended &&
		!now.Before(i.entry.FirstAt.Add(lostCall))
}

// sweep asks Aircall how lost calls ended. The answer is stored like a
// webhook, so that it is folded and replayed like one. A call Aircall does not
// know any more is judged by what came.
func (b *batch) sweep(ctx context.Context) {
	now := b.w.o.Now()
	asked := 0
	for _, i := range b.pending(func(i *item) bool { return i.lost(now) }) {
		client, err := b.w.o.Aircall.Client(ctx)
		if errors.Is(err, connection.ErrNotConnected) {
			return // by hand: nobody to ask
		}
		if asked++; err != nil || asked > sweepMost {
			i.wait(now.Add(sweepNext), callflow.ReasonGoingOn)
			continue
		}
		fetched, err := askAbout(ctx, client, i.entry.ObjectID)
		var refused *aircall.Error
		switch {
		case errors.As(err, &refused) && refused.Kind == aircall.Missing:
			continue
		case err == nil && fetched.EndedAt.IsZero():
			i.wait(now.Add(time.Hour), callflow.ReasonGoingOn)
		case err == nil:
			err = b.w.keepFetched(ctx, fetched)
			i.wait(now, callflow.ReasonGoingOn)
		}
		if err != nil {
			b.w.o.Logger.Warn("a call without an end could not be asked about", "call", i.entry.ObjectID, "error", err)
			i.wait(now.Add(sweepNext), callflow.ReasonGoingOn)
		}
	}
}

func askAbout(ctx context.Context, client *aircall.Client, id string) (aircall.FetchedCall, error) {
	ctx, cancel := context.WithTimeout(ctx, sweepTime)
	defer cancel()
	return client.Call(ctx, id)
}

// keepFetched stores a call read over REST as one more event of it.
func (w *Worker) keepFetched(ctx context.Context, f aircall.FetchedCall) error {
	e, err := aircall.ParseEnvelope(f.Event)
	if err != nil {
		return err
	}
	return w.o.Store.AddDelivery(ctx, store.Delivery{
		Hash: e.Hash, Kind: e.Kind, ObjectID: e.ObjectID, Event: e.Event, Body: e.Body, EventAt: e.Timestamp, ReceivedAt: w.o.Now(),
	})
}
