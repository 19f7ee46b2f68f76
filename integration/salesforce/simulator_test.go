package salesforce_test

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/integration/salesforce/simulator"
)

// simulated signs in to a simulated org the way an admin does.
func simulated(t *testing.T, opts simulator.Options) (*simulator.Org, *salesforce.Client, *vault) {
	t.Helper()
	opts.ClientID, opts.ClientSecret = "key", "consumer-secret"
	sim := simulator.New(opts)
	server := httptest.NewServer(sim)
	t.Cleanup(func() { server.Close(); sim.Close() })
	app := salesforce.App{LoginURL: server.URL, ClientID: "key", ClientSecret: "consumer-secret", RedirectURI: "http://127.0.0.1/connections/salesforce/callback"}
	verifier := salesforce.NewVerifier()
	callback, err := simulator.Consent(soon(t), app.AuthorizeURL("the-state", verifier), simulator.DefaultUsername, simulator.DefaultPassword)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(callback)
	if err != nil || u.Query().Get("state") != "the-state" {
		t.Fatalf("callback %s: %v", callback, err)
	}
	grant, err := salesforce.Exchange(soon(t), nil, app, u.Query().Get("code"), verifier)
	if err != nil {
		t.Fatal(err)
	}
	v := &vault{grant: grant}
	return sim, salesforce.New(salesforce.Options{App: app, Grants: v}), v
}

func TestACallIsLoggedInASimulatedOrg(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{})
	if err := client.CheckVersion(soon(t)); err != nil {
		t.Fatal(err)
	}
	who, err := client.Identity(soon(t))
	if err != nil || who.ID == "" || who.OrgName == "" || who.Username != simulator.DefaultUsername {
		t.Fatalf("identity: %+v, %v", who, err)
	}
	info, err := client.DescribeOrg(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	adviceOnly(t, info)
	if info.ClosedStatus != "Completed" || info.OpenStatus != "Not Started" || info.OpportunityStage == "" || info.TaskFields["Subject"] != 255 {
		t.Errorf("org: %+v", info.Org)
	}

	made, err := client.CreateRecords(soon(t), []callflow.NewRecord{contact("Lovelace")})
	if err != nil || made[0].Err != nil {
		t.Fatalf("create: %+v, %v", made, err)
	}
	number := salesforce.Wanted{E164: "+33199001234", Region: "FR"}
	sim.Add("Lead", map[string]any{"LastName": "Hopper", "Company": "Navy", "MobilePhone": "01.99.00.12.34"})
	found, err := client.Search(soon(t), []salesforce.Wanted{number}, salesforce.Searching{})
	if err != nil || len(found[number]) != 2 || found[number][0].ID != made[0].ID || found[number][1].Kind != callflow.LeadRecord {
		t.Fatalf("search: %+v, %v", found, err)
	}

	since := time.Now().Add(-time.Hour)
	related, err := client.CreateRelated(soon(t), []callflow.NewRelated{{Object: "Case", Fields: map[string]string{"Subject": "Help", "ContactId": made[0].ID, "Origin": "Phone"}}})
	if err != nil || related[0].Err != nil {
		t.Fatalf("case: %+v, %v", related, err)
	}
	written, err := client.WriteTasks(soon(t), []salesforce.TaskWrite{{Key: "aircall:1", Fields: map[string]any{
		"Subject": "It's \"Ada\"", "Status": info.ClosedStatus, "WhoId": made[0].ID, "WhatId": related[0].ID, "OwnerId": who.ID,
		"TaskSubtype": "Call", "Type": "Call", "CallType": "Inbound", "CallDurationInSeconds": 61, "CallObject": "aircall:1", "ActivityDate": "2026-11-20",
	}}})
	if err != nil || written[0].Err != nil {
		t.Fatalf("task: %+v, %v", written, err)
	}
	answers, err := client.LookUp(soon(t), salesforce.Lookups{
		TaskKeys: []salesforce.TaskKey{{Key: "aircall:1", Since: since}, {Key: "aircall:2", Since: since}}, Users: []string{who.ID, "005000000000999AAA"},
		Emails: []string{who.Email}, CaseContacts: []string{made[0].ID}, OpportunityContacts: []string{made[0].ID}, CreatedNumbers: []string{number.E164},
	})
	if err != nil {
		t.Fatal(err)
	}
	if ts := answers.Tasks["aircall:1"]; len(ts) != 1 || ts[0].ID != written[0].ID || ts[0].Deleted || len(answers.Tasks) != 1 {
		t.Errorf("tasks: %+v", answers.Tasks)
	}
	if !answers.ActiveUsers[who.ID] || answers.Cases[made[0].ID].ID != related[0].ID || len(answers.Users[who.Email]) != 1 {
		t.Errorf("answers: %+v", answers)
	}
	if n := answers.Numbers[number.E164]; len(n) != 1 || n[0].ID != made[0].ID {
		t.Errorf("numbers: %+v", n)
	}

	updated, err := client.WriteTasks(soon(t), []salesforce.TaskWrite{{ID: written[0].ID, Key: "aircall:1", Fields: map[string]any{"Description": "Tags: vip"}}})
	if err != nil || updated[0].Err != nil || updated[0].ID != written[0].ID {
		t.Fatalf("update: %+v, %v", updated, err)
	}
	read, err := client.ReadTasks(soon(t), []string{written[0].ID}, []string{"Subject", "Description"})
	if err != nil || read[written[0].ID]["Description"] != "Tags: vip" || read[written[0].ID]["Subject"] != "It's \"Ada\"" {
		t.Errorf("read: %v, %v", read, err)
	}
	if err := sim.Delete(written[0].ID); err != nil {
		t.Fatal(err)
	}
	answers, err = client.LookUp(soon(t), salesforce.Lookups{TaskKeys: []salesforce.TaskKey{{Key: "aircall:1", Since: since}}})
	if ts := answers.Tasks["aircall:1"]; err != nil || len(ts) != 1 || !ts[0].Deleted {
		t.Errorf("deleted: %+v, %v", answers.Tasks, err)
	}
	if used, most := sim.Usage(); client.Usage().Used != used || client.Usage().Max != most {
		t.Errorf("usage: got %+v, want %d of %d", client.Usage(), used, most)
	}
}

