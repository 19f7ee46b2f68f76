package web

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// sampleRoute shows invented calls under the rules of today.
const sampleRoute = startRoute + "/samples"

// sampleCall is an invented call, and what Salesforce would answer about it.
type sampleCall struct {
	code   string
	kind   callflow.CallType
	number string
	sunday bool          // late on a Sunday, else on a Tuesday morning
	talk   time.Duration // when it matters; 0 = long enough for the filters
	known  []callflow.Candidate
}

// sampleColleague is a number of the company's own, made up with the calls.
const sampleColleague = "+33199000199"

// sampleCalls are what every company meets in its first week.
func sampleCalls() []sampleCall {
	contact := func(id, name, account, number string) callflow.Candidate {
		return callflow.Candidate{Field: "Phone", Value: number, Record: callflow.Record{Kind: callflow.ContactRecord, ID: "003sample" + id, Name: name,
			AccountID: "001sample" + id, AccountName: account, OwnerID: sampleUser}}
	}
	lead := callflow.Candidate{Field: "Phone", Value: "+12025550143", Record: callflow.Record{Kind: callflow.LeadRecord, ID: "00Qsample1", Name: "Nora Quinn", OwnerID: sampleUser}}
	known := []callflow.Candidate{contact("1", "Jeanne Petit", "Petit & Fils", "+33199005501")}
	return []sampleCall{
		{code: "known", kind: callflow.InboundAnswered, number: "+33199005501", known: known},
		{code: "unknown", kind: callflow.Missed, number: "+441632960123"},
		{code: "voicemail", kind: callflow.Voicemail, number: "+12025550143", known: []callflow.Candidate{lead}},
		{code: "outbound", kind: callflow.OutboundUnanswered, number: "+33199005501", known: known},
		{code: "sunday", kind: callflow.Missed, number: "+33199005501", sunday: true, known: known},
		{code: "internal", kind: callflow.InboundAnswered, number: sampleColleague},
		{code: "anonymous", kind: callflow.InboundAnswered, number: hiddenNumber},
		{code: "shared", kind: callflow.InboundAnswered, number: "+33199005502", known: []callflow.Candidate{
			contact("2", "Paul Garnier", "Garnier SA", "+33199005502"), contact("3", "Sofia Mendes", "Mendes Conseil", "+33199005502"),
		}},
		{code: "message", kind: callflow.MessageReceived, number: "+33199005501", known: known},
		{code: "short", kind: callflow.InboundAnswered, number: "+12025550143", talk: 3 * time.Second, known: []callflow.Candidate{lead}},
	}
}

// sampleUser is who answers the sample calls, and owns their records.
const sampleUser = "005sample1"

// showSampleCalls judges the invented calls by the rules in force. Salesforce
// is not asked, and nothing is written anywhere.
func (s *Server) showSampleCalls(c echo.Context) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	lines, err := s.o.Store.Lines(ctx)
	if err != nil {
		return err
	}
	sur, err := s.surroundings(ctx)
	if err != nil {
		return err
	}
	org, _, err := orgOf(h)
	if err != nil {
		return err
	}
	sur.OwnNumbers[sampleColleague] = true
	line := sampleLine(lines, rules.Settings)
	m := views.SamplesPage{Version: views.Plain(rules.Version), Line: lineName(line)}
	for _, sample := range sampleCalls() {
		call := s.sampleCall(ctx, sample, line, rules.Settings)
		hide := maskFor(visitorOf(c), call.External.Text())
		m.Calls = append(m.Calls, judgeSample(ctx, sample, call, rules.Settings, sur, org.Org, h, hide))
	}
	return s.render(ctx, c, http.StatusOK, views.Samples(s.frame(ctx, c, h, views.HereStart), m))
}

// sampleLine is the first line whose calls are logged: the calls are about the
// other rules. Before there is one it is made up too.
func sampleLine(lines []store.Line, rules callflow.Settings) callflow.Line {
	for _, l := range lines {
		if rules.Filters.Lines.Has(l.ID) && l.GoneAt.IsZero() {
			return l.Line
		}
	}
	return callflow.Line{ID: "sample", Name: "Accueil", E164: "+33199000100", Country: "FR", TimeZone: "Europe/Paris"}
}

// sampleCall makes the call of last Tuesday at half past ten, or of last
// Sunday at twenty to eleven in the evening, where the line is.
func (s *Server) sampleCall(ctx context.Context, sample sampleCall, line callflow.Line, rules callflow.Settings) callflow.Call {
	now := s.o.Now().In(zoneOf(ctx, line))
	day, hour, minute := time.Tuesday, 10, 30
	if sample.sunday {
		day, hour, minute = time.Sunday, 22, 40
	}
	back := (int(now.Weekday()-day)+6)%7 + 1 // one day to seven
	at := time.Date(now.Year(), now.Month(), now.Day()-back, hour, minute, 0, 0, now.Location())
	call := callflow.Call{Line: line, External: aircall.ReadNumber(sample.number, line.Country)}
	play(ctx, &call, sample.kind, callflow.Agent{ID: "sample", Name: "Camille Durand", Email: "camille@example.com"}, at, rules)
	call.ID = "sample-" + sample.code
	if sample.talk > 0 {
		call.EndedAt = call.AnsweredAt.Add(sample.talk)
	}
	return call
}

func judgeSample(ctx context.Context, sample sampleCall, call callflow.Call, rules callflow.Settings, sur callflow.Surroundings, org callflow.Org, h house, hide mask) views.SampleCall {
	v := views.SampleCall{Code: sample.code, Type: string(sample.kind), Number: cmp.Or(shownNumber(call.External.Text(), hide), views.T(ctx, "number.anonymous")), At: views.On(ctx, call.StartedAt)}
	if sample.number == hiddenNumber {
		v.Number = views.T(ctx, "tester.form.anonymous")
	}
	sc := callflow.Screen(call, rules, sur)
	if sc.Skip {
		v.Outcome, v.Reason = string(callflow.Skipped), string(sc.Reason)
		v.Detail = hide.params(reasonParams(sc.Steps))
		return v
	}
	user := callflow.User{ID: sampleUser, Name: "Camille Durand", Email: "camille@example.com"}
	found := callflow.Found{Candidates: sample.known, Users: []callflow.User{user},
		Connection: callflow.User{ID: h.salesforce.UserID, Name: h.salesforce.UserName, Email: h.salesforce.UserEmail}}
	d := callflow.Foresee(call, rules, sc, found, org)
	v.Outcome, v.Reason, v.Closed = string(d.Outcome), string(d.Reason), d.Task.Closed
	v.Detail = hide.params(reasonParams(append(sc.Steps, d.Steps...)))
	if d.Outcome != callflow.Logged {
		return v
	}
	v.Subject = hide.field(fieldText(ctx, "Subject", d.Task.Fields["Subject"]))
	if d.Record != nil {
		v.Record, v.Kind, v.Made = hide.text(d.Record.Name), string(d.Record.Kind), d.Create != nil
	}
	names := namesIn(d.Steps, h)
	names[sampleUser] = user.Name
	v.Owner = ownerName(ctx, names, d)
	return v
}

// reasonParams are the facts of the step that decided: the last one.
func reasonParams(steps []callflow.Step) map[string]string {
	if len(steps) == 0 {
		return nil
	}
	return steps[len(steps)-1].Params
}
