package worker

import (
	"context"
	"maps"
	"slices"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

// rounds is how often a batch writes what is left after a refusal that can be
// mended at once: a field left out, another owner.
const rounds = 4

// write creates and updates the Tasks. The intent is on disk before the first
// request, so that after a crash the next try looks before it writes.
func (b *batch) write(ctx context.Context) error {
	for range rounds {
		items := b.pending(func(*item) bool { return true })
		if len(items) == 0 {
			return nil
		}
		if err := b.writeRound(ctx, items); err != nil {
			return err
		}
	}
	b.each(func(i *item) {
		i.refused(&salesforce.Error{Kind: salesforce.Refused, Message: "Salesforce kept refusing fields of the Task"})
	})
	return nil
}

func (b *batch) writeRound(ctx context.Context, items []*item) error {
	if err := b.intend(ctx, items); err != nil {
		return err
	}
	items = b.pending(func(*item) bool { return true })
	if len(items) == 0 {
		return nil
	}
	writes := make([]salesforce.TaskWrite, len(items))
	for n, i := range items {
		writes[n] = salesforce.TaskWrite{Key: i.call.TaskKey(), ID: i.entry.TaskID, Fields: i.fields()}
	}
	var log salesforce.Log
	var results []salesforce.Result
	err := b.ask(func() (err error) {
		results, err = b.client.WriteTasks(salesforce.WithLog(ctx, &log), writes)
		return err
	})
	got := make(map[*item]salesforce.Result, len(items))
	for n := range results {
		got[items[n]] = results[n]
	}
	exchanged(&log, items, func(i *item) any { return i.fields() }, func(i *item) any { return shownResult(got[i]) })
	if len(results) != len(items) {
		return b.stopped(err)
	}
	for n, i := range items {
		i.turnedDown(results[n].Err)
		b.wrote(ctx, i, results[n])
	}
	return nil
}

// shownResult is one row of the answer as the page shows it.
func shownResult(r salesforce.Result) any {
	if r.Err == nil {
		return map[string]any{"id": r.ID, "success": true}
	}
	return map[string]any{"success": false, "errors": []map[string]any{{"statusCode": r.Err.Code, "message": r.Err.Message, "fields": r.Err.Fields}}}
}

// intend stores that these Tasks are about to be created.
func (b *batch) intend(ctx context.Context, items []*item) error {
	var creating []*item
	for _, i := range items {
		if i.entry.TaskID == "" {
			i.forgetPurpose() // from now on it may be a Task that comes late
			creating = append(creating, i)
		}
	}
	_, err := b.markIntent(ctx, creating)
	return err
}

// fields are what is sent for the item: all of a new Task, what changed of an
// old one, never what the org refused.
func (i *item) fields() map[string]any {
	source := i.decision.Task.Fields
	if i.changed != nil {
		source = i.changed
	}
	if len(i.dropped) == 0 {
		return source
	}
	out := maps.Clone(source)
	for f := range i.dropped {
		delete(out, f)
	}
	return out
}

// wrote takes the answer for one Task.
func (b *batch) wrote(ctx context.Context, i *item, r salesforce.Result) {
	if r.Err == nil {
		i.logged(r)
		return
	}
	if r.Err.Kind != salesforce.FieldRefused && b.changedOrg(i, r.Err) {
		return
	}
	switch r.Err.Kind {
	case salesforce.FieldRefused:
		b.outdated = true
		if i.drop(r.Err) {
			return // goes into the next round without it
		}
		if b.changedOrg(i, r.Err) {
			return
		}
		i.refused(r.Err)
	case salesforce.OwnerRefused:
		b.w.users.forget()
		if i.otherOwner(r.Err, b.org.Org) {
			return
		}
		i.refused(r.Err)
	case salesforce.Gone:
		b.gone(ctx, i, r.Err)
	case salesforce.Duplicate:
		if i.entry.TaskID == "" && i.isOurs(r.Err, b.org.ExternalIDField) {
			i.logged(salesforce.Result{ID: r.Err.Duplicates[0]})
			return
		}
		if i.drop(r.Err) {
			return // goes into the next round without what another Task has
		}
		i.refused(r.Err)
	default:
		if why, ok := untouchable(r.Err); ok && i.entry.TaskID != "" {
			i.kept(why, r.Err)
			return
		}
		b.failed(i, r.Err)
	}
}

// isOurs reports whether the Task that has a value already which must be its
// own is that of this call: the value is one that no other call has.
func (i *item) isOurs(e *salesforce.Error, externalID string) bool {
	if len(e.Duplicates) == 0 || !strings.HasPrefix(e.Duplicates[0], taskPrefix) {
		return false
	}
	fields := i.fields()
	return slices.ContainsFunc(e.Fields, func(f string) bool {
		return f == externalID || strings.Contains(text(fields[f]), i.call.ID)
	})
}

// taskPrefix begins the id of every Task.
const taskPrefix = "00T"

// logged ends the entry: its Task stands in Salesforce.
func (i *item) logged(r salesforce.Result) {
	fields := i.fields()
	e := &i.entry
	reason := i.decision.Reason
	if e.TaskID == "" {
		e.TaskID, e.TaskAt = r.ID, i.w.o.Now()
		e.Wrote = fields
		i.step("wrote_task", "created", map[string]string{"id": r.ID})
	} else {
		e.Wrote = merged(merged(e.Wrote, fields), i.ours)
		i.step("updated_task", "changed", map[string]string{"id": e.TaskID, "fields": strings.Join(sortedKeys(fields), ", ")})
		reason = callflow.ReasonUpdatedTask
	}
	i.tellWhere(fields)
	if i.decision.Record != nil {
		e.Record = *i.decision.Record
	}
	i.finish(callflow.Logged, reason, droppedDetail(i.dropped))
}

// drop leaves out the fields Salesforce refused; the Task is written without.
func (i *item) drop(e *salesforce.Error) bool {
	fields, any := i.fields(), false
	for _, f := range e.Fields {
		if _, sent := fields[f]; !sent || f == "Subject" || f == "Status" {
			continue
		}
		i.leaveOut(f)
		any = true
		i.step("field_dropped", string(salesforce.FieldRefused), map[string]string{"field": f, "code": e.Code, "message": e.Message})
	}
	return any
}

func (i *item) leaveOut(field string) {
	if i.dropped == nil {
		i.dropped = map[string]bool{}
	}
	i.dropped[field] = true
}

// otherOwner asks the rules again without the owner Salesforce refused.
func (i *item) otherOwner(e *salesforce.Error, org callflow.Org) bool {
	refused := text(i.fields()["OwnerId"])
	if refused == "" || i.ownerless {
		return false
	}
	i.step("refused", string(e.Kind), with(detailOf(e), "owner", refused))
	if refused == i.found.Connection.ID {
		i.ownerless = true
	}
	before := i.found.ActiveUser
	i.found.ActiveUser = func(id string) bool { return id != refused && (before == nil || before(id)) }
	users := i.found.Users[:0:0]
	for _, u := range i.found.Users {
		if u.ID != refused {
			users = append(users, u)
		}
	}
	i.found.Users = users
	i.decide(org)
	if i.ownerless {
		i.decision.Task.Fields = maps.Clone(i.decision.Task.Fields)
		delete(i.decision.Task.Fields, "OwnerId")
	}
	if i.changed != nil {
		delete(i.changed, "OwnerId")
		if owner := text(i.decision.Task.Fields["OwnerId"]); owner != "" && owner != text(i.entry.Wrote["OwnerId"]) {
			i.changed["OwnerId"] = owner
		}
		if len(i.changed) == 0 {
			i.unchanged()
		}
	}
	return true
}

// gone deals with a reference to something that was deleted, merged or
// converted since we looked. A call without a Task is matched again. A Task
// that stands keeps what it refers to and takes the rest; one that was deleted
// itself a moment ago is not made again.
func (b *batch) gone(ctx context.Context, i *item, e *salesforce.Error) {
	if i.entry.TaskID == "" {
		b.matchAgain(ctx, i, e)
		return
	}
	refers := false
	for _, f := range []string{"WhoId", "WhatId"} {
		if _, sent := i.changed[f]; sent {
			delete(i.changed, f)
			refers = true
		}
	}
	switch {
	case !refers && (e.Code == "ENTITY_IS_DELETED" || e.Code == "INVALID_CROSS_REFERENCE_KEY"):
		i.deleted()
	case !refers:
		i.refused(e)
	default:
		i.step("refused", string(e.Kind), detailOf(e))
		if len(i.changed) == 0 {
			i.unchanged()
		}
	}
}