func adviceOnly(t *testing.T, info salesforce.OrgInfo) {
	t.Helper()
	for _, p := range info.Problems {
		if p.Severity != salesforce.Advice {
			t.Errorf("preflight: %+v", p)
		}
	}
}

func TestExpiredSessionsAndRotatedTokensInASimulatedOrg(t *testing.T) {
	sim, client, v := simulated(t, simulator.Options{RotateRefreshTokens: true})
	for range 3 {
		before := v.grant.RefreshToken
		if err := sim.Fail(simulator.Fault{Kind: simulator.ExpireSessions}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Limits(soon(t)); err != nil {
			t.Fatal(err)
		}
		if v.grant.RefreshToken == before {
			t.Error("the rotated token was not adopted")
		}
	}
	if err := sim.Fail(simulator.Fault{Kind: simulator.RevokeGrants}); err != nil {
		t.Fatal(err)
	}
	_, err := client.Limits(soon(t))
	kindOf(t, err, salesforce.Reconnect)
}

func TestTaskWithALostAnswerIsFoundByItsKey(t *testing.T) {
	for _, kind := range []simulator.Kind{simulator.DropAfter, simulator.Truncate} {
		sim, client, _ := simulated(t, simulator.Options{})
		if err := sim.Fail(simulator.Fault{Kind: kind, Count: 1}); err != nil {
			t.Fatal(err)
		}
		_, err := client.WriteTasks(soon(t), oneTask())
		kindOf(t, err, salesforce.Unknown)
		a, err := client.LookUp(soon(t), salesforce.Lookups{TaskKeys: []salesforce.TaskKey{{Key: "aircall:1", Since: time.Now().Add(-time.Hour)}}})
		if err != nil || len(a.Tasks["aircall:1"]) != 1 || sim.Count("Task") != 1 {
			t.Errorf("%s: got %+v, %v", kind, a.Tasks, err)
		}
	}
}

func TestUpsertWritesATaskOnceInASimulatedOrg(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{TaskExternalID: "Call_Id__c"})
	info, err := client.DescribeOrg(soon(t))
	if err != nil || info.ExternalIDField != "Call_Id__c" {
		t.Fatalf("external id: %q, %v", info.ExternalIDField, err)
	}
	client = client.UpsertBy(info.ExternalIDField)
	var ids []string
	for range 2 {
		results, err := client.WriteTasks(soon(t), oneTask())
		if err != nil || results[0].Err != nil {
			t.Fatalf("got %+v, %v", results, err)
		}
		ids = append(ids, results[0].ID)
	}
	if ids[0] != ids[1] || sim.Count("Task") != 1 {
		t.Errorf("got %v, %d tasks", ids, sim.Count("Task"))
	}
	a, err := client.LookUp(soon(t), salesforce.Lookups{TaskKeys: []salesforce.TaskKey{{Key: "aircall:1", Since: time.Now().Add(-time.Hour)}}})
	if err != nil || len(a.Tasks["aircall:1"]) != 1 {
		t.Errorf("got %+v, %v", a.Tasks, err)
	}
}

