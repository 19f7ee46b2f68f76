package salesforce_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ringledger/integration/salesforce"
)

func manyTasks(n int) []salesforce.TaskWrite {
	writes := make([]salesforce.TaskWrite, n)
	for i := range writes {
		key := fmt.Sprintf("aircall:%d", i)
		writes[i] = salesforce.TaskWrite{Key: key, Fields: map[string]any{
			"Subject": "Inbound answered call from Ada Lovelace on Support answered by Grace", "Status": "Completed", "Priority": "Normal",
			"ActivityDate": "2026-11-20", "WhoId": fmt.Sprintf("003%012dAAA", i%7), "OwnerId": userID, "CallType": "Inbound",
			"CallDurationInSeconds": 61, "CallDisposition": "aircall, support, inbound, answered_call, 33199000001", "CallObject": key,
			"TaskSubtype": "Call", "Type": "Call", "Description": "Waiting time: 12 s\nTalk time: 61 s\nRecording: https://example.com/r/1",
		}}
	}
	return writes
}

func TestAThousandTasksCostOneRequestAndKeepTheirOrder(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		var rows []map[string]any
		for _, r := range s.Body.Records {
			// The id tells which Task the row was, to see that it comes back to it.
			rows = append(rows, map[string]any{"id": "id-of-" + r["CallObject"].(string), "success": true, "errors": []any{}})
		}
		return http.StatusOK, rows
	}))
	writes := manyTasks(1000)
	results, err := o.client.WriteTasks(soon(t), writes)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if r.Err != nil || !r.Created || r.ID != "id-of-"+writes[i].Key {
			t.Fatalf("row %d: %+v", i, r)
		}
	}
	all := o.requests()
	if len(all) != 1 {
		t.Fatalf("got %d requests, want 1", len(all))
	}
	subs := subrequests(t, all[0].Body)
	if len(subs) != 5 {
		t.Errorf("got %d collections, want 5", len(subs))
	}
	last := ""
	for _, s := range subs {
		if s.Method != "POST" || s.URL != "/services/data/v66.0/composite/sobjects" || len(s.Body.Records) != 200 {
			t.Errorf("collection: %s %s with %d records", s.Method, s.URL, len(s.Body.Records))
		}
		for _, r := range s.Body.Records {
			if who := r["WhoId"].(string); who < last {
				t.Fatalf("parents are not together: %s after %s", who, last)
			} else {
				last = who
			}
		}
	}
	if !strings.Contains(string(all[0].Body), `"records":[{"attributes":{"type":"Task"},"ActivityDate"`) {
		t.Errorf("attributes does not come first: %.300s", all[0].Body)
	}
}

func TestParentStaysInOneCollectionWhenThatCostsNothing(t *testing.T) {
	o := newOrg(t, composite(t, created))
	writes := manyTasks(350)
	for i, w := range writes {
		delete(w.Fields, "WhoId")
		w.Fields["WhatId"] = []string{"001000000000001AAA", "001000000000002AAA"}[min(i/150, 1)]
	}
	if _, err := o.client.WriteTasks(soon(t), writes); err != nil {
		t.Fatal(err)
	}
	subs := subrequests(t, o.requests()[0].Body)
	if len(subs) != 2 || len(subs[0].Body.Records) != 150 || len(subs[1].Body.Records) != 200 {
		t.Errorf("got %d collections, the first of %d", len(subs), len(subs[0].Body.Records))
	}
}

