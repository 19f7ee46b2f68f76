package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"
)

// late tells what came after the Task was written and what was done about it,
// in the order of time.
func late(ctx context.Context, e store.Entry, tries []store.Try, events []store.StoredEvent, hide mask) []views.LateItem {
	if e.TaskAt.IsZero() {
		return nil
	}
	type timed struct {
		at   time.Time
		item views.LateItem
	}
	var all []timed
	for _, ev := range events {
		if ev.ReceivedAt.After(e.TaskAt) {
			all = append(all, timed{ev.ReceivedAt, views.LateItem{At: views.On(ctx, ev.ReceivedAt), Event: ev.Event}})
		}
	}
	for _, t := range tries {
		item, ok := lateTry(t, hide)
		if !ok || !t.At.After(e.TaskAt) {
			continue
		}
		item.At, item.Try, item.URL = views.On(ctx, t.At), t.N, fmt.Sprintf("%s?try=%d", entryURL(e.ID), t.N)
		all = append(all, timed{t.At, item})
	}
	slices.SortStableFunc(all, func(a, b timed) int { return a.at.Compare(b.at) })
	out := make([]views.LateItem, len(all))
	for i, t := range all {
		out[i] = t.item
	}
	return out
}

// lateTry tells what a try did with a Task that stood already.
func lateTry(t store.Try, hide mask) (item views.LateItem, ok bool) {
	for _, step := range t.Steps {
		p := hide.params(step.Params)
		switch step.Code + "." + step.Result {
		case "updated_task.changed":
			return views.LateItem{Result: "written", Fields: p["fields"]}, true
		case "unchanged.same":
			item, ok = views.LateItem{Result: "same"}, true
		case "unchanged.locked", "unchanged.archived", "unchanged.rule":
			item, ok = views.LateItem{Result: "kept", Message: p["message"]}, true
		}
		switch step.Code {
		case "refused":
			item, ok = views.LateItem{Result: "refused", Fields: p["fields"], Message: p["message"]}, true
		case "retry":
			item, ok = views.LateItem{Result: "retry", Message: p["message"]}, true
		}
	}
	return item, ok
}

// lateRefusal is why the last try could not bring the Task up to date; nil
// when it stands as it should.
func lateRefusal(e store.Entry, tries []store.Try, hide mask) *views.LateRefusal {
	if e.TaskID == "" || len(tries) == 0 {
		return nil
	}
	steps := tries[len(tries)-1].Steps
	if len(steps) == 0 {
		return nil
	}
	last := steps[len(steps)-1]
	if last.Code != "refused" && (last.Code != "unchanged" || last.Result != "locked" && last.Result != "archived") {
		return nil
	}
	last.Params = hide.params(last.Params)
	return &views.LateRefusal{Step: last}
}

// report is what happened to a failed entry, for whoever can help: codes,
// times and Salesforce's words, without names and numbers.
func report(e store.Entry, tries []store.Try, events int) string {
	if e.Outcome != callflow.Failed {
		return ""
	}
	blind := mask{true, e.External, digitsOf(e.External)}
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-9s %s\n", name, value)
		}
	}
	line("entry", fmt.Sprintf("%d (Aircall %s %s)", e.ID, e.Kind, e.ObjectID))
	line("type", string(e.CallType))
	line("outcome", string(e.Outcome)+" "+string(e.Reason))
	line("code", e.Detail["code"])
	line("kind", e.Detail["kind"])
	line("fields", e.Detail["fields"])
	line("message", blind.text(e.Detail["message"]))
	line("rules", fmt.Sprintf("version %d", e.RulesVersion))
	line("events", fmt.Sprint(events))
	if len(tries) == 0 {
		return b.String()
	}
	t := tries[len(tries)-1]
	line("try", fmt.Sprintf("%d at %s, %s", t.N, instant(t.At), t.Took.Round(time.Millisecond)))
	for _, step := range t.Steps {
		line("step", step.Code+" "+step.Result)
	}
	for _, x := range t.Exchanges {
		path, _, _ := strings.Cut(x.Path, "?")
		line("request", strings.TrimSpace(fmt.Sprintf("%s %s %d %s", x.Method, path, x.Status, x.Err)))
	}
	return b.String()
}
