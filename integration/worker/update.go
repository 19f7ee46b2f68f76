package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

// resolveDoubts deals with entries whose earlier request had no answer. A Task
// found under their key is theirs. One not found may still come: it is only
// written again after the last wait.
func (b *batch) resolveDoubts(ctx context.Context) error {
	items := b.pending(func(i *item) bool { return i.doubtful() || i.late() })
	now := b.w.o.Now()
	for _, i := range items {
		if tasks := b.tasks[i.call.TaskKey()]; len(tasks) > 0 {
			i.adopt(tasks[0])
			continue
		}
		if !i.doubtful() {
			continue
		}
		i.step("looked_up", "not_found", map[string]string{"key": i.call.TaskKey()})
		if b.upserts(i) || i.onlyCreated() {
			continue
		}
		if at, again := i.lookAgain(now); again {
			i.settle(callflow.Waiting, callflow.ReasonRetrying, i.entry.Detail, at, false)
		}
	}
	return nil
}

// upserts reports whether Salesforce itself keeps the item's Task from being
// made twice. A rule of the admin's that fills the external id undoes that,
// and so does a field that was not yet known when the request was made.
func (b *batch) upserts(i *item) bool {
	if b.org.ExternalIDField == "" || !b.describedAt.Before(i.entry.IntentAt) {
		return false
	}
	own, mapped := i.decision.Task.Fields[b.org.ExternalIDField]
	return !mapped || text(own) == i.call.TaskKey()
}

// adopt makes the Task found under the entry's key its own. What stands in it
// is read before anything is changed.
func (i *item) adopt(t salesforce.FoundTask) {
	i.step("looked_up", "found", map[string]string{"key": i.call.TaskKey(), "id": t.ID})
	i.entry.TaskID, i.entry.TaskAt, i.adopted = t.ID, t.CreatedAt, true
	if t.Deleted {
		i.deleted()
	}
}

// deleted ends an entry whose Task somebody deleted: it is not made again.
func (i *item) deleted() {
	i.step("task_deleted", "gone", map[string]string{"id": i.entry.TaskID})
	i.finish(callflow.Logged, callflow.ReasonTaskDeleted, nil)
}

// foreign reports whether the Task under the entry's id has another key than
// the entry's: the id is that of another org, or of a restored one.
func (i *item) foreign(stands map[string]any) bool {
	key, read := stands[keyField]
	return read && text(key) != "" && text(key) != i.call.TaskKey()
}

const (
	keyField      = "CallObject"
	archivedField = "IsArchived"
)

// update finds out what late facts change in Tasks that stand already. What a
// person edited stays: a field is ours only while it holds what we last wrote.
func (b *batch) update(ctx context.Context) error {
	var reading []*item
	b.each(func(i *item) {
		if i.entry.TaskID == "" {
			return
		}
		i.recallDropped()
		i.keepOwner()
		i.changed = i.differing(i.entry.Wrote)
		i.empty(b.org.Org)
		if !i.adopted && len(i.changed) == 0 && i.entry.Replay == "" {
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
		i.stands = stands
		switch {
		case !ok || i.foreign(stands):
			i.deleted()
		case stands[archivedField] == true:
			i.kept("archived", nil)
		case i.adopted:
			i.entry.Wrote = stands
			i.changed = i.differing(stands)
			i.stayRelated(stands)
		default:
			i.leaveEdited(stands, b.org)
		}
		if i.open() && len(i.changed) == 0 {
			i.unchanged()
		}
	}
	return nil
}

// references are read with every Task, for the entry to tell where it stands
// now: merges move it, and people.
var references = []string{"WhoId", "WhatId", "OwnerId"}

// neverUpdated are fields that stay as they were written first.
var neverUpdated = []string{"TaskSubtype", "CallObject"}

// recallDropped leaves out what Salesforce refused when the Task was written:
// asking for it again would fail for all that are read together.
func (i *item) recallDropped() {
	if i.entry.Replay != "" {
		return // somebody may have granted them since
	}
	for f := range strings.SplitSeq(i.entry.Detail["dropped"], ", ") {
		if f != "" {
			i.leaveOut(f)
		}
	}
}

// differing gives the planned fields whose value is not the one in old.
func (i *item) differing(old map[string]any) map[string]any {
	out := map[string]any{}
	for f, v := range i.decision.Task.Fields {
		if !i.dropped[f] && !slices.Contains(neverUpdated, f) && !same(normal(old[f]), normal(v)) {
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

func (i *item) unchanged() {
	i.step("unchanged", "same", nil)
	if len(i.ours) > 0 {
		i.entry.Wrote = merged(i.entry.Wrote, i.ours)
	}
	if i.decision.Record != nil {
		i.entry.Record = *i.decision.Record
	}
	if i.adopted {
		i.entry.Wrote = merged(i.entry.Wrote, i.decision.Task.Fields)
	}
	i.tellWhere(nil)
	reason := i.decision.Reason
	if i.entry.Outcome == callflow.Logged && i.entry.Reason != "" {
		reason = i.entry.Reason
	}
	i.finish(callflow.Logged, reason, i.entry.Detail)
}

// readTasks reads what stands in the Tasks now. A field that is hidden since
// is left out and the rest read again.
func (b *batch) readTasks(ctx context.Context, items []*item) (map[string]map[string]any, error) {
	for {
		found, err := b.readTasksOnce(ctx, items)
		e, ok := errors.AsType[*salesforce.Error](err)
		if !ok || e.Kind != salesforce.FieldRefused || !leaveOutAll(items, e.Fields) {
			return found, err
		}
	}
}

// leaveOutAll leaves the fields out of every item; false when none had them.
func leaveOutAll(items []*item, fields []string) bool {
	left := false
	for _, i := range items {
		for _, f := range fields {
			_, planned := i.decision.Task.Fields[f]
			_, changed := i.changed[f]
			if (planned || changed) && !i.dropped[f] {
				i.leaveOut(f)
				delete(i.changed, f)
				left = true
			}
		}
	}
	return left
}

func (b *batch) readTasksOnce(ctx context.Context, items []*item) (map[string]map[string]any, error) {
	ids := make([]string, len(items))
	var fields []string
	for n, i := range items {
		ids[n] = i.entry.TaskID
		fields = union(fields, sortedKeys(i.changed))
		for _, f := range append([]string{keyField}, references...) {
			if _, planned := i.decision.Task.Fields[f]; (planned || f == "WhatId" && i.movesToLead(b.org.Org)) && !i.dropped[f] {
				fields = union(fields, []string{f})
			}
		}
		if i.adopted {
			fields = union(fields, sortedKeys(i.differing(nil)))
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
	maps.Copy(out, old)
	maps.Copy(out, now)
	return out
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// droppedDetail tells which fields the org did not take.
func droppedDetail(dropped map[string]bool) map[string]string {
	if len(dropped) == 0 {
		return nil
	}
	return map[string]string{"dropped": strings.Join(slices.Sorted(maps.Keys(dropped)), ", ")}
}
