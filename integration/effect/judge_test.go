package effect_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/effect"
	"ringledger/store"
)

// monday is a working day in summer.
var monday = time.Date(2026, 6, 15, 9, 0, 0, 0, time.UTC)

func missed() callflow.Call {
	return callflow.Call{
		Kind: callflow.KindCall, ID: "1", Direction: callflow.Inbound, External: callflow.Number{Raw: "+33199001234", E164: "+33199001234"},
		Line: callflow.Line{ID: "77", Name: "Support", E164: "+33199000010", Country: "FR", TimeZone: "Europe/Paris"},
		Rang: []callflow.Agent{omar}, Agent: omar, StartedAt: monday, EndedAt: monday.Add(20 * time.Second), EndedEventAt: monday.Add(30 * time.Second), Ended: true,
	}
}

var omar = callflow.Agent{ID: "5", Name: "Omar", Email: "omar@example.com"}

func candidate(kind callflow.RecordKind, id, name string, days int) callflow.Judged {
	return callflow.Judged{Candidate: callflow.Candidate{
		Record: callflow.Record{Kind: kind, ID: id, Name: name, OwnerID: "005owner"}, Field: "Phone", Value: "01 99 00 12 34", ModifiedAt: monday.AddDate(0, 0, -days)}}
}

var (
	ada     = candidate(callflow.ContactRecord, "003ada", "Ada", 1)
	adaLead = candidate(callflow.LeadRecord, "00Qada", "Ada the lead", 5)
	adaOld  = candidate(callflow.ContactRecord, "003old", "Ada before", 50)
)

// searched is the trace of a try that found the records.
func searched(found ...callflow.Judged) []callflow.Step {
	steps := []callflow.Step{{Code: callflow.StepNumber, Result: "none"}}
	if len(found) > 0 {
		steps = []callflow.Step{{Code: callflow.StepNumber, Result: "found"}, {Code: callflow.StepMatch, Result: "newest", Candidates: found}}
	}
	return append(steps, callflow.Step{Code: callflow.StepOwner, Result: "agent_email",
		Params: map[string]string{"email": omar.Email, "user": "005omar", "user_name": "Omar Diallo"}})
}

func rules(change ...func(*callflow.Settings)) callflow.Settings {
	s := callflow.Default()
	s.Matching.NoMatch.WhenNone = "skip"
	s.OfficeHours.Schedule.TimeZone = "Europe/Paris"
	for _, c := range change {
		c(&s)
	}
	return s
}

// nothing is a trace in which Salesforce was asked nothing.
var nothing []callflow.Step

// Changes of the rules, by what they say.
var (
	set       = func(changes ...func(*callflow.Settings)) []func(*callflow.Settings) { return changes }
	doNothing = func(s *callflow.Settings) { s.Flows[callflow.Missed] = callflow.Flow{Action: callflow.DoNothing} }
	completed = func(s *callflow.Settings) { s.Flows[callflow.Missed] = callflow.Flow{Action: callflow.Completed} }
	open      = func(s *callflow.Settings) { s.Flows[callflow.Missed] = callflow.Flow{Action: callflow.InProgress} }
	tomorrow  = func(s *callflow.Settings) {
		s.Flows[callflow.Missed] = callflow.Flow{Action: callflow.InProgress, DueDays: 1}
	}
	closed = func(s *callflow.Settings) {
		s.OfficeHours.Log, s.OfficeHours.Schedule.Week = callflow.LogOnlyOpen, map[string][]string{"tue": {"09:00-18:00"}}
	}
	ignored    = func(s *callflow.Settings) { s.Filters.IgnoreNumbers = []string{"+33199001234"} }
	leadsFirst = func(s *callflow.Settings) {
		s.Matching.Order = []callflow.RecordKind{callflow.LeadRecord, callflow.ContactRecord}
	}
	contacts = func(s *callflow.Settings) { s.Matching.Order = []callflow.RecordKind{callflow.ContactRecord} }
	oldest   = func(s *callflow.Settings) { s.Matching.Several = callflow.SeveralOldest }
	ask      = func(s *callflow.Settings) { s.Matching.Several = callflow.SeveralAsk }
	anyway   = func(s *callflow.Settings) { s.Matching.NoMatch.WhenNone = callflow.WhenNoneNoRecord }
	creates  = func(s *callflow.Settings) { s.Matching.NoMatch.Create = "lead" }
	mapped   = func(s *callflow.Settings) { s.Owner.Map = map[string]string{"omar@example.com": "lea@example.com"} }
	subject  = func(s *callflow.Settings) {
		s.Task.Subjects = map[callflow.CallType]string{callflow.Missed: "Rang: {record}"}
	}
	direct = func(s *callflow.Settings) {
		s.Matching.ExtraPhoneFields = map[string][]string{"Contact": {"Direct__c"}}
	}
	cases = func(s *callflow.Settings) { s.Related.Attach = callflow.AttachCase }
)

