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
	return i.call.Kind == callflow.KindCall && i.call.EndedAt.IsZero() && !i.call.Ended &&
		!now.Before(i.entry.FirstAt.Add(lostCall))
}

// sweep asks Aircall how lost calls ended. The answer is stored like a
// webhook, so that it is folded and replayed like one. A call that Aircall does
// not know any more, or says nothing about for too long, is judged by what came,
// and the trace says so.
func (b *batch) sweep(ctx context.Context) {
	asked := 0
	for _, i := range b.pending(func(i *item) bool { return i.lost(b.w.o.Now()) }) {
		if b.w.o.Now().After(i.entry.FirstAt.Add(abandoned)) {
			i.step("swept", "given_up", nil)
			continue
		}
		client, err := b.w.o.Aircall.Client(ctx)
		switch {
		case errors.Is(err, connection.ErrNotConnected):
			i.step("swept", "nobody_to_ask", nil)
			continue
		case err == nil:
			if asked++; asked <= sweepMost {
				err = b.askFor(ctx, client, i)
			} else {
				i.wait(b.w.o.Now().Add(sweepNext), callflow.ReasonGoingOn)
			}
		}
		if err != nil {
			b.w.o.Logger.Warn("a call without an end could not be asked about", "call", i.entry.ObjectID, "error", err)
			i.wait(b.w.o.Now().Add(sweepNext), callflow.ReasonGoingOn)
		}
	}
}

// askFor asks Aircall about one call.
func (b *batch) askFor(ctx context.Context, client *aircall.Client, i *item) error {
	now := b.w.o.Now()
	fetched, err := askAbout(ctx, client, i.entry.ObjectID)
	var refused *aircall.Error
	switch {
	case errors.As(err, &refused) && refused.Kind == aircall.Missing:
		i.step("swept", "gone", nil)
		return nil
	case err != nil:
		return err
	case fetched.EndedAt.IsZero():
		i.wait(now.Add(time.Hour), callflow.ReasonGoingOn)
		return nil
	}
	i.wait(now, callflow.ReasonGoingOn)
	return b.w.keepFetched(ctx, fetched)
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
		Hash: e.Hash, Kind: e.Kind, ObjectID: e.ObjectID, Event: e.Event, Body: e.Body, EventAt: e.Timestamp, StartedAt: f.StartedAt, ReceivedAt: w.o.Now(),
	})
}
