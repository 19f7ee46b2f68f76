package worker_test

import (
	"testing"
	"time"

	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestCallsOfOneContactWithinMinutesShareOneNewCase(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db, func(o *siteOptions) { o.worker.Batch = 3 })
		const mobile = "+33199005678"
		contact := s.contact(ada)
		s.change(contact, map[string]any{"MobilePhone": mobile})
		s.rules(func(r *callflow.Settings) {
			r.Related = callflow.Related{Attach: callflow.AttachCase, CreateCase: true}
		})
		var calls []string
		for range 4 {
			calls = append(calls, s.call(answered(ada)), s.call(answered(mobile)))
		}
		s.together(2)
		s.untilAll(calls)
		calls = append(calls, s.call(answered(ada)))
		s.untilAll(calls)
		s.count("Case", 1)
		made := s.org.Records("Case")[0]
		for _, call := range calls {
			if task := s.task(call); task["WhatId"] != made["Id"] || task["WhoId"] != contact {
				t.Errorf("the Task is on %v and %v, want the one case %v", task["WhoId"], task["WhatId"], made["Id"])
			}
		}
	})
}

func TestANewCaseIsOnlyForAContactThatExistedUnlessSwitchedOn(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.rules(func(r *callflow.Settings) {
		r.Matching.NoMatch.Create = "contact"
		r.Related = callflow.Related{Attach: callflow.AttachCase, CreateCase: true}
	})
	if task := s.logged(s.call(answered(ada))); task["WhatId"] != nil {
		t.Errorf("a contact just made has the case %v", task["WhatId"])
	}
	s.count("Case", 0)
	if task := s.logged(s.call(answered(ada))); task["WhatId"] == nil {
		t.Error("a contact made by an earlier call has no case")
	}
	s.count("Case", 1)
}

func TestACaseThatIsDeletedWhileWeWriteIsLookedForAgain(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	contact := s.contact(ada)
	open := s.org.Add("Case", map[string]any{"ContactId": contact, "Subject": "Broken"})
	s.rules(func(r *callflow.Settings) { r.Related.Attach = callflow.AttachCase })
	s.fail(salesforcesim.Fault{Kind: salesforcesim.ValidationRule, Object: "Task", Code: "ENTITY_IS_DELETED", Message: "entity is deleted", Count: 1})
	call := s.call(answered(ada))
	s.drain()
	s.remove(open)
	if task := s.logged(call); task["WhoId"] != contact || task["WhatId"] != nil {
		t.Errorf("the Task is on %v and %v, want the contact %s alone", task["WhoId"], task["WhatId"], contact)
	}
}

func TestACaseClosedBeforeTheRetryIsNotTaken(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	contact := s.contact(ada)
	s.change(s.org.Add("Case", map[string]any{"ContactId": contact, "Subject": "Older"}), map[string]any{"LastModifiedDate": time.Now().Add(-time.Hour)})
	open := s.org.Add("Case", map[string]any{"ContactId": contact, "Subject": "Broken"})
	s.rules(func(r *callflow.Settings) { r.Related.Attach = callflow.AttachCase })
	s.fail(salesforcesim.Fault{Kind: salesforcesim.LockRow, Object: "Task", Count: 1})
	call := s.call(answered(ada))
	s.drain()
	s.change(open, map[string]any{"Status": "Closed"})
	if task := s.logged(call); task["WhatId"] == open || task["WhatId"] == nil {
		t.Errorf("the Task is on %v, want the case that is still open", task["WhatId"])
	}
}