func TestADraftIsComparedWithTheRulesInForceOnWhatWasKnownThatDay(t *testing.T) {
	tests := map[string]comparison{
		"the same rules": {steps: searched(ada), want: effect.Difference{Class: effect.Same}},
		"kept out by the flow": {draft: set(doNothing), steps: searched(ada),
			want: effect.Difference{Class: effect.Dropped, Reason: callflow.ReasonFlow}},
		"kept out by its number": {draft: set(ignored), steps: searched(ada),
			want: effect.Difference{Class: effect.Dropped, Reason: callflow.ReasonNumber}},
		"kept out outside the hours": {draft: set(closed), steps: searched(ada),
			want: effect.Difference{Class: effect.Dropped, Reason: callflow.ReasonClosed}},
		"kept out for another reason": {now: set(doNothing), draft: set(ignored), want: effect.Difference{Class: effect.Same}},
		"nobody's number is not logged either way": {draft: set(doNothing), steps: searched(),
			want: effect.Difference{Class: effect.Same}},
		"kept out, and nobody knows whether the number is somebody's": {draft: set(doNothing), steps: nothing,
			want: effect.Difference{Class: effect.Unknown, Missing: effect.MissingRecord}},
		"kept out, and logged whoever it was": {now: set(anyway), draft: set(anyway, doNothing), steps: nothing,
			want: effect.Difference{Class: effect.Dropped, Reason: callflow.ReasonFlow}},
		"let in, and the record is known": {now: set(doNothing), steps: searched(ada),
			want: effect.Difference{Class: effect.Added, Reason: callflow.ReasonFlow}},
		"let in, and Salesforce must be asked first": {now: set(doNothing), steps: nothing,
			want: effect.Difference{Class: effect.LookedUp, Reason: callflow.ReasonFlow}},
		"let in, and logged whoever it was": {now: set(doNothing), draft: set(anyway), steps: nothing,
			want: effect.Difference{Class: effect.Added, Reason: callflow.ReasonFlow}},
		"let in, but nobody's number": {now: set(doNothing), steps: searched(), want: effect.Difference{Class: effect.Same}},
		"an open Task is completed": {now: set(open), draft: set(completed), steps: searched(ada),
			want: effect.Difference{Class: effect.Action, Was: "in_progress", Is: "completed"}},
		"due on another day": {now: set(open), draft: set(tomorrow), steps: searched(ada),
			want: effect.Difference{Class: effect.Content, Fields: []string{"ActivityDate"}}},
		"another subject": {draft: set(subject), steps: searched(ada),
			want: effect.Difference{Class: effect.Content, Fields: []string{"Subject"}}},
		"another kind comes first": {draft: set(leadsFirst), steps: searched(ada, adaLead),
			want: effect.Difference{Class: effect.Record, Was: "Ada", Is: "Ada the lead"}},
		"the oldest instead of the newest": {draft: set(oldest), steps: searched(ada, adaOld),
			want: effect.Difference{Class: effect.Record, Was: "Ada", Is: "Ada before"}},
		"the oldest of one":        {draft: set(oldest), steps: searched(ada), want: effect.Difference{Class: effect.Same}},
		"a person is asked":        {draft: set(ask), steps: searched(ada, adaOld), want: effect.Difference{Class: effect.Asked}},
		"nobody is asked any more": {now: set(ask), steps: searched(ada, adaOld), want: effect.Difference{Class: effect.Unasked}},
		"a kind that was not searched": {now: set(contacts), draft: set(leadsFirst), then: set(contacts), steps: searched(ada),
			want: effect.Difference{Class: effect.Unknown, Missing: effect.MissingRecord}},
		"a kind that is not searched any more": {draft: set(contacts), steps: searched(adaLead),
			want: effect.Difference{Class: effect.Dropped, Reason: callflow.ReasonNoMatch}},
		"a field that was not searched": {draft: set(direct), steps: searched(ada),
			want: effect.Difference{Class: effect.Unknown, Missing: effect.MissingRecord}},
		"nobody's number is logged on no record": {draft: set(anyway), steps: searched(),
			want: effect.Difference{Class: effect.Added, Reason: callflow.ReasonNoMatch}},
		"nobody's number makes a Lead": {draft: set(creates), steps: searched(),
			want: effect.Difference{Class: effect.Added, Reason: callflow.ReasonNoMatch}},
		"a user whom nobody looked up": {draft: set(mapped), steps: searched(ada),
			want: effect.Difference{Class: effect.Unknown, Missing: effect.MissingOwner}},
		"a user who is known": {draft: set(mapped), steps: append(searched(ada), callflow.Step{Code: callflow.StepOwner, Result: "mapped",
			Params: map[string]string{"email": "lea@example.com", "user": "005lea", "user_name": "Léa Petit"}}),
			want: effect.Difference{Class: effect.Owner, Was: "Omar Diallo", Is: "Léa Petit"}},
		"a Case that nobody looked for": {draft: set(cases), steps: searched(ada),
			want: effect.Difference{Class: effect.Unknown, Missing: effect.MissingRelated}},
		"the action of a call whose record nobody knows": {now: set(open), draft: set(completed), steps: nothing,
			want: effect.Difference{Class: effect.Unknown, Missing: effect.MissingRecord}},
		"the action of a call that is logged whoever it was": {now: set(open, anyway), draft: set(completed, anyway), steps: nothing,
			want: effect.Difference{Class: effect.Action, Was: "in_progress", Is: "completed"}},
		"the same for a call whose record nobody knows": {steps: nothing, want: effect.Difference{Class: effect.Same}},
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		test := tests[name]
		t.Run(name, test.run)
	}
}

