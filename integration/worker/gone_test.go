package worker_test

import (
	"testing"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/store/storetest"
)

// converted adds a Lead with ada's number that was converted, and whose
// Contact has the number too or not.
func (s *site) converted(contactHasNumber bool) (lead, contact string) {
	s.t.Helper()
	lead = s.org.Add("Lead", map[string]any{"FirstName": "Ada", "LastName": "Byron", "Company": "Moulin SARL", "Phone": ada})
	contact, err := s.org.ConvertLead(lead)
	if err != nil {
		s.t.Fatal(err)
	}
	s.change(s.org.Records("Account")[0]["Id"], map[string]any{"Phone": nil})
	if !contactHasNumber {
		s.change(contact, map[string]any{"Phone": nil, "LastName": "Lovelace"})
	}
	return lead, contact
}

func TestAConvertedLeadIsFollowedToItsContact(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	lead, contact := s.converted(false)
	s.org.Add("Case", map[string]any{"ContactId": contact, "Subject": "Broken"})
	s.rules(func(r *callflow.Settings) { r.Related.Attach = callflow.AttachCase })
	call := s.call(answered(ada))
	task := s.logged(call)
	if task["WhoId"] != contact || task["WhatId"] == nil || task["Subject"] != "Inbound answered call from Ada Lovelace on Support FR answered by "+s.entry(call).AgentName {
		t.Errorf("Task is %v, want it on %s and its case", task, contact)
	}
	if p := s.says(call, "converted_lead/followed").Params; p["lead"] != lead || p["record"] != contact {
		t.Errorf("the trace tells %v", p)
	}
}

func TestAConvertedLeadAndItsContactAreOneRecord(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	_, contact := s.converted(true)
	s.rules(func(r *callflow.Settings) { r.Matching.Several = callflow.SeveralAsk })
	before := len(s.org.Requests())
	call := s.call(answered(ada))
	if task := s.logged(call); task["WhoId"] != contact {
		t.Errorf("the Task is on %v, want %s", task["WhoId"], contact)
	}
	s.says(call, "converted_lead/known")
	if n := len(s.org.Requests()) - before; n > 3 {
		t.Errorf("%d requests were made", n)
	}
}

func TestAConvertedLeadWhoseContactIsGoneIsNoMatch(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	_, contact := s.converted(false)
	s.remove(contact)
	call := s.call(answered(ada))
	s.drain()
	if e := s.entry(call); e.Outcome != callflow.Skipped || e.Reason != callflow.ReasonNoMatch {
		t.Errorf("entry is %s, %s; want no match", e.Outcome, e.Reason)
	}
	s.says(call, "converted_lead/gone")
	match := s.says(call, "match/none_usable")
	if len(match.Candidates) != 1 || match.Candidates[0].Verdict != callflow.VerdictConverted {
		t.Errorf("candidates %+v do not say why the lead lost", match.Candidates)
	}
}

func TestALeadWeMadeIsFollowedOnceItIsConverted(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "lead" })
	s.logged(s.call(answered(ada)))
	contact, err := s.org.ConvertLead(s.org.Records("Lead")[0]["Id"].(string))
	if err != nil {
		t.Fatal(err)
	}
	call := s.call(answered(ada))
	if task := s.logged(call); task["WhoId"] != contact {
		t.Errorf("the Task is on %v, want the contact %s the lead became", task["WhoId"], contact)
	}
	s.says(call, "matched_again/merged")
	s.count("Lead", 1)
}

func TestAMergedRecordIsFollowedToTheOneItBecame(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
	s.logged(s.call(answered(ada)))
	loser := s.org.Records("Contact")[0]["Id"].(string)
	winner := s.org.Add("Contact", map[string]any{"LastName": "Lovelace", "Phone": "+33 1 99 00 99 99"})
	if err := s.org.Merge(winner, loser); err != nil {
		t.Fatal(err)
	}
	call := s.call(answered(ada))
	if task := s.logged(call); task["WhoId"] != winner {
		t.Errorf("the Task is on %v, want %s that %s was merged into", task["WhoId"], winner, loser)
	}
	if p := s.says(call, "matched_again/merged").Params; p["record"] != loser || p["into"] != winner {
		t.Errorf("the trace tells %v", p)
	}
	s.count("Contact", 1)
	if task := s.logged(s.call(answered(ada))); task["WhoId"] == loser {
		t.Error("the merged record is still remembered")
	}
}

func TestADeletedRecordLeavesTheCallToTheRuleForNoRecord(t *testing.T) {
	for when, want := range map[string]callflow.Outcome{callflow.WhenNoneNoRecord: callflow.Logged, "skip": callflow.Skipped} {
		t.Run(when, func(t *testing.T) {
			s := newSite(t, storetest.SQLite(t))
			s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
			s.logged(s.call(answered(ada)))
			s.remove(s.org.Records("Contact")[0]["Id"].(string))
			s.rules(func(r *callflow.Settings) {
				r.Matching.NoMatch.Create, r.Matching.NoMatch.WhenNone = callflow.CreateNone, when
			})
			call := s.call(answered(ada))
			s.until(call, func(e store.Entry) bool { return e.Outcome == want })
			s.says(call, "retry/gone")
			s.says(call, "matched_again/gone")
			if want == callflow.Logged && s.task(call)["WhoId"] != nil {
				t.Errorf("the Task is on %v", s.task(call)["WhoId"])
			}
		})
	}
}

