package web_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/store"

	"github.com/PuerkitoBio/goquery"
)

// firstNumber is the figure that a text begins with.
func firstNumber(t *testing.T, text string) int {
	t.Helper()
	words := strings.Fields(text)
	if len(words) == 0 {
		t.Fatal("there is no figure")
	}
	n, err := strconv.Atoi(words[0])
	if err != nil {
		t.Fatalf("%q does not begin with a figure", text)
	}
	return n
}

// Open work does not lapse with a period: whichever is shown, every place
// counts the same, and leads to a list of so many.
func TestWhatNeedsAttentionIsOneFigureEverywhereAndLeadsToSoMany(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(3)
	for range 2 { // the rule holds for old calls too, that are told of late
		old := aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+33199001234", At: time.Now().AddDate(0, 0, -40), Plain: true}
		if _, err := c.account.PlaceCall(t.Context(), old); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.account.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.clock.move(time.Minute)
	c.drain()
	const want = 6 // five failures, two of them old, and a question
	listed := func(from string, link *goquery.Selection) {
		t.Helper()
		to := link.AttrOr("href", "")
		n := b.get(to).page(t).Find("a.rowlink").Length()
		if !strings.HasPrefix(to, "/activity?") || n != firstNumber(t, from) {
			t.Errorf("%q leads to %q, a list of %d", from, to, n)
		}
	}
	for _, path := range []string{"/?period=today", "/?period=7d", "/?period=30d", "/attention", "/activity"} {
		page := b.get(path).page(t)
		if n := firstNumber(t, page.Find(`.side [data-count="attention"]`).Text()); n != want {
			t.Errorf("%s: the navigation counts %d, want %d", path, n, want)
		}
		if path == "/activity" {
			if n := firstNumber(t, page.Find(`.tabs a[href*="resolved=no"] .cnt`).Text()); n != want {
				t.Errorf("the tab counts %d, want %d", n, want)
			}
			continue
		}
		if path == "/attention" {
			all := page.Find(".open-count a")
			if n := firstNumber(t, all.Text()); n != want {
				t.Errorf("the page counts %d, want %d", n, want)
			}
			listed(all.Text(), all)
			page.Find(".callout-bad").Each(func(_ int, group *goquery.Selection) {
				listed(group.Find(".cnt").Text(), group.Find(".bar > a.link"))
			})
			asked := page.Find(".inbox header a").First()
			listed(asked.Text(), asked)
			continue
		}
		figure := page.Find(`.kpi[href*="resolved=no"]`)
		listed(figure.Find(".n").Text(), figure)
		card := page.Find(`section[aria-labelledby="issues"]`)
		sum := 0
		card.Find(".issues .meta > a").Each(func(_ int, a *goquery.Selection) {
			sum += firstNumber(t, a.Text())
			listed(a.Text(), a)
		})
		for place, n := range map[string]int{"figure": firstNumber(t, figure.Find(".n").Text()), "card": firstNumber(t, card.Find("header .cnt").Text()), "rows together": sum} {
			if n != want {
				t.Errorf("%s: the %s: %d, want %d", path, place, n, want)
			}
		}
		if !strings.Contains(figure.Text(), "whatever its date") || !strings.Contains(card.Text(), "whatever its date") {
			t.Errorf("%s: it is not said that the period does not matter", path)
		}
	}
}

// A manager who reads of it in one place finds it under that name in the next.
func TestTheStateOfSalesforceHasOneNameAndOneRemedyEverywhere(t *testing.T) {
	const remedy = `a[href="/connections/salesforce"]`
	for name, state := range map[string]struct {
		change func(c *connected, b *browser)
		reason string
		words  map[string]string
	}{
		"disconnected": {func(_ *connected, b *browser) {
			b.post("/connections/salesforce/disconnect", url.Values{"confirm": {"yes"}})
		},
			"held_not_connected", map[string]string{"en": "not connected", "fr": "non connecté"}},
		"grant ended": {func(c *connected, _ *browser) {
			if err := c.store.ChangeSalesforce(c.t.Context(), func(sf *store.Salesforce) error { sf.Reconnect = "expired"; return nil }); err != nil {
				c.t.Fatal(err)
			}
		}, "held_reconnect", map[string]string{"en": "needs reconnecting", "fr": "à reconnecter"}},
	} {
		t.Run(name, func(t *testing.T) {
			c, b := ledgerSite(t)
			state.change(c, b)
			for range 2 {
				if _, err := c.account.PlaceCall(t.Context(), aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+33199001234", Plain: true}); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.account.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.clock.move(time.Minute)
			c.drain()
			for language, words := range state.words {
				b.post("/language", url.Values{"lang": {language}})
				list := b.get("/activity?outcome=waiting&reason=" + state.reason).page(t)
				if n := list.Find("a.rowlink").Length(); n != 2 {
					t.Fatalf("%d calls are held, want 2", n)
				}
				overview, attention := b.get("/").page(t), b.get("/attention").page(t)
				call := b.get(list.Find("a.rowlink").First().AttrOr("href", "")).page(t)
				link := ""
				for place, part := range map[string]*goquery.Selection{
					"banner": overview.Find("#banners .banner"), "strip": overview.Find(".strip > div").Eq(1),
					"card of the overview": overview.Find(`section[aria-labelledby="issues"] .issues li`).Last(),
					"attention":            attention.Find(`section[aria-labelledby="waits"] li`), "call": call.Find("main .callout"),
				} {
					if !strings.Contains(strings.ToLower(part.Text()), words) {
						t.Errorf("%s, %s: %q does not say %q", language, place, part.Text(), words)
					}
					to := part.Find(remedy).Last()
					if said := strings.TrimSpace(to.Text()); said == "" || link != "" && said != link {
						t.Errorf("%s, %s: the remedy is %q, elsewhere %q", language, place, said, link)
					} else {
						link = said
					}
				}
				if row := list.Find(".tbl td.c-out").First().Text(); !strings.Contains(strings.ToLower(row), words) {
					t.Errorf("%s: the row says %q, not %q", language, row, words)
				}
				if badge := b.get("/connections/salesforce").page(t).Find(".phead .badge").Text(); strings.ToLower(strings.TrimSpace(badge)) != words {
					t.Errorf("%s: the page of the connection calls it %q, not %q", language, badge, words)
				}
				for place, href := range map[string]string{"overview": overview.Find(`section[aria-labelledby="issues"] .meta > a`).Last().AttrOr("href", ""),
					"attention": attention.Find("#waits").Closest("section").Find(".meta > a").AttrOr("href", "")} {
					if n := b.get(href).page(t).Find("a.rowlink").Length(); n != 2 {
						t.Errorf("%s: what is held leads to %q, a list of %d", place, href, n)
					}
				}
			}
		})
	}
}
