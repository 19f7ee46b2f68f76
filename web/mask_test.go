package web_test

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// told is one entry whose every free text holds text.
func (s *site) told(id, external, text string) store.Entry {
	s.t.Helper()
	ctx, at := s.t.Context(), s.clock.now().Add(-time.Minute)
	body, err := json.Marshal(map[string]any{"event": "call.ended", "resource": "call", "timestamp": at.Unix(), "data": map[string]any{
		"id": 1, "direction": "inbound", "status": "done", "started_at": at.Unix(), "ended_at": at.Unix(), "missed_call_reason": text,
		"tags": []any{map[string]any{"name": text}}, "comments": []any{map[string]any{"content": text}}, "raw_digits": external}})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.store.AddDelivery(ctx, store.Delivery{Hash: sha256.Sum256(append(body, id...)), Kind: callflow.KindCall, ObjectID: id, Event: "call.ended",
		Body: body, EventAt: at, ReceivedAt: at}); err != nil {
		s.t.Fatal(err)
	}
	claimed, err := s.store.ClaimEntries(ctx, 1, time.Minute)
	if err != nil || len(claimed) != 1 {
		s.t.Fatalf("got %d entries, %v; want one", len(claimed), err)
	}
	e := claimed[0]
	e.Facts = store.Facts{CallType: callflow.Missed, Direction: callflow.Inbound, External: external, StartedAt: at, EndedAt: at}
	e.Verdict = store.Verdict{Outcome: callflow.Failed, Reason: callflow.ReasonRefused, Detail: map[string]string{"message": text, "code": "OTHER"}, RulesVersion: 1}
	e.Record = callflow.Record{Kind: callflow.ContactRecord, ID: "003000000000001AAA", Name: text}
	steps := []callflow.Step{
		{Code: callflow.StepNumber, Result: "unusable", Params: map[string]string{"number": text}, At: at.UnixMicro()},
		{Code: callflow.StepMatch, Result: "ask", Params: map[string]string{"count": "1"}, At: at.UnixMicro() + 400,
			Candidates: []callflow.Judged{{Candidate: callflow.Candidate{
				Record: callflow.Record{Kind: callflow.ContactRecord, ID: "003000000000001AAA", Name: text}, Field: "Phone", Value: text}}}},
	}
	try := store.Try{N: 1, Cause: "event", At: at, RulesVersion: 1, Outcome: e.Outcome, Reason: e.Reason, Detail: e.Detail, Steps: steps, Exchanges: []store.Exchange{
		{Purpose: "search", Method: http.MethodGet, Path: "/search?q=" + text, Status: 400, At: at, Sent: "canary-sent " + text, Got: "canary-got " + text, Err: "canary-err"}}}
	if err := s.store.FinishEntries(ctx, []store.Result{{Entry: e, Try: &try, Clear: true, Terms: store.Terms([]string{external}, text)}}); err != nil {
		s.t.Fatal(err)
	}
	got, err := s.store.EntryOf(ctx, callflow.KindCall, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

func TestViewersSeeNoNumberInAnySpelling(t *testing.T) {
	s := newSite(t)
	viewer, editor := s.user(store.Viewer), s.user(store.Editor)
	for id, c := range map[string]struct{ external, text, secret string }{
		"9001": {"", "Ada 01 99 00 12 34", "01 99 00 12"},
		"9002": {"", "Ada 01_99_00_12_34", "01_99"},
		"9003": {"anonymous", "Ada 01·99·00·12·34", "01·99"},
		"9004": {"+33199005678", "Ada 01,99,00,12,34", "01,99"},
		"9005": {"+33199001234", "Ada 01\u201199\u201100\u201112\u201134", "01\u201199"},
		"9006": {"+33199001234", "Ada +33 (0)1\u200299\u200200\u200212\u200234", "99\u200200"},
		"9007": {"3631", "Ada 3631", "3631"},
		"9008": {"", "Ada 99001", "99001"},
		"9009": {"", "Ada ٠١٩٩٠٠١٢٣٤", "٠١٩٩"},
		"9010": {"", "Adax0199001234x", "0199001"},
	} {
		e := s.told(id, c.external, c.text)
		for _, p := range []string{"/activity?q=Ada", "/activity.csv", path(e), "/api/v1" + path(e), "/api/v1/activity?call_id=" + id} {
			got := viewer.get(p)
			if got.status != http.StatusOK || !strings.Contains(got.body, "Ada") {
				t.Errorf("%s of %q: got %d without the text", p, c.text, got.status)
			}
			if at := strings.Index(got.body, c.secret); at >= 0 {
				t.Errorf("%s shows %q: …%s…", p, c.text, got.body[max(0, at-80):min(len(got.body), at+40)])
			}
			if strings.Contains(got.body, "canary-") || strings.Contains(got.body, "raw_digits") {
				t.Errorf("%s of a call from %q shows a request or a payload", p, c.external)
			}
		}
		if got := editor.get(path(e)); !strings.Contains(got.body, c.secret) || !strings.Contains(got.body, "canary-sent") {
			t.Errorf("an editor does not see %q and the request", c.text)
		}
	}
}

func TestTheFirstMomentOfATraceHasNoPlus(t *testing.T) {
	s := newSite(t)
	e := s.told("9001", "+33199001234", "Ada")
	text := s.user(store.Editor).get(path(e)).page(t).Find("main").Text()
	if strings.Contains(text, "+<") || !strings.Contains(text, "<\u00a01\u00a0ms") {
		t.Error("the trace says more than less than a millisecond")
	}
}
