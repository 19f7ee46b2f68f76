package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// manyCountries has lines of three countries, the British one first, and a
// number of America that called.
func manyCountries(t *testing.T) (*site, *browser) {
	s := newSite(t)
	err := s.store.KeepLines(t.Context(), []callflow.Line{
		{ID: "1", Name: "A London", E164: "+441632960001", Country: "GB"},
		{ID: "2", Name: "B Paris", E164: "+33199000001", Country: "FR"},
		{ID: "3", Name: "C New York", E164: "+12025550100", Country: "US"}})
	if err != nil {
		t.Fatal(err)
	}
	s.told("7001", "+12025550101", "canary-text")
	return s, s.user(store.Admin)
}

func TestANumberWithoutItsCountryIsLookedForInThoseOfTheLines(t *testing.T) {
	s, b := manyCountries(t)
	for _, typed := range []string{"(202) 555-0101", "2025550101", "202.555.0101"} {
		plan := b.post("/privacy/erase", url.Values{"number": {typed}})
		if !strings.Contains(plan.body, "Erase +1 202-555-0101?") || !strings.Contains(plan.body, "United States") || strings.Contains(plan.body, "No call of this number") {
			t.Errorf("%s: got %d: %s", typed, plan.status, plan.page(t).Find("main").Text())
		}
		if file := b.post("/privacy/export", url.Values{"number": {typed}}); !strings.Contains(file.body, `"number": "+12025550101"`) && !strings.Contains(file.body, `"number":"+12025550101"`) {
			t.Errorf("%s: the file is of another number: %.200s", typed, file.body)
		}
	}
	typed := url.Values{"number": {"+12025550101"}, "step": {"erase"}, "again": {"202 555 0101"}}
	if got := b.post("/privacy/erase", typed); got.status != http.StatusSeeOther {
		t.Errorf("confirmed as its own country writes it: got %d", got.status)
	}
	if erased, err := s.store.ErasedAmong(t.Context(), []string{"+12025550101"}); err != nil || !erased["+12025550101"] {
		t.Errorf("not erased: %v", err)
	}
	if got := b.post("/privacy/allow", url.Values{"erased": {"(202) 555-0101"}}); !strings.Contains(got.body, "Keep calls of +1 202-555-0101 again?") {
		t.Errorf("allowed again: got %d", got.status)
	}
}

func TestNumbersThatMayBeMeantAreOfferedAndNotGuessed(t *testing.T) {
	s, b := manyCountries(t)
	s.told("7002", "+442025550101", "another")
	for typed, want := range map[string][]string{"2025550101": {"+12025550101", "+442025550101"}, "555-0101": {"+12025550101", "+442025550101"}} {
		for _, action := range []string{"/privacy/erase", "/privacy/export"} {
			got := b.post(action, url.Values{"number": {typed}})
			if offered := got.page(t).Find(`form[action="` + action + `"] input[name="number"][type="hidden"]`); got.status != http.StatusOK || offered.Length() != len(want) {
				t.Fatalf("%s, %s: got %d with %d numbers", action, typed, got.status, offered.Length())
			}
			for _, number := range want {
				if got.page(t).Find(`input[value="`+number+`"]`).Length() != 1 {
					t.Errorf("%s, %s: %s is not offered", action, typed, number)
				}
			}
		}
	}
	if all, err := s.store.Erasures(t.Context(), 10); err != nil || len(all) != 0 {
		t.Errorf("erased by a guess: %+v, %v", all, err)
	}
}

func TestANumberWithoutCallsIsErasedOnlyAfterAWarning(t *testing.T) {
	_, b := manyCountries(t)
	warning := "No call of this number is in the ledger"
	if got := b.post("/privacy/erase", url.Values{"number": {"+33199001299"}}); !strings.Contains(got.body, warning) || got.page(t).Find(`input[name="again"]`).Length() != 1 {
		t.Errorf("got %d: no warning, or no way to erase", got.status)
	}
	got := b.post("/privacy/export", url.Values{"number": {"2025550177"}})
	if got.header.Get("Content-Disposition") != "" || !strings.Contains(got.body, "No call of it is in the ledger") {
		t.Errorf("a file of nothing: got %d, %v", got.status, got.header)
	}
	if got := b.post("/privacy/export", url.Values{"number": {"+12025550177"}}); got.header.Get("Content-Disposition") == "" {
		t.Errorf("a number that is written with its country: got %d", got.status)
	}
}

func TestAHiddenNumberIsNamedInTheReadersLanguage(t *testing.T) {
	s := newSite(t)
	s.told("7003", "anonymous", "anonymous")
	b := s.user(store.Viewer)
	if got := b.get("/activity").page(t).Find("[data-row]").First().Text(); !strings.Contains(got, "Hidden number") || strings.Contains(got, "anonymous") {
		t.Errorf("the row says %q", got)
	}
}

func TestTheTesterReadsANumberInTheCountryOfAnotherLine(t *testing.T) {
	c := newConnectable(t)
	err := c.store.KeepLines(t.Context(), []callflow.Line{
		{ID: "1", Name: "Sales FR", E164: "+33199000001", Country: "FR"}, {ID: "2", Name: "Sales UK", E164: "+441632960001", Country: "GB"},
		{ID: "3", Name: "Sales US", E164: "+12025550100", Country: "US"}})
	if err != nil {
		t.Fatal(err)
	}
	b := c.user(store.Editor)
	for typed, want := range map[string][]string{
		"202 555 0199":   {"+12025550199", "United States"},
		"01632 960102":   {"+441632960102", "United Kingdom"},
		"01 99 00 12 34": {"+33199001234", "France, the country of the line"},
	} {
		said := b.tryNumber(url.Values{"number": {typed}, "line": {"1"}}).page(t).Find("main").Text()
		for _, text := range want {
			if !strings.Contains(said, text) {
				t.Errorf("%s: the page does not say %q", typed, text)
			}
		}
		if strings.Contains(said, "+2025550199") {
			t.Errorf("%s: taken for a number of Egypt", typed)
		}
	}
}
