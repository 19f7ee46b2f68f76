package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/store"
)

const mistakenDocument = `version: 1
task:
  fields:
    No_Such__c: "{record}"
owner:
  map:
    ada@example.com: nobody@example.com
`

func TestADocumentIsCheckedAgainstTheOrgAsTheFormsDo(t *testing.T) {
	c, b := agentsSite(t)
	c.connectAircall(b)
	p := c.program(store.Editor)
	got := b.post("/rules/history/import", url.Values{"document": {mistakenDocument}, "do": {"review"}})
	text := strings.Join(strings.Fields(got.page(t).Find("[data-mistakes]").Text()), " ")
	for _, want := range []string{"Line 4 task.fields.No_Such__c Salesforce shows no field No_Such__c", "Line 7 owner.map.ada@example.com No Salesforce user has the e-mail nobody@example.com"} {
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(text, want) {
			t.Errorf("the import got %d without %q: %s", got.status, want, text)
		}
	}
	version := c.rules().Version
	answer := p.do(http.MethodPut, "/api/v1/settings", "application/yaml", mistakenDocument)
	if answer.status != http.StatusUnprocessableEntity || !strings.Contains(answer.body, `"line":4,"path":"task.fields.No_Such__c","code":"task_field_unknown"`) ||
		!strings.Contains(answer.body, `"line":7,"path":"owner.map.ada@example.com","code":"owner_unknown_agent"`) || c.rules().Version != version {
		t.Errorf("the API got %d and version %d: %s", answer.status, c.rules().Version, answer.body)
	}
	c.describe(customFields())
	short := "version: 1\ntask:\n  fields:\n    Call_Id__c: \"{record}\"\n"
	if answer := p.do(http.MethodPut, "/api/v1/settings", "application/yaml", short); answer.status != http.StatusOK || !strings.Contains(answer.body, `"code":"task_field_short"`) {
		t.Errorf("what is only warned of got %d: %s", answer.status, answer.body)
	}
	review := b.post("/rules/history/import", url.Values{"document": {short + "settle_seconds: 31\n"}, "do": {"review"}})
	if said := mainText(t, review); review.status != http.StatusOK || !strings.Contains(said, "1 thing to know before saving") {
		t.Errorf("the review got %d: %s", review.status, said)
	}
}

func TestADocumentIsSavedWhenTheOrgCannotBeAsked(t *testing.T) {
	s := newSite(t)
	b, p := s.user(store.Editor), s.program(store.Editor)
	review := b.post("/rules/history/import", url.Values{"document": {mistakenDocument}, "do": {"review"}})
	said := mainText(t, review)
	for _, want := range []string{"2 things to know before saving", "No Salesforce org is connected", "could not be asked who these users are"} {
		if review.status != http.StatusOK || !strings.Contains(said, want) {
			t.Errorf("the review got %d without %q: %s", review.status, want, said)
		}
	}
	got := p.do(http.MethodPut, "/api/v1/settings", "application/yaml", mistakenDocument)
	if got.status != http.StatusOK || !strings.Contains(got.body, `"changed":true`) || !strings.Contains(got.body, `"code":"org_users_unchecked"`) || !strings.Contains(got.body, `"code":"org_fields_unchecked"`) {
		t.Errorf("the API got %d: %s", got.status, got.body)
	}
}
