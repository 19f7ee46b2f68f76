package callflow

import "strconv"

// Decide says what to do with a screened call, from what Salesforce answered.
// The same facts always give the same decision, whatever order they came in.
func Decide(c Call, s Settings, sc Screening, f Found, o Org) Decision {
	if sc.Skip {
		return Decision{Outcome: Skipped, Reason: sc.Reason}
	}
	var d Decision
	var m matching
	if sc.Search {
		d.Steps = append(d.Steps, numberStep(c, f))
		m = chooseRecord(s, f)
		d.Steps = append(d.Steps, m.steps...)
	}
	switch {
	case m.ask:
		d.Outcome, d.Reason = NeedsChoice, ReasonSeveral
		return d
	case m.record == nil:
		if done := decideNoMatch(&d, c, s, sc, f, o); done {
			return d
		}
	}
	d.Record = m.record

	related, create := judgeRelated(c, s, f, o, m.record)
	d.Steps = append(d.Steps, related.steps...)
	if create != nil {
		d.CreateRelated = create
		return d
	}
	owner := judgeOwner(c, s, f, m.record)
	d.Steps = append(d.Steps, owner.steps...)

	plan, steps := planTask(taskFacts{call: c, settings: s, flow: sc.Flow, record: m.record, related: related.id, owner: owner.id, org: o})
	d.Task = plan
	d.Steps = append(d.Steps, steps...)
	d.Outcome, d.Reason = Logged, loggedReason(m.record, plan.Closed)
	return d
}

// Choose is the record Decide takes, if it takes one, so that the Case and the
// Opportunity can be looked up before Decide is asked.
func Choose(c Call, s Settings, f Found) (Record, bool) {
	if c.External.E164 == "" {
		return Record{}, false
	}
	m := chooseRecord(s, f)
	if m.record == nil {
		return Record{}, false
	}
	return *m.record, true
}

// numberStep says what the search gave.
func numberStep(c Call, f Found) Step {
	params := map[string]string{"number": c.External.E164}
	switch {
	case f.Created != nil && f.Kept:
		return Step{Code: StepNumber, Result: "kept", Params: params}
	case f.Created != nil && f.Created.Created:
		return Step{Code: StepNumber, Result: "created", Params: params}
	case f.Created != nil:
		return Step{Code: StepNumber, Result: "remembered", Params: params}
	case len(f.Candidates) == 0:
		return Step{Code: StepNumber, Result: "none", Params: params}
	default:
		params["count"] = strconv.Itoa(countRecords(distinct(f.Candidates)))
		return Step{Code: StepNumber, Result: "found", Params: params}
	}
}

func loggedReason(r *Record, closed bool) Reason {
	switch {
	case r == nil:
		return ReasonNoRecord
	case closed:
		return ReasonCompletedTask
	default:
		return ReasonOpenTask
	}
}
