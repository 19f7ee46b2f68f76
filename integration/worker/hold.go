package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"

	"github.com/sony/gobreaker/v2"
)

// gate keeps the queue back while it makes no sense to ask Salesforce. A batch
// and a rehearsal may ask it at once.
type gate struct {
	breaker *gobreaker.TwoStepCircuitBreaker[struct{}]

	mu           sync.Mutex
	limitedUntil time.Time
}

// limited is when the org's daily requests may be asked for again.
func (g *gate) limited() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.limitedUntil
}

// limit keeps requests back until a moment, unless they are kept back already.
func (g *gate) limit(now, until time.Time) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !now.Before(g.limitedUntil) {
		g.limitedUntil = until
	}
	return g.limitedUntil
}

// strikes is how many requests in a row must find the org down.
const strikes = 3

func newGate(o Options) *gate {
	return &gate{breaker: gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		Name: "salesforce", MaxRequests: 1, Timeout: o.Outage,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= strikes },
		// Whoever asked and went away, before the tester answered for example,
		// says nothing about the org.
		IsExcluded: func(err error) bool { return errors.Is(err, context.Canceled) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			o.Logger.Warn("salesforce breaker", "from", from.String(), "to", to.String())
		},
	})}
}

// apiPause is how long the queue rests when the org's daily requests are used
// up; they come back gradually over 24 hours.
const apiPause = 15 * time.Minute

// far is a due time for entries that somebody else will wake: by itself only
// an entry that was in a worker's hand when the others were woken.
const far = 5 * time.Minute

// connect finds the client, or holds all that is left.
func (b *batch) connect(ctx context.Context) error {
	client, err := b.w.o.Salesforce.Client(ctx)
	if err != nil {
		return b.stopped(err)
	}
	if b.w.o.Now().Before(b.w.gate.limited()) {
		return b.stopped(&salesforce.Error{Kind: salesforce.Limited})
	}
	b.client = client
	if b.w.gate.breaker.State() == gobreaker.StateOpen {
		return b.stopped(errHeld)
	}
	described := false
	if b.org, described, err = b.w.o.Salesforce.KnownOrg(ctx); err != nil {
		return err
	}
	if !described {
		if err := b.describe(ctx); err != nil {
			return b.stopped(err)
		}
	}
	connected, err := b.w.o.Store.SalesforceConnection(ctx)
	if err != nil {
		return err
	}
	b.connectedUser = callflow.User{ID: connected.UserID, Name: connected.UserName, Email: connected.UserEmail}
	b.describedAt = connected.OrgAt
	if b.org.ExternalIDField != "" {
		b.client = client.UpsertBy(b.org.ExternalIDField)
	}
	return nil
}

// describe asks what the org can store.
func (b *batch) describe(ctx context.Context) error {
	return b.ask(func() (err error) {
		b.org, err = b.w.o.Salesforce.RefreshOrg(ctx)
		return err
	})
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

// stopped deals with an error that concerns all that is left. An error of our
// own is returned; the others leave every entry for later, however long it
// takes: no call fails because Salesforce cannot be asked.
func (b *batch) stopped(err error) error {
	e, ok := errors.AsType[*salesforce.Error](err)
	switch {
	case errors.Is(err, errHeld):
		e = &salesforce.Error{Kind: salesforce.Down}
	case errors.Is(err, salesforce.ErrReconnect):
		e = &salesforce.Error{Kind: salesforce.Reconnect}
	case errors.Is(err, salesforce.ErrNotConnected):
		e = &salesforce.Error{Kind: salesforce.NotConnected}
	case !ok:
		return err
	}
	b.outdated = b.outdated || e.Kind == salesforce.Misconfigured || e.Kind == salesforce.FieldRefused
	b.each(func(i *item) {
		if !b.held(i, e) {
			i.hold(callflow.ReasonRefusing, b.w.o.Now().Add(far), detailOf(e))
		}
	})
	return nil
}

// held leaves the entry until Salesforce can be asked again, when that is what
// the error means.
func (b *batch) held(i *item, e *salesforce.Error) bool {
	now := b.w.o.Now()
	switch e.Kind {
	case salesforce.Busy:
		i.hold(callflow.ReasonSalesforceBusy, now.Add(jitter(b.w.o.Outage, b.w.o.Random())), nil)
	case salesforce.Down, salesforce.NotSent:
		i.hold(callflow.ReasonSalesforceDown, now.Add(jitter(b.w.o.Outage, b.w.o.Random())), nil)
	case salesforce.Limited:
		i.hold(callflow.ReasonAPILimit, b.w.gate.limit(now, now.Add(jitter(apiPause, b.w.o.Random()))), nil)
	case salesforce.Reconnect:
		i.hold(callflow.ReasonReconnect, now.Add(far), nil)
	case salesforce.NotConnected:
		i.hold(callflow.ReasonNotConnected, now.Add(far), nil)
	default:
		return false
	}
	return true
}

// failed deals with what Salesforce said to one entry: it is held, tried
// again, or given to a person.
func (b *batch) failed(i *item, e *salesforce.Error) {
	switch {
	case e.MaybeDone():
		i.lostAnswer(e)
	case e.Kind == salesforce.Busy: // a lock on its own record
		i.retry(e)
	case !b.held(i, e):
		i.refused(e)
	}
}

// hold leaves the entry until Salesforce can be asked again: nothing is lost
// and nothing has failed. Only the first hold is worth telling.
func (i *item) hold(why callflow.Reason, until time.Time, detail map[string]string) {
	if i.entry.TaskID != "" || i.entry.Reason == why {
		i.wait(until, why)
		return
	}
	i.step("held", string(why), detail)
	i.settle(callflow.Waiting, why, i.withPurpose(detail), until, false)
}
