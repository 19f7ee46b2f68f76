package worker

import (
	"context"
	"maps"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// RehearseReplay judges an entry again by some rules, as a replay would, and
// writes nothing: neither to Salesforce nor to the store. The result holds the
// entry as a replay would leave it, with the Task as it would stand in Wrote,
// and the try with its trace and its requests, which only read. What would be
// made first has the id callflow.NotMade.
func (w *Worker) RehearseReplay(ctx context.Context, e store.Entry, rules store.Rules) (store.Result, callflow.Decision, error) {
	stored, err := w.o.Store.EventsOf(ctx, e.Kind, e.ObjectID)
	if err != nil {
		return store.Result{}, callflow.Decision{}, err
	}
	if err := w.surround.learn(ctx, w.o.Store, nil); err != nil {
		return store.Result{}, callflow.Decision{}, err
	}
	e.Replay = "now" // whichever rules are tried: a replay chooses the record again
	i := &item{w: w, entry: e, rules: rules, began: w.o.Now()}
	i.foldEvents(stored)
	i.before, i.entry.Facts = e.Facts, factsOf(i.call, e)
	b := &batch{w: w, items: []*item{i}}
	if err := b.keepOut(ctx); err != nil {
		return store.Result{}, callflow.Decision{}, err
	}
	b.screen()
	if i.open() {
		if err := b.rehearseWrite(ctx); err != nil {
			return store.Result{}, callflow.Decision{}, err
		}
	}
	if i.result.Try == nil { // it only waits; nothing is decided about it yet
		try := i.rehearsed()
		try.Reason = i.waits
		i.result.Try = &try
	}
	return *i.result, i.decision, nil
}

// rehearseWrite goes on after the questions to what would be sent. The Task
// that stands is read, as before every update, and nothing more.
func (b *batch) rehearseWrite(ctx context.Context) error {
	if err := b.rehearse(ctx); err != nil {
		return err
	}
	b.each(func(i *item) {
		i.decision = callflow.Foresee(i.call, i.rules.Settings, i.screening, i.found, b.org.Org)
		i.add(i.unsaid(i.decision.Steps))
	})
	if err := through(ctx, []stage{b.resolveDoubts, b.update}); err != nil {
		return err
	}
	b.each((*item).foresee)
	return nil
}

// foresee ends an item as if Salesforce had taken what would be sent.
func (i *item) foresee() {
	fields, reason := maps.Clone(i.fields()), i.decision.Reason
	if i.entry.TaskID == "" {
		i.entry.Wrote = fields
	} else {
		i.entry.Wrote, reason = merged(merged(i.entry.Wrote, fields), i.ours), callflow.ReasonUpdatedTask
	}
	i.tellWhere(fields)
	if i.decision.Record != nil {
		i.entry.Record = *i.decision.Record
	}
	i.finish(callflow.Logged, reason, droppedDetail(i.dropped))
}
