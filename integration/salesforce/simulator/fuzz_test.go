package simulator_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"ringledger/integration/salesforce/simulator"
)

// FuzzStatements holds that no statement, however broken, does more than earn
// its sender a refusal.
func FuzzStatements(f *testing.F) {
	for _, seed := range []string{
		"SELECT Id, Account.Name FROM Contact WHERE (Phone = '1' OR NOT Email LIKE '%x') AND CreatedDate >= LAST_N_DAYS:2 ORDER BY Name DESC NULLS LAST LIMIT 2 OFFSET 1",
		"SELECT CallObject, COUNT(Id) n FROM Task GROUP BY CallObject HAVING COUNT(Id) > 1",
		"SELECT Id FROM Contact WHERE Id IN (SELECT ContactId FROM Case) USING SCOPE", "SELECT FIELDS(ALL) FROM Lead WITH", "SELECT COUNT() FROM", "SELECT", "'",
		"FIND {331* OR (12 AND NOT \"a b\")} IN PHONE FIELDS RETURNING Contact(Id WHERE Name = 'x' ORDER BY Id LIMIT 1), Lead WITH SPELL_CORRECTION = false LIMIT 3",
		"FIND {", "FIND {ab} IN", "FIND {ab} RETURNING Contact(", "FIND {(ab} IN ALL FIELDS", "FIND {ab AND} IN NAME FIELDS", `FIND {\}`,
	} {
		f.Add(seed)
	}
	org := simulator.New(simulator.Options{DailyLimit: 1 << 40})
	org.Add("Contact", map[string]any{"LastName": "Lemoine", "Phone": "+33199001000"})
	token := org.NewSession("")
	f.Fuzz(func(t *testing.T, text string) {
		for _, path := range []string{"query", "search"} {
			req := httptest.NewRequest(http.MethodGet, "/services/data/v66.0/"+path+"?q="+url.QueryEscape(text), strings.NewReader(""))
			req.Header.Set("Authorization", "Bearer "+token)
			w := httptest.NewRecorder()
			org.ServeHTTP(w, req)
			if w.Code != http.StatusOK && w.Code != http.StatusBadRequest && w.Code != http.StatusRequestURITooLong {
				t.Errorf("%s %q: got %d %s", path, text, w.Code, w.Body)
			}
		}
	})
}
