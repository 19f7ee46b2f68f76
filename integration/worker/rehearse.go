package worker

import (
	"context"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// Rehearse goes with a call the way that every call goes, up to the decision
// and no further. It asks Salesforce and writes nothing: no Task, no record, no
// entry, no lock on a number. The try tells what would come out and why, with
// the trace and the requests; the decision is a foreseen one, with the Task as
// it would be written.
func (w *Worker) Rehearse(ctx context.Context, call callflow.Call, rules store.Rules) (store.Try, callflow.Decision, error) {
	if err := w.surround.learn(ctx, w.o.Store, nil); err != nil {
		return store.Try{}, callflow.Decision{}, err
	}
	i := &item{w: w, call: call, rules: rules, began: w.o.Now()}
	i.entry = store.Entry{Kind: call.Kind, ObjectID: call.ID, FirstAt: i.began, Replay: "now"}
	b := &batch{w: w, items: []*item{i}}
	b.screen()
	if i.open() {
		if err := b.rehearse(ctx); err != nil {
			return store.Try{}, callflow.Decision{}, err
		}
	}
	if !i.open() { // a rule keeps it out, a person is asked, or nobody could be asked
		return i.rehearsed(), i.decision, nil
	}
	d := callflow.Foresee(i.call, i.rules.Settings, i.screening, i.found, b.org.Org)
	i.add(i.unsaid(d.Steps))
	i.finish(d.Outcome, d.Reason, nil)
	return i.rehearsed(), d, nil
}

// rehearse asks what the batch would ask. It does not wait for the one that is
// writing: nothing here can lock a record of the org.
func (b *batch) rehearse(ctx context.Context) error {
	if err := b.connect(ctx); err != nil {
		return err
	}
	return through(ctx, b.questions())
}

// rehearsed is the try of an item that is through. A call that is not over has
// none: nothing is decided about it yet.
func (i *item) rehearsed() store.Try {
	if i.result.Try != nil {
		return *i.result.Try
	}
	return store.Try{At: i.began, RulesVersion: i.rules.Version, Outcome: callflow.Waiting, Reason: callflow.ReasonGoingOn, Steps: i.steps}
}
