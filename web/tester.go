package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/phone"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// Rehearse goes with a call through the same stages as the worker, under some
// rules, and writes nothing. The decision is a foreseen one.
type Rehearse func(ctx context.Context, call callflow.Call, rules store.Rules) (store.Try, callflow.Decision, error)

const (
	// rehearsalTime is how long a visitor waits for Salesforce.
	rehearsalTime = 25 * time.Second
	// testedRing and testedTalk are how long a call lasts that was never made.
	testedRing = 12 * time.Second
	testedTalk = 2 * time.Minute
	// testedID stands where the Task names the call.
	testedID = "{call_id}"
	// hiddenNumber is what is typed for a caller who hides the number: it is
	// what Aircall writes. Other words are slips, not hidden numbers.
	hiddenNumber = "anonymous"
	// longestNumber is more than anybody types for one.
	longestNumber = 60
)

// tested is what the form asks about.
type tested struct {
	form     views.Form
	call     callflow.Call
	mistakes []views.Mistake
}

// testNumber answers: for this number you would get... It asks Salesforce and
// changes nothing.
func (s *Server) testNumber(c echo.Context) error {
	if s.o.Rehearse == nil {
		return echo.ErrServiceUnavailable
	}
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	m, lines, agents, err := s.testerForm(ctx)
	if err != nil {
		return err
	}
	q := c.QueryParams()
	t := s.readTest(ctx, q, lines, agents, rules.Settings)
	m.Form, m.Zone = t.form, zoneOf(ctx, t.call.Line).String()
	status := http.StatusOK
	switch {
	case !q.Has("number"):
	case len(t.mistakes) > 0:
		status, m.Form.Mistakes = http.StatusUnprocessableEntity, t.mistakes
	default:
		if m.Answer, err = s.answerTest(ctx, c, h, t.call, rules, lines); err != nil {
			return err
		}
	}
	return s.render(ctx, c, status, views.Tester(s.frame(ctx, c, h, views.HereTester), m))
}

// testURL asks about the number of an entry what would become of it today.
func testURL(e store.Entry) string {
	q := url.Values{"number": {e.External}, "agent": {e.AgentID}}
	if !strings.ContainsAny(e.External, "0123456789") {
		q.Set("number", hiddenNumber)
	}
	if e.LineID != "" {
		q.Set("line", e.LineID)
	}
	if e.CallType != "" {
		q.Set("type", string(e.CallType))
	}
	return "/rules/test?" + q.Encode()
}

func (s *Server) testerForm(ctx context.Context) (views.TesterPage, []store.Line, []callflow.Agent, error) {
	var m views.TesterPage
	lines, err := s.o.Store.Lines(ctx)
	if err != nil {
		return m, nil, nil, err
	}
	agents, err := s.o.Store.Agents(ctx)
	for _, l := range lines {
		m.Lines = append(m.Lines, views.Option{Value: l.ID, Text: lineName(l.Line)})
	}
	if len(lines) == 0 {
		m.Lines = []views.Option{{Value: "", Text: views.T(ctx, "tester.line.none")}}
	}
	m.Agents = []views.Option{{Value: "", Text: views.T(ctx, "tester.agent.none")}}
	for _, a := range agents {
		m.Agents = append(m.Agents, views.Option{Value: a.ID, Text: a.Name})
	}
	return m, lines, agents, err
}

// zoneOf is the zone that moments on a line are typed in.
func zoneOf(ctx context.Context, l callflow.Line) *time.Location {
	if zone, err := time.LoadLocation(l.TimeZone); err == nil && l.TimeZone != "" {
		return zone
	}
	return views.LocaleOf(ctx).Zone
}

// readTest makes a call of what was typed.
func (s *Server) readTest(ctx context.Context, q url.Values, lines []store.Line, agents []callflow.Agent, rules callflow.Settings) tested {
	var t tested
	wrong := func(field, code string, params map[string]string) {
		t.mistakes = append(t.mistakes, views.Mistake{Field: field, Text: views.ProblemText(ctx, code, params)})
	}
	number, line, agent := strings.TrimSpace(q.Get("number")), q.Get("line"), q.Get("agent")
	callType := callflow.CallType(q.Get("type"))
	if callType == "" {
		callType = callflow.InboundAnswered
	}
	if line == "" && len(lines) > 0 {
		line = lines[0].ID
	}
	if !q.Has("agent") && len(agents) > 0 {
		agent = agents[0].ID
	}
	t.form.Values = map[string][]string{"number": {number}, "line": {line}, "agent": {agent}, "type": {string(callType)}, "at": {q.Get("at")}}
	if i := slices.IndexFunc(lines, func(l store.Line) bool { return l.ID == line }); i >= 0 {
		t.call.Line = lines[i].Line
	} else if line != "" {
		wrong("line", "gone", nil)
	}
	var who callflow.Agent
	if i := slices.IndexFunc(agents, func(a callflow.Agent) bool { return a.ID == agent }); i >= 0 {
		who = agents[i]
	} else if agent != "" {
		wrong("agent", "gone", nil)
	}
	switch {
	case number == "":
		wrong("number", "required", nil)
	case len(number) > longestNumber:
		wrong("number", "too_long", map[string]string{"max": "60"})
	case !strings.EqualFold(number, hiddenNumber) && !strings.ContainsAny(number, "0123456789"):
		wrong("number", "bad_number", map[string]string{"value": number})
	}
	if !slices.Contains(callflow.CallTypes(), callType) {
		wrong("type", "gone", nil)
	}
	at := s.o.Now().In(zoneOf(ctx, t.call.Line))
	if typed := q.Get("at"); typed != "" {
		var err error
		if at, err = time.ParseInLocation("2006-01-02T15:04", typed, at.Location()); err != nil {
			wrong("at", "bad_time", nil)
		}
	}
	t.call.External = callflow.Number{Raw: number}
	if read := readTyped(number, t.call.Line, lines); len(read) > 0 {
		t.call.External.E164 = read[0].E164
	}
	play(ctx, &t.call, callType, who, at, rules)
	return t
}

