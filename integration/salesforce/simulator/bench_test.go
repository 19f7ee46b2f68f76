package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ringledger/integration/salesforce/simulator"
)

// BenchmarkCollectionOf200Tasks is the request that a busy client sends most.
func BenchmarkCollectionOf200Tasks(b *testing.B) {
	org := simulator.New(simulator.Options{DailyLimit: 1 << 30})
	contact := org.Add("Contact", map[string]any{"LastName": "Lemoine", "Phone": "+33199001000"})
	token := org.NewSession("")
	rows := make([]map[string]any, 200)
	for i := range rows {
		rows[i] = map[string]any{
			"attributes": map[string]any{"type": "Task"}, "Subject": "Inbound answered call from Ada Lemoine on Sales answered by Camille Roy",
			"Status": "Completed", "Priority": "Normal", "ActivityDate": "2026-11-20", "WhoId": contact, "TaskSubtype": "Call", "Type": "Call",
			"CallType": "Inbound", "CallDurationInSeconds": 125, "CallDisposition": "aircall, sales, inbound, answered_call, 33199000000",
			"CallObject": fmt.Sprintf("aircall:%d", i), "Description": strings.Repeat("Waiting time: 12 s\nTalk time: 125 s\n", 8),
		}
	}
	body, err := json.Marshal(map[string]any{"allOrNone": false, "records": rows})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		req := httptest.NewRequest(http.MethodPost, "/services/data/v66.0/composite/sobjects", strings.NewReader(string(body)))
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		org.ServeHTTP(w, req)
		if w.Code != http.StatusOK {
			b.Fatal(w.Body.String())
		}
	}
}
