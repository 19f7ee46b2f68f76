package callflow

// Screen judges what can be judged without asking Salesforce anything. The
// first rule that keeps the call out ends it.
func Screen(c Call, s Settings, sur Surroundings) Screening {
	sc := Screening{Type: c.Type()}
	sc.Steps = append(sc.Steps, callTypeStep(c))
	sc.Steps = append(sc.Steps, messageSteps(c)...)

	step, reason := judgeFilters(c, s.Filters, sur)
	sc.Steps = append(sc.Steps, step)
	if reason != "" {
		return sc.skipped(reason)
	}
	sc.Internal = internal(c, sur)

	step, open := judgeHours(c, s, sur.Holiday)
	sc.Steps = append(sc.Steps, step)
	if !open {
		return sc.skipped(ReasonClosed)
	}

	sc.Flow, step = judgeFlow(c, s, sc.Type)
	sc.Steps = append(sc.Steps, step)
	if sc.Flow.Action == DoNothing {
		return sc.skipped(ReasonFlow)
	}
	return screenNumber(c, s, sc)
}

// skipped ends the screening with the reason.
func (s Screening) skipped(r Reason) Screening {
	s.Skip, s.Reason = true, r
	return s
}

// screenNumber decides whether the external number can be searched at all. One
// that cannot has no record, so the rule for numbers without a record decides.
func screenNumber(c Call, s Settings, sc Screening) Screening {
	result, reason := "", ReasonNoMatch
	switch {
	case sc.Internal:
		result = "internal"
	case c.External.Anonymous():
		result, reason = "anonymous", ReasonAnonymous
	case c.External.E164 == "":
		result, reason = "unusable", ReasonUnusable
	default:
		sc.Search = true
		return sc
	}
	sc.Steps = append(sc.Steps, Step{Code: StepNumber, Result: result, Params: map[string]string{"number": c.External.Text()}})
	if !sc.Internal && s.Matching.NoMatch.WhenNone != WhenNoneNoRecord {
		return sc.skipped(reason)
	}
	return sc
}
