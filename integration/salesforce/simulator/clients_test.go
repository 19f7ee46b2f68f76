package simulator_test

import (
	"strings"
	"testing"

	salesforce "github.com/k-capehart/go-salesforce/v3"

	"ringledger/integration/salesforce/simulator"
)

// newClient is an independent client of the same org.
func newClient(t *testing.T, s *site) *salesforce.Salesforce {
	t.Helper()
	client, err := salesforce.Init(salesforce.Creds{Domain: s.url, AccessToken: s.token}, salesforce.WithAPIVersion("v66.0"))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

type row = map[string]any

type contact struct{ ID, LastName, Email string }

func TestIndependentClientInsertsUpdatesQueriesAndDeletes(t *testing.T) {
	s := newSite(t, simulator.Options{})
	client := newClient(t, s)
	made, err := client.InsertOne("Contact", row{"FirstName": "Ada", "LastName": "Lemoine", "Phone": "+33199001000"})
	if err != nil || !made.Success {
		t.Fatalf("insert: %+v %v", made, err)
	}
	if err := client.UpdateOne("Contact", row{"Id": made.Id, "Email": "ada.lemoine@example.org"}); err != nil {
		t.Fatal(err)
	}
	var found []contact
	if err := client.Query("SELECT Id, LastName, Email FROM Contact WHERE Email = 'ADA.lemoine@example.org'", &found); err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].ID != made.Id || found[0].LastName != "Lemoine" {
		t.Fatalf("got %+v", found)
	}
	if err := client.DeleteOne("Contact", row{"Id": made.Id}); err != nil {
		t.Fatal(err)
	}
	found = nil
	if err := client.Query("SELECT Id FROM Contact", &found); err != nil || len(found) != 0 {
		t.Fatalf("got %+v %v after the delete", found, err)
	}
}

func TestIndependentClientWritesCollections(t *testing.T) {
	s := newSite(t, simulator.Options{})
	client := newClient(t, s)
	results, err := client.InsertCollection("Contact", []row{{"LastName": "Lemoine"}, {"FirstName": "Nameless"}, {"LastName": "Hale"}}, 200)
	if err != nil {
		t.Fatal(err)
	}
	if len(results.Results) != 3 || !results.HasSalesforceErrors || !results.Results[0].Success || results.Results[1].Success || results.Results[1].Id != "" {
		t.Fatalf("got %+v", results)
	}
	if got := results.Results[1].Errors[0]; got.StatusCode != "REQUIRED_FIELD_MISSING" || got.Fields[0] != "LastName" {
		t.Errorf("got %+v", got)
	}
	rows := []row{{"Id": results.Results[0].Id, "Phone": "1"}, {"Id": results.Results[2].Id, "Phone": "2"}}
	if updated, err := client.UpdateCollection("Contact", rows, 200); err != nil || updated.HasSalesforceErrors {
		t.Fatalf("update: %+v %v", updated, err)
	}
	if deleted, err := client.DeleteCollection("Contact", rows, 200); err != nil || deleted.HasSalesforceErrors {
		t.Fatalf("delete: %+v %v", deleted, err)
	}
	if n := s.org.Count("Contact"); n != 0 {
		t.Errorf("%d contacts are left", n)
	}
}

func TestIndependentClientUpsertsByExternalID(t *testing.T) {
	s := newSite(t, simulator.Options{TaskExternalID: "Call_Id__c"})
	client := newClient(t, s)
	for _, subject := range []string{"first", "second"} {
		if _, err := client.UpsertOne("Task", "Call_Id__c", row{"Call_Id__c": "aircall:1", "Subject": subject}); err != nil {
			t.Fatal(err)
		}
	}
	rows := []row{{"Call_Id__c": "aircall:1", "Subject": "third"}, {"Call_Id__c": "aircall:2", "Subject": "new"}}
	if results, err := client.UpsertCollection("Task", "Call_Id__c", rows, 200); err != nil || results.HasSalesforceErrors {
		t.Fatalf("got %+v %v", results, err)
	}
	if n := s.org.Count("Task"); n != 2 {
		t.Errorf("got %d tasks, want 2", n)
	}
	if got := s.org.Records("Task")[0]["Subject"]; got != "third" {
		t.Errorf("got subject %v", got)
	}
}

func TestIndependentClientRollsCompositeBack(t *testing.T) {
	s := newSite(t, simulator.Options{})
	client := newClient(t, s)
	results, err := client.InsertComposite("Contact", []row{{"LastName": "Lemoine"}, {"FirstName": "Nameless"}}, 200, true)
	if err != nil {
		t.Fatal(err)
	}
	if !results.HasSalesforceErrors || s.org.Count("Contact") != 0 {
		t.Fatalf("got %+v with %d contacts left", results, s.org.Count("Contact"))
	}
	if _, err := client.InsertComposite("Contact", []row{{"LastName": "Lemoine"}, {"LastName": "Hale"}}, 200, true); err != nil || s.org.Count("Contact") != 2 {
		t.Fatalf("got %v with %d contacts", err, s.org.Count("Contact"))
	}
}

func TestIndependentClientSeesSalesforceErrors(t *testing.T) {
	s := newSite(t, simulator.Options{})
	client := newClient(t, s)
	_, err := client.InsertOne("Contact", map[string]any{"LastName": "Lemoine", "Nonsense": 1})
	if err == nil || !strings.Contains(err.Error(), "No such column 'Nonsense' on sobject of type Contact") {
		t.Errorf("got %v", err)
	}
	var none []contact
	if err := client.Query("SELECT Id FORM Contact", &none); err == nil || !strings.Contains(err.Error(), "MALFORMED_QUERY") {
		t.Errorf("got %v", err)
	}
	s.fail(simulator.Fault{Kind: simulator.ExpireSessions})
	if err := client.Query("SELECT Id FROM Contact", &none); err == nil || !strings.Contains(err.Error(), "invalid session") {
		t.Errorf("got %v", err)
	}
}
