package web_test

import (
	"strings"
	"testing"
	"time"

	"ringledger/store"

	"github.com/PuerkitoBio/goquery"
)

func TestADayWhoseListWasNotAskedForSaysSoInsteadOfZero(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	s.told("1", "+33199000001", "refused")
	today := s.clock.now().UTC().Truncate(24 * time.Hour)
	for _, day := range []time.Time{today, today.AddDate(0, 0, -1)} {
		if err := s.store.CountDay(t.Context(), day); err != nil {
			t.Fatal(err)
		}
	}
	cell := func() string {
		return strings.TrimSpace(b.get("/reconciliation").page(t).Find("section[aria-labelledby=by-days] tbody tr").First().Find("td").
			FilterFunction(func(i int, _ *goquery.Selection) bool { return i == 1 }).Text())
	}
	if got := cell(); !strings.Contains(got, "not asked") {
		t.Errorf("before any check the cell says %q", got)
	}
	if err := s.store.AddCheck(t.Context(), "", 0); err != nil {
		t.Fatal(err)
	}
	check, _, err := s.store.ClaimBackfill(t.Context(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	check.Reached = check.To
	if err := s.store.AdvanceBackfill(t.Context(), check, time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := cell(); got != "0" {
		t.Errorf("once the list was read the cell says %q", got)
	}
}
