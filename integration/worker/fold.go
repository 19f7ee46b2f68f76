package worker

import (
	"context"
	"strconv"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
	"ringledger/store"
)

// fold makes each entry's call out of all its events.
func (b *batch) fold(ctx context.Context) error {
	byKind := map[callflow.Kind][]string{}
	for _, i := range b.items {
		byKind[i.entry.Kind] = append(byKind[i.entry.Kind], i.entry.ObjectID)
	}
	events := map[callflow.Kind]map[string][]store.StoredEvent{}
	for kind, ids := range byKind {
		found, err := b.w.o.Store.EventsOfAll(ctx, kind, ids)
		if err != nil {
			return err
		}
		events[kind] = found
	}
	for _, i := range b.items {
		i.foldEvents(events[i.entry.Kind][i.entry.ObjectID])
		i.before = i.entry.Facts
		i.entry.Facts = factsOf(i.call, i.entry)
	}
	return b.w.surround.learn(ctx, b.w.o.Store, b.items)
}

func (i *item) foldEvents(stored []store.StoredEvent) {
	events := make([]aircall.Event, len(stored))
	fetched := 0
	for n, e := range stored {
		events[n] = aircall.Event{Body: e.Body, ReceivedAt: e.ReceivedAt}
		if e.Event == aircall.Fetched {
			fetched++
		} else if e.EventAt.After(i.sentAt) {
			i.sentAt = e.EventAt
		}
		if e.ReceivedAt.After(i.newest) {
			i.newest = e.ReceivedAt
		}
	}
	call, oddities := aircall.Fold(i.entry.Kind, i.entry.ObjectID, events)
	i.call = call
	switch fetched {
	case 0:
		i.step("received", "webhook", map[string]string{"events": strconv.Itoa(len(stored))})
	case len(stored):
		i.step("received", "fetched", nil)
	default:
		i.step("received", "completed", map[string]string{"events": strconv.Itoa(len(stored) - fetched)})
	}
	if len(oddities) > 0 {
		i.step("folded", "oddities", map[string]string{"count": strconv.Itoa(len(oddities)), "event": oddities[0].Event, "path": oddities[0].Path, "got": oddities[0].Got})
	}
}

// factsOf is what lists show of the call. What the events do not tell stays.
func factsOf(c callflow.Call, e store.Entry) store.Facts {
	f := store.Facts{
		CallType: c.Type(), Direction: c.Direction, LineID: c.Line.ID, LineName: c.Line.Name, External: c.External.Text(),
		AgentID: c.Agent.ID, AgentName: c.Agent.Name, StartedAt: c.StartedAt, EndedAt: c.EndedAt,
	}
	if f.StartedAt.IsZero() {
		f.StartedAt = e.StartedAt
	}
	return f
}

const (
	// hangupGrace is how long after the hang-up the closing event may take;
	// Aircall sends it about 30 s later. Then the call is judged without it.
	hangupGrace = 2 * time.Minute
	// lostCall is when a call without any end is looked after.
	lostCall = 4 * time.Hour
	// messageGrace lets the status of a message follow it into the same write.
	messageGrace = time.Second
)

// readyAt tells when the call may be judged, and why not yet.
func (i *item) readyAt() (time.Time, callflow.Reason) {
	settle := time.Duration(i.rules.Settings.SettleSeconds) * time.Second
	over := i.call.Kind == callflow.KindMessage || i.call.Ended || !i.call.EndedAt.IsZero()
	switch {
	case i.entry.Replay != "" && over:
		return time.Time{}, ""
	case i.entry.TaskID != "": // late facts: a burst makes one update
		return i.newest.Add(settle), i.entry.Reason
	case i.call.Kind == callflow.KindMessage:
		return earlier(i.call.StartedAt, i.newest).Add(messageGrace), callflow.ReasonSettling
	case i.call.Ended:
		return earlier(i.call.EndedEventAt, i.newest).Add(settle), callflow.ReasonSettling
	case !i.call.EndedAt.IsZero():
		return earlier(i.call.EndedAt, i.newest).Add(hangupGrace), callflow.ReasonSettling
	case i.rules.Settings.WriteWhen == callflow.WriteAnswered && !i.call.AnsweredAt.IsZero():
		return time.Time{}, ""
	default:
		return i.entry.FirstAt.Add(lostCall), callflow.ReasonGoingOn
	}
}

// earlier is the first of two times, ignoring one that is not known. A clock
// that runs ahead at the sender must not hold a call back.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
