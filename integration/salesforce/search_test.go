package salesforce_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

// directory answers searches as an org would that holds these records: it
// compares whole digit strings of every field and caps each object.
func directory(t *testing.T, records []map[string]any) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query().Get("q")
		find := regexp.MustCompile(`^FIND \{([^}]*)\} IN PHONE FIELDS RETURNING (.*)$`).FindStringSubmatch(q)
		if find == nil || len(find[1]) > 4000 || regexp.MustCompile(`[^0-9 OR]`).MatchString(find[1]) {
			reply(w, http.StatusBadRequest, refusal("MALFORMED_SEARCH", q))
			return
		}
		words := map[string]bool{}
		for word := range strings.SplitSeq(find[1], " OR ") {
			words[word] = true
		}
		found := []map[string]any{}
		for _, object := range []string{"Contact", "Lead", "Account"} {
			if !strings.Contains(find[2], object+"(") {
				continue
			}
			most := 250
			if strings.Contains(find[2], "LIMIT 2000") {
				most = 2000
			}
			for _, rec := range records {
				if rec["attributes"].(map[string]string)["type"] == object && most > 0 && holds(rec, words) {
					found = append(found, rec)
					most--
				}
			}
		}
		reply(w, http.StatusOK, map[string]any{"searchRecords": found})
	}
}

func holds(rec map[string]any, words map[string]bool) bool {
	for name, v := range rec {
		if s, ok := v.(string); ok && name != "Id" && words[regexp.MustCompile(`\D`).ReplaceAllString(s, "")] {
			return true
		}
	}
	return false
}

func rec(object, id, name string, fields map[string]any) map[string]any {
	r := map[string]any{"attributes": map[string]string{"type": object}, "Id": id, "Name": name, "LastModifiedDate": "2026-05-01T07:25:37.000+0000", "OwnerId": userID}
	for k, v := range fields {
		r[k] = v
	}
	return r
}

func TestSearchFindsNumbersHoweverTheyAreWritten(t *testing.T) {
	o := newOrg(t, directory(t, []map[string]any{
		rec("Contact", "003000000000001AAA", "Ada", map[string]any{"Phone": "01 99 00 12 34", "AccountId": "001000000000007AAA", "Account": map[string]any{"Name": "Acme"}}),
		rec("Lead", "00Q000000000001AAA", "Bea", map[string]any{"MobilePhone": "+33 (0)1 99 00 12 34", "Phone": "0033199001234", "IsConverted": true, "ConvertedContactId": "003000000000009AAA"}),
		rec("Account", "001000000000001AAA", "Cora", map[string]any{"Phone": "(202) 555-0123"}),
		rec("Contact", "003000000000002AAA", "Dora", map[string]any{"OtherPhone": "+44 1632 960001"}),
	}))
	paris, us := salesforce.Wanted{E164: "+33199001234", Region: "FR"}, salesforce.Wanted{E164: "+12025550123", Region: "US"}
	none := salesforce.Wanted{E164: "+33199009999", Region: "FR"}
	got, err := o.client.Search(soon(t), []salesforce.Wanted{paris, us, none, paris}, salesforce.Searching{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(o.requests()); n != 1 {
		t.Errorf("got %d requests, want 1", n)
	}
	if len(got) != 3 || len(got[none]) != 0 {
		t.Errorf("got %+v", got)
	}
	want := callflow.Candidate{
		Record: callflow.Record{Kind: callflow.ContactRecord, ID: "003000000000001AAA", Name: "Ada", AccountID: "001000000000007AAA", AccountName: "Acme", OwnerID: userID},
		Field:  "Phone", Value: "01 99 00 12 34", ModifiedAt: time.Date(2026, 5, 1, 7, 25, 37, 0, time.UTC),
	}
	if c := got[paris]; len(c) != 2 || c[0] != want || c[1].ID != "00Q000000000001AAA" || !c[1].Converted || c[1].ContactID != "003000000000009AAA" || c[1].Field != "Phone" {
		t.Errorf("Paris: got %+v", c)
	}
	if c := got[us]; len(c) != 1 || c[0].Name != "Cora" || c[0].Kind != callflow.AccountRecord {
		t.Errorf("US: got %+v", c)
	}
}

func TestForeignNumbersWithTheSameLastDigitsDoNotMatch(t *testing.T) {
	o := newOrg(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]any{"searchRecords": []any{
			rec("Contact", "003000000000001AAA", "Swiss", map[string]any{"Phone": "+41 1 99 00 12 34"}),
			rec("Contact", "003000000000002AAA", "French", map[string]any{"Phone": "0199001234"}),
			rec("Contact", "003000000000003AAA", "Longer", map[string]any{"Phone": "+33199001234567"}),
			rec("Contact", "003000000000004AAA", "American", map[string]any{"Phone": "+1 202 555 0123", "MobilePhone": "not a number"}),
		}})
	})
	// The same text is another number on a German line.
	french, german := salesforce.Wanted{E164: "+33199001234", Region: "FR"}, salesforce.Wanted{E164: "+33199001234", Region: "DE"}
	got, err := o.client.Search(soon(t), []salesforce.Wanted{french, german}, salesforce.Searching{})
	if err != nil {
		t.Fatal(err)
	}
	if c := got[french]; len(c) != 1 || c[0].Name != "French" {
		t.Errorf("French line: got %+v", c)
	}
	if c := got[german]; len(c) != 0 {
		t.Errorf("German line: got %+v", c)
	}
}

