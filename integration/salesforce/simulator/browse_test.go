package simulator_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"ringledger/integration/salesforce/simulator"
)

func (s *site) page(path string, status int) *goquery.Document {
	s.t.Helper()
	r := s.call("GET", "/"+path, nil).is(status)
	policy := r.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		s.t.Errorf("%s: policy %q", path, policy)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(r.text))
	if err != nil {
		s.t.Fatal(err)
	}
	if doc.Find("script, style, [style]").Length() > 0 {
		s.t.Errorf("%s: inline script or style", path)
	}
	if !strings.Contains(doc.Find(".banner").Text(), "Simulated Salesforce org") {
		s.t.Errorf("%s: no banner", path)
	}
	return doc
}

func TestRecordPageShowsOpenAndPastActivities(t *testing.T) {
	s := newSite(t, simulator.Options{})
	contact := s.org.Add("Contact", map[string]any{"LastName": "Lemoine <b>", "Phone": "01 99 00 12 34"})
	s.org.Add("Task", map[string]any{"Subject": "Missed call from Ada", "WhoId": contact, "Priority": "High", "ActivityDate": "2026-11-21"})
	done := s.org.Add("Task", map[string]any{"Subject": "Answered call", "WhoId": contact, "Status": "Completed"})
	doc := s.page("/lightning/r/Contact/"+contact+"/view", 200)
	lists := doc.Find(".timeline")
	if next := lists.Eq(0).Text(); !strings.Contains(next, "Missed call from Ada") || !strings.Contains(next, "Due 2026-11-21") || !strings.Contains(next, "Ringledger Integration") {
		t.Errorf("next steps: %s", next)
	}
	if to, _ := lists.Eq(1).Find("a").Attr("href"); to != "/lightning/r/Task/"+done+"/view" {
		t.Errorf("past activity leads to %s", to)
	}
	if got := s.page("/lightning/r/Task/"+done+"/view", 200).Find("h1").Text(); got != "Answered call" {
		t.Errorf("got heading %q", got)
	}
	s.page("/lightning/r/Task/00T000000000000AAA/view", 404)
}

func TestHomeFindsPeopleByNameAndByNumber(t *testing.T) {
	s := newSite(t, simulator.Options{PersonAccounts: true})
	simulator.SeedDemo(s.org)
	for query, want := range map[string]string{"lemoine": "Ada Lemoine", "+33 1 99 00 10 00": "Ada Lemoine", "boréal": "Atelier Boréal"} {
		doc := s.page("/?q="+strings.NewReplacer(" ", "+", "+", "%2B").Replace(query), 200)
		if !strings.Contains(doc.Find("table").Text(), want) {
			t.Errorf("%s: %s is not found", query, want)
		}
	}
	for _, path := range []string{"/", "/browse/Contact", "/browse/Lead", "/browse/Task", "/browse/Case", "/_sim/"} {
		if s.page(path, 200).Find("h1").Length() != 1 {
			t.Errorf("%s: not one heading", path)
		}
	}
	s.page("/browse/Nothing", 404)
}

func TestDemoPeopleCanBeFoundByTheirNumbers(t *testing.T) {
	s := newSite(t, simulator.Options{PersonAccounts: true})
	simulator.SeedDemo(s.org)
	people := simulator.DemoPeople()
	if len(people) < 105 {
		t.Fatalf("only %d people", len(people))
	}
	for _, p := range people {
		digits := p.Number[1:]
		national := map[string]string{"3": "0" + digits[2:], "4": "0" + digits[2:], "1": digits[1:]}[digits[:1]]
		r := s.search("FIND {" + digits + " OR " + national + " OR 00" + digits + "} IN PHONE FIELDS RETURNING Contact(Name), Lead(Name), Account(Name)")
		if !strings.Contains(r.is(200).text, `"Name":"`+p.Name+`"`) {
			t.Errorf("%s is not found by %s: %s", p.Name, p.Number, r.text)
		}
	}
	for _, number := range simulator.DemoStrangers() {
		if n := hits(s.search("FIND {" + number[1:] + "} IN PHONE FIELDS")); n != 0 {
			t.Errorf("%s is known", number)
		}
	}
	s.query("SELECT Id FROM User WHERE IsActive=true AND UserType='Standard' AND Email IN ('camille.roy@example.com','lena.vogt@example.com')").equals(1.0, "totalSize")
	s.query("SELECT ContactId, Opportunity.Name FROM OpportunityContactRole WHERE Opportunity.IsClosed=false ORDER BY Opportunity.LastModifiedDate DESC").is(200)
}
