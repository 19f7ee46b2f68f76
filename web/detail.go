package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// showEntry shows everything known about one call or message.
func (s *Server) showEntry(c echo.Context) error {
	e, tries, err := s.entryOf(c)
	if err != nil {
		return err
	}
	return s.renderDetail(c, http.StatusOK, e, tries, "")
}

func entryID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, store.ErrNotFound
	}
	return id, nil
}

// entryOf is the entry that the address names, with its tries.
func (s *Server) entryOf(c echo.Context) (store.Entry, []store.Try, error) {
	id, err := entryID(c)
	if err != nil {
		return store.Entry{}, nil, err
	}
	ctx := c.Request().Context()
	e, err := s.o.Store.Entry(ctx, id)
	if err != nil {
		return store.Entry{}, nil, err
	}
	tries, err := s.o.Store.TriesOf(ctx, id)
	return e, tries, err
}

// renderDetail draws an entry; mistake is what is wrong with a choice.
func (s *Server) renderDetail(c echo.Context, status int, e store.Entry, tries []store.Try, mistake string) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m, err := s.detail(ctx, c, h, e, tries)
	if err != nil {
		return err
	}
	if m.Choice != nil && mistake != "" {
		m.Choice.Mistake = views.ProblemText(ctx, mistake, nil)
	}
	f := s.frame(ctx, c, h, views.HereActivity)
	if isFragment(c) && status == http.StatusOK {
		return s.render(ctx, c, status, views.DetailContent(f, m))
	}
	return s.render(ctx, c, status, views.Detail(f, m))
}

func (s *Server) detail(ctx context.Context, c echo.Context, h house, e store.Entry, tries []store.Try) (views.DetailPage, error) {
	v := visitorOf(c)
	hide := maskFor(v, e.External)
	name, number := who(e, hide)
	m := views.DetailPage{
		ID: strconv.FormatInt(e.ID, 10), CallID: e.ObjectID, Kind: string(e.Kind), Type: string(e.CallType), Direction: string(e.Direction),
		Who: name, Number: number, At: views.On(ctx, e.StartedAt), Zone: zoneName(ctx),
		Outcome: string(e.Outcome), Reason: string(e.Reason), Detail: hide.params(e.Detail),
		RulesNow: strconv.Itoa(h.version), CanReplay: v.may(editor) && e.Replay == "", Instance: h.salesforce.InstanceURL,
	}
	if v.may(editor) && e.External != "" {
		m.TestURL = testURL(e)
	}
	if m.CanReplay && s.o.RehearseReplay != nil {
		m.DryRunURL = dryRunURL(e.ID)
	}
	if err := s.detailRules(ctx, &m, v, h, e); err != nil {
		return m, err
	}
	m.ResolvedAt, m.ResolvedBy = views.On(ctx, e.ResolvedAt), e.ResolvedBy
	if e.RulesVersion > 0 {
		m.RulesVersion = strconv.Itoa(e.RulesVersion)
	}
	if e.Outcome == callflow.Waiting {
		m.Next, m.LiveURL = views.On(ctx, e.DueAt), c.Request().URL.RequestURI()
	}
	if e.Outcome == callflow.NeedsChoice && v.may(editor) {
		m.Choice = choice(ctx, h, e, tries)
	}
	shown := shownTry(tries, c.QueryParam("try"))
	s.detailTries(ctx, &m, e, tries, shown, hide)
	nameKept(m.Steps, tries, hide)
	m.Refused = lateRefusal(e, tries, hide)
	if err := s.detailFacts(ctx, &m, h, e, tries, v, hide); err != nil {
		return m, err
	}
	if err := s.detailOthers(ctx, &m, e); err != nil {
		return m, err
	}
	return m, s.detailNeighbours(ctx, c, &m, e)
}

// shownTry is the try that the address names, else the last one; -1 for none.
func shownTry(tries []store.Try, asked string) int {
	if i := slices.IndexFunc(tries, func(t store.Try) bool { return strconv.Itoa(t.N) == asked }); i >= 0 {
		return i
	}
	return len(tries) - 1
}

