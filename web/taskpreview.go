package web

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const (
	// recentCalls is how many of the latest entries are looked through for
	// calls to show, and perType how many of each type are offered.
	recentCalls = 300
	perType     = 5
)

// previewOf draws the Task of a past call under the values of a form. It asks
// Salesforce nothing: the record, the owner and the Case are those of the day.
func (s *Server) previewOf(ctx context.Context, c echo.Context, h house, typed url.Values) (views.TaskPreview, error) {
	var p views.TaskPreview
	v, asked := visitorOf(c), c.FormValue("entry")
	var recent store.Page
	var err error
	if asked == "" || !isFragment(c) { // a part that is fetched again needs no list to choose from
		if recent, err = s.o.Store.ListEntries(ctx, store.Filter{Limit: recentCalls}); err != nil {
			return p, err
		}
		p.Calls = previewCalls(ctx, recent.Entries, v)
	}
	e, ok, err := s.previewEntry(ctx, asked, recent.Entries)
	if err != nil || !ok {
		return p, err
	}
	p.Entry, p.URL, p.At, p.Type = strconv.FormatInt(e.ID, 10), entryURL(e.ID), views.On(ctx, e.StartedAt), string(e.CallType)
	p.Who, _ = who(e, maskFor(v, e.External))
	p.Calls = withCall(p.Calls, p.Type, previewOption(ctx, e, v))
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return p, err
	}
	next, mistakes, err := applyForm(rules.Settings, s.taskPage().keys, filled(typed))
	if err != nil {
		return p, err
	}
	for _, m := range mistakes {
		p.Mistakes = append(p.Mistakes, problemWords(ctx, m.Problem))
	}
	return p, s.drawPreview(ctx, &p, h, e, next, maskFor(v, e.External))
}

// filled is a form in which every field has a value: one whose boxes were all
// left empty says so.
func filled(typed url.Values) url.Values {
	all := maps.Clone(typed)
	for name, values := range all {
		if len(values) == 0 {
			all[name] = []string{""}
		}
	}
	return all
}