// readTyped reads a number as people type it: in the country of its line, and
// in those of the other lines when it is no number there.
func readTyped(typed string, line callflow.Line, lines []store.Line) []phone.Reading {
	return phone.Readings(typed, append([]string{line.Country}, countriesOf(lines)...)...)
}

// play gives the call the facts that its type asks for. Its talk is long
// enough for the filters.
func play(ctx context.Context, c *callflow.Call, t callflow.CallType, who callflow.Agent, at time.Time, rules callflow.Settings) {
	c.Kind, c.ID, c.Direction, c.StartedAt, c.Ended = callflow.KindCall, testedID, callflow.Inbound, at, true
	answered := func() {
		c.Agent, c.AnsweredAt = who, at.Add(testedRing)
		c.EndedAt = c.AnsweredAt.Add(max(testedTalk, time.Duration(rules.Filters.MinTalkSeconds)*time.Second))
	}
	c.EndedAt = at.Add(testedRing)
	switch t {
	case callflow.InboundAnswered:
		answered()
	case callflow.OutboundAnswered:
		c.Direction = callflow.Outbound
		answered()
	case callflow.OutboundUnanswered:
		c.Direction, c.Agent = callflow.Outbound, who
	case callflow.Voicemail:
		c.VoicemailLeft = true
	case callflow.MessageSent, callflow.MessageReceived:
		c.Kind, c.EndedAt, c.Body = callflow.KindMessage, time.Time{}, views.T(ctx, "tester.message")
		if t == callflow.MessageSent {
			c.Direction, c.Agent = callflow.Outbound, who
		}
	}
}

func (s *Server) answerTest(ctx context.Context, c echo.Context, h house, call callflow.Call, rules store.Rules, lines []store.Line) (*views.TesterAnswer, error) {
	if !s.askers.allow(visitorOf(c), s.o.Now()) {
		return nil, throttled{askedEvery}
	}
	asking, cancel := context.WithTimeout(ctx, rehearsalTime)
	defer cancel()
	try, d, err := s.o.Rehearse(asking, call, rules)
	if err != nil {
		return nil, err
	}
	hide := maskFor(visitorOf(c), call.External.Text())
	a := &views.TesterAnswer{Outcome: string(try.Outcome), Reason: string(try.Reason), Detail: hide.params(try.Detail), Closed: d.Task.Closed}
	s.detailTries(ctx, &a.Trace, store.Entry{}, []store.Try{try}, 0, hide)
	a.Trace.RulesVersion, a.Trace.Instance = views.Plain(rules.Version), h.salesforce.InstanceURL
	a.Forms = numberForms(ctx, call, try, lines, hide)
	if try.Outcome != callflow.Logged {
		return a, nil
	}
	foreseen(a, h, d, hide)
	names := namesIn(try.Steps, h)
	a.Owner = ownerName(ctx, names, d)
	a.OwnerWhy = ownerWhy(ctx, a.Trace.Steps)
	a.Assumed = assumed(ctx, call)
	org, _, err := orgOf(h)
	if err != nil {
		return nil, err
	}
	if d.Record != nil {
		names[d.Record.ID], names[d.Record.ContactID] = d.Record.Name, d.Record.Name
	}
	delete(names, callflow.NotMade)
	a.Rows = previewRows(ctx, h, org.Objects["Task"], d, store.Entry{}, names, hide)
	for i := range a.Rows {
		nameNew(ctx, &a.Rows[i], d, hide)
	}
	for _, step := range d.Steps {
		if step.Code == callflow.StepTask && step.Result == "left_out" {
			a.Notices = append(a.Notices, views.T(ctx, "task.preview.left_out", "fields", step.Params["fields"]))
		}
	}
	return a, nil
}

