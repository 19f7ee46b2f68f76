package worker_test

import (
	"testing"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store/storetest"
)

func TestAPersonAccountIsFoundAndMade(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db, func(o *siteOptions) { o.org = salesforcesim.Options{PersonAccounts: true} })
		s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "person_account" })
		first := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		s.drain()
		e := s.entry(first)
		person, ok := s.org.Record(e.Record.ID)
		if !ok || e.Record.Kind != callflow.PersonAccountRecord || person["IsPersonAccount"] != true {
			t.Fatalf("the record is %+v, %v; want a person account", e.Record, person)
		}
		if task := s.task(first); task["WhoId"] != person["PersonContactId"] {
			t.Errorf("the Task stands on %v, want the contact %v of the person", task["WhoId"], person["PersonContactId"])
		}
		second := s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Plain: true})
		s.drain()
		if task := s.task(second); task["WhoId"] != person["PersonContactId"] || s.org.Count("Account") != 1 {
			t.Errorf("the second Task stands on %v with %d accounts, want the same person", task["WhoId"], s.org.Count("Account"))
		}
	})
}

func TestTheOwnerIsTheAgentElseTheChain(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		agents := s.account.Users()
		state, _, err := s.conn.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		user := func(email string) string {
			return s.org.Add("User", map[string]any{"Username": "sf." + email, "Email": email, "LastName": "Agent", "Alias": "agent", "IsActive": true, "UserType": "Standard"})
		}
		known, recordOwner := user(agents[0].Email), user("owner@example.com")
		s.org.Add("Contact", map[string]any{"LastName": "Martin", "Phone": ada, "OwnerId": recordOwner})
		owner := func(agent string) any {
			t.Helper()
			call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Agent: agent, Plain: true})
			s.drain()
			return s.task(call)["OwnerId"]
		}
		if got := owner(agents[0].Email); got != known {
			t.Errorf("owner is %v, want the agent's user %s", got, known)
		}
		if got := owner(agents[1].Email); got != state.UserID {
			t.Errorf("owner is %v, want the connected user %s", got, state.UserID)
		}
		s.rules(func(r *callflow.Settings) {
			r.Owner.Fallback = []string{callflow.OwnerRecord, callflow.OwnerConnection}
		})
		if got := owner(agents[1].Email); got != recordOwner {
			t.Errorf("owner is %v, want the record's owner %s", got, recordOwner)
		}
		s.rules(func(r *callflow.Settings) { r.Owner.Map = map[string]string{agents[1].Email: agents[0].Email} })
		if got := owner(agents[1].Email); got != known {
			t.Errorf("owner is %v, want the mapped user %s", got, known)
		}
		s.fail(salesforcesim.Fault{Kind: salesforcesim.InactiveUser, User: agents[0].Email})
		if got := owner(agents[0].Email); got != recordOwner { // remembered as active until Salesforce refuses
			t.Errorf("owner is %v, want the record's owner %s once the agent left", got, recordOwner)
		}
	})
}

func TestAChoiceIsRememberedForItsNumber(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.contact(ada)
		second := s.contact("0033 1 99 00 12 34")
		s.rules(func(r *callflow.Settings) { r.Matching.Several = callflow.SeveralAsk })
		first := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Line: "Support FR", Plain: true})
		s.drain()
		e := s.entry(first)
		if e.Outcome != callflow.NeedsChoice || len(s.tasks(first)) != 0 {
			t.Fatalf("entry is %s, %s; want a choice and no Task", e.Outcome, e.Reason)
		}
		chosen := callflow.Record{Kind: callflow.ContactRecord, ID: second}
		if err := s.store.ChooseRecord(t.Context(), ada, chosen, "ada@example.com"); err != nil {
			t.Fatal(err)
		}
		if err := s.store.ReplayEntry(t.Context(), e.ID, "then"); err != nil {
			t.Fatal(err)
		}
		s.drain()
		next := s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Line: "Support FR", Plain: true})
		s.drain()
		for _, call := range []string{first, next} {
			if task := s.task(call); task["WhoId"] != second {
				t.Errorf("the Task of %s stands on %v, want the chosen %s", call, task["WhoId"], second)
			}
		}
	})
}

func TestAMessageBecomesATaskOfItsOwnKey(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		contact := s.contact(ada)
		for kind, want := range map[aircallsim.MessageKind]string{aircallsim.SMSReceived: "Inbound", aircallsim.SMSSent: "Outbound"} {
			id, err := s.account.PlaceMessage(t.Context(), aircallsim.MessageSpec{Kind: kind, Number: ada, Body: "On my way"})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.account.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.untilMessage(id)
			var found []map[string]any
			for _, task := range s.org.Records("Task") {
				if task["CallObject"] == "aircall-message:"+id {
					found = append(found, task)
				}
			}
			if len(found) != 1 || found[0]["WhoId"] != contact || found[0]["CallType"] != want {
				t.Errorf("%s: Tasks %v, want one %s on %s", kind, found, want, contact)
			}
		}
	})
}

func TestARecordThatIsGoneIsMatchedAgain(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
		s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		s.drain()
		made := s.org.Records("Contact")[0]["Id"].(string)
		if err := s.org.Delete(made); err != nil {
			t.Fatal(err)
		}
		other := s.contact(ada)
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		s.untilAll([]string{call})
		if task := s.task(call); task["WhoId"] != other {
			t.Errorf("the Task stands on %v, want %s that took the place of %s", task["WhoId"], other, made)
		}
	})
}