// previewCalls are the latest calls of each type.
func previewCalls(ctx context.Context, recent []store.Entry, v visitor) []views.PreviewCalls {
	var out []views.PreviewCalls
	for _, t := range callflow.CallTypes() {
		g := views.PreviewCalls{Type: string(t)}
		for _, logged := range []bool{true, false} { // those with a Task to compare with come first
			for _, e := range recent {
				if e.CallType == t && (e.TaskID != "") == logged && len(g.Calls) < perType {
					g.Calls = append(g.Calls, previewOption(ctx, e, v))
				}
			}
		}
		if len(g.Calls) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func previewOption(ctx context.Context, e store.Entry, v visitor) views.Option {
	name, _ := who(e, maskFor(v, e.External))
	return views.Option{Value: strconv.FormatInt(e.ID, 10), Text: name + " · " + views.DateTime(ctx, e.StartedAt)}
}

// withCall adds the call that is shown when it is none of the latest.
func withCall(all []views.PreviewCalls, callType string, call views.Option) []views.PreviewCalls {
	for i := range all {
		if all[i].Type != callType {
			continue
		}
		if !slices.ContainsFunc(all[i].Calls, func(o views.Option) bool { return o.Value == call.Value }) {
			all[i].Calls = append(all[i].Calls, call)
		}
		return all
	}
	return append(all, views.PreviewCalls{Type: callType, Calls: []views.Option{call}})
}

// previewEntry is the entry that was asked for, else the latest that was
// logged on a record, else the latest.
func (s *Server) previewEntry(ctx context.Context, asked string, recent []store.Entry) (store.Entry, bool, error) {
	if id, err := strconv.ParseInt(asked, 10, 64); err == nil {
		e, err := s.o.Store.Entry(ctx, id)
		return e, err == nil, err
	}
	for _, e := range recent {
		if e.TaskID != "" && e.Record.ID != "" && e.Kind == callflow.KindCall {
			return e, true, nil
		}
	}
	if len(recent) == 0 {
		return store.Entry{}, false, nil
	}
	return recent[0], true, nil
}

// drawPreview judges the call again and writes down the Task.
func (s *Server) drawPreview(ctx context.Context, p *views.TaskPreview, h house, e store.Entry, next callflow.Settings, hide mask) error {
	call, err := s.callOf(ctx, e)
	if err != nil {
		return err
	}
	org, _, err := orgOf(h)
	if err != nil {
		return err
	}
	sur, err := s.surroundings(ctx)
	if err != nil {
		return err
	}
	sc := callflow.Screen(call, next, sur)
	if sc.Skip {
		p.Skip = views.T(ctx, "task.preview.skip", "why", views.ReasonWhy(ctx, string(sc.Reason), nil))
		sc.Skip = false
		sc.Flow, _ = next.FlowFor(call.Line.ID, sc.Type)
	}
	if p.Skip == "" && e.TaskID == "" && e.Reason != "" {
		p.Skip = views.T(ctx, "task.preview.not_then", "why", views.ReasonWhy(ctx, string(e.Reason), hide.params(e.Detail)))
	}
	found := foundThen(e, &sc, &next, h)
	d := callflow.Decide(call, next, sc, found, org.Org)
	if e.OwnerID != "" && d.Task.Fields["OwnerId"] != nil {
		d.Task.Fields["OwnerId"] = e.OwnerID
	}
	names, err := s.namesOf(ctx, e, h)
	if err != nil {
		return err
	}
	p.Rows = previewRows(ctx, h, org.Objects["Task"], d, e, names, hide)
	p.Notices = previewNotices(ctx, d, e)
	if len(e.Wrote) > 0 {
		compareWithThen(ctx, p, d, e, names, hide)
	}
	return nil
}

// compareWithThen marks the fields that were written otherwise that day.
func compareWithThen(ctx context.Context, p *views.TaskPreview, d callflow.Decision, e store.Entry, names map[string]string, hide mask) {
	p.Written = true
	for i := range p.Rows {
		r := &p.Rows[i]
		then := fieldText(ctx, r.Field, e.Wrote[r.Field])
		if then != fieldText(ctx, r.Field, d.Task.Fields[r.Field]) {
			r.Differs, r.Then = true, hide.field(nameFor(names, then))
			p.Changed++
		}
	}
}

// callOf reads the call again from its events.
func (s *Server) callOf(ctx context.Context, e store.Entry) (callflow.Call, error) {
	events, err := s.o.Store.EventsOf(ctx, e.Kind, e.ObjectID)
	if err != nil {
		return callflow.Call{}, err
	}
	folded := make([]aircall.Event, len(events))
	for i, ev := range events {
		folded[i] = aircall.Event{Body: ev.Body, ReceivedAt: ev.ReceivedAt}
	}
	call, _ := aircall.Fold(e.Kind, e.ObjectID, folded)
	return call, nil
}

// surroundings are the company's own numbers and the holidays.
func (s *Server) surroundings(ctx context.Context) (callflow.Surroundings, error) {
	lines, err := s.o.Store.Lines(ctx)
	own := make(map[string]bool, len(lines))
	for _, l := range lines {
		own[l.E164] = l.E164 != ""
	}
	return callflow.Surroundings{OwnNumbers: own, Holiday: settings.Holidays()}, err
}

// foundThen is what Salesforce knew on the day: the rules are asked again as
// if it had just answered the same. A call without a record stays without one.
func foundThen(e store.Entry, sc *callflow.Screening, next *callflow.Settings, h house) callflow.Found {
	found := callflow.Found{Connection: callflow.User{ID: h.salesforce.UserID, Name: h.salesforce.UserName, Email: h.salesforce.UserEmail}}
	next.Related.CreateCase, next.Related.CreateOpportunity = false, false
	related := &callflow.RelatedRecord{ID: e.WhatID, Name: e.WhatID}
	switch {
	case strings.HasPrefix(e.WhatID, "500"): // what the ids of Cases begin with
		found.Case, next.Related.Attach = related, callflow.AttachCase
	case strings.HasPrefix(e.WhatID, "006"):
		found.Opportunity, next.Related.Attach = related, callflow.AttachOpportunity
	default:
		next.Related.Attach = callflow.AttachNone
	}
	if e.Record.ID != "" {
		r := e.Record
		r.Created = false
		found.Created, sc.Search = &r, true
		return found
	}
	sc.Search = false
	next.Matching.NoMatch.Create, next.Matching.NoMatch.WhenNone = callflow.CreateNone, callflow.WhenNoneNoRecord
	return found
}

// namesOf are the names of the records and users that the entry's ids mean.
func (s *Server) namesOf(ctx context.Context, e store.Entry, h house) (map[string]string, error) {
	tries, err := s.o.Store.TriesOf(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	names := map[string]string{h.salesforce.UserID: h.salesforce.UserName}
	for _, t := range tries {
		for _, step := range t.Steps {
			for id, name := range map[string]string{"user": "user_name", "related": "related_name"} {
				if step.Params[id] != "" && step.Params[name] != "" {
					names[step.Params[id]] = step.Params[name]
				}
			}
		}
	}
	for _, id := range []string{e.Record.ID, e.Record.ContactID} {
		if id != "" {
			names[id] = e.Record.Name
		}
	}
	return names, nil
}

// taskOrder is the order in which the fields of a Task are shown; mapped ones
// follow.
var taskOrder = []string{
	"Subject", "Status", "Priority", "ActivityDate", "WhoId", "WhatId", "OwnerId", "Type", "TaskSubtype", "CallType", "CallDurationInSeconds",
	"CallDisposition", "CallObject", "Description",
}

func previewRows(ctx context.Context, h house, task salesforce.Object, d callflow.Decision, e store.Entry, names map[string]string, hide mask) []views.PreviewRow {
	fields := slices.Clone(taskOrder)
	for _, name := range slices.Sorted(maps.Keys(d.Task.Fields)) {
		if !slices.Contains(fields, name) {
			fields = append(fields, name)
		}
	}
	var rows []views.PreviewRow
	for _, name := range fields {
		value, written := d.Task.Fields[name]
		if _, before := e.Wrote[name]; !written && !before {
			continue
		}
		r := views.PreviewRow{Field: name, Label: task.Fields[name].Label, Value: hide.field(nameFor(names, fieldText(ctx, name, value))), Notice: hide.text(cutNotice(ctx, d.Steps, name))}
		if id, ok := value.(string); ok && strings.HasSuffix(name, "Id") && h.salesforce.InstanceURL != "" {
			r.URL = recordURL(h, id)
		}
		rows = append(rows, r)
	}
	return rows
}

// fieldText is a value of the Task as people read it.
func fieldText(ctx context.Context, field string, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case float64: // as read from the store
		value = int(v)
	}
	if n, ok := value.(int); ok && field == "CallDurationInSeconds" {
		return views.T(ctx, "task.preview.seconds", "count", n)
	}
	return fmt.Sprint(value)
}

func nameFor(names map[string]string, text string) string {
	if name := names[text]; name != "" {
		return name
	}
	return text
}

// cutNotice says what a length limit took away of a field.
func cutNotice(ctx context.Context, steps []callflow.Step, field string) string {
	for _, step := range steps {
		if step.Code == callflow.StepTrimmed && step.Params["field"] == field {
			if dropped := step.Params["dropped"]; dropped != "" {
				return views.T(ctx, "task.preview.cut.tags", "length", step.Params["length"], "dropped", dropped)
			}
			return views.T(ctx, "task.preview.cut", "length", step.Params["length"])
		}
	}
	return ""
}

// previewNotices say what the org will not take, and what cannot be known.
func previewNotices(ctx context.Context, d callflow.Decision, e store.Entry) []string {
	var out []string
	for _, step := range d.Steps {
		if step.Code == callflow.StepTask && step.Result == "left_out" {
			out = append(out, views.T(ctx, "task.preview.left_out", "fields", step.Params["fields"]))
		}
	}
	switch {
	case e.TaskID == "" && e.Record.ID == "":
		out = append(out, views.T(ctx, "task.preview.unmatched"))
	case e.OwnerID == "":
		out = append(out, views.T(ctx, "task.preview.ownerless"))
	}
	return out
}
