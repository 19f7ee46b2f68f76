package salesforce_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

func contact(name string) callflow.NewRecord {
	return callflow.NewRecord{Kind: callflow.ContactRecord, Name: name, Fields: map[string]string{"LastName": name, "Phone": "+33199001234"}}
}

func TestRecordsAreCreatedInOneRequestInTheirOrder(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		if s.HTTPHeaders["Sforce-Auto-Assign"] != "FALSE" {
			t.Errorf("headers: %v", s.HTTPHeaders)
		}
		var rows []map[string]any
		for _, r := range s.Body.Records {
			object := r["attributes"].(map[string]any)["type"].(string)
			name, ok := r["LastName"].(string)
			if !ok {
				name = r["Name"].(string)
			}
			rows = append(rows, map[string]any{"id": object + " " + name, "success": true, "errors": []any{}})
		}
		return http.StatusOK, rows
	}))
	lead := callflow.NewRecord{Kind: callflow.LeadRecord, Fields: map[string]string{"LastName": "B", "Company": "Unknown"}}
	account := callflow.NewRecord{Kind: callflow.AccountRecord, Fields: map[string]string{"Name": "C"}}
	person := callflow.NewRecord{Kind: callflow.PersonAccountRecord, Fields: map[string]string{"LastName": "D", "RecordTypeId": "012000000000001AAA"}}
	results, err := o.client.CreateRecords(soon(t), []callflow.NewRecord{lead, contact("A"), account, person, contact("E")})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"Lead B", "Contact A", "Account C", "Account D", "Contact E"} {
		if results[i].ID != want || !results[i].Created {
			t.Errorf("row %d: got %+v, want %s", i, results[i], want)
		}
	}
	related, err := o.client.CreateRelated(soon(t), []callflow.NewRelated{{Object: "Opportunity", Fields: map[string]string{"Name": "O"}}, {Object: "Case", Fields: map[string]string{"Name": "C"}}})
	if err != nil || related[0].ID != "Opportunity O" || related[1].ID != "Case C" {
		t.Errorf("related: %+v, %v", related, err)
	}
	if n := len(o.requests()); n != 2 {
		t.Errorf("got %d requests, want one each", n)
	}
}

// duplicateRule refuses Contacts named Twin, as an org with an active rule
// does: only a creation of its own names the records that exist. single
// answers those.
func duplicateRule(t *testing.T, single func() (int, any)) http.HandlerFunc {
	return composite(t, func(s sub) (int, any) {
		if strings.HasSuffix(s.URL, "/sobjects/Contact") {
			if s.HTTPHeaders["Sforce-Auto-Assign"] != "FALSE" {
				t.Errorf("headers: %v", s.HTTPHeaders)
			}
			return single()
		}
		var rows []map[string]any
		for _, r := range s.Body.Records {
			if r["LastName"] == "Twin" {
				rows = append(rows, map[string]any{"success": false, "errors": []map[string]any{{"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": []string{}}}})
				continue
			}
			rows = append(rows, map[string]any{"id": "003000000000001AAA", "success": true, "errors": []any{}})
		}
		return http.StatusOK, rows
	})
}

// namedTwins is the answer that names two records, under the key that REST or
// the schema spells.
func namedTwins(key string) func() (int, any) {
	match := func(id string) map[string]any { return map[string]any{"record": map[string]any{"Id": id}} }
	return func() (int, any) {
		return http.StatusBadRequest, []map[string]any{{
			"errorCode": "DUPLICATES_DETECTED", "message": "Use one of these records?",
			key: map[string]any{"allowSave": true, "matchResults": []any{
				map[string]any{"entityType": "Contact", "matchRecords": []any{match("003000000000007AAA"), match("003000000000008AAA"), match("003000000000007AAA")}},
			}},
		}}
	}
}

func TestDuplicateRuleNamesTheRecordToUse(t *testing.T) {
	for _, key := range []string{"duplicateResut", "duplicateResult"} {
		o := newOrg(t, duplicateRule(t, namedTwins(key)))
		results, err := o.client.CreateRecords(soon(t), []callflow.NewRecord{contact("One"), contact("Twin"), contact("Two")})
		if err != nil || results[0].Err != nil || results[2].Err != nil {
			t.Fatalf("got %+v, %v", results, err)
		}
		e := results[1].Err
		if e == nil || e.Kind != salesforce.Duplicate || !slices.Equal(e.Duplicates, []string{"003000000000007AAA", "003000000000008AAA"}) {
			t.Errorf("%s: got %+v", key, e)
		}
		all := o.requests()
		if len(all) != 2 || all[1].Header.Get("Sforce-Auto-Assign") != "FALSE" || !strings.Contains(string(all[1].Body), `"body":{"attributes":{"type":"Contact"}`) {
			t.Errorf("requests: %d, the last %s", len(all), all[len(all)-1].Body)
		}
	}
}

func TestSixtyDuplicatesAreNamedInThreeRequests(t *testing.T) {
	o := newOrg(t, duplicateRule(t, namedTwins("duplicateResut")))
	var twins []callflow.NewRecord
	for range 60 {
		twins = append(twins, contact("Twin"))
	}
	results, err := o.client.CreateRecords(soon(t), twins)
	if err != nil || len(o.requests()) != 4 {
		t.Fatalf("%d requests, %v", len(o.requests()), err)
	}
	for i, r := range results {
		if r.Err == nil || len(r.Err.Duplicates) != 2 {
			t.Errorf("row %d: %+v", i, r)
		}
	}
}

func TestDuplicateThatIsGoneByTheSecondTryIsCreated(t *testing.T) {
	o := newOrg(t, duplicateRule(t, func() (int, any) {
		return http.StatusCreated, map[string]any{"id": "003000000000005AAA", "success": true, "errors": []any{}}
	}))
	results, err := o.client.CreateRecords(soon(t), []callflow.NewRecord{contact("Twin")})
	if err != nil || results[0].ID != "003000000000005AAA" || results[0].Err != nil {
		t.Errorf("got %+v, %v", results, err)
	}
}

func TestLostAnswerAfterARefusedDuplicateIsUnknown(t *testing.T) {
	o := newOrg(t, duplicateRule(t, func() (int, any) { panic(http.ErrAbortHandler) }))
	twins := []callflow.NewRecord{contact("One")}
	for range 30 {
		twins = append(twins, contact("Twin"))
	}
	results, err := o.client.CreateRecords(soon(t), twins)
	kindOf(t, err, salesforce.Unknown)
	if results[0].Err != nil || results[1].Err.Kind != salesforce.Unknown || results[30].Err.Kind != salesforce.NotSent {
		t.Errorf("got %v, %v, %v", results[0].Err, results[1].Err, results[30].Err)
	}
}
