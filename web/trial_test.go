package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/integration/callflow"
)

// reviewFlows asks for the review of a change of the flows page.
func reviewFlows(b *browser, change url.Values) answer {
	change.Set("do", "review")
	return b.submit("/rules/flows", change)
}

func TestADraftIsTriedOnOneCallBesideWhatWasDone(t *testing.T) {
	c, b := ledgerSite(t)
	review := reviewFlows(b, url.Values{"flows.inbound_answered.action": {"do_nothing"}, "note": {"quiet"}})
	tries := review.page(t).Find(`.effect-calls button[name="do"][form="draft"]`)
	if review.status != http.StatusOK || tries.Length() == 0 {
		t.Fatalf("the review got %d and offers %d calls to try", review.status, tries.Length())
	}
	version, asked, tasks := c.rules().Version, len(c.org.Requests()), c.org.Count("Task")
	carried := form(t, review.page(t), "/rules/flows", nil)
	got := b.post("/rules/flows", with(carried, url.Values{"do": {tries.First().AttrOr("value", "")}}))
	said := mainText(t, got)
	for _, want := range []string{"The draft would not log this call", "Camille Moreau", "Logged", "Skipped", "Salesforce was not asked"} {
		if !strings.Contains(said, want) {
			t.Errorf("the trial does not say %q: %s", want, said)
		}
	}
	if got.status != http.StatusOK || c.rules().Version != version || len(c.org.Requests()) != asked || c.org.Count("Task") != tasks {
		t.Errorf("got %d; it saved, asked or wrote something", got.status)
	}
	back := b.post("/rules/flows", with(form(t, got.page(t), "/rules/flows", nil), url.Values{"do": {"review"}}))
	if changes(back.page(t)) != changes(review.page(t)) || form(t, back.page(t), "/rules/flows", nil).Get("note") != "quiet" {
		t.Error("the way back lost the draft")
	}
	if got := b.post("/rules/flows", with(carried, url.Values{"do": {"try-999"}})); got.status != http.StatusNotFound {
		t.Errorf("a call that is not there: got %d, want 404", got.status)
	}
}

func TestATrialSaysWhatNobodyAskedThatDay(t *testing.T) {
	c, b := ledgerSite(t)
	c.saveRules(func(s *callflow.Settings) {})
	// The rules of that day looked for contacts, leads and accounts; whose number
	// it is among other fields nobody asked.
	for name, step := range map[string]struct {
		page   string
		change url.Values
		want   string
	}{
		"another due date": {"/rules/flows", url.Values{"flows.inbound_answered.action": {"in_progress"}}, "otherwise than now"},
		"a related case":   {"/rules/related", url.Values{"related.attach": {"case"}}, "which Case or Opportunity is open, so what the task is related to is not known"},
	} {
		step.change.Set("do", "review")
		review := b.submit(step.page, step.change)
		button := review.page(t).Find(`.effect-calls button[name="do"]`).First().AttrOr("value", "")
		if button == "" {
			t.Fatalf("%s: nothing to try: %d %s", name, review.status, mainText(t, review))
		}
		got := b.post(step.page, with(form(t, review.page(t), step.page, nil), url.Values{"do": {button}}))
		if said := mainText(t, got); got.status != http.StatusOK || !strings.Contains(said, step.want) {
			t.Errorf("%s: got %d without %q: %s", name, got.status, step.want, said)
		}
	}
}
