package views

import (
	"context"
	"strings"
)

// unasked reports whether Salesforce could not be asked, so that nothing is
// known of what would become of the call.
func (a DryRunAnswer) unasked() bool {
	return a.Outcome == "waiting" && (strings.HasPrefix(a.Reason, "held_") || a.Reason == "queued")
}

// differs reports whether a replay would change anything.
func (a DryRunAnswer) differs() bool {
	changed, _ := a.split()
	return len(changed) > 0
}

func (a DryRunAnswer) split() (changed, same []DryRunRow) {
	for _, r := range a.Rows {
		if r.Changed {
			changed = append(changed, r)
		} else {
			same = append(same, r)
		}
	}
	return changed, same
}

// class is how the answer looks: what changes nothing is calm.
func (a DryRunAnswer) class() string {
	switch {
	case a.Outcome == "waiting":
		return "warn"
	case !a.differs():
		return "mute"
	}
	return outcomeClass(a.Outcome)
}

func (a DryRunAnswer) icon() string {
	if !a.differs() && a.Outcome != "waiting" {
		return "check"
	}
	return outcomeIcon(a.Outcome)
}

func (a DryRunAnswer) title(ctx context.Context) string {
	reason := ReasonText(ctx, a.Reason, a.Detail)
	switch {
	case a.unasked():
		return T(ctx, "tester.verdict.waiting")
	case a.Outcome == "waiting":
		return T(ctx, "dryrun.waits", "reason", reason)
	case !a.differs():
		return T(ctx, "dryrun.same")
	case a.Outcome == "logged" && a.Stands && a.Writes:
		return T(ctx, "dryrun.updated")
	case a.Outcome == "logged" && !a.Closed:
		return T(ctx, "tester.verdict.open")
	}
	return T(ctx, "tester.verdict."+a.Outcome, "reason", reason)
}

func (a DryRunAnswer) why(ctx context.Context, m DetailPage) string {
	switch {
	case a.unasked():
		return unaskedText(ctx, a.Reason, a.Detail) + " " + T(ctx, "dryrun.unasked")
	case a.Outcome == "waiting":
		return ReasonWhy(ctx, a.Reason, a.Detail)
	case !a.differs():
		return T(ctx, "dryrun.same.text")
	case a.Outcome != m.Outcome:
		return T(ctx, "dryrun.instead", "was", outcomeText(ctx, m.Outcome), "is", outcomeText(ctx, a.Outcome))
	}
	return T(ctx, "dryrun.still", "is", outcomeText(ctx, a.Outcome))
}

// said names the fields that would change.
func (a DryRunAnswer) said(ctx context.Context) string {
	changed, _ := a.split()
	if len(changed) == 0 {
		return T(ctx, "dryrun.difference.none")
	}
	if a.Writes && !a.Stands {
		return T(ctx, "dryrun.difference.new")
	}
	names := make([]string, len(changed))
	for i, r := range changed {
		names[i] = r.label(ctx)
	}
	return T(ctx, "dryrun.difference.some", "count", len(changed), "fields", strings.Join(names, ", "))
}

func (r DryRunRow) label(ctx context.Context) string {
	if r.Field == "" {
		return r.Label
	}
	return previewLabel(ctx, PreviewRow{Field: r.Field, Label: r.Label})
}
