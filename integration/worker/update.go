package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

// resolveDoubts deals with entries whose earlier request had no answer. A Task
// found under their key is theirs. One not found may still come: it is only
// written again after the last wait.
func (b *batch) resolveDoubts(ctx context.Context) error {
	items := b.pending(func(i *item) bool { return i.doubtful() })
	if len(items) == 0 || b.org.ExternalIDField != "" {
		return nil
	}
	now := b.w.o.Now()
	for _, i := range items {
		if tasks := b.tasks[i.call.TaskKey()]; len(tasks) > 0 {
			i.adopt(tasks[0])
			continue
		}
		i.step("looked_up", "not_found", map[string]string{"key": i.call.TaskKey()})
		if at, again := i.lookAgain(now); again {
			i.settle(callflow.Waiting, callflow.ReasonRetrying, i.entry.Detail, at, false)
		}
	}
	return nil
}

// adopt makes the Task found under the entry's key its own. What stands in it
// is read before anything is changed.
func (i *item) adopt(t salesforce.FoundTask) {
	i.step("looked_up", "found", map[string]string{"key": i.call.TaskKey(), "id": t.ID})
	i.entry.TaskID, i.entry.TaskAt, i.adopted = t.ID, t.CreatedAt, true
	if t.Deleted {
		i.step("task_deleted", "gone", map[string]string{"id": t.ID})
		i.finish(callflow.Logged, i.decision.Reason, nil)
	}
}

// update finds out what late facts change in Tasks that stand already. What a
// person edited stays: a field is ours only while it holds what we last wrote.
func (b *batch) update(ctx context.Context) error {
	var reading []*item
	b.each(func(i *item) {
		if i.entry.TaskID == "" {
			return
		}
		i.changed = differing(i.entry.Wrote, i.decision.Task.Fields)
		if !i.adopted && len(i.changed) == 0 {
			i.unchanged()
			return
		}
		reading = append(reading, i)
	})
	if len(reading) == 0 {
		return nil
	}
	now, err := b.readTasks(ctx, reading)
	if err != nil {
		return b.stopped(err)
	}
	for _, i := range reading {
		stands, ok := now[i.entry.TaskID]
		switch {
		case !ok:
			i.step("task_deleted", "gone", map[string]string{"id": i.entry.TaskID})
			i.finish(callflow.Logged, i.entry.Reason, i.entry.Detail)
		case i.adopted:
			i.entry.Wrote = stands
			i.changed = differing(stands, i.decision.Task.Fields)
		default:
			i.leaveEdited(stands)
		}
		if i.open() && len(i.changed) == 0 {
			i.unchanged()
		}
	}
	return nil
}

// neverUpdated are fields that stay as they were written first.
var neverUpdated = []string{"TaskSubtype", "CallObject"}

// differing gives the fields whose value is not the one in old.
func differing(old, now map[string]any) map[string]any {
	out := map[string]any{}
	for f, v := range now {
		if !slices.Contains(neverUpdated, f) && !same(old[f], v) {
			out[f] = v
		}
	}
	return out
}

// same compares values that may have come back through JSON.
func same(a, b any) bool { return text(a) == text(b) }

func text(v any) string {
	switch t := v.(type) {
	case nil:
		return ""
	case string:
		return t
	case float64:
		b, _ := json.Marshal(t) // a finite number: it came out of JSON
		return string(b)
	default:
		return fmt.Sprint(v)
	}
}

// leaveEdited takes out of the changes what somebody else changed first.
func (i *item) leaveEdited(stands map[string]any) {
	var edited []string
	for f := range i.changed {
		if wrote, ours := i.entry.Wrote[f]; ours && !same(normal(stands[f]), normal(wrote)) {
			delete(i.changed, f)
			edited = append(edited, f)
		}
	}
	if len(edited) > 0 {
		slices.Sort(edited)
		i.step("unchanged", "edited", map[string]string{"fields": strings.Join(edited, ", ")})
	}
}

// normal undoes what Salesforce does to texts when it stores them.
func normal(v any) any {
	if s, ok := v.(string); ok {
		return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	}
	return v
}

func (i *item) unchanged() {
	i.step("unchanged", "same", nil)
	if i.decision.Record != nil {
		i.entry.Record = *i.decision.Record
	}
	if i.adopted {
		i.entry.Wrote = merged(i.entry.Wrote, i.decision.Task.Fields)
		i.entry.WhoID, i.entry.WhatID, i.entry.OwnerID = text(i.entry.Wrote["WhoId"]), text(i.entry.Wrote["WhatId"]), text(i.entry.Wrote["OwnerId"])
	}
	reason := i.decision.Reason
	if i.entry.Outcome == callflow.Logged && i.entry.Reason != "" {
		reason = i.entry.Reason
	}
	i.finish(callflow.Logged, reason, i.entry.Detail)
}

func (b *batch) readTasks(ctx context.Context, items []*item) (map[string]map[string]any, error) {
	ids := make([]string, len(items))
	var fields []string
	for n, i := range items {
		ids[n] = i.entry.TaskID
		fields = union(fields, sortedKeys(i.changed))
		if i.adopted {
			fields = union(fields, sortedKeys(i.decision.Task.Fields))
		}
	}
	var log salesforce.Log
	var found map[string]map[string]any
	err := b.ask(func() (err error) {
		found, err = b.client.ReadTasks(salesforce.WithLog(ctx, &log), ids, fields)
		return err
	})
	exchanged(&log, items, nil, func(i *item) any { return found[i.entry.TaskID] })
	return found, err
}

func merged(old, now map[string]any) map[string]any {
	out := make(map[string]any, len(old)+len(now))
	for f, v := range old {
		out[f] = v
	}
	for f, v := range now {
		out[f] = v
	}
	return out
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// droppedDetail tells which fields the org did not take.
func droppedDetail(dropped map[string]bool) map[string]string {
	if len(dropped) == 0 {
		return nil
	}
	names := make([]string, 0, len(dropped))
	for f := range dropped {
		names = append(names, f)
	}
	slices.Sort(names)
	return map[string]string{"dropped": strings.Join(names, ", ")}
}
