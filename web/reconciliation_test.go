package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/worker"
	"ringledger/store"
)

func TestAnEditorHasEveryCallCheckedAndSeesThatAllAreAccountedFor(t *testing.T) {
	c, b := ledgerSite(t)
	if got := b.get("/reconciliation"); got.status != http.StatusOK || !strings.Contains(got.body, "Nothing was compared yet") {
		t.Fatalf("before the first check: got %d", got.status)
	}
	c.account.DisableWebhook(c.account.Webhooks()[0].ID)
	if _, err := c.account.PlaceCall(t.Context(), aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+33199001234", Plain: true, Talk: time.Minute}); err != nil {
		t.Fatal(err)
	}
	c.clock.move(20 * time.Minute)
	if got := b.post("/reconciliation", url.Values{}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303: %s", got.status, got.body)
	}
	b.get("/reconciliation")
	b.post("/reconciliation", url.Values{})
	if page := b.get("/reconciliation").page(t); page.Find(".toast-info").Length() != 1 || page.Find("[disabled]").Length() != 0 {
		t.Error("who asks twice is not told that a check goes on already")
	}
	w := worker.New(worker.Options{Store: c.store, Salesforce: c.salesforce, Aircall: c.aircall, Now: c.clock.now})
	for range 2 {
		if filled, err := w.FillGap(t.Context()); err != nil {
			t.Fatal(err)
		} else if !filled {
			break
		}
	}
	c.drain()
	if checks, err := c.store.Checks(t.Context(), 5); err != nil || len(checks) != 1 || checks[0].Added != 1 || checks[0].State != store.BackfillDone {
		t.Fatalf("two clicks made %+v (%v), want one check that added one call", checks, err)
	}
	c.clock.move(20 * time.Minute)
	b.post("/reconciliation", url.Values{})
	if _, err := w.FillGap(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := b.get("/reconciliation?days=31").page(t).Find("#main").Text()
	rows, err := c.store.Reconciled(t.Context(), store.Together, "2000-01-01", "2100-01-01")
	if err != nil || len(rows) != 1 || rows[0].Listed == 0 {
		t.Fatalf("counted %+v (%v)", rows, err)
	}
	if want := itoa(int64(rows[0].Accounted())) + " of " + itoa(int64(rows[0].Calls)) + " calls accounted for"; !strings.Contains(page, want) {
		t.Errorf("the page does not say %q: %s", want, strings.Join(strings.Fields(page), " "))
	}
	if got := b.get("/reconciliation.csv?days=31"); got.status != http.StatusOK || !strings.Contains(got.body, "day,line_id,line") || strings.Count(got.body, "\r\n") < 2 {
		t.Errorf("the file: %d %s", got.status, got.body)
	}
	if got := b.get("/metrics"); !strings.Contains(got.body, `ringledger_reconciliation_calls{state="accounted"} `+itoa(int64(rows[0].Accounted()))) ||
		!strings.Contains(got.body, "ringledger_reconciliation_complete 1") {
		t.Error("the metrics do not tell it")
	}
	if got := b.get("/audit"); !strings.Contains(got.body, "had every call checked") {
		t.Error("the audit log does not tell who asked")
	}
}