func TestAnOpportunityComesThroughTheRoleThenTheAccount(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	account := s.org.Add("Account", map[string]any{"Name": "Moulin SARL"})
	contact := s.org.Add("Contact", map[string]any{"LastName": "Martin", "Phone": ada, "AccountId": account})
	deal := func(name, stage string) string {
		return s.org.Add("Opportunity", map[string]any{"Name": name, "AccountId": account, "StageName": stage, "CloseDate": "2027-01-31"})
	}
	role := func(opportunity string, primary bool) {
		s.org.Add("OpportunityContactRole", map[string]any{"OpportunityId": opportunity, "ContactId": contact, "IsPrimary": primary})
	}
	s.rules(func(r *callflow.Settings) { r.Related.Attach = callflow.AttachOpportunity })
	on := func(want, why string) {
		t.Helper()
		if task := s.logged(s.call(answered(ada))); task["WhatId"] != want {
			t.Errorf("%s: the Task is on %v, want %s", why, task["WhatId"], want)
		}
	}
	ofAccount := deal("Of the account", "Prospecting")
	on(ofAccount, "no role")
	primary := deal("Primary", "Prospecting")
	role(primary, true)
	on(primary, "a role")
	role(deal("Later", "Prospecting"), false)
	on(primary, "a later one with a lesser role")
	s.change(primary, map[string]any{"StageName": "Closed Won"})
	if task := s.logged(s.call(answered(ada))); task["WhatId"] == primary || task["WhatId"] == ofAccount {
		t.Errorf("the Task is on %v, want the open one of the other role", task["WhatId"])
	}
}

func TestAMissingOpportunityIsMadeOnceWhenTheRulesSaySo(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) { r.Related = callflow.Related{Attach: callflow.AttachOpportunity} })
	s.logged(s.call(answered(ada)))
	s.count("Opportunity", 0)
	s.rules(func(r *callflow.Settings) { r.Related.CreateOpportunity = true })
	calls := []string{s.call(answered(ada)), s.call(answered(ada))}
	s.untilAll(calls)
	s.count("Opportunity", 1)
	for _, call := range calls {
		if s.task(call)["WhatId"] != s.org.Records("Opportunity")[0]["Id"] {
			t.Errorf("the Task is on %v", s.task(call)["WhatId"])
		}
	}
}

func TestAnAccountHasItsCaseOnlyWhenSwitchedOnAndALeadNever(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	account := s.org.Add("Account", map[string]any{"Name": "Moulin SARL", "Phone": ada})
	s.org.Add("Lead", map[string]any{"LastName": "Byron", "Company": "Byron", "Phone": "+33199005678"})
	open := s.org.Add("Case", map[string]any{"AccountId": account, "Subject": "Broken"})
	s.rules(func(r *callflow.Settings) {
		r.Related = callflow.Related{Attach: callflow.AttachCase, CreateCase: true}
	})
	if task := s.logged(s.call(answered(ada))); task["WhatId"] != account {
		t.Errorf("the Task is on %v, want the account", task["WhatId"])
	}
	s.rules(func(r *callflow.Settings) { r.Related.ForAccounts = true })
	if task := s.logged(s.call(answered(ada))); task["WhatId"] != open {
		t.Errorf("the Task is on %v, want the account's case %s", task["WhatId"], open)
	}
	call := s.call(answered("+33199005678"))
	if task := s.logged(call); task["WhatId"] != nil {
		t.Errorf("the Task of a lead is on %v", task["WhatId"])
	}
	s.says(call, "related/not_for_lead")
	s.count("Case", 1)
}

func TestACaseWhoseAnswerWasLostIsNotMadeTwice(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) {
		r.Related = callflow.Related{Attach: callflow.AttachCase, CreateCase: true}
	})
	s.fail(salesforcesim.Fault{Kind: salesforcesim.DropAfter, Path: "/composite/sobjects", Object: `"type":"Case"`, Count: 1})
	call := s.call(answered(ada))
	s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
	s.count("Case", 1)
	if s.task(call)["WhatId"] != s.org.Records("Case")[0]["Id"] {
		t.Errorf("the Task is on %v", s.task(call)["WhatId"])
	}
}

