package views

import "context"

// class is how the verdict looks. What Salesforce could not be asked is no
// outcome of the call.
func (a TesterAnswer) class() string {
	if a.Outcome == "waiting" {
		return "warn"
	}
	return outcomeClass(a.Outcome)
}

func (a TesterAnswer) title(ctx context.Context) string {
	key := "tester.verdict." + a.Outcome
	if a.Outcome == "logged" && !a.Closed {
		key = "tester.verdict.open"
	}
	return T(ctx, key, "reason", ReasonText(ctx, a.Reason, a.Detail))
}

func (a TesterAnswer) why(ctx context.Context) string {
	switch {
	case a.Outcome == "logged" && (a.New || a.MadeToo):
		return T(ctx, "tester.nothing_made")
	case a.Outcome == "logged":
		return T(ctx, "tester.nothing_written")
	case a.Outcome == "needs_choice":
		return T(ctx, "tester.verdict.needs_choice.why")
	case a.Outcome == "waiting":
		return unaskedText(ctx, a.Reason, a.Detail) + " " + T(ctx, "tester.without")
	default:
		return ReasonWhy(ctx, a.Reason, a.Detail)
	}
}

// unaskedText says why Salesforce was not asked; nothing is held by that.
func unaskedText(ctx context.Context, reason string, detail map[string]string) string {
	if key := keyOr("unasked."+reason, "", ""); key != "" {
		return T(ctx, key)
	}
	return ReasonText(ctx, reason, detail) + "."
}

func testedTypes(ctx context.Context) []Option {
	all := make([]Option, len(allTypes))
	for i, t := range allTypes {
		all[i] = Option{t, typeText(ctx, t)}
	}
	return all
}
