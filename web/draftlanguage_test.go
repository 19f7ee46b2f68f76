package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/store"

	"github.com/PuerkitoBio/goquery"
)

// inFrench presses the button of a page that asks for it in French, with what
// its form holds and what is typed into it.
func inFrench(t *testing.T, b *browser, page *goquery.Document, typed url.Values) *goquery.Document {
	t.Helper()
	button := page.Find(`button[lang="fr"]`).First()
	if enter := page.Find(`[form="draft"]`).First(); enter.AttrOr("formaction", "") != "" {
		t.Error("the Enter key asks for another language")
	}
	to, leads := button.Attr("formaction")
	if !leads || page.Find("form#draft").Length() != 1 {
		t.Fatal("the page's form does not ask for it in French")
	}
	values := form(t, page, page.Find("form#draft").AttrOr("action", ""), typed)
	values.Set(button.AttrOr("name", ""), button.AttrOr("value", ""))
	got := b.post(to, values)
	if got.status != http.StatusOK {
		t.Fatalf("%s: got %d", to, got.status)
	}
	french := got.page(t)
	if lang := french.Find("html").AttrOr("lang", ""); lang != "fr" {
		t.Errorf("%s answers in %q", to, lang)
	}
	return french
}

func TestADraftOfTheRulesSpeaksAnotherLanguageAndLosesNothing(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	before := s.rules().Version
	const path = "/rules/filters"
	review := b.post(path, form(t, b.get(path).page(t), path, url.Values{"filters.internal_calls": {"log"}, "note": {"why"}, "do": {"review"}})).page(t)
	if review.Find("h1").Text() != "Review the change" {
		t.Fatalf("got %q", review.Find("h1").Text())
	}
	french := inFrench(t, b, review, url.Values{"note": {"why not"}})
	if got := form(t, french, path, nil); got.Get("note") != "why not" || got.Get("filters.internal_calls") != "log" {
		t.Errorf("the review in French holds %v", got)
	}
	if action := french.Find("form#draft").AttrOr("action", ""); action != path {
		t.Errorf("what is saved then goes to %q", action)
	}
	mistaken := b.post(path, form(t, french, path, url.Values{"filters.min_talk_seconds": {"99999"}})).page(t)
	english := mistaken.Find(`button[lang="en"]`).First()
	values := form(t, mistaken, path, url.Values{"filters.ignore_numbers": {"+33199001234"}, english.AttrOr("name", ""): {english.AttrOr("value", "")}})
	typed := form(t, b.post(english.AttrOr("formaction", ""), values).page(t), path, nil)
	if typed.Get("filters.min_talk_seconds") != "99999" || typed.Get("filters.ignore_numbers") != "+33199001234" {
		t.Errorf("what was typed with a mistake is %v", typed)
	}
	if s.rules().Version != before {
		t.Fatal("asking for another language saved the rules")
	}
	if got := b.get(path).page(t).Find("html").AttrOr("lang", ""); got != "en" {
		t.Errorf("the next page is in %q", got)
	}
}

func TestAPlanSpeaksAnotherLanguageAndDoesNothing(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(2)
	for _, to := range []string{"/activity/replay", "/activity/resolve"} {
		values := form(t, b.get("/activity?outcome=failed").page(t), "/activity/replay", nil)
		values.Set("all", "yes")
		plan := b.post(to+"?lang=en", values).page(t)
		french := inFrench(t, b, plan, nil)
		if got, want := french.Find(".planned").Find("dd").Text(), plan.Find(".planned").Find("dd").Text(); got != want {
			t.Errorf("%s: %q in French, %q before", to, got, want)
		}
		if got := french.Find(`input[name="filter"]`).AttrOr("value", ""); got != "outcome=failed" {
			t.Errorf("%s: the filter is %q", to, got)
		}
		if got := french.Find(`.crumb a[href="/activity?outcome=failed"]`).Length(); got != 1 {
			t.Errorf("%s leads no more back to its list", to)
		}
	}
	if n := c.countOf(failedOnes); n != 2 {
		t.Errorf("%d calls are failed, want 2: asking for another language marked them", n)
	}
	if said := mainText(t, b.get("/replays")); strings.Contains(said, "outcome") {
		t.Errorf("a replay began: %s", said)
	}
}

