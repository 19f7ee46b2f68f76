package web_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/store"

	"github.com/PuerkitoBio/goquery"
)

// A manager asks from a phone how many calls were missed today, and where.
func TestMissedCallsOfTodayAreCountedByLine(t *testing.T) {
	c, b := ledgerSite(t)
	ctx := context.Background()
	for range 2 {
		if _, err := c.account.PlaceCall(ctx, aircallsim.CallSpec{Kind: aircallsim.Missed, Number: "+33199001234", Plain: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.account.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	c.clock.move(time.Minute)
	c.drain()

	page := b.get("/?period=today").page(t)
	if got := page.Find(`.seg a[aria-current]`).Text(); got != "Today" {
		t.Errorf("the period is %q", got)
	}
	missed := page.Find(`section[aria-labelledby="missed"]`)
	sum := 0
	missed.Find(".rank li").Each(func(_ int, line *goquery.Selection) {
		link := line.Find("a")
		list := b.get(link.AttrOr("href", "")).page(t)
		n := list.Find("a.rowlink").Length()
		if sum += n; !strings.HasPrefix(strings.TrimSpace(line.Find(".num").Text()), strconv.Itoa(n)) {
			t.Errorf("%q leads to a list of %d", line.Text(), n)
		}
		if list.Find("#by-line").Length() != 0 || list.Find("#by-agent").Length() != 1 {
			t.Errorf("the list of %s is counted by line, or not by agent", link.Text())
		}
	})
	if sum != 2 {
		t.Errorf("%d missed calls stand by line, want 2", sum)
	}

	// On the next day they are those of yesterday: one click to the period, one
	// to the line.
	c.clock.move(24 * time.Hour)
	b = c.user(store.Viewer) // the session of the day before has ended
	yesterday := ""
	b.get("/").page(t).Find(".seg a").Each(func(_ int, a *goquery.Selection) {
		if a.Text() == "Yesterday" {
			yesterday = a.AttrOr("href", "")
		}
	})
	if yesterday == "" {
		t.Fatal("the overview has no period of yesterday")
	}
	sum = 0
	b.get(yesterday).page(t).Find(`section[aria-labelledby="missed"] .rank li a`).Each(func(_ int, link *goquery.Selection) {
		sum += b.get(link.AttrOr("href", "")).page(t).Find("a.rowlink").Length()
	})
	if sum != 2 {
		t.Errorf("%d missed calls of yesterday stand by line, want 2", sum)
	}
	list := b.get(missed.Find("header a").AttrOr("href", "")).page(t)
	if got := strings.TrimSpace(list.Find(".listhead > p").First().Text()); got != "2 calls and messages" {
		t.Errorf("above the list stands %q", got)
	}
}

func TestAListIsCountedByLineAndAgentWhenItsRangeIsShort(t *testing.T) {
	c, b := ledgerSite(t)
	day := func(ago int) string { return c.clock.now().UTC().AddDate(0, 0, -ago).Format(time.DateOnly) }
	for span, counted := range map[string]bool{"from=" + day(0): true, "from=" + day(6): true, "from=" + day(6) + "&q=camille": true, "from=" + day(8): false, "": false} {
		got := b.get("/activity?" + span)
		page := got.page(t)
		if got.status != http.StatusOK || (page.Find("#by-line").Length() == 1) != counted || (page.Find(".offers a").Length() == 3) == counted {
			t.Errorf("%q: counted by line: %v, want %v", span, !counted, counted)
		}
		page.Find(".parties a").Each(func(_ int, a *goquery.Selection) {
			narrow := b.get(a.AttrOr("href", "")).page(t)
			if n, want := narrow.Find("a.rowlink").Length(), a.Find("b").Text(); want == "" || want != strings.Fields(narrow.Find(".listhead > p").First().Text())[0] || n == 0 {
				t.Errorf("%q: %q leads to a list of %d", span, a.Text(), n)
			}
		})
	}
}