// assumed says what the form did not tell and the Task needs.
func assumed(ctx context.Context, call callflow.Call) string {
	switch {
	case call.Kind == callflow.KindMessage:
		return views.T(ctx, "tester.assumed.message")
	case call.Talk() == 0:
		return views.T(ctx, "tester.assumed.unanswered")
	default:
		return views.T(ctx, "tester.assumed.call", "talk", views.Duration(ctx, call.Talk()))
	}
}

// foreseen fills in what the Task would stand on.
func foreseen(a *views.TesterAnswer, h house, d callflow.Decision, hide mask) {
	if r := d.Record; r != nil {
		a.Record, a.Kind, a.New = hide.text(r.Name), string(r.Kind), d.Create != nil
		if !a.New {
			a.URL = recordURL(h, r.ID)
		}
	}
	if n := d.CreateRelated; n != nil {
		a.Related, a.MadeToo = hide.text(n.Name), true
		return
	}
	for _, step := range d.Steps {
		if id := step.Params["related"]; step.Code == callflow.StepRelated && id != "" {
			a.Related, a.RelatedU = hide.text(step.Params["related_name"]), recordURL(h, id)
		}
	}
}

// namesIn are the names of the users, Cases and Opportunities of a trace.
func namesIn(steps []callflow.Step, h house) map[string]string {
	names := map[string]string{h.salesforce.UserID: h.salesforce.UserName}
	for _, step := range steps {
		for id, name := range map[string]string{"user": "user_name", "related": "related_name"} {
			if step.Params[id] != "" && step.Params[name] != "" {
				names[step.Params[id]] = step.Params[name]
			}
		}
	}
	maps.DeleteFunc(names, func(id, _ string) bool { return id == "" })
	return names
}

func ownerName(ctx context.Context, names map[string]string, d callflow.Decision) string {
	id, _ := d.Task.Fields["OwnerId"].(string)
	if id == "" {
		return views.T(ctx, "tester.owner.none")
	}
	return cmp.Or(names[id], id)
}

// ownerWhy is the last word of the trace about the owner.
func ownerWhy(ctx context.Context, steps []views.DetailStep) string {
	for _, step := range slices.Backward(steps) {
		if step.Code == callflow.StepOwner {
			_, because := views.Sentence(ctx, step.Step)
			return because
		}
	}
	return ""
}

// nameNew says in words what a field refers to that is not made yet.
func nameNew(ctx context.Context, r *views.PreviewRow, d callflow.Decision, hide mask) {
	if r.Value != callflow.NotMade || !strings.HasSuffix(r.Field, "Id") {
		return
	}
	name := ""
	if d.Create != nil {
		name = d.Create.Name
	}
	if d.CreateRelated != nil && (r.Field == "WhatId" || d.Create == nil) {
		name = d.CreateRelated.Name
	}
	r.Value, r.URL = views.T(ctx, "tester.new", "name", hide.text(name)), ""
}

// numberForms are the ways in which the number is written, searched and seen.
func numberForms(ctx context.Context, call callflow.Call, try store.Try, lines []store.Line, hide mask) []views.NumberForm {
	n := call.External
	out := []views.NumberForm{{Label: views.T(ctx, "tester.form.typed"), Value: hide.text(n.Raw), Mono: true}}
	add := func(code, value string, mono bool) {
		out = append(out, views.NumberForm{Label: views.T(ctx, "tester.form."+code), Value: value, Mono: mono})
	}
	if read := readTyped(n.Raw, call.Line, lines); len(read) > 0 && read[0].Region != "" {
		country, own := views.CountryText(ctx, read[0].Region), views.CountryText(ctx, strings.ToUpper(call.Line.Country))
		if country == own {
			add("assumed", views.T(ctx, "tester.read.line", "country", country), false)
		} else {
			add("assumed", views.T(ctx, "tester.read.other", "country", country, "line", own), false)
		}
	}
	if n.E164 != "" {
		add("e164", hide.text(n.E164), true)
		add("international", hide.text(phone.International(n.E164)), true)
		add("national", hide.text(phone.National(n.E164)), true)
		if region := phone.Region(n.E164); region != "" {
			add("country", region, false)
		}
		if !hide.hides() {
			add("searched", strings.Join(phone.Spellings(n.E164, call.Line.Country), ", "), true)
		}
	}
	for _, l := range lines {
		if n.E164 != "" && l.E164 == n.E164 {
			add("own", lineName(l.Line), false)
		}
	}
	for _, step := range try.Steps {
		switch {
		case step.Code == callflow.StepFilter && step.Result == "number":
			add("ignored", hide.text(step.Params["entry"]), true)
		case step.Code == callflow.StepNumber && (step.Result == "anonymous" || step.Result == "unusable"):
			add("kind", views.T(ctx, "tester.form."+step.Result), false)
		}
	}
	return out
}