func TestAHundredNumbersTakeFewSearchesBelowTheLimit(t *testing.T) {
	var wanted []salesforce.Wanted
	var records []map[string]any
	for i := range 300 {
		e164 := fmt.Sprintf("+3319900%04d", i)
		wanted = append(wanted, salesforce.Wanted{E164: e164, Region: "FR"})
		if i%3 == 0 {
			records = append(records, rec("Contact", fmt.Sprintf("003%012dAAA", i), e164, map[string]any{"MobilePhone": e164}))
		}
	}
	o := newOrg(t, directory(t, records))
	got, err := o.client.Search(soon(t), wanted, salesforce.Searching{Kinds: []callflow.RecordKind{callflow.ContactRecord}})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range wanted {
		if has := len(got[w]) == 1 && got[w][0].Name == w.E164; has != (i%3 == 0) {
			t.Errorf("%s: got %+v", w.E164, got[w])
		}
	}
	if n := len(o.requests()); n > 5 {
		t.Errorf("got %d searches for 300 numbers", n)
	}
	for _, r := range o.requests() {
		if strings.Contains(r.Query, "Lead(") || strings.Contains(r.Query, "LIMIT") {
			t.Errorf("statement: %.200s ... %s", r.Query, r.Query[len(r.Query)-200:])
		}
	}
}

func TestFullAnswersAreSplitUntilNothingIsCut(t *testing.T) {
	var records []map[string]any
	var wanted []salesforce.Wanted
	for i := range 16 {
		e164 := fmt.Sprintf("+3319900%04d", i)
		wanted = append(wanted, salesforce.Wanted{E164: e164, Region: "FR"})
		count := 20
		if i == 11 {
			count = 300 // one switchboard alone is more than a search answers
		}
		for n := range count {
			records = append(records, rec("Lead", fmt.Sprintf("00Q%06d%06dAAA", i, n), "x", map[string]any{"Phone": e164}))
		}
	}
	o := newOrg(t, directory(t, records))
	got, err := o.client.Search(soon(t), wanted, salesforce.Searching{})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range wanted {
		want := 20
		if i == 11 {
			want = 300
		}
		if len(got[w]) != want {
			t.Errorf("%s: got %d candidates, want %d", w.E164, len(got[w]), want)
		}
	}
	newest := slices.IndexFunc(o.requests(), func(r seen) bool {
		return strings.Contains(r.Query, "ORDER BY LastModifiedDate DESC LIMIT 2000") && !strings.Contains(r.Query, "Contact(")
	})
	if newest < 0 {
		t.Error("the full number was not searched alone")
	}
	if n := len(o.requests()); n > 12 {
		t.Errorf("got %d searches", n)
	}
}

