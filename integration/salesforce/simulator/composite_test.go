package simulator_test

import (
	"fmt"
	"testing"

	"ringledger/integration/salesforce/simulator"
)

func sub(ref, method, path string, body any) map[string]any {
	return map[string]any{"referenceId": ref, "method": method, "url": "/services/data/v66.0" + path, "body": body}
}

func composite(allOrNone bool, parts ...any) map[string]any {
	return map[string]any{"allOrNone": allOrNone, "collateSubrequests": false, "compositeRequest": parts}
}

func TestCompositeUsesEarlierAnswers(t *testing.T) {
	s := newSite(t, simulator.Options{})
	r := s.call("POST", "/composite", composite(true,
		sub("c1", "POST", "/sobjects/Contact", map[string]any{"LastName": "Lemoine"}),
		sub("q1", "GET", "/query?q=SELECT+Id+FROM+Contact+WHERE+Id='@{c1.id}'", nil),
		sub("t1", "POST", "/sobjects/Task", map[string]any{"Subject": "Call", "WhoId": "@{q1.records[0].Id}", "Description": "for @{c1.id}"}),
		sub("d1", "GET", "/sobjects/Task/describe", nil),
	)).is(200)
	r.equals(201.0, "compositeResponse", "2", "httpStatusCode")
	r.equals("t1", "compositeResponse", "2", "referenceId")
	if got := r.header.Get("Sforce-Limit-Info"); got != "api-usage=1/100000" {
		t.Errorf("got %s: a composite counts once", got)
	}
	contact := s.org.Records("Contact")[0]["Id"]
	if task := s.org.Records("Task")[0]; task["WhoId"] != contact || task["Description"] != fmt.Sprint("for ", contact) {
		t.Errorf("got %v", task)
	}
	location := r.at("compositeResponse", "0", "httpHeaders", "Location")
	if location != fmt.Sprint("/services/data/v66.0/sobjects/Contact/", contact) {
		t.Errorf("got Location %v", location)
	}
}

func TestCompositeRollsBackAndSaysWhichPartFailed(t *testing.T) {
	s := newSite(t, simulator.Options{})
	parts := []any{
		sub("a", "POST", "/sobjects/Contact", map[string]any{"LastName": "Lemoine"}),
		sub("b", "POST", "/sobjects/Contact", map[string]any{"FirstName": "Nameless"}),
		sub("c", "POST", "/sobjects/Contact", map[string]any{"LastName": "Hale"}),
	}
	r := s.call("POST", "/composite", composite(true, parts...)).is(200)
	for _, i := range []string{"0", "2"} {
		r.equals("PROCESSING_HALTED", "compositeResponse", i, "body", "0", "errorCode")
		r.equals("The transaction was rolled back since another operation in the same transaction failed.", "compositeResponse", i, "body", "0", "message")
	}
	r.equals("REQUIRED_FIELD_MISSING", "compositeResponse", "1", "body", "0", "errorCode")
	if n := s.org.Count("Contact"); n != 0 {
		t.Fatalf("%d contacts survived the roll-back", n)
	}
	s.query("SELECT Id FROM Contact WHERE LastName = 'Lemoine'").equals(0.0, "totalSize")
	s.call("POST", "/composite", composite(false, parts...)).is(200).equals(201.0, "compositeResponse", "2", "httpStatusCode")
	if n := s.org.Count("Contact"); n != 2 {
		t.Errorf("got %d contacts without allOrNone", n)
	}
}

func TestCompositeReferenceWithoutValueHaltsThatPart(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.call("POST", "/composite", composite(false,
		sub("c1", "GET", "/query?q=SELECT%20Id%20FROM%20Opportunity", nil),
		sub("t1", "POST", "/sobjects/Task", map[string]any{"WhatId": "@{c1.records[0].Id}"}),
	)).is(200).equals("Invalid reference specified. No value for c1.records[0].Id found in c1", "compositeResponse", "1", "body", "0", "message")
}

func TestCompositeRefusesWhatItCannotHold(t *testing.T) {
	s := newSite(t, simulator.Options{})
	many := []any{}
	for i := range 26 {
		many = append(many, sub(fmt.Sprint("r", i), "GET", "/sobjects/Task/describe", nil))
	}
	s.call("POST", "/composite", composite(false, many...)).refuses(400, "LIMIT_EXCEEDED", "25")
	heavy := []any{}
	for i := range 6 {
		heavy = append(heavy, sub(fmt.Sprint("r", i), "GET", "/query?q=SELECT+Id+FROM+Task", nil))
	}
	s.call("POST", "/composite", composite(false, heavy...)).refuses(400, "LIMIT_EXCEEDED", "5")
	s.call("POST", "/composite", composite(false, sub("s", "GET", "/search?q=FIND+{12}", nil))).refuses(400, "INVALID_INPUT", "not supported")
	s.call("POST", "/composite", composite(false, sub("a-b", "GET", "/sobjects/Task/describe", nil))).refuses(400, "INVALID_INPUT", "referenceId")
	s.call("POST", "/composite", composite(false)).refuses(400, "REQUIRED_FIELD_MISSING", "")
}