func TestRowErrorsComeBackToTheirRows(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		var rows []map[string]any
		for _, r := range s.Body.Records {
			if subject, ok := r["Subject"].(string); ok && subject != "fine" {
				code, message, _ := strings.Cut(subject, "|")
				rows = append(rows, map[string]any{"success": false, "errors": []map[string]any{{"statusCode": code, "message": message, "fields": []string{}}}})
				continue
			}
			rows = append(rows, map[string]any{"id": "00T000000000001AAA", "success": true, "errors": []any{}})
		}
		return http.StatusOK, rows
	}))
	row := func(id, what, subject string) salesforce.TaskWrite {
		return salesforce.TaskWrite{ID: id, Key: subject, Fields: map[string]any{"Subject": subject, "WhatId": what}}
	}
	results, err := o.client.WriteTasks(soon(t), []salesforce.TaskWrite{
		row("00T000000000009AAA", "9", "ENTITY_IS_DELETED|entity is deleted"),
		row("", "8", "UNABLE_TO_LOCK_ROW|unable to obtain exclusive access to this record or 1 records: 001"),
		row("", "1", "fine"),
		row("", "7", "INVALID_FIELD_FOR_INSERT_UPDATE|Unable to create/update fields: Type, CallType. Please check the security settings of this field and verify that it is read/write for your profile or permission set."),
		row("00T000000000001AAA", "2", "fine"),
		row("", "6", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY|insufficient access rights on cross-reference id: 001000000000001"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []salesforce.Kind{salesforce.Gone, salesforce.Busy, "", salesforce.FieldRefused, "", salesforce.FieldRefused} {
		switch got := results[i]; {
		case want == "" && (got.Err != nil || got.ID == ""):
			t.Errorf("row %d: got %v", i, got.Err)
		case want != "" && (got.Err == nil || got.Err.Kind != want):
			t.Errorf("row %d: got %v, want %s", i, got.Err, want)
		}
	}
	if f := results[3].Err.Fields; len(f) != 2 || f[0] != "Type" || f[1] != "CallType" {
		t.Errorf("fields: got %v", f)
	}
	if f := results[5].Err.Fields; len(f) != 1 || f[0] != "WhatId" {
		t.Errorf("fields: got %v", f)
	}
	if results[2].Created == results[4].Created {
		t.Error("a creation and an update are not told apart")
	}
	if n := len(o.requests()); n != 1 {
		t.Errorf("got %d requests, want creates and updates in one", n)
	}
}

func TestRefusedCollectionIsTheErrorOfItsRowsAlone(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		if s.Method == http.MethodPatch {
			return http.StatusServiceUnavailable, refusal("SERVER_UNAVAILABLE", "busy")
		}
		return created(s)
	}))
	results, err := o.client.WriteTasks(soon(t), append(oneTask(), salesforce.TaskWrite{ID: "00T000000000001AAA", Fields: map[string]any{"Subject": "x"}}))
	if err != nil || results[0].Err != nil {
		t.Fatalf("got %v, %v", err, results[0].Err)
	}
	if e := results[1].Err; e == nil || e.Kind != salesforce.Unknown || !e.Uncertain {
		t.Errorf("row: %+v", e)
	}
}

func TestARowThatSpoilsItsCollectionFailsAlone(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		for _, r := range s.Body.Records {
			if r["CallDurationInSeconds"] == "soon" {
				return http.StatusBadRequest, refusal("JSON_PARSER_ERROR", "Cannot deserialize instance of int from VALUE_STRING value soon")
			}
		}
		return created(s)
	}))
	writes := manyTasks(400)
	writes[123].Fields["CallDurationInSeconds"] = "soon"
	results, err := o.client.WriteTasks(soon(t), writes)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if (r.Err != nil) != (i == 123) || i == 123 && r.Err.Code != "JSON_PARSER_ERROR" {
			t.Errorf("row %d: %+v", i, r)
		}
	}
	if n := len(o.requests()); n > 5 {
		t.Errorf("got %d requests", n)
	}
	for _, w := range writes {
		w.Fields["CallDurationInSeconds"] = "soon"
	}
	before := len(o.requests())
	results, err = o.client.WriteTasks(soon(t), writes)
	if err != nil || results[399].Err == nil || results[0].Err.Kind != salesforce.Refused {
		t.Errorf("got %+v, %v", results[0], err)
	}
	if n := len(o.requests()) - before; n > 60 {
		t.Errorf("got %d requests when every row is wrong", n)
	}
}

