package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/worker"
	"ringledger/store"
)

func TestAnAdminHasAPeriodReadAndSeesWhatItBrought(t *testing.T) {
	c, b := ledgerSite(t)
	c.account.DisableWebhook(c.account.Webhooks()[0].ID)
	lost, err := c.account.PlaceCall(t.Context(), aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+33199001234", Plain: true, Talk: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().In(c.zone())
	day := url.Values{"from": {now.AddDate(0, 0, -1).Format(time.DateOnly)}, "to": {now.Format(time.DateOnly)}}
	plan := b.get("/connections/aircall/backfill?" + day.Encode())
	if plan.status != http.StatusOK || len(c.gaps()) != 0 {
		t.Fatalf("the plan: got %d and %d periods noted, want 200 and none", plan.status, len(c.gaps()))
	}
	asked := form(t, plan.page(t), "/connections/aircall/backfill", nil)
	if got := b.post("/connections/aircall/backfill", asked); got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303: %s", got.status, got.body)
	}
	if got := b.post("/connections/aircall/backfill", asked); got.status != http.StatusUnprocessableEntity || len(c.gaps()) != 1 {
		t.Errorf("a second click: got %d and %d periods, want 422 and one", got.status, len(c.gaps()))
	}
	w := worker.New(worker.Options{Store: c.store, Salesforce: c.salesforce, Aircall: c.aircall, Now: c.clock.now})
	if filled, err := w.FillGap(t.Context()); !filled || err != nil {
		t.Fatalf("nothing was read: %v", err)
	}
	c.drain()
	if _, err := c.store.EntryOf(context.Background(), "call", itoa(lost)); err != nil {
		t.Error(err)
	}
	text := b.get("/connections/aircall").page(t).Find("#live").Text()
	if !strings.Contains(text, "3 calls found") || !strings.Contains(text, "1 added") {
		t.Errorf("the page says %q, want 3 calls found, 1 added", strings.Join(strings.Fields(text), " "))
	}
	page, err := c.store.ListAudit(t.Context(), store.AuditFilter{Limit: 2})
	log := page.Rows
	if err != nil || len(log) != 2 || log[0].What != "aircall_backfilled" || log[1].What != "aircall_backfill_asked" || log[0].Detail["added"] != "1" {
		t.Errorf("the audit ends with %+v (%v)", log, err)
	}
}

func TestAPeriodIsChecked(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Editor)
	c.connectAircall(c.user(store.Admin))
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	for name, typed := range map[string][2]string{
		"nothing": {"", ""}, "no day": {"soon", day(0)}, "the future": {day(0), day(3)}, "backwards": {day(-2), day(-3)},
		"too long": {day(-40), day(0)}, "too old": {day(-200), day(-190)},
	} {
		typed := url.Values{"from": {typed[0]}, "to": {typed[1]}}
		got := b.get("/connections/aircall/backfill?" + typed.Encode())
		if got.status != http.StatusUnprocessableEntity || got.page(t).Find("[aria-invalid]").Length() == 0 {
			t.Errorf("%s: got %d without a marked field, want 422", name, got.status)
		}
		if got := b.post("/connections/aircall/backfill", typed); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: sent all the same: got %d, want 422", name, got.status)
		}
	}
	if len(c.gaps()) != 0 {
		t.Errorf("noted %+v", c.gaps())
	}
	if got := c.user(store.Viewer).post("/connections/aircall/backfill", url.Values{"from": {day(-1)}, "to": {day(0)}}); got.status != http.StatusForbidden {
		t.Errorf("a viewer: got %d, want 403", got.status)
	}
}

func TestAPeriodThatIsReadCanBeStopped(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	c.connectAircall(b)
	if err := c.store.AddBackfill(t.Context(), store.BackfillAsked, "ada@example.com", time.Now().Add(-time.Hour), time.Now()); err != nil {
		t.Fatal(err)
	}
	stop := form(t, b.get("/connections/aircall").page(t), "/connections/aircall/backfill/stop", nil)
	if got := b.post("/connections/aircall/backfill/stop", stop); got.status != http.StatusSeeOther || c.gaps()[0].State != store.BackfillStopped {
		t.Errorf("got %d, the period is %s", got.status, c.gaps()[0].State)
	}
	if got := b.post("/connections/aircall/backfill/stop", stop); got.status != http.StatusConflict {
		t.Errorf("stopped again: got %d, want 409", got.status)
	}
	if got := b.post("/connections/aircall/backfill/stop", url.Values{"id": {"x"}}); got.status != http.StatusBadRequest {
		t.Errorf("no period: got %d, want 400", got.status)
	}
}

func TestThePageTellsOfOutagesAndOtherWebhooks(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	c.connectAircall(b)
	ours := c.account.Webhooks()[0]
	second, err := c.account.AddWebhook(ours.URL, "by hand")
	if err != nil {
		t.Fatal(err)
	}
	c.account.DisableWebhook(ours.ID)
	if got := b.post("/connections/aircall/check", nil); got.status != http.StatusSeeOther {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	page := b.get("/connections/aircall").page(t)
	if text := page.Find("main").Text(); !strings.Contains(text, "switched the webhook off") || !strings.Contains(text, second.ID) || !strings.Contains(text, "Webhook switched off") {
		t.Errorf("the page does not tell of the outage, its period and the webhook %s", second.ID)
	}
}

func TestWithoutAKeyNoPeriodCanBeAskedFor(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	b.post("/connections/aircall/token", url.Values{"webhook_token": {"by-hand-token"}})
	if b.get("/connections/aircall").page(t).Find(`form[action="/connections/aircall/backfill"]`).Length() != 0 {
		t.Error("the page offers what cannot be done")
	}
	today := time.Now().UTC().Format(time.DateOnly)
	if got := b.post("/connections/aircall/backfill", url.Values{"from": {today}, "to": {today}}); got.status != http.StatusConflict {
		t.Errorf("got %d, want 409", got.status)
	}
}

func (s *site) gaps() []store.Backfill {
	s.t.Helper()
	all, err := s.store.Backfills(s.t.Context(), 100)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}
