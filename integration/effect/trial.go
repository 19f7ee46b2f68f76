package effect

import (
	"context"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
	"ringledger/store"
)

// Trial is what a draft would make of one call, and how much of that the
// stored facts tell.
type Trial struct {
	GoingOn  bool // the call is not over, or its events are gone: nothing is decided about it
	Decision callflow.Decision
	// What is known: whose number it is, which user owns the Task, which Case or
	// Opportunity is open. Without the record the decision is a guess.
	Record, Owner, Related bool
	Certain                bool       // it is logged, whoever it was
	Difference             Difference // from the rules in force, on the same facts
}

// Try judges one call under the draft, as Of does.
func Try(ctx context.Context, st *store.Store, j Judge, e store.Entry) (Trial, error) {
	c := &counting{q: Question{Judge: j}, rules: map[int]*callflow.Settings{}}
	tries, err := st.StepsOfAll(ctx, []int64{e.ID})
	if err != nil {
		return Trial{}, err
	}
	events, err := st.EventsOfAll(ctx, e.Kind, []string{e.ObjectID})
	if err != nil {
		return Trial{}, err
	}
	if err := c.learnRules(ctx, st, tries); err != nil {
		return Trial{}, err
	}
	call, over := folded(e, events[e.ObjectID])
	if !over {
		return Trial{GoingOn: true}, nil
	}
	return j.try(call, Remembered(e, tries[e.ID], c.then)), nil
}

func (j Judge) try(call callflow.Call, f Facts) Trial {
	t := Trial{Record: true, Owner: true, Related: true, Difference: j.Compare(call, f)}
	sc := callflow.Screen(call, j.Draft, j.Around)
	if sc.Skip {
		t.Decision = callflow.Decision{Outcome: callflow.Skipped, Reason: sc.Reason, Steps: sc.Steps}
		return t
	}
	x := j.foretell(call, f, j.Draft, sc)
	t.Decision, t.Owner, t.Related = x.Decision, x.owned, x.related
	t.Decision.Steps = append(sc.Steps[:len(sc.Steps):len(sc.Steps)], x.Steps...)
	t.Record = !sc.Search || f.tells(j.Draft.Matching)
	t.Certain = certain(j.Draft, sc)
	return t
}

// folded is the call as its events tell it, and whether it is over.
func folded(e store.Entry, stored []store.StoredEvent) (callflow.Call, bool) {
	events := make([]aircall.Event, len(stored))
	for i, s := range stored {
		events[i] = aircall.Event{Body: s.Body, ReceivedAt: s.ReceivedAt}
	}
	call, _ := aircall.Fold(e.Kind, e.ObjectID, events)
	return call, len(stored) > 0 && (call.Kind != callflow.KindCall || call.Ended || !call.EndedAt.IsZero())
}