// detailTries fills in the attempts, and of the one that is shown the trace,
// the requests and where the time went.
func (s *Server) detailTries(ctx context.Context, m *views.DetailPage, e store.Entry, tries []store.Try, shown int, hide mask) {
	for i, t := range tries {
		m.Tries = append(m.Tries, views.DetailTry{N: t.N, Cause: t.Cause, At: views.On(ctx, t.At), Took: views.Duration(ctx, t.Took), Outcome: string(t.Outcome),
			Reason: string(t.Reason), RulesVersion: strconv.Itoa(t.RulesVersion), Current: i == shown})
	}
	if shown < 0 {
		return
	}
	t := tries[shown]
	for _, step := range t.Steps {
		m.Steps = append(m.Steps, detailStep(ctx, step, t.Steps[0].At, hide))
	}
	for _, x := range t.Exchanges {
		r := detailRequest(ctx, x, hide)
		if len(m.Steps) == 0 {
			m.Requests = append(m.Requests, r)
			continue
		}
		step := &m.Steps[askingStep(t.Steps, x)]
		step.Requests = append(step.Requests, r)
	}
	m.Spans = spans(ctx, e, t)
}

func detailRequest(ctx context.Context, x store.Exchange, hide mask) views.DetailRequest {
	r := views.DetailRequest{Purpose: x.Purpose, Method: x.Method, Path: requestPath(x.Path, hide), Status: x.Status,
		Took: views.Duration(ctx, time.Duration(x.Micros)*time.Microsecond), Shared: x.Shared}
	if !hide.hides() {
		r.Sent, r.Got, r.Err = readable(x.Sent), readable(x.Got), x.Err
	}
	return r
}

func detailStep(ctx context.Context, step callflow.Step, first int64, hide mask) views.DetailStep {
	step.Params = hide.params(step.Params)
	if hide.hides() {
		step.Candidates = slices.Clone(step.Candidates)
		for i := range step.Candidates {
			step.Candidates[i].Name, step.Candidates[i].Value = hide.text(step.Candidates[i].Name), hide.text(step.Candidates[i].Value)
		}
	}
	d := views.DetailStep{Step: step}
	if first > 0 && step.At >= first {
		d.Offset = offset(ctx, time.Duration(step.At-first)*time.Microsecond)
	}
	return d
}

// offset is how long after the first step another one came.
func offset(ctx context.Context, after time.Duration) string {
	if after < time.Millisecond {
		return views.Duration(ctx, after) // "< 1 ms" and a plus would contradict each other
	}
	return "+" + views.Duration(ctx, after)
}

// readable lays JSON out on lines; anything else stays as it is.
func readable(text string) string {
	var out bytes.Buffer
	if json.Indent(&out, []byte(text), "", "  ") != nil {
		return text
	}
	return out.String()
}

// spans tell where the time went from the end of the call to the Task.
func spans(ctx context.Context, e store.Entry, t store.Try) []views.Span {
	begin := e.EndedAt
	if begin.IsZero() || t.At.Sub(begin) > time.Hour || t.At.Before(begin) {
		begin = t.At // a replay: what came before is long ago
	}
	var out []views.Span
	add := func(code string, from time.Time, took time.Duration, bad bool) {
		out = append(out, views.Span{Code: code, Start: max(0, float64(from.Sub(begin).Microseconds())/1000), Took: float64(took.Microseconds()) / 1000,
			Text: views.Duration(ctx, took), Bad: bad})
	}
	if wait := t.At.Sub(begin); wait > 0 {
		add("wait", begin, wait, false)
	}
	asking := time.Duration(0)
	for _, x := range t.Exchanges {
		asking += time.Duration(x.Micros) * time.Microsecond
	}
	add("rules", t.At, max(0, t.Took-asking), false)
	for _, x := range t.Exchanges {
		add(x.Purpose, x.At, time.Duration(x.Micros)*time.Microsecond, x.Status == 0 || x.Status >= 400)
	}
	return out
}

// notLate is how long an event is on its way without a word about it.
const notLate = 30 * time.Second