func TestARecordThatIsRefusedThoughItStandsThereIsGivenToAPerson(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
	s.fail(salesforcesim.Fault{Kind: salesforcesim.ValidationRule, Object: "Task", Code: "INVALID_CROSS_REFERENCE_KEY", Message: "invalid cross reference id"})
	call := s.call(answered(ada))
	s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Failed && e.Reason == callflow.ReasonRecordGone })
	s.count("Contact", 1)
}

func TestALateFactOfAMergedContactIsWritten(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	loser := s.contact(ada)
	call := s.call(answered(ada))
	s.logged(call)
	winner := s.org.Add("Contact", map[string]any{"LastName": "Lovelace"})
	if err := s.org.Merge(winner, loser); err != nil {
		t.Fatal(err)
	}
	s.tag(call, "billing")
	s.drain()
	task := s.task(call)
	if task["WhoId"] != winner || task["CallDisposition"].(string)[:16] != "aircall, billing" {
		t.Errorf("Task is on %v with %v, want it on %s with the tag", task["WhoId"], task["CallDisposition"], winner)
	}
	if e := s.entry(call); e.WhoID != winner {
		t.Errorf("the entry says that the Task is on %q, want %s", e.WhoID, winner)
	}
	s.say(call, "call.archived", `,"archived":true`) // changes nothing, so nothing is read
	s.drain()
	if e := s.entry(call); e.WhoID != winner {
		t.Errorf("the entry forgot that the Task is on %s: %q", winner, e.WhoID)
	}
	if err := s.store.ReplayEntry(t.Context(), s.entry(call).ID, "now"); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if e := s.entry(call); e.Outcome != callflow.Logged || e.Failures != 0 || s.task(call)["WhoId"] != winner {
		t.Errorf("after a replay the entry is %s, %s", e.Outcome, e.Reason)
	}
}

func TestAnOwnLineOnAContactIsNeverMatched(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	for _, line := range s.account.Lines() {
		s.contact(line.Number)
	}
	s.logged(s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: s.stranger(), Line: "Sales UK", Plain: true}))
	s.rules(func(r *callflow.Settings) {
		r.Filters.InternalCalls, r.Matching.NoMatch.Create = callflow.InternalLog, "contact"
	})
	before := s.org.Count("Contact")
	call := s.call(aircallsim.CallSpec{Kind: aircallsim.Internal, Plain: true})
	task := s.logged(call)
	if task["WhoId"] != nil || task["WhatId"] != nil || s.org.Count("Contact") != before {
		t.Errorf("an internal call stands on %v, %v", task["WhoId"], task["WhatId"])
	}
	s.says(call, "number/internal")
}

// stranger is the number of somebody who is in the org.
func (s *site) stranger() string {
	s.contact("+441632960299")
	return "+441632960299"
}

func TestACallerWithoutANumberIsNeverSearchedAndMakesNoRecord(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact("anonymous")
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
	before := len(s.org.Requests())
	calls := []string{
		s.call(aircallsim.CallSpec{Kind: aircallsim.Anonymous, Plain: true}),
		s.call(aircallsim.CallSpec{Kind: aircallsim.AnonymousMissed, Plain: true}),
	}
	s.drain()
	for _, call := range calls {
		if e := s.entry(call); e.Outcome != callflow.Skipped || e.Reason != callflow.ReasonAnonymous {
			t.Errorf("entry is %s, %s; want skipped as anonymous", e.Outcome, e.Reason)
		}
	}
	if n := len(s.org.Requests()) - before; n != 0 {
		t.Errorf("%d requests were made", n)
	}
	s.count("Contact", 1)
}

func TestAChosenRecordThatWasDeletedIsAskedAboutAgain(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	chosen, _, third := s.contact(ada), s.contact(ada), s.contact(ada)
	s.rules(func(r *callflow.Settings) { r.Matching.Several = callflow.SeveralAsk })
	record := callflow.Record{Kind: callflow.ContactRecord, ID: chosen, Name: "Ada Martin"}
	if err := s.store.ChooseRecord(t.Context(), ada, record, "test"); err != nil {
		t.Fatal(err)
	}
	if task := s.logged(s.call(answered(ada))); task["WhoId"] != chosen {
		t.Fatalf("the Task is on %v, want the chosen %s", task["WhoId"], chosen)
	}
	s.remove(chosen)
	call := s.call(answered(ada))
	s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.NeedsChoice })
	s.says(call, "match/choice_gone")
	s.remove(third)
	call = s.call(answered(ada))
	s.logged(call)
	s.says(call, "match/choice_gone")
	s.says(call, "match/one")
}

func TestAChoiceGoesWithItsRecordWhenThatIsMerged(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	chosen, second, _ := s.contact(ada), s.contact(ada), s.contact(ada)
	s.rules(func(r *callflow.Settings) { r.Matching.Several = callflow.SeveralAsk })
	record := callflow.Record{Kind: callflow.ContactRecord, ID: chosen, Name: "Ada Martin"}
	if err := s.store.ChooseRecord(t.Context(), ada, record, "test"); err != nil {
		t.Fatal(err)
	}
	if err := s.org.Merge(second, chosen); err != nil {
		t.Fatal(err)
	}
	call := s.call(answered(ada))
	if task := s.logged(call); task["WhoId"] != second {
		t.Errorf("the Task is on %v, want %s that the chosen record was merged into", task["WhoId"], second)
	}
	s.says(call, "matched_again/merged")
	s.says(call, "match/chosen_by_person")
}
