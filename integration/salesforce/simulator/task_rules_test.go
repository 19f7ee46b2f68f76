package simulator_test

import (
	"strings"
	"testing"
	"time"

	"ringledger/integration/salesforce/simulator"
)

func TestTaskRulesAreThoseOfSalesforce(t *testing.T) {
	s := newSite(t, simulator.Options{})
	account := s.org.Add("Account", map[string]any{"Name": "Atelier Boréal"})
	contact := s.org.Add("Contact", map[string]any{"LastName": "Lemoine", "AccountId": account})
	lead := s.org.Add("Lead", map[string]any{"LastName": "Picard", "Company": "Tamarin"})
	gone := s.org.Add("Contact", map[string]any{"LastName": "Gone"})
	old := s.org.Add("Lead", map[string]any{"LastName": "Noël", "Company": "Sorel"})
	left := s.org.Add("User", map[string]any{"LastName": "Vogt", "Username": "lena@example.com.sim", "Email": "lena@example.com", "IsActive": false})
	if err := s.org.Delete(gone); err != nil {
		t.Fatal(err)
	}
	if _, err := s.org.ConvertLead(old); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		fields      map[string]any
		code, words string
	}{
		"lead with related record":   {map[string]any{"WhoId": lead, "WhatId": account}, "FIELD_INTEGRITY_EXCEPTION", "WhoId, WhatId"},
		"account as who":             {map[string]any{"WhoId": account}, "FIELD_INTEGRITY_EXCEPTION", "id value of incorrect type: " + account},
		"no id at all":               {map[string]any{"WhoId": "xyz"}, "MALFORMED_ID", "id value of incorrect type: xyz"},
		"nobody has this id":         {map[string]any{"WhoId": "003000000000000AAA"}, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"},
		"deleted contact":            {map[string]any{"WhoId": gone}, "ENTITY_IS_DELETED", "entity is deleted"},
		"converted lead":             {map[string]any{"WhoId": old}, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead"},
		"inactive owner":             {map[string]any{"OwnerId": left}, "INACTIVE_OWNER_OR_USER", "operation performed with inactive user [" + left[:15] + "] as owner of task"},
		"unknown field":              {map[string]any{"Foo": 1}, "INVALID_FIELD", "No such column 'Foo' on sobject of type Task"},
		"derived field":              {map[string]any{"IsClosed": true}, "INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: IsClosed"},
		"long subject":               {map[string]any{"Subject": strings.Repeat("é", 256)}, "STRING_TOO_LONG", "(max length=255)"},
		"picklist that is closed":    {map[string]any{"CallType": "Sideways"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value for restricted picklist field: Sideways"},
		"number for text":            {map[string]any{"Subject": 5}, "JSON_PARSER_ERROR", "Cannot deserialize instance of string from VALUE_NUMBER_INT"},
		"no date":                    {map[string]any{"ActivityDate": "tomorrow"}, "JSON_PARSER_ERROR", "instance of date"},
		"duration that is too long":  {map[string]any{"CallDurationInSeconds": 123456789}, "NUMBER_OUTSIDE_VALID_RANGE", "valid range"},
		"polymorphic without a type": {map[string]any{"Who": map[string]any{"Email": "a@example.com"}}, "JSON_PARSER_ERROR", "polymorphic foreign key"},
	} {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			s.call("POST", "/sobjects/Task", c.fields).refuses(400, c.code, c.words)
		})
	}
	if n := s.org.Count("Task"); n != 0 {
		t.Fatalf("%d refused tasks were stored", n)
	}

	id := s.call("POST", "/sobjects/Task", map[string]any{"Subject": strings.Repeat("é", 255), "WhoId": contact[:15], "TaskSubtype": "call"}).is(201).id()
	task, _ := s.org.Record(id)
	user := s.org.Records("User")[0]["Id"]
	for name, want := range map[string]any{"Status": "Not Started", "Priority": "Normal", "OwnerId": user, "AccountId": account, "IsClosed": false,
		"CompletedDateTime": nil, "TaskSubtype": "Call", "WhoId": contact, "WhoCount": int64(1), "WhatCount": int64(0)} {
		if task[name] != want {
			t.Errorf("%s: got %v, want %v", name, task[name], want)
		}
	}
	s.call("PATCH", "/sobjects/Task/"+id, map[string]any{"TaskSubtype": "Task"}).refuses(400, "INVALID_FIELD_FOR_INSERT_UPDATE", "TaskSubtype")
	s.call("PATCH", "/sobjects/Task/"+id, map[string]any{"Status": "Completed"}).is(204)
	if task, _ = s.org.Record(id); task["IsClosed"] != true || task["CompletedDateTime"] == nil {
		t.Errorf("got %v %v after completing", task["IsClosed"], task["CompletedDateTime"])
	}
}

func TestRequiredFieldsAreNamedTogether(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.call("POST", "/sobjects/Lead", map[string]any{"FirstName": "Ada"}).refuses(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName, Company]")
	s.call("POST", "/sobjects/Opportunity", map[string]any{}).refuses(400, "REQUIRED_FIELD_MISSING", "[Name, StageName, CloseDate]")
	s.call("POST", "/sobjects/Case", map[string]any{}).is(201)
}

func TestMergedRecordIsDeletedAndItsTasksMove(t *testing.T) {
	s := newSite(t, simulator.Options{})
	winner := s.org.Add("Contact", map[string]any{"LastName": "Lemoine"})
	loser := s.org.Add("Contact", map[string]any{"LastName": "Lemoine"})
	task := s.org.Add("Task", map[string]any{"Subject": "Call", "WhoId": loser})
	if err := s.org.Merge(winner, loser); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.org.Record(task); got["WhoId"] != winner {
		t.Errorf("the task stayed with %v", got["WhoId"])
	}
	s.call("PATCH", "/sobjects/Contact/"+loser, map[string]any{"Phone": "1"}).refuses(404, "ENTITY_IS_DELETED", "entity is deleted")
	s.query("SELECT Id FROM Contact").equals(1.0, "totalSize")
	s.call("GET", "/queryAll?q=SELECT+Id,IsDeleted,MasterRecordId+FROM+Contact+WHERE+IsDeleted=true", nil).equals(winner, "records", "0", "MasterRecordId")
}

func TestPersonAccountHasAShadowContact(t *testing.T) {
	s := newSite(t, simulator.Options{PersonAccounts: true})
	kind, _ := s.query("SELECT Id FROM RecordType WHERE SobjectType='Account' AND IsPersonType=true AND IsActive=true").is(200).at("records", "0", "Id").(string)
	id := s.call("POST", "/sobjects/Account", map[string]any{"LastName": "Prévost", "FirstName": "Agathe", "RecordTypeId": kind, "PersonMobilePhone": "+33 1 99 00 12 34"}).is(201).id()
	account, _ := s.org.Record(id)
	contact, _ := account["PersonContactId"].(string)
	if account["Name"] != "Agathe Prévost" || contact == "" {
		t.Fatalf("got %v", account)
	}
	s.search("FIND {33199001234} IN PHONE FIELDS RETURNING Contact(Id, IsPersonAccount), Account(Id, PersonContactId)").equals(true, "searchRecords", "0", "IsPersonAccount")
	s.call("PATCH", "/sobjects/Contact/"+contact, map[string]any{"Phone": "1"}).refuses(400, "INVALID_PERSON_ACCOUNT_OPERATION", "")
	task := s.call("POST", "/sobjects/Task", map[string]any{"Subject": "Call", "WhoId": contact}).is(201).id()
	if got, _ := s.org.Record(task); got["AccountId"] != id {
		t.Errorf("the task belongs to account %v", got["AccountId"])
	}
	s.fail(simulator.Fault{Kind: simulator.PersonAccounts, Off: true})
	s.query("SELECT PersonContactId FROM Account").refuses(400, "INVALID_FIELD", "No such column 'PersonContactId' on entity 'Account'")
}

func TestCaseTakesAccountFromItsContact(t *testing.T) {
	s := newSite(t, simulator.Options{})
	account := s.org.Add("Account", map[string]any{"Name": "Fernhill"})
	contact := s.org.Add("Contact", map[string]any{"LastName": "Hale", "AccountId": account, "Phone": "+12025550142"})
	id := s.call("POST", "/sobjects/Case", map[string]any{"ContactId": contact, "Subject": "Late", "Origin": "Phone"}).is(201).id()
	got := s.query("SELECT CaseNumber, AccountId, Status, IsClosed, ContactPhone FROM Case WHERE Id = '" + id + "'")
	got.equals(account, "records", "0", "AccountId")
	got.equals("00001001", "records", "0", "CaseNumber")
	got.equals("New", "records", "0", "Status")
	got.equals("+12025550142", "records", "0", "ContactPhone")
	s.call("PATCH", "/sobjects/Case/"+id, map[string]any{"Status": "Closed"}).is(204)
	s.query("SELECT Id FROM Case WHERE IsClosed = false").equals(0.0, "totalSize")
}

func TestIdsHaveTheRightChecksum(t *testing.T) {
	s := newSite(t, simulator.Options{Now: func() time.Time { return time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC) }})
	id := s.org.Add("Contact", map[string]any{"LastName": "Lemoine"})
	if len(id) != 18 || !strings.HasPrefix(id, "003Qy0") {
		t.Fatalf("got %s", id)
	}
	for _, form := range []string{id, id[:15], strings.ToLower(id[:15]) + id[15:]} {
		s.query("SELECT Id FROM Contact WHERE Id = '"+form+"'").equals(id, "records", "0", "Id")
	}
	s.query("SELECT Id FROM Contact WHERE Id = 'nonsense'").refuses(400, "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: nonsense")
}
