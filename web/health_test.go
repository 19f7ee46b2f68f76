package web_test

import (
	"net/http"
	"strings"
	"testing"

	"ringledger/store/storetest"
	"ringledger/web"
)

func TestALogThatGrowsIsToldToMonitoringAndKeepsNobodyOut(t *testing.T) {
	s := newSite(t, func(o *web.Options, _ *providers) { o.WorkerAlive = func() bool { return true } })
	b := s.browser()
	if got := b.get("/readyz"); got.status != http.StatusOK || !strings.Contains(got.body, `"log":"ok"`) {
		t.Errorf("at first: %d %s", got.status, got.body)
	}
	storetest.Existing(t, s.file, nil).ReadLong()
	storetest.FillLog(t, s.store)
	if got := b.get("/readyz"); got.status != http.StatusOK || !strings.Contains(got.body, `"status":"ok"`) || !strings.Contains(got.body, `"log":"grown to 72 MB"`) {
		t.Errorf("behind a reader: %d %s", got.status, got.body)
	}
	if got := b.get("/metrics"); !strings.Contains(got.body, "\nringledger_database_log_bytes 7.") || !strings.Contains(got.body, "e+07\n") {
		t.Error("the figures do not tell how large it is")
	}
}