// arrived says of an event that it came late, or after one that happened later.
// What we asked Aircall for ourselves did neither.
func arrived(ctx context.Context, events []store.StoredEvent, i int) string {
	ev := events[i]
	if ev.Event == aircall.Fetched {
		return ""
	}
	if after := ev.ReceivedAt.Sub(ev.EventAt); after >= notLate {
		return views.T(ctx, "events.late", "after", views.Duration(ctx, after))
	}
	for _, later := range events[i+1:] {
		if later.Event != aircall.Fetched && later.ReceivedAt.Before(ev.ReceivedAt) {
			return views.T(ctx, "events.order")
		}
	}
	return ""
}

// detailFacts reads the call again from its events, which are the truth.
func (s *Server) detailFacts(ctx context.Context, m *views.DetailPage, h house, e store.Entry, tries []store.Try, v visitor, hide mask) error {
	events, err := s.o.Store.EventsOf(ctx, e.Kind, e.ObjectID)
	if err != nil {
		return err
	}
	slices.SortStableFunc(events, func(a, b store.StoredEvent) int { // they arrive in any order
		return cmp.Or(a.EventAt.Compare(b.EventAt), aircall.CompareEvents(a.Event, b.Event), a.ReceivedAt.Compare(b.ReceivedAt))
	})
	folded := make([]aircall.Event, len(events))
	for i, ev := range events {
		folded[i] = aircall.Event{Body: ev.Body, ReceivedAt: ev.ReceivedAt}
		d := views.DetailEvent{Name: ev.Event, At: views.On(ctx, ev.EventAt), Size: views.Bytes(ctx, len(ev.Body)), Arrived: arrived(ctx, events, i)}
		if v.may(editor) {
			d.Body = readable(string(ev.Body))
		}
		m.Events = append(m.Events, d)
	}
	call, _ := aircall.Fold(e.Kind, e.ObjectID, folded)
	m.Facts = callFacts(ctx, call, hide)
	m.Facts.Record, m.Facts.RecordKind, m.Facts.RecordURL = standsOn(e, hide), string(e.Record.Kind), recordURL(h, e.Record.ID)
	m.Facts.RecordNew = slices.Contains(e.Created, e.Record.ID)
	if e.WhatID != "" && e.WhatID != e.Record.ID {
		m.Facts.Related, m.Facts.RelatedURL = hide.text(nameIn(tries, "related", "related_name", e.WhatID)), recordURL(h, e.WhatID)
	}
	m.Facts.Owner, m.Facts.OwnerURL = nameIn(tries, "user", "user_name", e.OwnerID), recordURL(h, e.OwnerID)
	m.Facts.Created = createdFor(h, e, tries, hide)
	m.AircallURL = cmp.Or(call.Recording, call.Voicemail)
	m.Late = late(ctx, e, tries, events, hide)
	if v.may(editor) { // it quotes Salesforce
		m.Report = report(e, tries, len(events))
	}
	m.Facts.TaskID, m.Facts.TaskURL, m.Facts.TaskAt = e.TaskID, recordURL(h, e.TaskID), views.On(ctx, e.TaskAt)
	return nil
}

// nameIn finds what the traces call a record, else its id. A Case of a Task that
// stood already is called by its id there, so all tries are looked through.
func nameIn(tries []store.Try, idKey, nameKey, id string) string {
	for _, t := range tries {
		for _, step := range t.Steps {
			if name := step.Params[nameKey]; id != "" && step.Params[idKey] == id && name != "" && name != id {
				return name
			}
		}
	}
	return id
}

// nameKept names in a trace what only earlier tries knew the name of.
func nameKept(steps []views.DetailStep, tries []store.Try, hide mask) {
	for i, step := range steps {
		id := step.Params["related"]
		if id == "" || step.Result != "kept" {
			continue
		}
		if name := nameIn(tries, "related", "related_name", id); name != id {
			steps[i].Params = maps.Clone(step.Params)
			steps[i].Params["related_name"] = hide.text(name)
		}
	}
}