// comparison is one call under two rules.
type comparison struct {
	now, draft []func(*callflow.Settings)
	then       []func(*callflow.Settings)
	steps      []callflow.Step
	want       effect.Difference
}

func (c comparison) run(t *testing.T) {
	j := effect.Judge{Current: rules(c.now...), Draft: rules(c.draft...), Connection: callflow.User{ID: "005us", Name: "Connection"}}
	then := rules(c.then...)
	facts := effect.Remembered(store.Entry{}, []store.Try{{RulesVersion: 3, Steps: c.steps}},
		func(version int) (callflow.Settings, bool) { return then, version == 3 })
	got := j.Compare(missed(), facts)
	if got.Class != c.want.Class || got.Reason != c.want.Reason || got.Missing != c.want.Missing ||
		got.Was != c.want.Was || got.Is != c.want.Is || !slices.Equal(got.Fields, c.want.Fields) {
		t.Errorf("got %+v, want %+v", got, c.want)
	}
}

func TestTheTraceOfRulesThatAreGoneTellsNothing(t *testing.T) {
	j := effect.Judge{Current: rules(), Draft: rules(func(s *callflow.Settings) { s.Matching.Several = callflow.SeveralOldest })}
	facts := effect.Remembered(store.Entry{}, []store.Try{{RulesVersion: 3, Steps: searched(ada, adaOld)}},
		func(int) (callflow.Settings, bool) { return callflow.Settings{}, false })
	if got := j.Compare(missed(), facts); got.Class != effect.Unknown {
		t.Errorf("got %+v, want that it cannot be known", got)
	}
}
