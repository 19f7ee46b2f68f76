package simulator_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"sync"
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

func TestDescribeAnswersNotModifiedUntilAFieldChanges(t *testing.T) {
	s := newSite(t, simulator.Options{})
	seen := s.call("GET", "/sobjects/Task/describe", nil).is(200).header.Get("Last-Modified")
	if r := s.call("GET", "/sobjects/Task/describe", nil, "If-Modified-Since", seen).is(304); r.text != "" {
		t.Errorf("got a body: %s", r.text)
	}
	s.fail(simulator.Fault{Kind: simulator.HideField, Object: "Task", Field: "Type"})
	s.call("GET", "/sobjects/Task/describe", nil, "If-Modified-Since", seen).is(200)
}

func TestUpsertByAKeyThatSeveralHaveAnswers300(t *testing.T) {
	s := newSite(t, simulator.Options{})
	for range 2 {
		s.org.Add("Contact", map[string]any{"LastName": "Twin", "Email": "twin@example.com"})
	}
	r := s.call("PATCH", "/sobjects/Contact/Email/twin@example.com", map[string]any{"Phone": "1"}).is(300)
	if to, _ := r.at("0").(string); !strings.HasPrefix(to, "/services/data/v66.0/sobjects/Contact/003") {
		t.Errorf("got %s", r.text)
	}
}

func TestPackedBodiesAreRead(t *testing.T) {
	s := newSite(t, simulator.Options{})
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(`{"LastName":"Caf\u00e9 \ud83d\ude00 \"x\""}`)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	s.call("POST", "/sobjects/Contact", packed.String(), "Content-Encoding", "gzip").is(201)
	if got := s.org.Records("Contact")[0]["LastName"]; got != `Café 😀 "x"` {
		t.Errorf("got %v", got)
	}
}

func TestInvalidSessionWithAForeignBodyIsAnsweredInXML(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.token = "expired"
	r := s.call("POST", "/sobjects/Task", "x=1", "Content-Type", "application/x-www-form-urlencoded").is(401)
	if !strings.Contains(r.text, "LOGIN_OAUTH_INVALID_TOKEN") {
		t.Errorf("got %s", r.text)
	}
	r = s.call("GET", "/query?q=SELECT+Id+FROM+Task", nil).is(http.StatusUnauthorized)
	if r.text != `[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]` {
		t.Errorf("got %s", r.text)
	}
}

func TestLongAddressesAreRefused(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.query("SELECT Id FROM Task WHERE CallObject = '" + strings.Repeat("x", 17_000) + "'").is(http.StatusRequestURITooLong)
}

func TestManyClientsAtOnceMakeEachKeyOnce(t *testing.T) {
	s := newSite(t, simulator.Options{TaskExternalID: "Call_Id__c"})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 20 {
				s.call("PATCH", fmt.Sprintf("/sobjects/Task/Call_Id__c/aircall:%d", i), map[string]any{"Subject": "Call"})
				s.call("GET", "/query?q=SELECT+Id,Owner.Name+FROM+Task+ORDER+BY+CreatedDate", nil)
				s.org.Records("Task")
			}
		})
	}
	wg.Wait()
	if n := s.org.Count("Task"); n != 20 {
		t.Errorf("got %d tasks, want 20", n)
	}
	if used, _ := s.org.Usage(); used != 320 || s.org.Counts()["query"] != 160 {
		t.Errorf("counted %d requests, %v", used, s.org.Counts())
	}
}
