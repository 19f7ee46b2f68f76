package simulator_test

import (
	"testing"

	"ringledger/integration/salesforce/simulator"
)

func TestTaskLifeOverPlainREST(t *testing.T) {
	s := newSite(t, simulator.Options{})
	contact := s.call("POST", "/sobjects/Contact", map[string]any{"LastName": "Lemoine", "Phone": "+33 1 99 00 10 00"}).is(201).id()
	made := s.call("POST", "/sobjects/Task", map[string]any{"Subject": "Call", "WhoId": contact, "Status": "Completed", "CallObject": "aircall:1"}).is(201)
	id := made.id()
	if got := made.header.Get("Location"); got != "/services/data/v66.0/sobjects/Task/"+id {
		t.Errorf("got Location %q", got)
	}
	if got := made.header.Get("Sforce-Limit-Info"); got != "api-usage=2/100000" {
		t.Errorf("got Sforce-Limit-Info %q", got)
	}
	found := s.query("SELECT Id, IsClosed, Who.Name, OwnerId FROM Task WHERE CallObject IN ('aircall:1', 'aircall:2')").is(200)
	found.equals(1.0, "totalSize")
	found.equals(true, "records", "0", "IsClosed")
	found.equals("Lemoine", "records", "0", "Who", "Name")
	s.search("FIND {33199001000 OR 0199001000} IN PHONE FIELDS RETURNING Contact(Id, Name WHERE Email = null ORDER BY LastModifiedDate DESC)").is(200).equals(contact, "searchRecords", "0", "Id")
	s.call("PATCH", "/sobjects/Task/"+id, map[string]any{"Status": "In Progress"}).is(204)
	s.call("GET", "/sobjects/Task/"+id, nil).is(200).equals(false, "IsClosed")
	s.call("DELETE", "/sobjects/Task/"+id, nil).is(204)
	s.call("GET", "/sobjects/Task/"+id, nil).refuses(404, "ENTITY_IS_DELETED", "deleted")
}
