package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringledger/store"

	"github.com/PuerkitoBio/goquery"
)

func TestADayThatBeginsAtOneIsThatDayOnEveryPage(t *testing.T) {
	s := newSite(t)
	rules := s.rules()
	rules.Settings.OfficeHours.Schedule.TimeZone = "Atlantic/Azores" // 29 March 2026 begins at 1:00 and has 23 hours
	if _, err := s.store.SaveRules(t.Context(), 1, rules.Settings, "test", ""); err != nil {
		t.Fatal(err)
	}
	for n, at := range []string{"2026-03-28T23:30:00-01:00", "2026-03-29T01:30:00Z", "2026-03-29T23:30:00Z"} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		s.clock.move(moment.Add(time.Minute).Sub(s.clock.now()))
		s.told(strconv.Itoa(101+n), "+33199001234", "Ada")
	}
	b := s.user(store.Viewer)
	for address, want := range map[string]int{"from=2026-03-28&to=2026-03-28": 1, "from=2026-03-29&to=2026-03-29": 2} {
		if got := b.get("/activity?" + address).page(t).Find(`tr[id^="row-"]`).Length(); got != want {
			t.Errorf("%s: %d calls, want %d", address, got, want)
		}
	}
	for _, address := range []string{"/?period=today", "/?from=2026-03-29&to=2026-03-29"} {
		got := b.get(address)
		page := got.page(t)
		bars := page.Find(`svg[aria-labelledby="by-outcome"] a.bar`).Length()
		if n := strings.TrimSpace(page.Find(".kpis .kpi .n").First().Text()); got.status != http.StatusOK || bars != 23 || n != "2" {
			t.Errorf("%s: got %d with %d bars and %s calls, want 23 and 2", address, got.status, bars, n)
		}
	}
}

// Half past midnight is a time that the day before did not have.
func TestYesterdayIsTheWholeDayBeforeAlsoWhenItBeganAtOne(t *testing.T) {
	s := newSite(t)
	rules := s.rules()
	rules.Settings.OfficeHours.Schedule.TimeZone = "Atlantic/Azores"
	if _, err := s.store.SaveRules(t.Context(), 1, rules.Settings, "test", ""); err != nil {
		t.Fatal(err)
	}
	for n, at := range []string{"2026-03-28T23:30:00-01:00", "2026-03-29T01:30:00Z", "2026-03-29T23:30:00Z", "2026-03-30T00:15:00Z"} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		s.clock.move(moment.Add(time.Minute).Sub(s.clock.now()))
		s.told(strconv.Itoa(101+n), "+33199001234", "Ada")
	}
	s.clock.move(14 * time.Minute) // 00:30
	b := s.user(store.Viewer)

	page := b.get("/?period=yesterday").page(t)
	bars := page.Find(`svg[aria-labelledby="by-outcome"] a.bar`).Length()
	received := page.Find(".kpis .kpi").First()
	if n := strings.TrimSpace(received.Find(".n").Text()); bars != 23 || n != "2" {
		t.Errorf("the overview has %d bars and %s calls, want 23 and 2", bars, n)
	}
	if got := page.Find(`.seg a[aria-current]`).Text(); got != "Yesterday" {
		t.Errorf("the period of the overview is %q", got)
	}
	list := "/activity?from=2026-03-29&to=2026-03-29"
	if got := received.AttrOr("href", ""); got != list {
		t.Errorf("its calls are said to be at %s", got)
	}

	offered := map[string]string{}
	b.get("/activity").page(t).Find(".hist .seg a").Each(func(_ int, a *goquery.Selection) { offered[a.Text()] = a.AttrOr("href", "") })
	if offered["Yesterday"] != list || offered["Today"] != "/activity?from=2026-03-30" || offered["7 days"] != "/activity?from=2026-03-24" {
		t.Errorf("the list offers %v", offered)
	}
	page = b.get(list).page(t)
	if got := page.Find(`.hist .seg a[aria-current]`).Text(); got != "Yesterday" {
		t.Errorf("the period of the list is %q", got)
	}
	if got := page.Find(`tr[id^="row-"]`).Length(); got != 2 {
		t.Errorf("the list of yesterday has %d calls, want 2", got)
	}
	if got := page.Find(".hist header span").First().Text(); got != "29 Mar 2026" {
		t.Errorf("the histogram is of %q", got)
	}
}
