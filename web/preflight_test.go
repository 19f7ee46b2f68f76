package web_test

import (
	"net/http"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
)

// words are the page's text, with single spaces.
func (b *browser) words(t *testing.T, path string) string {
	t.Helper()
	return strings.Join(strings.Fields(b.get(path).page(t).Find("main").Text()), " ")
}

func TestThePreflightTellsWhatMattersToTheRulesOfToday(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	for _, f := range []salesforcesim.Fault{
		{Kind: salesforcesim.HideField, Object: "Task", Field: "Type"}, {Kind: salesforcesim.RequiredField, Object: "Case", Field: "Region__c"},
	} {
		if err := c.org.Fail(f); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.get(c.signInToSalesforce(b)); got.status != http.StatusSeeOther {
		t.Fatalf("callback: got %d: %s", got.status, got.body)
	}
	page := b.words(t, "/connections/salesforce")
	for _, want := range []string{
		"The field Type of Task is hidden", "Set Field-Level Security", "Case demands the field Region", "Not needed by your rules of today (1)",
		"Your rules create no cases.", "Closed tasks get “Completed”, open ones “Not Started”.", "Never triggered: what Ringledger creates",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}

	rules := c.rules()
	rules.Settings.Related.Attach, rules.Settings.Related.CreateCase = callflow.AttachCase, true
	if _, err := c.store.SaveRules(t.Context(), rules.Version, rules.Settings, "test", ""); err != nil {
		t.Fatal(err)
	}
	if page = b.words(t, "/connections/salesforce"); !strings.Contains(page, "Your rules create cases.") || strings.Contains(page, "Not needed by your rules") {
		t.Error("a required field of Case does not matter although the rules create cases")
	}

	c.org.ClearAll()
	if got := b.post("/connections/salesforce/check", nil); got.status != http.StatusSeeOther {
		t.Fatalf("check again: got %d: %s", got.status, got.body)
	}
	if page = b.words(t, "/connections/salesforce"); strings.Contains(page, "is hidden") || strings.Contains(page, "demands") {
		t.Error("what was mended is still complained about")
	}
}

func TestAUserWithoutTheAPIIsToldSo(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	if got := b.get(c.signInToSalesforce(b)); got.status != http.StatusSeeOther {
		t.Fatalf("callback: got %d: %s", got.status, got.body)
	}
	if err := c.org.Fail(salesforcesim.Fault{Kind: salesforcesim.APIDisabled}); err != nil {
		t.Fatal(err)
	}
	got := b.post("/connections/salesforce/check", nil)
	if got.status != http.StatusBadRequest || !strings.Contains(got.body, "tick API Enabled") {
		t.Errorf("got %d without the words that help", got.status)
	}
}
