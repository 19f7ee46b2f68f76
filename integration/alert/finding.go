package alert

import (
	"context"
	"errors"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
	"ringledger/store"
)

const (
	// answering is how long a service may not answer before it is told: a
	// restart or a short disturbance mends itself.
	answering = 10 * time.Minute
	// failedWithin is the time in which failed calls are counted.
	failedWithin = time.Hour
	// stuckAfter is how long a call may wait before the queue counts as stuck.
	stuckAfter = 30 * time.Minute
	// outageTold is how long a webhook that was off, and was put right at once,
	// counts as off: it is told all the same, since calls did not come.
	outageTold = 10 * time.Minute
)

// finding is something that is wrong now.
type finding struct {
	since time.Time // when it began, as far as it is known
	facts Facts
}

// grace is how long something is wrong before it is told.
func grace(kind string) time.Duration {
	if kind == SalesforceDown || kind == AircallDown {
		return answering
	}
	return 0
}

// isOn reports whether a kind is told at all.
func isOn(a store.AlertSettings, kind string) bool {
	switch kind {
	case Failures:
		return a.Failures
	case Silence:
		return a.Silence
	case Queue:
		return a.Queue
	}
	return a.Connections
}

// findings looks at everything that is told. open is what was wrong before. What
// cannot be looked at keeps nothing else from being told: of its kinds nothing
// is known, and the error says why.
func (s *Sender) findings(ctx context.Context, a store.AlertSettings, open map[string]store.Alert) (found map[string]finding, unknown []string, err error) {
	found = map[string]finding{}
	for _, part := range []struct {
		on    bool
		look  func(context.Context, store.AlertSettings, map[string]store.Alert, map[string]finding) error
		kinds []string
	}{
		{a.Connections, s.findSalesforce, []string{SalesforceGrant, SalesforceDown, SalesforceRefuses, SalesforceLimit}},
		{a.Connections, s.findAircall, []string{AircallKey, AircallDown, AircallWebhook}},
		{a.Failures, s.findFailures, []string{Failures}}, {a.Silence, s.findSilence, []string{Silence}}, {a.Queue, s.findQueue, []string{Queue}},
	} {
		if !part.on {
			continue
		}
		if problem := part.look(ctx, a, open, found); problem != nil {
			unknown, err = append(unknown, part.kinds...), errors.Join(err, problem)
		}
	}
	return found, unknown, err
}

func (s *Sender) findSalesforce(ctx context.Context, _ store.AlertSettings, _ map[string]store.Alert, found map[string]finding) error {
	c, err := s.o.Store.SalesforceConnection(ctx)
	if err != nil {
		return err
	}
	for kind, why := range map[string][]callflow.Reason{
		SalesforceGrant:   {callflow.ReasonReconnect},
		SalesforceDown:    {callflow.ReasonSalesforceDown, callflow.ReasonSalesforceBusy},
		SalesforceRefuses: {callflow.ReasonRefusing},
		SalesforceLimit:   {callflow.ReasonAPILimit},
	} {
		n, err := s.o.Store.HeldFor(ctx, why...)
		if err != nil {
			return err
		}
		if kind == SalesforceGrant && c.Reconnect != "" || kind != SalesforceGrant && n > 0 {
			found[kind] = finding{facts: Facts{Count: n}}
		}
	}
	return nil
}

func (s *Sender) findAircall(ctx context.Context, _ store.AlertSettings, _ map[string]store.Alert, found map[string]finding) error {
	c, err := s.o.Store.AircallConnection(ctx)
	if err != nil {
		return err
	}
	switch c.Problem {
	case "":
	case string(aircall.WrongKey):
		found[AircallKey] = finding{}
	default:
		found[AircallDown] = finding{}
	}
	if o := c.Outage; o.Found != "" && (o.Lasts() || s.o.Now().Sub(o.SeenAt) < outageTold) {
		found[AircallWebhook] = finding{since: o.SeenAt}
	}
	return nil
}

// findFailures counts what failed lately. It is over when half as many are open,
// so that a count around the limit is not told again and again.
func (s *Sender) findFailures(ctx context.Context, a store.AlertSettings, open map[string]store.Alert, found map[string]finding) error {
	n, err := s.o.Store.CountFailedSince(ctx, s.o.Now().Add(-failedWithin))
	if err != nil {
		return err
	}
	limit := a.FailuresOver
	if _, lasts := open[Failures]; lasts {
		limit /= 2
	}
	if n > limit {
		found[Failures] = finding{facts: Facts{Count: n, Over: a.FailuresOver}}
	}
	return nil
}

func (s *Sender) findQueue(ctx context.Context, _ store.AlertSettings, _ map[string]store.Alert, found map[string]finding) error {
	since, err := s.o.Store.WaitingSince(ctx)
	if err != nil {
		return err
	}
	if waits := s.o.Now().Sub(since); !since.IsZero() && waits > stuckAfter {
		found[Queue] = finding{facts: Facts{Minutes: int(waits / time.Minute)}}
	}
	return nil
}