// createdFor are the records that were made for the entry, beside the one that
// its Task stands on and what it is tied to.
func createdFor(h house, e store.Entry, tries []store.Try, hide mask) []views.Link {
	var out []views.Link
	for _, id := range e.Created {
		if id == e.Record.ID || id == e.WhatID {
			continue
		}
		name := nameIn(tries, "id", "name", id)
		if related := nameIn(tries, "related", "related_name", id); name == id {
			name = related
		}
		if name != id {
			name = hide.text(name)
		}
		out = append(out, views.Link{Text: name, URL: recordURL(h, id)})
	}
	return out
}

func callFacts(ctx context.Context, call callflow.Call, hide mask) views.DetailFacts {
	f := views.DetailFacts{Line: call.Line.Name, LineNumber: call.Line.E164, Agent: call.Agent.Name, MissedReason: hide.text(call.MissedReason),
		Tags: hide.texts(call.Tags), Body: hide.text(call.Body), RecordingURL: call.Recording, VoicemailURL: call.Voicemail}
	rang := make([]string, len(call.Rang))
	for i, a := range call.Rang {
		rang[i] = a.Name
	}
	f.Rang = strings.Join(rang, ", ")
	for _, comment := range call.Comments {
		f.Comments = append(f.Comments, hide.text(comment.Text))
	}
	if call.Kind == callflow.KindCall && !call.EndedAt.IsZero() {
		f.Waited = views.Duration(ctx, call.Waiting())
		if talk := call.Talk(); talk > 0 {
			f.Talked = views.Duration(ctx, talk)
		}
	}
	return f
}

// detailOthers counts the other calls with the same trouble.
func (s *Server) detailOthers(ctx context.Context, m *views.DetailPage, e store.Entry) error {
	if e.Outcome != callflow.Failed && e.Outcome != callflow.NeedsChoice {
		return nil
	}
	n, err := s.o.Store.CountEntries(ctx, store.Filter{Outcomes: []callflow.Outcome{e.Outcome}, Reason: e.Reason})
	m.Others, m.OthersURL = max(0, n-1), listURL("outcome", string(e.Outcome), "reason", string(e.Reason))
	return err
}

// detailNeighbours finds the entries before and after under the filter that
// the address carries along, and carries it on.
func (s *Server) detailNeighbours(ctx context.Context, c echo.Context, m *views.DetailPage, e store.Entry) error {
	q := listOf(c, views.LocaleOf(ctx).Zone)
	m.ListURL = q.url(activityRoute, "after", "", "before", "")
	_, m.Filter, _ = strings.Cut(m.ListURL, "?")
	for i, t := range m.Tries {
		m.Tries[i].URL = q.url(entryURL(e.ID), "try", strconv.Itoa(t.N))
	}
	f := q.Filter
	f.Limit, f.Before, f.After = 1, "", store.Cursor(e)
	older, err := s.o.Store.ListEntries(ctx, f)
	if err != nil {
		return err
	}
	f.Before, f.After = store.Cursor(e), ""
	newer, err := s.o.Store.ListEntries(ctx, f)
	if err != nil {
		return err
	}
	if len(older.Entries) == 1 {
		m.OlderURL = q.url(entryURL(older.Entries[0].ID))
	}
	if len(newer.Entries) == 1 {
		m.NewerURL = q.url(entryURL(newer.Entries[0].ID))
	}
	return nil
}

// choice lists the records of the latest search, for a person to choose from.
func choice(ctx context.Context, h house, e store.Entry, tries []store.Try) *views.Choice {
	out := &views.Choice{Action: entryURL(e.ID) + "/choose"}
	for i := len(tries) - 1; i >= 0 && len(out.Records) == 0; i-- {
		for _, step := range tries[i].Steps {
			for _, j := range step.Candidates {
				if j.Converted {
					continue
				}
				out.Records = append(out.Records, views.ChoiceRecord{ID: j.ID, Kind: string(j.Kind), Name: j.Name, Field: j.Field, Value: j.Value,
					Modified: views.On(ctx, j.ModifiedAt), URL: recordURL(h, j.ID)})
			}
		}
	}
	return out
}
