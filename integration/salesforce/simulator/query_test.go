package simulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringledger/integration/salesforce/simulator"
)

func people(t *testing.T) *site {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	s := newSite(t, simulator.Options{Now: func() time.Time { return now }})
	account := s.org.Add("Account", map[string]any{"Name": "Boréal", "AnnualRevenue": 1500.5})
	for i, name := range []string{"Ada", "Basile", "clara", "Dénis", "O'Hara"} {
		fields := map[string]any{"LastName": name, "Email": lowerASCII(name) + "@example.com", "CreatedDate": now.AddDate(0, 0, -i), "Description": "x"}
		if i < 2 {
			fields["AccountId"] = account
		}
		s.org.Add("Contact", fields)
	}
	return s
}

func lowerASCII(s string) string {
	return strings.NewReplacer("é", "e", "'", "").Replace(strings.ToLower(s))
}

func TestConditionsMeanWhatTheyMeanInSOQL(t *testing.T) {
	s := people(t)
	for where, want := range map[string]int{
		"LastName = 'ADA'": 1, "LastName != 'ada'": 4, "LastName <> 'ada'": 4, "LastName LIKE 'b%'": 1, "LastName LIKE '_da'": 1, "LastName LIKE '%\\'%'": 1,
		"LastName IN ('Ada','CLARA','x')": 2, "LastName NOT IN ('Ada','clara')": 3, "AccountId = null": 3, "AccountId != null": 2,
		"Account.Name = 'boréal'": 2, "Account.AnnualRevenue > 1500": 2, "NOT (LastName = 'Ada')": 4,
		"(LastName = 'Ada' OR LastName = 'Basile') AND AccountId != null": 2, "LastName > 'b' AND LastName < 'd'": 2,
		"HasOptedOutOfEmail = false": 5, "HasOptedOutOfEmail = TRUE": 0, "CreatedDate = TODAY": 1, "CreatedDate = YESTERDAY": 1,
		"CreatedDate = LAST_N_DAYS:2": 3, "CreatedDate < LAST_N_DAYS:2": 2, "CreatedDate > YESTERDAY": 1, "CreatedDate >= 2026-11-18T00:00:00Z": 3,
		"CreatedDate < 2026-11-18T09:00:00.000+0000": 2, "Id IN (SELECT ContactId FROM Case)": 0, "Email = 'ada@example.com' OR Email = 'clara@example.com'": 2,
		"LastName = 'D\\u00e9nis'": 1, "CreatedDate = THIS_MONTH": 5, "Owner.Name LIKE '%Integration'": 5, "Email IN ('ada@example.com')": 1,
	} {
		s.query("SELECT COUNT() FROM Contact WHERE "+where).is(200).equals(float64(want), "totalSize")
	}
}

func TestRowsAreSortedNestedAndCut(t *testing.T) {
	s := people(t)
	r := s.query("SELECT Id, LastName, Account.Name, Owner.Email FROM Contact ORDER BY AccountId DESC NULLS LAST, LastName DESC LIMIT 2 OFFSET 1").is(200)
	r.equals("Ada", "records", "0", "LastName")
	r.equals("Boréal", "records", "0", "Account", "Name")
	r.equals("Account", "records", "0", "Account", "attributes", "type")
	r.equals("O'Hara", "records", "1", "LastName")
	r.equals(nil, "records", "1", "Account")
	r.equals(2.0, "totalSize")
	if !strings.HasPrefix(r.text, `{"totalSize":2,"done":true,"records":[{"attributes":`) {
		t.Errorf("got %s", r.text)
	}
}

func TestGroupsAreCountedAndFiltered(t *testing.T) {
	s := newSite(t, simulator.Options{})
	for _, key := range []string{"aircall:1", "aircall:2", "aircall:1"} {
		s.org.Add("Task", map[string]any{"Subject": "Call", "CallObject": key})
	}
	r := s.query("SELECT CallObject, COUNT(Id) n FROM Task WHERE CallObject LIKE 'aircall:%' GROUP BY CallObject HAVING COUNT(Id) > 1").is(200)
	r.equals(1.0, "totalSize")
	r.equals("aircall:1", "records", "0", "CallObject")
	r.equals(2.0, "records", "0", "n")
	s.query("SELECT COUNT(Id), MAX(CallObject) FROM Task").equals("aircall:2", "records", "0", "expr1")
}

func TestMistakesInQueriesArePointedAt(t *testing.T) {
	s := newSite(t, simulator.Options{})
	for soql, want := range map[string][2]string{
		"SELECT Id FORM Task":                                                {"MALFORMED_QUERY", "ERROR at Row:1:Column:"},
		"SELECT Nope FROM Task":                                              {"INVALID_FIELD", "ERROR at Row:1:Column:8\nNo such column 'Nope' on entity 'Task'"},
		"SELECT Id FROM Nope":                                                {"INVALID_TYPE", "ERROR at Row:1:Column:16\nsObject type 'Nope' is not supported"},
		"SELECT Id FROM Task WHERE Subject = 5":                              {"INVALID_FIELD", "must be of type string and should be enclosed in quotes"},
		"SELECT Id FROM Task WHERE CreatedDate > '2026'":                     {"INVALID_FIELD", "must be of type dateTime and should not be enclosed in quotes"},
		"SELECT Id FROM Task WHERE Description = 'x'":                        {"INVALID_FIELD", "field 'Description' can not be filtered in a query call"},
		"SELECT Id FROM Task WHERE Foo.Name = 'x'":                           {"INVALID_FIELD", "Didn't understand relationship 'Foo' in field path"},
		"SELECT Id FROM Task WHERE Subject = 'it's'":                         {"MALFORMED_QUERY", ""},
		"SELECT Id FROM Task WHERE Subject = 'a' AND":                        {"MALFORMED_QUERY", "unexpected token: '<EOF>'"},
		"SELECT Id FROM Task LIMIT x":                                        {"MALFORMED_QUERY", "unexpected token: 'x'"},
		"SELECT Id FROM Task WHERE IsClosed=1 OR IsClosed=0 AND Subject='x'": {"INVALID_FIELD", "boolean"},
	} {
		s.query(soql).refuses(400, want[0], want[1])
	}
}

func TestLongAnswersComeInPages(t *testing.T) {
	s := newSite(t, simulator.Options{})
	for i := range 450 {
		s.org.Add("Contact", map[string]any{"LastName": fmt.Sprintf("C%03d", i)})
	}
	page := s.call("GET", "/query?q=SELECT+Id,LastName+FROM+Contact+ORDER+BY+LastName", nil, "Sforce-Query-Options", "batchSize=200").is(200)
	seen := 0
	for {
		rows, _ := page.at("records").([]any)
		seen += len(rows)
		page.equals(450.0, "totalSize")
		next, more := page.at("nextRecordsUrl").(string)
		if page.at("done") == more {
			t.Fatalf("done and nextRecordsUrl disagree: %s", page.text[:80])
		}
		if !more {
			break
		}
		page = s.call("GET", "/"+next, nil).is(200)
	}
	if seen != 450 {
		t.Errorf("got %d rows on all pages", seen)
	}
	s.call("GET", "/query/01gNOPE-2000", nil).refuses(400, "INVALID_QUERY_LOCATOR", "")
}