func TestRequestsAfterALostOneAreNotSent(t *testing.T) {
	o := newOrg(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	results, err := o.client.WriteTasks(soon(t), manyTasks(1400))
	kindOf(t, err, salesforce.Unknown)
	count := map[salesforce.Kind]int{}
	for _, r := range results {
		count[r.Err.Kind]++
		if r.Err.Uncertain != (r.Err.Kind == salesforce.Unknown) {
			t.Fatalf("row: %+v", r.Err)
		}
	}
	if count[salesforce.Unknown] != 1000 || count[salesforce.NotSent] != 400 || len(o.requests()) != 1 {
		t.Errorf("got %v after %d requests", count, len(o.requests()))
	}
}

func TestTasksAreUpsertedWhenTheOrgHasAFieldForIt(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		var rows []map[string]any
		for i := range s.Body.Records {
			rows = append(rows, map[string]any{"id": fmt.Sprintf("00T%012dAAA", i), "success": true, "errors": []any{}, "created": i == 0})
		}
		return http.StatusOK, rows
	}))
	writes := manyTasks(2)
	writes = append(writes, salesforce.TaskWrite{ID: "00T000000000009AAA", Key: "k", Fields: map[string]any{"Subject": "x"}},
		salesforce.TaskWrite{Key: "aircall:7", Fields: map[string]any{"Call_Id__c": "what the admin maps"}})
	results, err := o.client.UpsertBy("Call_Id__c").WriteTasks(soon(t), writes)
	if err != nil {
		t.Fatal(err)
	}
	if results[0].Created == results[1].Created || results[2].Created {
		t.Errorf("created: %+v", results)
	}
	how := map[string]string{}
	for _, s := range subrequests(t, o.requests()[0].Body) {
		for _, r := range s.Body.Records {
			how[fmt.Sprint(r["Call_Id__c"], r["id"])] = s.Method + " " + strings.TrimPrefix(s.URL, "/services/data/v66.0")
		}
	}
	want := map[string]string{
		"aircall:0<nil>": "PATCH /composite/sobjects/Task/Call_Id__c", "aircall:1<nil>": "PATCH /composite/sobjects/Task/Call_Id__c",
		"<nil>00T000000000009AAA": "PATCH /composite/sobjects", "what the admin maps<nil>": "POST /composite/sobjects",
	}
	for k, v := range want {
		if how[k] != v {
			t.Errorf("%s: got %q, want %q", k, how[k], v)
		}
	}
}

func TestEveryValueSurvivesTheWayToTheOrg(t *testing.T) {
	fields := map[string]any{
		"Subject": "quote \" backslash \\ </script> \u2028 \x00 émoji 🎉", "Description": "a\nb\tc", "Empty__c": nil,
		"Yes__c": true, "Seconds": 61, "Long__c": int64(1) << 40, "Ratio__c": 0.25, "Bad__c": "a\xffb",
	}
	o := newOrg(t, composite(t, created))
	if _, err := o.client.WriteTasks(soon(t), []salesforce.TaskWrite{{Key: "k", Fields: fields}}); err != nil {
		t.Fatal(err)
	}
	got := subrequests(t, o.requests()[0].Body)[0].Body.Records[0]
	delete(got, "attributes")
	fields["Bad__c"] = "a\ufffdb"
	gotText, err1 := json.Marshal(got)
	wantText, err2 := json.Marshal(fields)
	if err1 != nil || err2 != nil || string(gotText) != string(wantText) {
		t.Errorf("got  %s\nwant %s", gotText, wantText)
	}
}

func TestNothingToWriteSendsNothing(t *testing.T) {
	o := newOrg(t, func(http.ResponseWriter, *http.Request) {})
	if r, err := o.client.WriteTasks(soon(t), nil); err != nil || len(r) != 0 {
		t.Errorf("got %v, %v", r, err)
	}
	if r, err := o.client.CreateRecords(soon(t), nil); err != nil || len(r) != 0 {
		t.Errorf("got %v, %v", r, err)
	}
	if len(o.requests()) != 0 {
		t.Error("something was sent")
	}
}

func BenchmarkWriteAThousandTasks(b *testing.B) {
	rows := `[` + strings.TrimSuffix(strings.Repeat(`{"id":"00T000000000001AAA","success":true,"errors":[]},`, 200), ",") + `]`
	var all []string
	for i := range 5 {
		all = append(all, fmt.Sprintf(`{"body":%s,"httpHeaders":{},"httpStatusCode":200,"referenceId":"r%d"}`, rows, i))
	}
	answer := `{"compositeResponse":[` + strings.Join(all, ",") + `]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) //nolint:errcheck // the answer shows it
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, answer) //nolint:errcheck // the client reads it
	}))
	defer server.Close()
	grants := &vault{grant: salesforce.Grant{AccessToken: "00D!x", InstanceURL: server.URL}}
	client := salesforce.New(salesforce.Options{App: salesforce.App{LoginURL: server.URL}, Grants: grants})
	writes := manyTasks(1000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.WriteTasks(b.Context(), writes); err != nil {
			b.Fatal(err)
		}
	}
}
