package worker

import (
	"context"
	"slices"

	"ringledger/integration/callflow"
)

// decide asks the rules about every item, now that Salesforce has answered.
func (b *batch) decide(context.Context) error {
	b.each(func(i *item) { i.decide(b.org.Org) })
	return nil
}

// decide keeps the decision and its steps. Asked again after something was
// created, it adds only what is new.
func (i *item) decide(org callflow.Org) {
	i.decision = callflow.Decide(i.call, i.rules.Settings, i.screening, i.found, org)
	i.add(i.unsaid(i.decision.Steps))
	switch i.decision.Outcome {
	case callflow.Skipped:
		i.skip(i.decision.Reason)
	case callflow.NeedsChoice:
		i.finish(callflow.NeedsChoice, i.decision.Reason, nil)
	}
}

func (i *item) unsaid(steps []callflow.Step) []callflow.Step {
	var out []callflow.Step
	for _, s := range steps {
		said := slices.ContainsFunc(i.steps, func(t callflow.Step) bool { return t.Code == s.Code && t.Result == s.Result })
		if !said {
			out = append(out, s)
		}
	}
	return out
}
