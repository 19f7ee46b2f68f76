package worker_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ringledger/integration/aircall"
	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/store/storetest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// folded is the call as its stored events tell it.
func (s *site) folded(kind callflow.Kind, id string) callflow.Call {
	s.t.Helper()
	stored, err := s.store.EventsOf(s.t.Context(), kind, id)
	if err != nil || len(stored) == 0 {
		s.t.Fatalf("%d events of %s %s, %v", len(stored), kind, id, err)
	}
	events := make([]aircall.Event, len(stored))
	for i, e := range stored {
		events[i] = aircall.Event{Body: e.Body, ReceivedAt: e.ReceivedAt}
	}
	call, _ := aircall.Fold(kind, id, events)
	return call
}

func (s *site) rehearse(call callflow.Call) (store.Try, callflow.Decision) {
	s.t.Helper()
	rules, err := s.store.CurrentRules(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	try, d, err := s.worker.Rehearse(s.t.Context(), call, rules)
	if err != nil {
		s.t.Fatal(err)
	}
	return try, d
}

// everything is all that a rehearsal could change: the database, byte for
// byte, and the org's records.
func (s *site) everything() ([]byte, map[string][]map[string]any) {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "copy")
	if err := s.store.Backup(context.Background(), file); err != nil {
		s.t.Fatal(err)
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	records := map[string][]map[string]any{}
	for _, object := range []string{"Task", "Contact", "Lead", "Account", "Case", "Opportunity"} {
		records[object] = s.org.Records(object)
	}
	return kept, records
}

// awkward is an org in which every way to choose a record, a Case and an owner
// comes up, and the numbers that lead there.
func (s *site) awkward() (numbers []string) {
	account := s.org.Add("Account", map[string]any{"Name": "Lorem SAS", "Phone": "+33 1 99 00 00 50"})
	martin := s.org.Add("Contact", map[string]any{"FirstName": "Ada", "LastName": "Martin", "Phone": "01 99 00 12 34", "AccountId": account})
	s.org.Add("Case", map[string]any{"Subject": "Open", "Status": "New", "ContactId": martin})
	s.org.Add("Contact", map[string]any{"LastName": "First", "MobilePhone": "+44 1632 960201"})
	s.org.Add("Contact", map[string]any{"LastName": "Second", "Phone": "0044 1632 960201"})
	s.org.Add("Lead", map[string]any{"LastName": "Nobody yet", "Company": "Ipsum", "Phone": "+1 (202) 555-0102"})
	s.org.Add("Lead", map[string]any{"LastName": "Twice", "Company": "Dolor", "Phone": "+33199001234"})
	return []string{ada, "+33199000050", "+441632960201", "+12025550102", "+33199009999", "anonymous"}
}

// rulesToTry are settings that differ in what the tester is asked about.
func rulesToTry() map[string]func(*callflow.Settings) {
	return map[string]func(*callflow.Settings){
		"default": func(*callflow.Settings) {},
		"cases, logged without a record": func(r *callflow.Settings) {
			r.Related = callflow.Related{Attach: "case", CreateCase: true, ForAccounts: true}
			r.Matching.NoMatch.WhenNone = callflow.WhenNoneNoRecord
		},
		"contacts and their cases are made": func(r *callflow.Settings) {
			r.Matching.NoMatch.Create = "contact"
			r.Related = callflow.Related{Attach: "case", CreateCase: true, CreateCaseForNewContacts: true}
		},
		"leads first, opportunities": func(r *callflow.Settings) {
			r.Matching.Order = []callflow.RecordKind{"lead", "contact", "account"}
			r.Matching.NoMatch.Create = "lead"
			r.Related = callflow.Related{Attach: "opportunity", CreateOpportunity: true, ForAccounts: true}
		},
		"a person is asked, accounts are made": func(r *callflow.Settings) {
			r.Matching.Several, r.Matching.NoMatch.Create = "ask", "account"
			r.Owner.Fallback = []string{"record_owner", "connection_user"}
		},
		"the oldest, a due date, other words": func(r *callflow.Settings) {
			r.Matching.Several = "oldest"
			r.Flows[callflow.Missed] = callflow.Flow{Action: callflow.InProgress, DueDays: 3, Priority: "High"}
			r.Task.Subjects = map[callflow.CallType]string{callflow.InboundAnswered: "{record} / {line} / {agent} / {call_id}"}
			r.Task.Description = []string{"talk_time", "tags"}
		},
		"filters and hours": func(r *callflow.Settings) {
			r.Filters.IgnoreNumbers = []string{"+44 1632 960201"}
			r.Filters.MinTalkSeconds = 60
			r.OfficeHours.Log = callflow.LogOnlyOpen
			r.OfficeHours.Schedule = callflow.Schedule{TimeZone: "UTC", Week: map[string][]string{}}
			r.Lines = map[string]callflow.LineRule{"1249601": {OfficeHours: &callflow.LineHours{Log: callflow.LogAlways}}}
		},
	}
}

// ofTheRules are the steps of a trace that the rules wrote, without those that
// tell of what was made meanwhile.
func ofTheRules(steps []callflow.Step, made ...string) []callflow.Step {
	known := callflow.StepResults()
	var out []callflow.Step
	for _, s := range steps {
		ofNew := s.Result == "created" && (s.Code == callflow.StepNumber || s.Code == callflow.StepMatch)
		if _, own := known[s.Code]; !own || ofNew || s.Code == callflow.StepRelated && strings.HasPrefix(s.Result, "created_") {
			continue
		}
		s.At, s.Micros = 0, 0
		if slices.Contains(made, s.Params["record"]) {
			s.Params["record"] = callflow.NotMade
		}
		out = append(out, s)
	}
	return out
}

func TestTheNumberTesterAndARealCallAgree(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	numbers := s.awkward()
	kinds := []aircallsim.Kind{aircallsim.InboundAnswered, aircallsim.Missed, aircallsim.OutboundAnswered, aircallsim.Voicemail, aircallsim.OutboundUnanswered}
	agents := s.account.Users()
	for i, a := range agents[:len(agents)/2] { // the others have no user
		s.org.Add("User", map[string]any{"LastName": a.Name, "Email": strings.ToUpper(a.Email), "Username": fmt.Sprintf("agent%d@example.com", i), "IsActive": true, "UserType": "Standard"})
	}
	n := 0
	for _, name := range slices.Sorted(maps.Keys(rulesToTry())) {
		s.rules(func(r *callflow.Settings) {
			*r = callflow.Default()
			r.SettleSeconds = 0
			rulesToTry()[name](r)
		})
		for _, number := range numbers {
			kind, line, agent := kinds[n%len(kinds)], []string{"Support FR", "Sales UK"}[n%2], agents[n%len(agents)]
			if number == "anonymous" {
				kind = aircallsim.AnonymousMissed
			}
			n++
			id := s.call(aircallsim.CallSpec{Kind: kind, Number: number, Line: line, Agent: agent.Email, Tags: []string{"billing"}, Plain: true})
			s.agree(fmt.Sprintf("%s, %s %s", name, kind, number), id)
		}
	}
}

// agree rehearses a call that waits, then lets the worker have it, and compares.
func (s *site) agree(name, id string) {
	s.t.Helper()
	call := s.folded(callflow.KindCall, id)
	kept, records := s.everything()
	asked := len(s.org.Requests())
	said, d := s.rehearse(call)
	for _, r := range s.org.Requests()[min(asked, len(s.org.Requests())):] {
		if !slices.Contains([]string{"search", "query", "composite", "token"}, r.Kind) {
			s.t.Errorf("%s: the rehearsal sent %s %s", name, r.Method, r.Path)
		}
	}
	keptAfter, recordsAfter := s.everything()
	if !bytes.Equal(kept, keptAfter) {
		s.t.Errorf("%s: the rehearsal changed the database", name)
	}
	if diff := cmp.Diff(records, recordsAfter); diff != "" {
		s.t.Errorf("%s: the rehearsal changed the org: %s", name, diff)
	}
	s.drain()
	e := s.entry(id)
	if e.Outcome != said.Outcome || e.Reason != said.Reason {
		s.t.Errorf("%s: rehearsed %s, %s; really %s, %s", name, said.Outcome, said.Reason, e.Outcome, e.Reason)
		return
	}
	tries, err := s.store.TriesOf(s.t.Context(), e.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	if diff := cmp.Diff(ofTheRules(said.Steps), ofTheRules(tries[len(tries)-1].Steps, e.Created...), cmpopts.EquateEmpty()); diff != "" {
		s.t.Errorf("%s: rehearsed (-) and real (+) traces differ:\n%s", name, diff)
	}
	if e.Outcome == callflow.Logged {
		s.sameTask(name, d, s.task(id), e)
	}
}

// sameTask compares the Task that was foreseen with the one that was written.
func (s *site) sameTask(name string, d callflow.Decision, task map[string]any, e store.Entry) {
	s.t.Helper()
	for field, want := range d.Task.Fields {
		got := task[field]
		if want == callflow.NotMade {
			if id, _ := got.(string); !slices.Contains(e.Created, id) {
				s.t.Errorf("%s: %s is %v, want what was made: %v", name, field, got, e.Created)
			}
			continue
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			s.t.Errorf("%s: %s was foreseen as %v and is %v", name, field, want, got)
		}
	}
}

func TestARehearsalWithoutSalesforceTellsWhatItCan(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	call := callflow.Call{
		Kind: callflow.KindCall, ID: "1", Direction: callflow.Inbound, External: callflow.Number{Raw: ada, E164: ada}, Ended: true,
		StartedAt: time.Now().Add(-time.Minute), EndedAt: time.Now(),
	}
	s.fail(salesforcesim.Fault{Kind: salesforcesim.OrgDown})
	if try, _ := s.rehearse(call); try.Outcome != callflow.Waiting || try.Reason != callflow.ReasonSalesforceDown || len(ofTheRules(try.Steps)) < 4 {
		t.Errorf("with the org down: %s, %s, steps %+v", try.Outcome, try.Reason, try.Steps)
	}
	if err := s.conn.Disconnect(t.Context()); err != nil {
		t.Log(err) // the org is down and cannot be told
	}
	if try, _ := s.rehearse(call); try.Reason != callflow.ReasonNotConnected {
		t.Errorf("disconnected: %s, %s", try.Outcome, try.Reason)
	}
	s.rules(func(r *callflow.Settings) { r.Flows[callflow.Missed] = callflow.Flow{Action: callflow.DoNothing} })
	if try, _ := s.rehearse(call); try.Outcome != callflow.Skipped || try.Reason != callflow.ReasonFlow {
		t.Errorf("a flow that does nothing: %s, %s", try.Outcome, try.Reason)
	}
	call.Ended, call.EndedAt = false, time.Time{}
	if try, _ := s.rehearse(call); try.Outcome != callflow.Waiting || try.Reason != callflow.ReasonGoingOn {
		t.Errorf("a call that goes on: %s, %s", try.Outcome, try.Reason)
	}
}

func TestTheNumberTesterAndARealMessageAgree(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	s.awkward()
	for _, kind := range []aircallsim.MessageKind{aircallsim.SMSReceived, aircallsim.SMSSent, aircallsim.WhatsAppReceived} {
		id, err := s.account.PlaceMessage(t.Context(), aircallsim.MessageSpec{Kind: kind, Number: ada, Line: "Support FR", Agent: s.account.Users()[0].Email, Body: "See you"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.account.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		said, d := s.rehearse(s.folded(callflow.KindMessage, id))
		s.untilMessage(id)
		e, err := s.store.EntryOf(t.Context(), callflow.KindMessage, id)
		if err != nil || e.Outcome != said.Outcome || e.Reason != said.Reason {
			t.Errorf("%s: rehearsed %s, %s; really %s, %s, %v", kind, said.Outcome, said.Reason, e.Outcome, e.Reason, err)
		}
		for _, task := range s.org.Records("Task") {
			if task["Id"] == e.TaskID {
				s.sameTask(string(kind), d, task, e)
			}
		}
	}
}

func TestWhoeverLeavesTheTesterDoesNotHoldTheQueue(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	s.awkward()
	call := callflow.Call{
		Kind: callflow.KindCall, ID: "1", Direction: callflow.Inbound, External: callflow.Number{Raw: ada, E164: ada}, Ended: true,
		StartedAt: time.Now().Add(-time.Minute), EndedAt: time.Now(),
	}
	s.rehearse(call) // the org is described, a session is there
	rules, err := s.store.CurrentRules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.fail(salesforcesim.Fault{Kind: salesforcesim.Delay, DelayMS: 2000})
	for range 5 {
		ctx, leave := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, leave)
		if _, _, err := s.worker.Rehearse(ctx, call, rules); err != nil && ctx.Err() == nil {
			t.Fatal(err)
		}
		leave()
	}
	s.org.ClearAll()
	if try, _ := s.rehearse(call); try.Outcome != callflow.Logged {
		t.Errorf("after five visitors who left: %s, %s; want the org to be asked", try.Outcome, try.Reason)
	}
}
