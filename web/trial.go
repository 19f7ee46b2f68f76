package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/effect"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// tryDraft, with the number of an entry, asks what the draft would make of that
// call.
const tryDraft = "try-"

func triedCall(typed url.Values) (id int64, ok bool) {
	number, ok := strings.CutPrefix(typed.Get(doField), tryDraft)
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(number, 10, 64)
	return id, err == nil
}

// offerTrials lets each example of an effect be looked into.
func offerTrials(e *views.Effect) {
	for r := range e.Rows {
		for i := range e.Rows[r].Samples {
			sample := &e.Rows[r].Samples[i]
			sample.Try = tryDraft + strings.TrimPrefix(sample.URL, activityRoute+"/")
		}
	}
}

// showTrial shows what a draft would make of one call, beside what was done
// with it: from what is stored, without asking Salesforce.
func (s *Server) showTrial(c echo.Context, id int64, rules store.Rules, next callflow.Settings, m views.ReviewPage, here string) error {
	ctx := s.reader(c)
	e, err := s.o.Store.Entry(ctx, id)
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	judge, err := s.judge(ctx, h, rules.Settings, next)
	if err != nil {
		return err
	}
	t, err := effect.Try(ctx, s.o.Store, judge, e)
	if err != nil {
		return err
	}
	hide := maskFor(visitorOf(c), e.External)
	name, number := who(e, hide)
	page := views.TrialPage{Review: m, Who: name, Number: number, URL: entryURL(e.ID), Type: string(e.CallType), At: views.On(ctx, e.StartedAt), Outcome: string(e.Outcome),
		Reason: string(e.Reason), Detail: hide.params(e.Detail), Class: string(t.Difference.Class), RulesVersion: views.Plain(e.RulesVersion), Then: e.RulesVersion != 0 && e.RulesVersion != rules.Version}
	switch {
	case t.GoingOn:
		page.Class = "going_on"
	default:
		page.Said = hide.text(sampleText(ctx, t.Difference))
		if err := s.trialRows(ctx, h, e, t, hide, &page); err != nil {
			return err
		}
	}
	f := s.frame(ctx, c, h, here)
	f.Draft = &views.Draft{Again: tryDraft + strconv.FormatInt(id, 10), Enter: reviewDraft}
	return s.render(ctx, c, http.StatusOK, views.Trial(f, page))
}

// trialRows compare what was done with what the draft would do, as far as it is
// known.
func (s *Server) trialRows(ctx context.Context, h house, e store.Entry, t effect.Trial, hide mask, page *views.TrialPage) error {
	d := t.Decision
	try := store.Try{Outcome: d.Outcome, Reason: d.Reason, Steps: d.Steps}
	after := e
	after.Record, after.Wrote = callflow.Record{}, nil
	if d.Record != nil {
		after.Record = *d.Record
	}
	if d.Outcome == callflow.Logged {
		after.Wrote = d.Task.Fields
	}
	if !t.Record {
		page.Missing = append(page.Missing, string(effect.MissingRecord))
		if !t.Certain {
			return nil
		}
		page.Rows = []views.DryRunRow{{Label: views.T(ctx, "dryrun.row.outcome"), Before: views.T(ctx, "outcome."+string(e.Outcome)),
			After: views.T(ctx, "outcome."+string(callflow.Logged)), Changed: e.Outcome != callflow.Logged}}
		return nil
	}
	names, err := s.namesOf(ctx, e, h)
	if err != nil {
		return err
	}
	for id, name := range namesIn(d.Steps, h) {
		names[id] = name
	}
	dry := dryRunning{before: e, after: after, try: try, d: d, names: names, hide: hide}
	page.Rows = dry.verdictRows(ctx)
	fields, _ := dry.fieldRows(ctx, h)
	unknown := map[string]bool{}
	if d.Outcome == callflow.Logged && !t.Owner {
		page.Missing, unknown["OwnerId"] = append(page.Missing, string(effect.MissingOwner)), true
	}
	if d.Outcome == callflow.Logged && !t.Related {
		page.Missing, unknown["WhatId"] = append(page.Missing, string(effect.MissingRelated)), true
	}
	for i, row := range fields {
		if unknown[row.Field] {
			fields[i].After, fields[i].Changed, fields[i].Note = "", true, views.T(ctx, "trial.unknown")
		}
	}
	page.Rows = append(page.Rows, fields...)
	var trace views.DetailPage
	if len(try.Steps) > 0 {
		s.detailTries(ctx, &trace, store.Entry{}, []store.Try{try}, 0, hide)
		page.Trace, page.Trace.Instance = trace, h.salesforce.InstanceURL
	}
	slices.SortStableFunc(page.Rows, func(a, b views.DryRunRow) int { // what differs first
		switch {
		case a.Changed == b.Changed:
			return 0
		case a.Changed:
			return -1
		}
		return 1
	})
	return nil
}
