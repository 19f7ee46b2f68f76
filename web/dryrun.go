package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// RehearseReplay judges an entry again by some rules, as a replay would, and
// writes nothing. The result holds the entry as a replay would leave it.
type RehearseReplay func(ctx context.Context, e store.Entry, rules store.Rules) (store.Result, callflow.Decision, error)

// The rules a replay may use: today's, or those that judged the entry.
const rulesNow, rulesThen = "now", "then"

// changesBeside is how many differences of rules stand beside a choice.
const changesBeside = 6

func dryRunURL(id int64) string { return entryURL(id) + "/dryrun" }

// dryRun tells what a replay would change. It asks Salesforce and writes
// nothing.
func (s *Server) dryRun(c echo.Context) error {
	if s.o.RehearseReplay == nil {
		return echo.ErrServiceUnavailable
	}
	e, tries, err := s.entryOf(c)
	if err != nil {
		return err
	}
	asked := c.QueryParam("rules")
	if !slices.Contains([]string{"", rulesNow, rulesThen}, asked) {
		return errBadForm
	}
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.DryRunPage{Rules: asked, URL: dryRunURL(e.ID)}
	if m.Detail, err = s.detail(ctx, c, h, e, tries); err != nil {
		return err
	}
	q := listOf(c, views.LocaleOf(ctx).Zone)
	m.BackURL = q.url(entryURL(e.ID))
	if asked != "" {
		rules, err := s.rulesFor(ctx, e, asked)
		if m.Gone = errors.Is(err, store.ErrNotFound); !m.Gone {
			if err != nil {
				return err
			}
			if m.Answer, err = s.answerDryRun(ctx, c, h, e, rules); err != nil {
				return err
			}
		}
	}
	return s.render(ctx, c, http.StatusOK, views.DryRun(s.frame(ctx, c, h, views.HereActivity), m))
}

// rulesFor are today's rules, or those that judged the entry. What nothing has
// judged yet has only today's.
func (s *Server) rulesFor(ctx context.Context, e store.Entry, asked string) (store.Rules, error) {
	if asked == rulesThen && e.RulesVersion > 0 {
		return s.o.Store.RulesVersion(ctx, e.RulesVersion)
	}
	return s.o.Store.CurrentRules(ctx)
}

func (s *Server) answerDryRun(ctx context.Context, c echo.Context, h house, e store.Entry, rules store.Rules) (*views.DryRunAnswer, error) {
	if !s.askers.allow(visitorOf(c), s.o.Now()) {
		return nil, throttled{askedEvery}
	}
	asking, cancel := context.WithTimeout(ctx, rehearsalTime)
	defer cancel()
	res, d, err := s.o.RehearseReplay(asking, e, rules)
	if err != nil {
		return nil, err
	}
	try, after := *res.Try, res.Entry
	hide := maskFor(visitorOf(c), e.External)
	a := &views.DryRunAnswer{Outcome: string(try.Outcome), Reason: string(try.Reason), Detail: hide.params(try.Detail), Closed: d.Task.Closed, Stands: e.TaskID != ""}
	s.detailTries(ctx, &a.Trace, store.Entry{}, []store.Try{try}, 0, hide)
	a.Trace.RulesVersion, a.Trace.Instance = views.Plain(rules.Version), h.salesforce.InstanceURL
	if try.Outcome == callflow.Waiting {
		return a, nil
	}
	names, err := s.namesOf(ctx, e, h)
	if err != nil {
		return nil, err
	}
	for id, name := range namesIn(try.Steps, h) {
		names[id] = name
	}
	dry := dryRunning{before: e, after: after, try: try, d: d, names: names, hide: hide}
	a.Rows = dry.verdictRows(ctx)
	fields, writes := dry.fieldRows(ctx, h)
	a.Rows, a.Writes = append(a.Rows, fields...), writes
	a.Notices = dry.notices(ctx)
	return a, nil
}

// dryRunning compares an entry with what a replay would make of it.
type dryRunning struct {
	before, after store.Entry
	try           store.Try
	d             callflow.Decision
	names         map[string]string
	hide          mask
}

