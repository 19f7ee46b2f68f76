package views

import "context"

// columns is how many the table of calls has.
func columns(f Frame) string {
	if f.User.Edits() {
		return "7"
	}
	return "6"
}

// listKeys are the shortcuts that the foot of the list reminds of.
var listKeys = []shortcut{
	{"move", []string{"j", "k"}},
	{"select", []string{"x"}},
	{"replay", []string{"r"}},
	{"all", []string{"?"}},
}

// planPart is one of the numbers of a plan.
type planPart struct {
	code string
	n    int
}

// parts are the numbers that say something.
func (m ReplayPlan) parts() []planPart {
	all := []planPart{{"total", m.Total}}
	for _, p := range []planPart{{"failed", m.Failed}, {"choices", m.Choices}, {"skipped", m.Skipped}, {"tasks", m.Tasks}, {"waiting", m.Waiting}} {
		if p.n > 0 {
			all = append(all, p)
		}
	}
	return all
}

// cost says about how many requests the replay makes, and how many are left.
func (m ReplayPlan) cost(ctx context.Context) string {
	return AttentionConfirm{Requests: m.Requests, Left: m.Left, Max: m.Max}.cost(ctx)
}

// title says what the calls of a replay have in common.
func (r ManyReplay) title(ctx context.Context) string {
	if r.Kind == "cause" {
		return ReasonText(ctx, r.Reason, nil)
	}
	return T(ctx, "replays.kind."+r.Kind, "count", r.whole())
}

// becameText says in a word where an item stands.
func (i ReplayItem) became(ctx context.Context) string { return T(ctx, "replays.item."+i.State) }

// same reports whether the replay left the call as it was.
func (i ReplayItem) same() bool { return i.Outcome == i.OutcomeBefore && i.Reason == i.ReasonBefore }

// effect is what happened to the Task: written, kept, or none.
func (i ReplayItem) effect(ctx context.Context) string {
	switch {
	case i.State != "done":
		return ""
	case i.TaskBefore && i.Task:
		return T(ctx, "replays.task.kept")
	case i.Task:
		return T(ctx, "replays.task.new")
	}
	return T(ctx, "replays.task.none")
}