func TestAnAnswerWithoutAnAddressOfItsOwnLeadsToItsPageInAnotherLanguage(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	s.user(store.Viewer)
	person := b.get("/people").page(t).Find(`a[href^="/people/"]`).Last().AttrOr("href", "")
	answer := b.post(person+"/reset", nil).page(t)
	to := answer.Find(`a[lang="fr"]`).AttrOr("href", "")
	if got := b.get(to); got.location() != person {
		t.Fatalf("%q leads to %q", to, got.location())
	}
	if got := b.get(person).page(t).Find("html").AttrOr("lang", ""); got != "fr" {
		t.Errorf("the page is in %q", got)
	}
}

func TestWhatIsTypedInAnyFormIsKeptInAnotherLanguageAndNothingIsDone(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	s.user(store.Viewer)
	person := b.get("/people").page(t).Find(`a[href^="/people/"]`).Last().AttrOr("href", "")
	for path, typed := range map[string]url.Values{
		"/alerts":                 {"failures_over": {"x7"}, "recipients": {"ops@example.com\nnot an address"}, "digest": {"true"}},
		"/people":                 {"email": {"nina@"}, "name": {"Nina"}, "role": {"editor"}},
		person:                    {"name": {"Someone"}, "role": {"editor"}},
		"/keys":                   {"purpose": {"Wallboard"}, "role": {"editor"}},
		"/connections/salesforce": {"login_url": {"https://test.salesforce.com"}, "client_id": {"half an id"}, "client_secret": {"canary secret"}},
		"/connections/aircall":    {"api_id": {"half an id"}, "api_token": {"canary secret"}},
		"/privacy":                {"deliveries": {"many"}, "number": {"+33 1 99 00 12 34"}},
	} {
		french := inFrench(t, b, b.get(path+"?lang=en").follow(b).page(t), typed)
		for name := range typed {
			got, want := valueOf(french, name), typed.Get(name)
			if strings.HasSuffix(want, "secret") {
				want = ""
			}
			if got != want {
				t.Errorf("%s in French: %s is %q, want %q", path, name, got, want)
			}
		}
		if html, err := french.Html(); err != nil || strings.Contains(html, "canary secret") {
			t.Errorf("%s shows a secret again, %v", path, err)
		}
		if french.Find("[data-mistakes]").Length() > 0 {
			t.Errorf("%s finds mistakes in what is not sent yet", path)
		}
	}
	for _, row := range said(t, b.get("/audit?lang=en").follow(b)) {
		if !strings.HasSuffix(row, "signed in") {
			t.Errorf("asking for another language did this: %s", row)
		}
	}
}

func TestTheQuestionsOfPrivacyAreAskedInAnotherLanguageAndNothingIsErased(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	plan := b.post("/privacy/erase", url.Values{"number": {"+33 1 99 00 12 34"}}).page(t)
	french := inFrench(t, b, plan, url.Values{"again": {"+33 1 99 00 12 34"}})
	if valueOf(french, "again") != "+33 1 99 00 12 34" || valueOf(french, "number") != "+33199001234" || valueOf(french, "step") != "erase" {
		t.Error("the question before an erasure is lost")
	}
	if erased, err := s.store.Erasures(t.Context(), 10); err != nil || len(erased) > 0 {
		t.Errorf("%d numbers are erased, %v", len(erased), err)
	}
	less := form(t, b.get("/privacy?lang=en").follow(b).page(t), "/privacy", url.Values{"deliveries": {"8"}})
	french = inFrench(t, b, b.post("/privacy", less).page(t), nil)
	if valueOf(french, "confirmed") != "true" || valueOf(french, "deliveries") != "8" {
		t.Error("the question before less is kept is lost")
	}
	if k, err := s.store.Kept(t.Context()); err != nil || k.Deliveries != 30 {
		t.Errorf("events are kept %d days, %v", k.Deliveries, err)
	}
}

// valueOf is what stands in a field of a page.
func valueOf(page *goquery.Document, name string) string {
	fields := page.Find(`[name="` + name + `"]`)
	switch {
	case fields.Is("textarea"):
		return fields.Text()
	case fields.Is("select"):
		return fields.Find("option[selected]").AttrOr("value", "")
	case fields.Is(`[type="radio"]`):
		return fields.Filter("[checked]").AttrOr("value", "")
	case fields.Is(`[type="checkbox"]`):
		return fields.Filter("[checked]").Last().AttrOr("value", "")
	}
	return fields.Last().AttrOr("value", "")
}

// follow goes where an answer leads.
func (a answer) follow(b *browser) answer { return b.get(a.location()) }