func TestATaskThatAPersonMovedKeepsItsCaseWhenAReplayWouldMoveItToALead(t *testing.T) {
	for _, moved := range []bool{true, false} {
		s := newSite(t, storetest.SQLite(t))
		account := s.org.Add("Account", map[string]any{"Name": "Moulin SARL"})
		s.org.Add("Contact", map[string]any{"LastName": "Lovelace", "Phone": ada, "AccountId": account})
		colleague := s.org.Add("Contact", map[string]any{"LastName": "Byron", "AccountId": account})
		s.rules(func(r *callflow.Settings) {
			r.Related = callflow.Related{Attach: callflow.AttachCase, CreateCase: true}
		})
		call := s.call(answered(ada))
		kase := s.logged(call)["WhatId"]
		if moved {
			s.change(s.entry(call).TaskID, map[string]any{"WhoId": colleague})
		}
		lead := s.org.Add("Lead", map[string]any{"LastName": "Lovelace", "Company": "Moulin", "Phone": ada})
		s.rules(func(r *callflow.Settings) { r.Matching.Order = []callflow.RecordKind{callflow.LeadRecord} })
		s.replayed(call)
		task := s.task(call)
		if moved && (task["WhoId"] != colleague || task["WhatId"] != kase) {
			t.Errorf("the Task is on %v and %v, want the colleague %s and the case %v", task["WhoId"], task["WhatId"], colleague, kase)
		}
		if !moved && (task["WhoId"] != lead || task["WhatId"] != nil) {
			t.Errorf("the Task is on %v and %v, want the lead %s alone", task["WhoId"], task["WhatId"], lead)
		}
	}
}

// TestATaskThatAPersonTiedToSomethingStaysWhenAReplayWouldMoveItToALead: Salesforce
// takes no Task on a Lead and on something else, so it is not even asked to.
func TestATaskThatAPersonTiedToSomethingStaysWhenAReplayWouldMoveItToALead(t *testing.T) {
	for name, attach := range map[string]string{"we tied it to nothing": "", "we tied it to a case": callflow.AttachCase} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, storetest.SQLite(t))
			account := s.org.Add("Account", map[string]any{"Name": "Moulin SARL"})
			contact := s.org.Add("Contact", map[string]any{"LastName": "Lovelace", "Phone": ada, "AccountId": account})
			chosen := s.org.Add("Opportunity", map[string]any{"Name": "Big deal", "AccountId": account, "StageName": "Prospecting", "CloseDate": "2030-01-01"})
			s.rules(func(r *callflow.Settings) { r.Related = callflow.Related{Attach: attach, CreateCase: attach != ""} })
			call := s.call(answered(ada))
			s.logged(call)
			s.change(s.entry(call).TaskID, map[string]any{"WhatId": chosen})
			s.org.Add("Lead", map[string]any{"LastName": "Lovelace", "Company": "Moulin", "Phone": ada})
			s.rules(func(r *callflow.Settings) {
				r.Matching.Order = []callflow.RecordKind{callflow.LeadRecord}
				r.Task.Subjects = map[callflow.CallType]string{callflow.InboundAnswered: "Spoke with {record}"}
			})
			s.replayed(call)
			task := s.task(call)
			if task["WhoId"] != contact || task["WhatId"] != chosen {
				t.Errorf("the Task is on %v and %v, want the contact %s and what the person chose %s", task["WhoId"], task["WhatId"], contact, chosen)
			}
			if task["Subject"] != "Spoke with Lovelace" {
				t.Errorf("the rest is not brought up to date: %q", task["Subject"])
			}
			if e := s.entry(call); e.Outcome != callflow.Logged || e.WhoID != contact || e.WhatID != chosen {
				t.Errorf("the entry is %s on %s and %s", e.Outcome, e.WhoID, e.WhatID)
			}
			s.says(call, "unchanged/related")
			for _, r := range s.org.Requests() {
				if r.Status >= 400 {
					t.Errorf("%s %s was refused with %d", r.Method, r.Path, r.Status)
				}
			}
		})
	}
}
