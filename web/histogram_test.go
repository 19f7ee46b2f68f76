package web_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
)

func TestTheHistogramHasBarsThatCanBeToldApartForAnyRange(t *testing.T) {
	_, b := ledgerSite(t)
	for _, span := range []string{"from=0001-01-01", "from=1200-01-01", "from=1970-01-01", "from=2016-11-20", "from=2025-01-01", "from=2026-06-01&to=9999-12-31", ""} {
		got := b.get("/activity?" + span)
		bars := got.page(t).Find(".hist svg a.bar")
		if n := bars.Length(); got.status != http.StatusOK || n < 4 || n > 124 {
			t.Errorf("%s: got %d with %d bars", span, got.status, n)
		}
		if !strings.Contains(bars.Text(), "1 ") && !strings.Contains(got.page(t).Find(".hist table").Text(), "1") {
			t.Errorf("%s: the calls of today are in no bar", span)
		}
	}
}

func TestTheHistogramIsFetchedAgainAloneWhileTheListIsLive(t *testing.T) {
	_, b := ledgerSite(t)
	live := b.get("/activity?q=camille").page(t).Find("#live-hist")
	url := live.AttrOr("data-hx-get", "")
	if url != "/activity?part=histogram&q=camille" {
		t.Fatalf("it is fetched from %q", url)
	}
	b.header = http.Header{"Hx-Request": {"true"}}
	part := b.get(url)
	if page := part.page(t); part.status != http.StatusOK || page.Find("section.hist svg a.bar").Length() == 0 || page.Find("table.list, h1, #live").Length() > 0 {
		t.Errorf("got %d with %s, want the histogram alone", part.status, part.body)
	}
	b.header = http.Header{}
	if whole := b.get(url).page(t); whole.Find("h1").Length() != 1 || strings.Contains(whole.Find("main").Text(), "part=") {
		t.Error("without a script its address is not the page")
	}
	if older := b.get("/activity?after=" + strings.Repeat("A", 3)); older.status == http.StatusOK && older.page(t).Find("#live-hist").Length() > 0 {
		t.Error("an older page is live")
	}
}

func TestTheHistogramOfAListWithoutABeginningShowsAllOfIt(t *testing.T) {
	c, b := ledgerSite(t)
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	early := time.Now().In(zone).AddDate(0, 0, -40)
	if _, err := c.account.PlaceCall(t.Context(), aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+33199001234", Plain: true, At: early}); err != nil {
		t.Fatal(err)
	}
	if err := c.account.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.clock.move(time.Minute)
	c.drain()
	// A machine that is busy for a moment shows the last days, which another
	// look mends.
	whole := func(list string) (mistake string) {
		page := b.get(list).page(t)
		shown, sum := page.Find(".hist"), 0
		for _, cell := range shown.Find("table tbody td:nth-child(2)").EachIter() {
			n, _ := strconv.Atoi(cell.Text())
			sum += n
		}
		if rows := page.Find(`tr[id^="row-"]`).Length(); rows == 0 || sum != rows {
			return fmt.Sprintf("its bars have %d calls, the list %d", sum, rows)
		}
		if said := shown.Find("header").Text(); !strings.Contains(said, early.Format("2 Jan 2006")+" – ") || strings.Contains(said, "further back") {
			return "of which range is " + said
		}
		return ""
	}
	for _, list := range []string{"/activity", "/activity?outcome=logged"} {
		mistake, end := whole(list), time.Now().Add(5*time.Second)
		for mistake != "" && time.Now().Before(end) {
			mistake = whole(list)
		}
		if mistake != "" {
			t.Errorf("%s: %s", list, mistake)
		}
	}
}
