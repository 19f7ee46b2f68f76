package worker

import (
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// screen ends what needs no request: calls still going on, settling, or kept
// out by a rule.
func (b *batch) screen() {
	now := b.w.o.Now()
	b.each(func(i *item) {
		if ready, why := i.readyAt(); now.Before(ready) {
			i.wait(ready, why)
			return
		}
		i.screening = callflow.Screen(i.call, i.rules.Settings, b.w.surround.facts())
		i.add(i.screening.Steps)
		i.entry.CallType = i.screening.Type
		if i.entry.TaskID != "" && (i.screening.Reason == callflow.ReasonShort || i.screening.Reason == callflow.ReasonAgent) {
			i.completeStanding(b.w.surround.facts())
		}
		if i.screening.Skip {
			i.skip(i.screening.Reason)
		}
	})
}

// completeStanding judges a call anew whose Task was written while it went on,
// and whose end would have kept it out: it was short, or went to an agent who
// is ignored. Nothing that was written is taken back, so the Task is given its
// end like any other.
func (i *item) completeStanding(sur callflow.Surroundings) {
	i.step("unchanged", "completed", map[string]string{"reason": string(i.screening.Reason)})
	s := i.rules.Settings
	s.Filters.MinTalkSeconds, s.Filters.IgnoreAgents = 0, nil
	i.screening = callflow.Screen(i.call, s, sur)
	i.add(i.unsaid(i.screening.Steps))
}

// wait leaves the entry for later without counting a try. What was judged
// before keeps its outcome until it is judged again.
func (i *item) wait(until time.Time, why callflow.Reason) {
	i.waits = why
	if i.entry.Outcome == callflow.Waiting {
		i.entry.Outcome, i.entry.Reason, i.entry.Detail = callflow.Waiting, why, i.withPurpose(nil)
	}
	i.keepAgent()
	i.result = &store.Result{Entry: i.entry, DueAt: until, Terms: i.terms(), Answered: i.answered()}
}

// skip ends the entry: a rule keeps it out of Salesforce. A Task that already
// stands there stays.
func (i *item) skip(why callflow.Reason) {
	if i.entry.TaskID != "" {
		i.step("unchanged", "rule", map[string]string{"reason": string(why)})
		i.finish(callflow.Logged, i.entry.Reason, i.entry.Detail)
		return
	}
	i.finish(callflow.Skipped, why, nil)
}

// finish ends the entry with an outcome and keeps the try.
func (i *item) finish(outcome callflow.Outcome, why callflow.Reason, detail map[string]string) {
	if !i.unresolved() {
		i.entry.Failures = 0
	}
	due := time.Time{}
	if lost := i.entry.FirstAt.Add(lostCall); i.call.Kind == callflow.KindCall && i.call.EndedAt.IsZero() && i.w.o.Now().Before(lost) {
		due = lost // written while it was going on: its end may never be told
	}
	i.settle(outcome, why, detail, due, true)
}

// settle gives the item its result. done says that neither a replay nor a
// doubt about an earlier request is left.
func (i *item) settle(outcome callflow.Outcome, why callflow.Reason, detail map[string]string, due time.Time, done bool) {
	cause := "event"
	switch {
	case i.entry.Replay != "":
		cause = "replay"
	case i.entry.Failures > 0 || !i.entry.IntentAt.IsZero():
		cause = "retry"
	}
	i.entry.Tries++
	i.tellWhose()
	i.entry.Outcome, i.entry.Reason, i.entry.Detail, i.entry.RulesVersion = outcome, why, detail, i.rules.Version
	i.result = &store.Result{
		Entry: i.entry, DueAt: due, Terms: i.terms(), Clear: done, Doubtful: i.unresolved(), Answered: i.answered(),
		Try: &store.Try{
			N: i.entry.Tries, Cause: cause, At: i.began, Took: i.w.o.Now().Sub(i.began), RulesVersion: i.rules.Version,
			Outcome: outcome, Reason: why, Detail: detail, Steps: i.steps, Exchanges: i.exchanges,
		},
	}
}

// tellWhose keeps the name of the record that was found for a call without a
// Task, so that it is listed and searched under the person's name.
func (i *item) tellWhose() {
	if i.entry.TaskID != "" {
		return
	}
	i.entry.Record = callflow.Record{}
	if i.decision.Record != nil {
		i.entry.Record.Name = i.decision.Record.Name
	}
}

// unresolved reports whether an earlier request for the Task had no answer and
// this try did not come to asking again.
func (i *item) unresolved() bool { return i.doubtful() && !i.intended }

// answered reports whether a request that was noted has its answer: then the
// next try need not look for a Task of this one.
func (i *item) answered() bool { return i.intended && !i.unanswered }

// terms are what search finds the entry by.
func (i *item) terms() []string {
	name := i.entry.Record.Name
	if name == "" {
		name = i.call.Contact.FirstName + " " + i.call.Contact.LastName
	}
	return append(store.Terms([]string{i.entry.External}, name, i.entry.AgentName), store.RecordTerms(i.entry.Record.ID, i.entry.WhoID, i.entry.WhatID)...)
}