func TestPersonAccountAndItsShadowContactAreOneCandidate(t *testing.T) {
	o := newOrg(t, directory(t, []map[string]any{
		rec("Contact", "003000000000001AAA", "Ada Person", map[string]any{"MobilePhone": "+33199001234", "AccountId": "001000000000001AAA", "IsPersonAccount": true}),
		rec("Account", "001000000000001AAA", "Ada Person", map[string]any{"PersonMobilePhone": "+33199001234", "IsPersonAccount": true, "PersonContactId": "003000000000001AAA"}),
		rec("Contact", "003000000000002AAA", "Late Index", map[string]any{"Phone": "+33199005555", "AccountId": "001000000000002AAA", "IsPersonAccount": true}),
	}))
	ada, late := salesforce.Wanted{E164: "+33199001234", Region: "FR"}, salesforce.Wanted{E164: "+33199005555", Region: "FR"}
	got, err := o.client.Search(soon(t), []salesforce.Wanted{ada, late}, salesforce.Searching{PersonAccounts: true})
	if err != nil {
		t.Fatal(err)
	}
	if c := got[ada]; len(c) != 1 || c[0].Kind != callflow.PersonAccountRecord || c[0].ID != "001000000000001AAA" || c[0].ContactID != "003000000000001AAA" || c[0].Field != "PersonMobilePhone" {
		t.Errorf("Ada: got %+v", c)
	}
	if c := got[late]; len(c) != 1 || c[0].Kind != callflow.PersonAccountRecord || c[0].ID != "001000000000002AAA" || c[0].ContactID != "003000000000002AAA" {
		t.Errorf("known only by its contact: got %+v", c)
	}
}

func TestHiddenFieldCostsItsMatchesAndNotTheSearch(t *testing.T) {
	var searches atomic.Int32
	all := directory(t, []map[string]any{rec("Contact", "003000000000001AAA", "Ada", map[string]any{"Phone": "+33199001234"})})
	o := newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		searches.Add(1)
		switch q := r.URL.Query().Get("q"); {
		case strings.Contains(q, "AssistantPhone"):
			reply(w, http.StatusBadRequest, refusal("INVALID_FIELD", "\nAssistantPhone, Direct__c)\n ^\nERROR at Row:1:Column:43\nNo such column 'AssistantPhone' on entity 'Contact'. If you are attempting to use a custom field, be sure to append the '__c'"))
		case strings.Contains(q, "Account.Name"):
			reply(w, http.StatusBadRequest, refusal("INVALID_FIELD", "ERROR at Row:1:Column:9\nDidn't understand relationship 'Account' in field path. If you are attempting to use a custom relationship..."))
		default:
			all(w, r)
		}
	})
	in := salesforce.Searching{ExtraFields: map[string][]string{"Contact": {"Direct__c"}}}
	w := salesforce.Wanted{E164: "+33199001234", Region: "FR"}
	for range 2 {
		got, err := o.client.Search(soon(t), []salesforce.Wanted{w}, in)
		if err != nil || len(got[w]) != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
	}
	if n := searches.Load(); n != 4 {
		t.Errorf("got %d searches, want three to learn and one that knows", n)
	}
}

func TestNamesFromSettingsCannotChangeAStatement(t *testing.T) {
	o := newOrg(t, func(http.ResponseWriter, *http.Request) {})
	for _, name := range []string{"Phone) , User(Id", "Phone LIMIT 1", "a'b", "", "1st", "Näme", "Owner.Email"} {
		_, err := o.client.Search(soon(t), []salesforce.Wanted{{E164: "+33199001234"}}, salesforce.Searching{ExtraFields: map[string][]string{"Lead": {name}}})
		kindOf(t, err, salesforce.Refused)
		_, err = o.client.ReadTasks(soon(t), []string{"00T000000000001AAA"}, []string{name})
		kindOf(t, err, salesforce.Refused)
	}
	_, err := o.client.Search(soon(t), []salesforce.Wanted{{E164: "+33} RETURNING User(Id)"}, {E164: ""}, {E164: "anonymous"}}, salesforce.Searching{})
	if err != nil {
		t.Error(err)
	}
	if n := len(o.requests()); n != 0 {
		t.Errorf("got %d requests, want none", n)
	}
}