// verdictRows compare what the entry itself tells.
func (r dryRunning) verdictRows(ctx context.Context) []views.DryRunRow {
	row := func(label, before, after string) views.DryRunRow {
		return views.DryRunRow{Label: label, Before: r.hide.text(before), After: r.hide.text(after), Changed: before != after}
	}
	outcome := func(o callflow.Outcome) string { return views.T(ctx, "outcome."+string(o)) }
	rows := []views.DryRunRow{row(views.T(ctx, "dryrun.row.outcome"), outcome(r.before.Outcome), outcome(r.try.Outcome))}
	reason := row(views.T(ctx, "dryrun.row.reason"), views.ReasonText(ctx, string(r.before.Reason), r.before.Detail), views.ReasonText(ctx, string(r.try.Reason), r.try.Detail))
	if r.before.Outcome == callflow.Logged && r.try.Outcome == callflow.Logged {
		reason.Changed = false // that it was updated is told by its fields
	}
	rows = append(rows, reason)
	if r.before.Record.ID == "" && r.after.Record.ID == "" {
		return rows
	}
	record := row(views.T(ctx, "dryrun.row.record"), r.record(ctx, r.before.Record), r.record(ctx, r.after.Record))
	record.Changed = r.before.Record.ID != r.after.Record.ID
	return append(rows, record)
}

// record names a record, and says so when it would be made first.
func (r dryRunning) record(ctx context.Context, rec callflow.Record) string {
	switch {
	case rec.ID == callflow.NotMade:
		return views.T(ctx, "tester.new", "name", rec.Name)
	case rec.Name != "":
		return rec.Name
	}
	return rec.ID
}

// fieldRows compare the Task as we wrote it with the one that would stand, and
// tell whether anything would be sent.
func (r dryRunning) fieldRows(ctx context.Context, h house) (rows []views.DryRunRow, writes bool) {
	org, _, _ := orgOf(h) // labels only
	fields := slices.Clone(taskOrder)
	for name := range r.after.Wrote {
		if !slices.Contains(fields, name) {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields[len(taskOrder):])
	edited := r.edited()
	for _, name := range fields {
		before, had := r.before.Wrote[name]
		after, has := r.after.Wrote[name]
		if !had && !has || before == nil && after == nil {
			continue
		}
		was, is := fieldText(ctx, name, before), fieldText(ctx, name, after)
		row := views.DryRunRow{Field: name, Label: org.Objects["Task"].Fields[name].Label, Changed: was != is,
			Before: r.hide.field(nameFor(r.names, was)), After: r.hide.field(r.value(ctx, name, is))}
		if slices.Contains(edited, name) {
			row.Note = views.T(ctx, "dryrun.edited")
		}
		writes = writes || row.Changed
		rows = append(rows, row)
	}
	return rows, writes
}

// value is a field as it would stand; what would be made first is named.
func (r dryRunning) value(ctx context.Context, field, text string) string {
	if text == callflow.NotMade && strings.HasSuffix(field, "Id") {
		row := views.PreviewRow{Field: field, Value: text}
		nameNew(ctx, &row, r.d, r.hide)
		return row.Value
	}
	if field == "WhoId" || field == "WhatId" {
		if rec := r.after.Record; text == rec.ID || text == rec.ContactID {
			return nameFor(map[string]string{text: rec.Name}, text)
		}
	}
	return nameFor(r.names, text)
}

// edited are the fields that a person changed in Salesforce since.
func (r dryRunning) edited() []string {
	for _, step := range r.try.Steps {
		if step.Code == "unchanged" && step.Result == "edited" {
			return strings.Split(step.Params["fields"], ", ")
		}
	}
	return nil
}

// notices say what a dry run cannot know, and what the org will not take.
func (r dryRunning) notices(ctx context.Context) []string {
	var out []string
	for _, step := range r.d.Steps {
		if step.Code == callflow.StepTask && step.Result == "left_out" {
			out = append(out, views.T(ctx, "task.preview.left_out", "fields", step.Params["fields"]))
		}
	}
	if r.try.Outcome == callflow.Logged {
		out = append(out, views.T(ctx, "dryrun.limits"))
	}
	return out
}

// detailRules tells what today's rules say otherwise than those that judged
// the entry.
func (s *Server) detailRules(ctx context.Context, m *views.DetailPage, v visitor, h house, e store.Entry) error {
	if e.RulesVersion == 0 || e.RulesVersion == h.version {
		return nil
	}
	then, err := s.o.Store.RulesVersion(ctx, e.RulesVersion)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	now, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	words, err := s.ruleWords(ctx, v)
	if err != nil {
		return err
	}
	if m.RuleChanges, err = words.changes(ctx, then.Settings, now.Settings); err != nil {
		return fmt.Errorf("web: compare rules: %w", err)
	}
	if over := len(m.RuleChanges) - changesBeside; over > 0 {
		m.RuleChanges, m.RuleMore = m.RuleChanges[:changesBeside], over
	}
	m.RulesURL = versionURL(h.version) + "?with=" + strconv.Itoa(e.RulesVersion)
	return nil
}
