package simulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringledger/integration/salesforce/simulator"
)

func hits(r reply) int {
	r.t.Helper()
	list, ok := r.is(200).at("searchRecords").([]any)
	if !ok {
		r.t.Fatalf("no list in %s", r.text)
	}
	return len(list)
}

func TestPhoneSearchComparesDigitsAndNothingElse(t *testing.T) {
	s := newSite(t, simulator.Options{})
	for i, stored := range []string{"+12025550142", "(202) 555-0142", "202.555.0142", "1-202-555-0142", "2025550142 x12", "0033 1 99 00 12 34", "01 99 00 12 34"} {
		s.org.Add("Contact", map[string]any{"LastName": fmt.Sprint("C", i), []string{"Phone", "MobilePhone", "OtherPhone", "HomePhone", "AssistantPhone", "Fax", "Phone"}[i]: stored})
	}
	find := func(text string) int {
		return hits(s.search("FIND {" + text + "} IN PHONE FIELDS RETURNING Contact(Id, Name)"))
	}
	for text, want := range map[string]int{
		"2025550142": 3, "12025550142": 2, "2025550142 OR 12025550142": 5, "33199001234": 0, "0033199001234": 1, "0199001234": 1,
		"20255501*": 3, "5550142": 0, `"202 555 0142"`: 3, `\(202\)555\-0142`: 3, "2025550142 AND 12": 1, "2025550142 AND NOT 12": 2,
	} {
		if got := find(text); got != want {
			t.Errorf("%s: got %d hits, want %d", text, got, want)
		}
	}
}

func TestReservedCharactersMustBeEscaped(t *testing.T) {
	s := newSite(t, simulator.Options{})
	for _, text := range []string{"+12025550142", "202-555-0142", "a&b", "x:y", "{12", "it's"} {
		s.search("FIND {"+text+"} IN PHONE FIELDS RETURNING Contact(Id)").refuses(400, "MALFORMED_SEARCH", "")
	}
	s.search("FIND {202-555} IN PHONE FIELDS RETURNING Contact(Id)").refuses(400, "MALFORMED_SEARCH", "line 1:9 mismatched character '-' expecting '}'")
	s.search("FIND {12} IN PHONE FIELDS RETURNING Nothing(Id)").refuses(400, "INVALID_TYPE", "sObject type 'Nothing' is not supported")
	s.search("FIND {12} IN PHONE FIELDS RETURNING Contact(Nope)").refuses(400, "INVALID_FIELD", "No such column 'Nope'")
}

func TestSearchLagsBehindTheIndexDelay(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	s := newSite(t, simulator.Options{Now: func() time.Time { return now }, IndexDelay: 5 * time.Minute})
	id := s.call("POST", "/sobjects/Contact", map[string]any{"LastName": "Lemoine", "Phone": "+33199001234"}).is(201).id()
	find := func() int { return hits(s.search("FIND {33199001234} IN PHONE FIELDS RETURNING Contact(Id)")) }
	if find() != 0 {
		t.Error("found at once")
	}
	s.query("SELECT Id FROM Contact WHERE Phone = '+33199001234'").equals(1.0, "totalSize")
	if now = now.Add(5 * time.Minute); find() != 1 {
		t.Error("not found after the delay")
	}
	s.call("PATCH", "/sobjects/Contact/"+id, map[string]any{"Phone": "+33199004321"}).is(204)
	if now = now.Add(time.Minute); find() != 1 {
		t.Error("the old number is forgotten at once")
	}
	if now = now.Add(5 * time.Minute); find() != 0 {
		t.Error("the old number is still known")
	}
}

func TestSearchReturnsTypesInOrderWithConvertedLeadsUnlessFiltered(t *testing.T) {
	s := newSite(t, simulator.Options{})
	lead := s.org.Add("Lead", map[string]any{"LastName": "Picard", "Company": "Tamarin", "Phone": "+33199001234"})
	if _, err := s.org.ConvertLead(lead); err != nil {
		t.Fatal(err)
	}
	all := s.search("FIND {33199001234} IN PHONE FIELDS RETURNING Lead(Id, IsConverted), Contact(Id, Account.Name), Account(Id)")
	if hits(all) != 3 {
		t.Fatal(all.text)
	}
	all.equals("Lead", "searchRecords", "0", "attributes", "type")
	all.equals("Tamarin", "searchRecords", "1", "Account", "Name")
	if n := hits(s.search("FIND {33199001234} IN PHONE FIELDS RETURNING Lead(Id WHERE IsConverted = false)")); n != 0 {
		t.Errorf("%d converted leads came through the filter", n)
	}
}

func TestSearchReturnsAtMost250RowsOr2000WithOrder(t *testing.T) {
	s := newSite(t, simulator.Options{})
	for i := range 300 {
		s.org.Add("Contact", map[string]any{"LastName": fmt.Sprint("C", i), "Phone": "+33199001234"})
		s.org.Add("Lead", map[string]any{"LastName": fmt.Sprint("L", i), "Company": "X", "Phone": "+33199001234"})
	}
	for returning, want := range map[string]int{
		"Contact(Id)": 250, "Contact(Id ORDER BY LastModifiedDate DESC)": 300, "Contact(Id WHERE Email = null)": 300,
		"Contact(Id), Lead(Id)": 500, "Contact(Id LIMIT 3), Lead(Id LIMIT 4)": 7,
	} {
		if got := hits(s.search("FIND {33199001234} IN PHONE FIELDS RETURNING " + returning)); got != want {
			t.Errorf("%s: got %d rows, want %d", returning, got, want)
		}
	}
	if got := hits(s.search("FIND {33199001234} IN PHONE FIELDS RETURNING Contact(Id), Lead(Id) LIMIT 10")); got != 10 {
		t.Errorf("got %d rows with an overall limit", got)
	}
}

func TestOperatorsAreDroppedAbove4000Characters(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.org.Add("Contact", map[string]any{"LastName": "Lemoine", "Phone": "+33199001234"})
	text := func(n int) string { return "33199001234" + strings.Repeat(" OR 12025550142", n) }
	if got := hits(s.search("FIND {" + text(250) + "} IN PHONE FIELDS RETURNING Contact(Id)")); got != 1 {
		t.Errorf("got %d hits below the limit", got)
	}
	if got := hits(s.search("FIND {" + text(270) + "} IN PHONE FIELDS RETURNING Contact(Id)")); got != 0 {
		t.Errorf("got %d hits above the limit", got)
	}
}

func TestNameSearchAndParameterizedSearch(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.org.Add("Contact", map[string]any{"FirstName": "Ada", "LastName": "Lemoine", "Phone": "+33199001234"})
	if n := hits(s.search("FIND {lem* AND ada} IN NAME FIELDS RETURNING Contact(Id)")); n != 1 {
		t.Errorf("got %d by name", n)
	}
	if n := hits(s.call("GET", "/parameterizedSearch/?q=33199001234&in=PHONE&sobject=Contact&Contact.fields=Id,Name&Contact.limit=5", nil)); n != 1 {
		t.Errorf("got %d by parameters", n)
	}
	if n := hits(s.call("POST", "/parameterizedSearch", map[string]any{"q": "+33199001234", "in": "PHONE", "fields": []string{"Id"},
		"sobjects": []any{map[string]any{"name": "Contact", "where": "Email = null"}}})); n != 1 {
		t.Errorf("got %d by POST", n)
	}
}
