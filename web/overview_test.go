package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/web"

	"github.com/PuerkitoBio/goquery"
)

func TestADayOnTheOverviewIsALocalDayWhenTheClocksChange(t *testing.T) {
	for _, c := range []struct {
		now   string
		calls []string
		days  map[string]string // beginning, and end with the number of calls
	}{
		{"2026-04-05T10:00:00Z", []string{"2026-03-28T22:30:00Z", "2026-03-28T23:30:00Z", "2026-03-29T21:30:00Z", "2026-03-29T22:30:00Z"}, map[string]string{
			"2026-03-28T00:00:00+01:00": "2026-03-29T00:00:00+01:00 Saturday 28 March 2026 1",
			"2026-03-29T00:00:00+01:00": "2026-03-30T00:00:00+02:00 Sunday 29 March 2026 2",
			"2026-03-30T00:00:00+02:00": "2026-03-31T00:00:00+02:00 Monday 30 March 2026 1"}},
		{"2026-11-01T10:00:00Z", []string{"2026-10-24T21:30:00Z", "2026-10-24T22:30:00Z", "2026-10-25T22:30:00Z", "2026-10-25T23:30:00Z"}, map[string]string{
			"2026-10-24T00:00:00+02:00": "2026-10-25T00:00:00+02:00 Saturday 24 October 2026 1",
			"2026-10-25T00:00:00+02:00": "2026-10-26T00:00:00+01:00 Sunday 25 October 2026 2",
			"2026-10-26T00:00:00+01:00": "2026-10-27T00:00:00+01:00 Monday 26 October 2026 1"}},
	} {
		s := newSite(t)
		rules := s.rules()
		rules.Settings.OfficeHours.Schedule.TimeZone = "Europe/Paris"
		if _, err := s.store.SaveRules(t.Context(), 1, rules.Settings, "test", ""); err != nil {
			t.Fatal(err)
		}
		for _, at := range append(c.calls, c.now) {
			moment, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			s.clock.move(moment.Add(time.Minute).Sub(s.clock.now()))
			if at != c.now {
				s.told("90"+at, "+33199001234", "Ada")
			}
		}
		page := s.user(store.Viewer).get("/?period=30d").page(t)
		for from, want := range c.days {
			to, said, _ := strings.Cut(want, " ")
			link := page.Find(`table a[href="/activity?` + url.Values{"from": {from}, "to": {to}}.Encode() + `"]`)
			if link.Length() == 0 {
				t.Errorf("no bar begins at %s and ends at %s", from, to)
				continue
			}
			label, n := said[:strings.LastIndex(said, " ")], said[strings.LastIndex(said, " ")+1:]
			row := link.First().Closest("tr")
			if !strings.Contains(row.Text(), label) || strings.TrimSpace(row.Find("td").Last().Text()) != n {
				t.Errorf("%s: got %q, want %s with %s", from, row.Text(), label, n)
			}
		}
	}
}

func TestTheOverviewShowsAPeriodFromOneDayToAnother(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(2)
	today := c.clock.now().In(c.zone())
	day := func(n int) string { return today.AddDate(0, 0, n).Format(time.DateOnly) }
	for span, bars := range map[[2]string]int{{day(0), day(0)}: 24, {day(-6), day(0)}: 42, {day(-29), day(0)}: 30, {day(-365), day(0)}: 53} {
		got := b.get("/?from=" + span[0] + "&to=" + span[1])
		page := got.page(t)
		if n := page.Find(`svg[aria-labelledby="by-outcome"] a.bar`).Length(); got.status != http.StatusOK || n != bars {
			t.Errorf("%v: got %d with %d bars, want %d", span, got.status, n, bars)
		}
		page.Find(`main section a[href^="/activity?"], main svg a`).Not(`[href*="outcome=waiting"], [href*="resolved=no"]`).Each(func(_ int, a *goquery.Selection) { // the queue and what is open are of now
			if to, err := url.Parse(a.AttrOr("href", "")); err != nil || !to.Query().Has("from") || !to.Query().Has("to") {
				t.Errorf("%v: %s leads out of the period", span, a.AttrOr("href", ""))
			}
		})
		if page.Find(".seg a[aria-current]").Length() != 0 || page.Find(`input[name="from"]`).AttrOr("value", "") != span[0] {
			t.Errorf("%v: another period is told as the current one", span)
		}
		if text := page.Find(".kpis .kpi .n").First().Text(); text == "0" {
			t.Errorf("%v: no call is counted", span)
		}
	}
	for typed, field := range map[string]string{"from=2026-02-30&to=" + day(0): "from", "from=" + day(0): "to", "from=" + day(0) + "&to=" + day(-1): "to",
		"from=" + day(-366) + "&to=" + day(0): "to", "from=9999999-01-01&to=" + day(0): "from"} {
		got := b.get("/?" + typed)
		page := got.page(t)
		if got.status != http.StatusUnprocessableEntity || page.Find(`input[name="`+field+`"][aria-invalid="true"]`).Length() != 1 || page.Find("details.own-period[open]").Length() != 1 {
			t.Errorf("%s: got %d without a mistake at %q", typed, got.status, field)
		}
	}
}

func TestWhatIsCountedOnTheOverviewIsNeverOlderThanTheLedger(t *testing.T) {
	c, b := ledgerSite(t)
	failed := func() string { return strings.TrimSpace(b.get("/").page(t).Find(".kpis .kpi .n").Last().Text()) }
	before := failed()
	c.refuseCalls(3)
	after := failed()
	if after == before || after != failed() {
		t.Errorf("got %s to attend to, then %s after three more", before, after)
	}
}

func TestTheOverviewSaysWhenNothingIsWorkedOff(t *testing.T) {
	working := true
	s := newSite(t, func(o *web.Options, _ *providers) { o.WorkerAlive = func() bool { return working } })
	send(t, http.MethodPost, s.hook(), "", strings.NewReader(event("ended", "1", hookToken)))
	b := s.user(store.Viewer)
	const said = "Nothing is being worked off"
	if strings.Contains(b.get("/").body, said) {
		t.Error("it is said while the worker works")
	}
	working = false
	if !strings.Contains(b.get("/").body, said) {
		t.Error("it is not said")
	}
}