func TestCollectionsAnswerInOrderAndRollBackOnDemand(t *testing.T) {
	s := newSite(t, simulator.Options{TaskExternalID: "Call_Id__c"})
	row := func(fields ...any) map[string]any {
		out := map[string]any{"attributes": map[string]any{"type": "Task"}}
		for i := 0; i < len(fields); i += 2 {
			out[fields[i].(string)] = fields[i+1]
		}
		return out
	}
	send := func(method, path string, allOrNone bool, rows ...any) reply {
		return s.call(method, "/composite/sobjects"+path, map[string]any{"allOrNone": allOrNone, "records": rows}).is(200)
	}
	r := send("POST", "", false, row("Subject", "one"), row("Nope", 1), row("Subject", "three"))
	r.equals(true, "0", "success")
	r.equals("INVALID_FIELD", "1", "errors", "0", "statusCode")
	r.equals(nil, "1", "id")
	r.equals(true, "2", "success")
	r = send("POST", "", true, row("Subject", "four"), row("Nope", 1))
	r.equals("ALL_OR_NONE_OPERATION_ROLLED_BACK", "0", "errors", "0", "statusCode")
	if n := s.org.Count("Task"); n != 2 {
		t.Fatalf("got %d tasks", n)
	}
	r = send("PATCH", "", false, row("Subject", "no id"), row("id", "00T000000000000AAA"), row("id", s.org.Records("Task")[0]["Id"], "Subject", "changed"))
	r.equals("MISSING_ARGUMENT", "0", "errors", "0", "statusCode")
	r.equals("INVALID_CROSS_REFERENCE_KEY", "1", "errors", "0", "statusCode")
	r.equals(true, "2", "success")
	for _, created := range []bool{true, false} {
		send("PATCH", "/Task/Call_Id__c", false, row("Call_Id__c", "aircall:9", "Subject", "keyed")).equals(created, "0", "created")
	}
	send("POST", "", false, row("Call_Id__c", "AIRCALL:9")).equals("DUPLICATE_VALUE", "0", "errors", "0", "statusCode")
	s.call("PATCH", "/sobjects/Task/Call_Id__c/a%2Fb", map[string]any{"Subject": "slash"}).is(201).equals(true, "created")
	s.call("PATCH", "/sobjects/Task/Call_Id__c/a%2Fb", map[string]any{"Subject": "slash"}).is(200).equals(false, "created")
	s.call("PATCH", "/sobjects/Task/Nope__c/1", map[string]any{}).refuses(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: Nope__c")
	s.call("DELETE", "/composite/sobjects?ids="+fmt.Sprint(s.org.Records("Task")[0]["Id"])+",junk", nil).is(200).equals("MALFORMED_ID", "1", "errors", "0", "statusCode")
}

func TestCollectionsRefuseEmptyLargeAndMixedRequests(t *testing.T) {
	s := newSite(t, simulator.Options{})
	rows := func(n int, kinds ...string) map[string]any {
		out := []any{}
		for i := range n {
			out = append(out, map[string]any{"attributes": map[string]any{"type": kinds[i%len(kinds)]}, "LastName": "X", "Company": "Y"})
		}
		return map[string]any{"records": out}
	}
	s.call("POST", "/composite/sobjects", rows(0)).refuses(400, "REQUIRED_FIELD_MISSING", "At least 1 record is required")
	s.call("POST", "/composite/sobjects", rows(201, "Contact")).refuses(400, "EXCEEDED_MAX_SIZE_REQUEST", "200")
	s.call("POST", "/composite/sobjects", rows(11, "Contact", "Lead")).refuses(400, "EXCEEDED_MAX_SIZE_REQUEST", "chunks")
}

func TestBatchCountsEachPartAndStopsOnDemand(t *testing.T) {
	s := newSite(t, simulator.Options{})
	r := s.call("POST", "/composite/batch", map[string]any{"haltOnError": true, "batchRequests": []any{
		map[string]any{"method": "GET", "url": "v66.0/limits"},
		map[string]any{"method": "GET", "url": "v66.0/sobjects/Nope/describe"},
		map[string]any{"method": "GET", "url": "v66.0/limits"},
	}}).is(200)
	r.equals(true, "hasErrors")
	r.equals(404.0, "results", "1", "statusCode")
	r.equals(412.0, "results", "2", "statusCode")
	if got := r.header.Get("Sforce-Limit-Info"); got != "api-usage=3/100000" {
		t.Errorf("got %s", got)
	}
}

func TestGraphsAreEachAllOrNone(t *testing.T) {
	s := newSite(t, simulator.Options{})
	r := s.call("POST", "/composite/graph", map[string]any{"graphs": []any{
		map[string]any{"graphId": "1", "compositeRequest": []any{sub("a", "POST", "/sobjects/Contact", map[string]any{"LastName": "A"}), sub("b", "POST", "/sobjects/Contact", map[string]any{})}},
		map[string]any{"graphId": "2", "compositeRequest": []any{sub("a", "POST", "/sobjects/Contact", map[string]any{"LastName": "B"})}},
	}}).is(200)
	r.equals(false, "graphs", "0", "isSuccessful")
	r.equals(true, "graphs", "1", "isSuccessful")
	if n := s.org.Count("Contact"); n != 1 {
		t.Errorf("got %d contacts", n)
	}
}
