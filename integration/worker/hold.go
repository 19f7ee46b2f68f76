package worker

import (
	"context"
	"errors"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"

	"github.com/sony/gobreaker/v2"
)

// gate keeps the queue back while it makes no sense to ask Salesforce.
type gate struct {
	breaker      *gobreaker.TwoStepCircuitBreaker[struct{}]
	limitedUntil time.Time
}

// strikes is how many requests in a row must find the org down.
const strikes = 3

func newGate(o Options) gate {
	return gate{breaker: gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		Name: "salesforce", MaxRequests: 1, Timeout: o.Outage,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= strikes },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			o.Logger.Warn("salesforce breaker", "from", from.String(), "to", to.String())
		},
	})}
}

// apiPause is how long the queue rests when the org's daily requests are used
// up; they come back gradually over 24 hours.
const apiPause = 15 * time.Minute

// far is a due time for entries that somebody else will wake.
const far = time.Hour

// connect finds the client, or holds all that is left.
func (b *batch) connect(ctx context.Context) error {
	now := b.w.o.Now()
	client, err := b.w.o.Salesforce.Client(ctx)
	switch {
	case errors.Is(err, salesforce.ErrNotConnected):
		b.holdAll(callflow.ReasonNotConnected, now.Add(far))
		return nil
	case errors.Is(err, salesforce.ErrReconnect):
		b.holdAll(callflow.ReasonReconnect, now.Add(far))
		return nil
	case err != nil:
		return err
	}
	if now.Before(b.w.gate.limitedUntil) {
		b.holdAll(callflow.ReasonAPILimit, b.w.gate.limitedUntil)
		return nil
	}
	b.client = client
	err = b.ask(func() error {
		b.org, err = b.w.o.Salesforce.Org(ctx)
		return err
	})
	if err != nil {
		return b.stopped(err)
	}
	connected, err := b.w.o.Store.SalesforceConnection(ctx)
	if err != nil {
		return err
	}
	b.connectedUser = callflow.User{ID: connected.UserID, Name: connected.UserName, Email: connected.UserEmail}
	if b.org.ExternalIDField != "" {
		b.client = client.UpsertBy(b.org.ExternalIDField)
	}
	return nil
}

// ask makes requests unless the org was found down a moment ago, and tells the
// breaker how they went. When the org answers again, what was held goes on.
func (b *batch) ask(requests func() error) error {
	was := b.w.gate.breaker.State()
	done, err := b.w.gate.breaker.Allow()
	if err != nil {
		return errHeld
	}
	err = requests()
	done(outage(err))
	if was != gobreaker.StateClosed && b.w.gate.breaker.State() == gobreaker.StateClosed {
		if _, wakeErr := b.w.o.Store.WakeHeld(context.Background()); wakeErr != nil {
			b.w.o.Logger.Error("held entries could not be woken; they go on when due", "error", wakeErr)
		}
	}
	return err
}

// errHeld says that nothing was asked because the org was down just now.
var errHeld = errors.New("worker: salesforce is down, requests are held")

// outage gives the breaker what counts as one: an org that does not answer.
func outage(err error) error {
	switch salesforce.KindOf(err) {
	case salesforce.Down, salesforce.NotSent, salesforce.Unknown:
		return err
	}
	return nil
}

// stopped deals with an error that concerns all that is left: the org is
// down, used up, or disconnected. Anything else is an error of our own.
func (b *batch) stopped(err error) error {
	now := b.w.o.Now()
	switch kind := salesforce.KindOf(err); {
	case errors.Is(err, errHeld):
		b.holdAll(callflow.ReasonSalesforceDown, now.Add(b.w.o.Outage))
	case kind == salesforce.Limited:
		b.w.gate.limitedUntil = now.Add(jitter(apiPause, b.w.o.Random()))
		b.holdAll(callflow.ReasonAPILimit, b.w.gate.limitedUntil)
	case kind == salesforce.Reconnect || errors.Is(err, salesforce.ErrReconnect):
		b.holdAll(callflow.ReasonReconnect, now.Add(far))
	case kind == salesforce.NotConnected || errors.Is(err, salesforce.ErrNotConnected):
		b.holdAll(callflow.ReasonNotConnected, now.Add(far))
	case kind != "":
		b.each(func(i *item) { i.retry(err) })
	default:
		return err
	}
	return nil
}

func (b *batch) holdAll(why callflow.Reason, until time.Time) {
	b.each(func(i *item) { i.hold(why, until) })
}

// hold leaves the entry until Salesforce can be asked again: nothing is lost
// and nothing has failed. Only the first hold is worth telling.
func (i *item) hold(why callflow.Reason, until time.Time) {
	if i.entry.TaskID != "" || i.entry.Reason == why {
		i.wait(until, why)
		return
	}
	i.step("held", string(why), nil)
	i.settle(callflow.Waiting, why, nil, until, false)
}
