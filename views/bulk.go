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

func (m MarkPlan) key(name string) string {
	if m.Resolved {
		return "attention.confirm." + name
	}
	return "bulk.mark.back." + name
}

// title asks what is to be done.
func (m MarkPlan) title(ctx context.Context) string {
	if m.Total == 0 {
		return m.nothing(ctx)
	}
	return T(ctx, m.key("resolve"), "count", m.Total)
}

// do says what the button does.
func (m MarkPlan) do(ctx context.Context) string {
	return T(ctx, m.key("resolve.do"), "count", m.Total)
}

// crumb is the page's place under the list.
func (m MarkPlan) crumb(ctx context.Context) string {
	if m.Resolved {
		return T(ctx, "attention.resolve")
	}
	return T(ctx, "attention.unresolve")
}

func (m MarkPlan) nothing(ctx context.Context) string {
	if m.Resolved {
		return T(ctx, "bulk.mark.nothing")
	}
	return T(ctx, "bulk.mark.back.nothing")
}

func (m MarkPlan) action() string {
	if m.Resolved {
		return "/activity/resolve"
	}
	return "/activity/unresolve"
}

// parts are the numbers that say something.
func (m MarkPlan) parts() []planPart {
	first := "back.total"
	if m.Resolved {
		first = "total"
	}
	all := []planPart{{first, m.Total}}
	for _, p := range []planPart{{"choices", m.Choices}, {"waiting", m.Waiting}} {
		if p.n > 0 {
			all = append(all, p)
		}
	}
	return all
}

// means is what it says to mark calls, or to take a mark back.
func (m MarkPlan) means(ctx context.Context) []string {
	if m.Resolved {
		return []string{T(ctx, "attention.confirm.no_task"), T(ctx, "attention.confirm.stays"), T(ctx, "attention.confirm.back")}
	}
	return []string{T(ctx, "bulk.mark.back.open"), T(ctx, "bulk.mark.back.nothing_written")}
}
