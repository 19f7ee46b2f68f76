package web_test

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/store"

	"github.com/PuerkitoBio/goquery"
)

// drafts are changes of every rules page, among them what forms send in odd
// ways: boxes left empty, orders, rows for new fields, days in other spellings.
var drafts = map[string]url.Values{
	"/rules/flows":         {"flows.missed.action": {"do_nothing"}, "flows.voicemail.due_days": {"3"}, "settle_seconds": {"40"}},
	"/rules/flows?line=77": {"lines.77.flows.missed.action": {"completed"}},
	"/rules/hours": {"office_hours.log": {"only_open"}, "office_hours.schedule.week.mon": {"9h - 12h; 14:00-18:00"}, "office_hours.schedule.week.tue": {""},
		"office_hours.schedule.holidays": {"2026-12-24\n2026-12-31"}},
	"/rules/hours?line=77": {"own_week": {"own"}, "lines.77.office_hours.log": {"only_open"}, "lines.77.office_hours.schedule.week.mon": {"08:00-12:00"}},
	"/rules/matching":      {"matching.order": {"lead", "contact"}, "matching.several": {"ask"}, "matching.no_match.types": {}},
	"/rules/task":          {"task.subjects.missed": {"Rang: {record}"}, "new_field": {"Custom__c"}, "new_template": {"{line}"}},
	"/rules/owners":        {"owner.fallback": {"record_owner", "connection_user"}},
	"/rules/filters":       {"filters.ignore_numbers": {"+33 1 99 00 12 34\n3900"}, "filters.min_talk_seconds": {"5"}, "filters.ignore_agents": {"old@example.com"}},
	"/rules/related":       {"related.attach": {"case"}, "related.create_case": {"false", "true"}},
}

// TestADraftGoesThroughItsReviewAndBackAsItWasTyped is about every rules page.
func TestADraftGoesThroughItsReviewAndBackAsItWasTyped(t *testing.T) {
	for _, path := range slices.Sorted(maps.Keys(drafts)) {
		t.Run(path, func(t *testing.T) {
			s, direct := newSite(t), newSite(t)
			s.support()
			direct.support()
			b, d := s.user(store.Editor), direct.user(store.Editor)
			typed := form(t, b.get(path).page(t), path, drafts[path])

			asked := with(typed, url.Values{"do": {"review"}, "note": {"for the weekend"}})
			got := b.post(path, asked)
			if got.status != http.StatusOK || s.rules().Version != 1 {
				t.Fatalf("the review got %d and made version %d: %s", got.status, s.rules().Version, got.body)
			}
			review := got.page(t)
			if n := review.Find("table.versus tbody tr").Length(); n == 0 {
				t.Error("the review tells no change")
			}
			carried := form(t, review, path, nil)
			if carried.Get("note") != "for the weekend" {
				t.Errorf("the note is %q", carried.Get("note"))
			}

			back := b.post(path, with(carried, url.Values{"do": {"edit"}}))
			if back.status != http.StatusOK || s.rules().Version != 1 {
				t.Fatalf("going back got %d and made version %d", back.status, s.rules().Version)
			}
			if again := b.post(path, with(form(t, back.page(t), path, nil), url.Values{"do": {"review"}})); again.status != http.StatusOK {
				t.Errorf("the second review got %d: %s", again.status, again.body)
			} else if first, second := changes(review), changes(again.page(t)); first != second {
				t.Errorf("went to the review as\n%s\nand came back as\n%s", first, second)
			}

			if got := b.post(path, carried); got.status != http.StatusSeeOther {
				t.Fatalf("the save got %d: %s", got.status, got.body)
			}
			if got := d.post(path, typed); got.status != http.StatusSeeOther {
				t.Fatalf("the save without a review got %d: %s", got.status, got.body)
			}
			same(t, s.rules().Settings, direct.rules().Settings)
			if s.rules().Version != 2 || s.rules().Note != "for the weekend" {
				t.Errorf("saved version %d with the note %q", s.rules().Version, s.rules().Note)
			}
		})
	}
}

// changes is the table of a review.
func changes(page *goquery.Document) string {
	return strings.Join(strings.Fields(page.Find("table.versus tbody").Text()), " ")
}

// with is a form with some fields set.
func with(form, more url.Values) url.Values {
	out := maps.Clone(form)
	maps.Copy(out, more)
	return out
}

func TestTheReviewOfNothingSaysSo(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	if got := b.submit("/rules/flows", url.Values{"do": {"review"}}); got.status != http.StatusSeeOther || s.rules().Version != 1 {
		t.Errorf("got %d and version %d, want to be led back", got.status, s.rules().Version)
	}
}

