package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/store"
)

func TestANumberIsErasedOnceItIsTypedAgain(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	plan := b.post("/privacy/erase", url.Values{"number": {"+33 1 99 00 12 34"}})
	if plan.status != http.StatusOK || !strings.Contains(plan.body, "Erase +33 1 99 00 12 34?") {
		t.Fatalf("got %d, want what goes", plan.status)
	}
	typed := url.Values{"number": {"+33199001234"}, "step": {"erase"}, "again": {"+33199001235"}}
	if got := b.post("/privacy/erase", typed); got.status != http.StatusUnprocessableEntity {
		t.Errorf("another number typed: got %d", got.status)
	}
	if all, err := s.store.Erasures(t.Context(), 10); err != nil || len(all) != 0 {
		t.Fatalf("erased before it was confirmed: %+v, %v", all, err)
	}
	typed.Set("again", "0033 199 00 12 34")
	if got := b.post("/privacy/erase", typed); got.status != http.StatusSeeOther || got.location() != "/privacy" {
		t.Fatalf("got %d to %s", got.status, got.location())
	}
	for _, p := range []string{"/privacy", "/audit"} {
		if page := b.get(p); !strings.Contains(page.body, "••34") || strings.Contains(page.body, "9001234") || strings.Contains(page.body, "99 00 12 34") {
			t.Errorf("%s names the number, or not its end", p)
		}
	}
	if strings.Contains(s.logs.String(), "99001234") {
		t.Error("the number is in the log")
	}
}

func TestAnErasedNumberIsAllowedAgainOnceItIsConfirmed(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	number := "+33199001234"
	if err := s.store.AddErasure(t.Context(), number, "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{"", "12", "+33 1 99 00 12 35"} {
		if got := b.post("/privacy/allow", url.Values{"erased": {typed}}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%q: got %d", typed, got.status)
		}
	}
	erased := func() bool {
		found, err := s.store.ErasedAmong(t.Context(), []string{number})
		if err != nil {
			t.Fatal(err)
		}
		return found[number]
	}
	plan := b.post("/privacy/allow", url.Values{"erased": {"0033 1 99 00 12 34"}})
	if plan.status != http.StatusOK || !strings.Contains(plan.body, "Keep calls of +33 1 99 00 12 34 again?") || !erased() {
		t.Fatalf("got %d, want what it means, and nothing done", plan.status)
	}
	confirmed := url.Values{"erased": {number}, "step": {"allow"}}
	if got := b.post("/privacy/allow", confirmed); got.status != http.StatusSeeOther || got.location() != "/privacy" || erased() {
		t.Fatalf("got %d to %s", got.status, got.location())
	}
	if got := b.post("/privacy/allow", confirmed); got.status != http.StatusUnprocessableEntity {
		t.Errorf("allowed twice: got %d", got.status)
	}
	rows, err := s.store.ListAudit(t.Context(), store.AuditFilter{Codes: []store.AuditCode{store.AuditAllowed}, Limit: 10})
	if err != nil || len(rows.Rows) != 1 || rows.Rows[0].Object != "••34" {
		t.Errorf("the audit log tells %+v, %v; want one row without the number", rows, err)
	}
}

func TestOnlyANumberIsErased(t *testing.T) {
	b := newSite(t).user(store.Admin)
	for _, typed := range []string{"", "x", "12", "anonymous"} {
		if got := b.post("/privacy/erase", url.Values{"number": {typed}}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%q: got %d", typed, got.status)
		}
	}
}

func TestTheEnterKeyInTheErasureFormSaysWhatGoesAndTakesNothingAway(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	erase := b.get("/privacy").page(t).Find(`form[action="/privacy/erase"]`)
	first := erase.Find(`button[type="submit"]`).First() // which the key presses
	if to, elsewhere := first.Attr("formaction"); elsewhere {
		t.Errorf("the Enter key leads to %s", to)
	}
	typed := url.Values{"number": {"+33 1 99 00 12 34"}}
	got := b.post("/privacy/erase", typed)
	if page := got.page(t); got.status != http.StatusOK || page.Find(`input[name="step"][value="erase"]`).Length() != 1 || got.header.Get("Content-Disposition") != "" {
		t.Errorf("got %d, want what goes with the number, and a question", got.status)
	}
}
