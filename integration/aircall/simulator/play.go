package simulator

import (
	"context"
	"slices"
	"time"
)

// performance is a call ready to be played: what it is at its beginning and
// what happens in it.
type performance struct {
	call  *call
	steps []step
	// dated means that the caller fixed when the call began: what lies in the
	// past by then is played without waiting.
	dated bool
}

// PlaceCall plays the whole life of a call and returns its id once the last
// event is on its way, or early with the error of ctx.
func (a *Account) PlaceCall(ctx context.Context, s CallSpec) (int64, error) {
	p, err := a.stage(s)
	if err != nil {
		return 0, err
	}
	a.under.add()
	defer a.under.done()
	return p.call.id, a.play(ctx, p)
}

// StartCall is PlaceCall that does not wait: the call goes on until it ends,
// or until the account is closed.
func (a *Account) StartCall(s CallSpec) (int64, error) {
	p, err := a.stage(s)
	if err != nil {
		return 0, err
	}
	a.under.run(func() {
		if err := a.play(a.life, p); err != nil {
			a.opts.Logger.Debug("simulated call cut short", "call", p.call.id, "error", err)
		}
	})
	return p.call.id, nil
}

// stage makes all choices of a call and stores it.
func (a *Account) stage(s CallSpec) (performance, error) {
	wanted, err := a.plotOf(s)
	if err != nil {
		return performance{}, err
	}
	rng, n := a.dice()
	chosen := a.complete(rng, wanted, s.Plain)
	c := &call{
		id: a.firstID + int64(n), uuid: callUUID(rng.Uint64(), rng.Uint64()), kind: chosen.kind, direction: "inbound",
		status: "initial", number: chosen.number, line: chosen.line, contact: a.dir().contactOf(chosen.number),
	}
	if chosen.kind.outbound() {
		c.direction, c.user = "outbound", chosen.agent
	} else if chosen.line.ivr {
		c.team = a.dir().teams[0]
	}
	sc := &script{plot: chosen, account: a, rng: rng}
	steps := sc.write(c)
	slices.SortStableFunc(steps, func(x, y step) int { return int(x.after - y.after) })
	c.startedAt = s.At.Unix()
	if s.At.IsZero() {
		c.startedAt = a.beginning(steps)
	}
	a.addCall(c)
	return performance{call: c, steps: steps, dated: !s.At.IsZero()}, nil
}

// beginning is when a call must have started for its last step to be due when
// it is played, at the account's speed, from now on.
func (a *Account) beginning(steps []step) int64 {
	life := time.Duration(steps[len(steps)-1].after) * time.Second
	return a.opts.Now().Add(a.quick(life) - life).Unix()
}

// quick is how long something takes at the account's speed.
func (a *Account) quick(d time.Duration) time.Duration {
	return time.Duration(float64(d) / a.opts.Speed)
}

// play lets the steps of a call happen, each at its time.
func (a *Account) play(ctx context.Context, p performance) error {
	began := p.call.startedAt
	before := int64(0)
	for _, s := range p.steps {
		wait := a.quick(time.Duration(s.after-before) * time.Second)
		before = s.after
		at := began + s.after
		if p.dated && at <= a.opts.Now().Unix() {
			wait = 0
		}
		if err := a.pause(ctx, wait); err != nil {
			return err
		}
		seen := a.changeCall(p.call, s, at)
		if s.event == "" {
			continue
		}
		if err := a.tellCall(ctx, p.call, seen, s, at); err != nil {
			return err
		}
	}
	return nil
}

// pause waits, or returns the error of ctx; the end of the account ends it too.
func (a *Account) pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		if a.life.Err() != nil {
			return a.life.Err()
		}
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-a.life.Done():
		return a.life.Err()
	}
}

// tellCall sends what one step of a call is to the webhooks.
func (a *Account) tellCall(ctx context.Context, c, seen *call, s step, at int64) error {
	e := event{name: s.event, timestamp: at, call: c}
	if s.event == "summary.created" {
		e.resource, e.data = "conversation_intelligence", mustJSON(summaryEvent(seen))
	} else {
		e.resource, e.data = "call", mustJSON(a.eventCall(seen, s))
	}
	return a.tell(ctx, e)
}