func TestDuplicateRuleOfASimulatedOrgNamesTheContact(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{})
	id := sim.Add("Contact", map[string]any{"LastName": "Lovelace", "Phone": "+33199001234"})
	if err := sim.Fail(simulator.Fault{Kind: simulator.DuplicateRule, Object: "Contact", Fields: []string{"Phone"}, Mode: "block"}); err != nil {
		t.Fatal(err)
	}
	results, err := client.CreateRecords(soon(t), []callflow.NewRecord{contact("Lovelace")})
	if err != nil || results[0].Err == nil || results[0].Err.Kind != salesforce.Duplicate || !slices.Equal(results[0].Err.Duplicates, []string{id}) {
		t.Errorf("got %+v, %v, want %s", results[0].Err, err, id)
	}
}

func TestHiddenAndPersonFieldsOfASimulatedOrg(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{PersonAccounts: true})
	if err := sim.Fail(simulator.Fault{Kind: simulator.HideField, Object: "Lead", Field: "MobilePhone"}); err != nil {
		t.Fatal(err)
	}
	if err := sim.Fail(simulator.Fault{Kind: simulator.HideField, Object: "Task", Field: "Type"}); err != nil {
		t.Fatal(err)
	}
	info, err := client.DescribeOrg(soon(t))
	if err != nil || !info.PersonAccounts || info.PersonRecordTypeID == "" {
		t.Fatalf("describe: %v %q %v", info.PersonAccounts, info.PersonRecordTypeID, err)
	}
	if !slices.ContainsFunc(info.Problems, func(p salesforce.PreflightProblem) bool {
		return p.Code == "field_hidden" && p.Params["field"] == "Type"
	}) {
		t.Errorf("problems: %+v", info.Problems)
	}
	made, err := client.CreateRecords(soon(t), []callflow.NewRecord{{Kind: callflow.PersonAccountRecord, Fields: map[string]string{
		"LastName": "Lovelace", "PersonMobilePhone": "+33199001234", "RecordTypeId": info.PersonRecordTypeID,
	}}})
	if err != nil || made[0].Err != nil {
		t.Fatalf("create: %+v, %v", made, err)
	}
	w := salesforce.Wanted{E164: "+33199001234", Region: "FR"}
	found, err := client.Search(soon(t), []salesforce.Wanted{w}, salesforce.Searching{PersonAccounts: true})
	if err != nil || len(found[w]) != 1 {
		t.Fatalf("search: %+v, %v", found, err)
	}
	if c := found[w][0]; c.Kind != callflow.PersonAccountRecord || c.ID != made[0].ID || c.ContactID == "" || c.Field != "PersonMobilePhone" {
		t.Errorf("candidate: %+v", c)
	}
	a, err := client.LookUp(soon(t), salesforce.Lookups{CreatedNumbers: []string{w.E164}, CreatedKinds: []callflow.RecordKind{callflow.PersonAccountRecord}})
	if n := a.Numbers[w.E164]; err != nil || len(n) != 1 || n[0].ContactID != found[w][0].ContactID || n[0].Kind != callflow.PersonAccountRecord {
		t.Errorf("numbers: %+v, %v", n, err)
	}
	results, err := client.WriteTasks(soon(t), []salesforce.TaskWrite{{Key: "k", Fields: map[string]any{"Subject": "x", "Type": "Call"}}})
	if err != nil || results[0].Err == nil || results[0].Err.Kind != salesforce.FieldRefused || !slices.Equal(results[0].Err.Fields, []string{"Type"}) {
		t.Errorf("hidden field: %+v, %v", results, err)
	}
}