func TestTheReviewShowsMistakesAndConflictsAsTheSaveDoes(t *testing.T) {
	s := newSite(t)
	b, other := s.user(store.Editor), s.user(store.Admin)
	open := form(t, b.get("/rules/flows").page(t), "/rules/flows", url.Values{"settle_seconds": {"soon"}, "do": {"review"}})
	if got := b.post("/rules/flows", open); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a mistake got %d, want 422", got.status)
	}
	other.submit("/rules/flows", url.Values{"settle_seconds": {"50"}})
	open.Set("settle_seconds", "40")
	got := b.post("/rules/flows", open)
	if got.status != http.StatusConflict || got.page(t).Find(".conflict").Length() == 0 || got.page(t).Find(`[name="settle_seconds"]`).AttrOr("value", "") != "40" {
		t.Errorf("a conflict got %d, want 409 with both values", got.status)
	}
}

func TestAReviewThatOthersOvertookIsAConflictWithWhatWasTyped(t *testing.T) {
	s := newSite(t)
	b, other := s.user(store.Editor), s.user(store.Admin)
	review := b.submit("/rules/flows", url.Values{"settle_seconds": {"40"}, "do": {"review"}})
	carried := form(t, review.page(t), "/rules/flows", nil)
	other.submit("/rules/flows", url.Values{"settle_seconds": {"50"}})
	got := b.post("/rules/flows", carried)
	if got.status != http.StatusConflict || got.page(t).Find(`[name="settle_seconds"]`).AttrOr("value", "") != "40" {
		t.Errorf("got %d, want 409 with the 40 that was typed", got.status)
	}
}

func TestTheReviewTellsWhatTheDraftWouldHaveChanged(t *testing.T) {
	s := newSite(t)
	s.told("901", "+33199001234", "")
	b := s.user(store.Editor)
	got := b.submit("/rules/flows", url.Values{"flows.message_received.action": {"do_nothing"}, "flows.message_sent.action": {"do_nothing"}, "do": {"review"}})
	effect := got.page(t).Find(".effect")
	if got.status != http.StatusOK || effect.Length() != 1 || !strings.Contains(effect.Text(), "Computed from stored events") {
		t.Errorf("got %d: %s", got.status, effect.Text())
	}
}

func TestAnImportedDocumentIsReviewedAndSaved(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	want := callflow.Default()
	want.SettleSeconds = 77
	doc, err := settings.YAML(want)
	if err != nil {
		t.Fatal(err)
	}
	const path = "/rules/history/import"
	review := b.post(path, url.Values{"document": {string(doc)}, "do": {"review"}})
	if review.status != http.StatusOK || s.rules().Version != 1 {
		t.Fatalf("the review got %d and made version %d", review.status, s.rules().Version)
	}
	carried := form(t, review.page(t), path, nil)
	if back := b.post(path, with(carried, url.Values{"do": {"edit"}})); !strings.Contains(back.page(t).Find("textarea").Text(), "settle_seconds: 77") {
		t.Error("the way back lost the document")
	}
	if got := b.post(path, carried); got.status != http.StatusSeeOther {
		t.Fatalf("the save got %d", got.status)
	}
	same(t, s.rules().Settings, want)

	if got := b.post(path, with(carried, url.Values{"document": {string(doc) + "\n# the same"}})); got.status != http.StatusSeeOther || s.rules().Version != 2 {
		t.Errorf("the same document got %d and made version %d", got.status, s.rules().Version)
	}
	want.SettleSeconds = 78
	if doc, err = settings.YAML(want); err != nil {
		t.Fatal(err)
	}
	if got := b.post(path, with(carried, url.Values{"document": {string(doc)}})); got.status != http.StatusConflict || s.rules().Version != 2 {
		t.Errorf("a draft of version 1 got %d and made version %d, want 409", got.status, s.rules().Version)
	}
}

func TestMistakesOfAnImportNameTheirLines(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	got := b.post("/rules/history/import", url.Values{"document": {"version: 1\nflows:\n  missed:\n    acton: completed\n"}, "do": {"review"}})
	if text := got.page(t).Find("[data-mistakes]").Text(); got.status != http.StatusUnprocessableEntity || !strings.Contains(text, "Line 4") {
		t.Errorf("got %d: %s", got.status, text)
	}
	if got := b.post("/rules/history/import", url.Values{"do": {"review"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing at all got %d, want 422", got.status)
	}
	if got := s.user(store.Viewer).post("/rules/history/import", url.Values{"document": {"version: 1"}}); got.status != http.StatusForbidden {
		t.Errorf("a viewer got %d, want 403", got.status)
	}
}

func TestAFileIsImported(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "settings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("version: 1\nsettle_seconds: 33\n")); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteField("do", "review"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := b.do(http.MethodPost, "/rules/history/import", w.FormDataContentType(), body.String())
	if got.status != http.StatusOK || !strings.Contains(form(t, got.page(t), "/rules/history/import", nil).Get("document"), "settle_seconds: 33") {
		t.Errorf("got %d: %s", got.status, got.body)
	}
}
