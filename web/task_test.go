package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/store"
	"ringledger/views"

	"github.com/PuerkitoBio/goquery"
)

// describe gives the site an org with these fields on Task.
func (s *site) describe(fields map[string]salesforce.Field) {
	s.t.Helper()
	org := salesforce.OrgInfo{Org: callflow.Org{ClosedStatus: "Completed", OpenStatus: "Open", TaskFields: map[string]int{}}, Objects: map[string]salesforce.Object{}}
	all := map[string]salesforce.Field{}
	for _, name := range []string{"Subject", "Status", "Priority", "ActivityDate", "WhoId", "WhatId", "OwnerId", "CallType", "CallDurationInSeconds", "CallDisposition", "CallObject", "Description"} {
		all[name] = salesforce.Field{Label: name, Type: "string", Length: 255, Creatable: true, Updatable: true}
	}
	maps.Copy(all, fields)
	for name, f := range all {
		if f.Creatable {
			org.TaskFields[name] = f.Length
		}
	}
	org.Objects["Task"] = salesforce.Object{Readable: true, Creatable: true, Updatable: true, Fields: all}
	doc, err := json.Marshal(org)
	if err != nil {
		s.t.Fatal(err)
	}
	err = s.store.ChangeSalesforce(context.Background(), func(c *store.Salesforce) error {
		c.Org, c.OrgAt = doc, time.Now()
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func customFields() map[string]salesforce.Field {
	text := salesforce.Field{Label: "Call id", Type: "string", Length: 20, Creatable: true, Updatable: true, Custom: true}
	number, box, day, locked, moment, pick := text, text, text, text, text, text
	number.Label, number.Type, number.Length = "Talk time", "double", 0
	box.Label, box.Type = "Billed", "boolean"
	day.Label, day.Type = "Call day", "date"
	locked.Label, locked.Updatable, locked.Creatable = "Locked", false, false
	moment.Label, moment.Type = "Moment", "datetime"
	pick.Label, pick.Type, pick.Restricted, pick.Values = "Reason", "picklist", true, []string{"Sales", "Support"}
	return map[string]salesforce.Field{"Call_Id__c": text, "Talk__c": number, "Billed__c": box, "Day__c": day, "Locked__c": locked, "Moment__c": moment, "Reason__c": pick}
}

func TestSubjectsPartsAndFieldsAreSaved(t *testing.T) {
	s := newSite(t)
	s.describe(customFields())
	b := s.user(store.Editor)
	got := b.submit("/rules/task", url.Values{
		"task.subjects.missed": {"Call back {record}"}, "task.description": {"tags", "talk_time"},
		"new_field": {"Call_Id__c", "Talk__c"}, "new_template": {"{call_id}", "{talk_seconds}"},
	})
	if got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303: %s", got.status, got.body)
	}
	want := callflow.Default()
	want.Task.Subjects = map[callflow.CallType]string{callflow.Missed: "Call back {record}"}
	want.Task.Description = []string{callflow.PartTags, callflow.PartTalk}
	want.Task.Fields = map[string]string{"Call_Id__c": "{call_id}", "Talk__c": "{talk_seconds}"}
	same(t, s.rules().Settings, want)
	if got := b.submit("/rules/task", nil); got.status != http.StatusSeeOther || s.rules().Version != 2 {
		t.Errorf("saving again: got %d and version %d, want nothing new", got.status, s.rules().Version)
	}

	got = b.submit("/rules/task", url.Values{"task.subjects.missed": {""}, "task.fields.Talk__c": {""}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("taking out: got %d: %s", got.status, got.body)
	}
	want.Task.Subjects, want.Task.Fields = map[callflow.CallType]string{}, map[string]string{"Call_Id__c": "{call_id}"}
	same(t, s.rules().Settings, want)
}

func TestAScriptMaySendOneKeyOfTheTaskOrTheOwners(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	for path, form := range map[string]url.Values{
		"/rules/task":   {"task.fields.Call_Id__c": {"{call_id}"}},
		"/rules/owners": {"owner.map.ada@example.com": {"boss@example.com"}},
	} {
		if got := b.post(path, form); got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d, want 303: %s", path, got.status, got.body)
		}
	}
	want := callflow.Default()
	want.Task.Fields = map[string]string{"Call_Id__c": "{call_id}"}
	want.Owner.Map = map[string]string{"ada@example.com": "boss@example.com"}
	same(t, s.rules().Settings, want)
}

func TestMistakesOfTheRulesAndOfTheOrgAreNamedAtOnce(t *testing.T) {
	s := newSite(t)
	s.describe(customFields())
	b := s.user(store.Editor)
	got := b.submit("/rules/task", url.Values{"task.subjects.missed": {"{caller}"}, "new_field": {"Talk__c"}, "new_template": {"{agent}"}})
	if n := got.page(t).Find("[aria-invalid]").Length(); got.status != http.StatusUnprocessableEntity || n != 2 {
		t.Errorf("got %d with %d fields marked, want 422 with both", got.status, n)
	}
}

func TestTheFrenchSubjectsSayWhatTheDefaultOnesDo(t *testing.T) {
	for _, ct := range callflow.CallTypes() {
		for _, name := range []string{"{record}", "{line}", "{agent}"} {
			french := views.DefaultSubject(views.WithLocale(context.Background(), views.Locale{Language: views.French}), string(ct))
			if strings.Contains(french, name) != strings.Contains(callflow.DefaultSubject(ct), name) {
				t.Errorf("%s: %q and %q do not both hold %s", ct, french, callflow.DefaultSubject(ct), name)
			}
		}
	}
}

func TestADescriptionMayBeEmpty(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	values := form(t, b.get("/rules/task").page(t), "/rules/task", nil)
	delete(values, "task.description")
	if got := b.post("/rules/task", values); got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303: %s", got.status, got.body)
	}
	if parts := s.rules().Settings.Task.Description; len(parts) != 0 {
		t.Errorf("got %v, want no part", parts)
	}
}

func TestAMappedFieldIsCheckedAgainstTheOrg(t *testing.T) {
	s := newSite(t)
	s.describe(customFields())
	b := s.user(store.Editor)
	for _, c := range []struct{ field, template, says string }{
		{"Nothing__c", "{line}", "no field Nothing__c"},
		{"call_id__C", "{line}", "Call_Id__c"},
		{"Locked__c", "{line}", "cannot be written"},
		{"Talk__c", "{agent}", "holds a number"},
		{"Billed__c", "yes", "true or false"},
		{"Day__c", "{time}", "holds a date"},
		{"Moment__c", "{date}", "no text can fill"},
		{"Reason__c", "Marketing", "Sales, Support"},
		{"Call_Id__c", "one two three four five six", "20 characters"},
		{"Subject", "{line}", "Ringledger itself"},
		{"Call_Id__c", "{caller}", "{record}"},
	} {
		got := b.submit("/rules/task", url.Values{"new_field": {c.field}, "new_template": {c.template}})
		said := got.page(t).Find(`.fld-wrong .err`).Text()
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(said, c.says) {
			t.Errorf("%s from %s: got %d and %q, want 422 and words with %q", c.field, c.template, got.status, said, c.says)
		}
		if typed, _ := got.page(t).Find(`[name="task.fields.` + c.field + `"]`).Attr("value"); typed != c.template {
			t.Errorf("%s: the page holds %q, want %q", c.field, typed, c.template)
		}
	}
	for field, template := range map[string]string{"Talk__c": "{waiting_seconds}", "Billed__c": "true", "Day__c": "{date}", "Reason__c": "support", "Call_Id__c": "{call_id}"} {
		if got := b.submit("/rules/task", url.Values{"new_field": {field}, "new_template": {template}}); got.status != http.StatusSeeOther {
			t.Errorf("%s from %s: got %d, want 303", field, template, got.status)
		}
	}
}

func TestAFieldThatTheOrgHidesLaterIsWarnedOfAndKeepsNobodyFromSaving(t *testing.T) {
	s := newSite(t)
	s.describe(customFields())
	b := s.user(store.Editor)
	b.submit("/rules/task", url.Values{"new_field": {"Call_Id__c"}, "new_template": {"{agent} {line}"}})
	page := b.get("/rules/task").page(t)
	if said := page.Find(".warnings").Text(); !strings.Contains(said, "20 characters") {
		t.Errorf("a field that may be too short: %q", said)
	}
	s.describe(nil)
	if said := b.get("/rules/task").page(t).Find(".warnings").Text(); !strings.Contains(said, "no field Call_Id__c") {
		t.Errorf("a field that is hidden: %q", said)
	}
	if got := b.submit("/rules/task", url.Values{"task.subjects.missed": {"Missed {record}"}}); got.status != http.StatusSeeOther {
		t.Errorf("saving something else: got %d, want 303", got.status)
	}
}

func TestWithoutAnOrgFieldsAreTakenUncheckedAndThePageSaysSo(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	if said := b.get("/rules/task").page(t).Find("main .note").Text(); !strings.Contains(said, "not checked") {
		t.Errorf("the page says %q", said)
	}
	if got := b.submit("/rules/task", url.Values{"new_field": {"Any__c"}, "new_template": {"{line}"}}); got.status != http.StatusSeeOther {
		t.Errorf("got %d, want 303", got.status)
	}
}

func TestButtonsRearrangeTheFormWithoutSaving(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	b.submit("/rules/task", url.Values{"new_field": {"Any__c"}, "new_template": {"{line}"}})
	press := func(do string, changes url.Values) url.Values {
		values := form(t, b.get("/rules/task").page(t), "/rules/task", changes)
		values.Set("do", do)
		got := b.post("/rules/task", values)
		if got.status != http.StatusOK {
			t.Fatalf("%s: got %d: %s", do, got.status, got.body)
		}
		return form(t, got.page(t), "/rules/task", nil)
	}
	if got := press("down:waiting_time", url.Values{"task.subjects.missed": {"typed"}}); got["task.description"][1] != "waiting_time" || got.Get("task.subjects.missed") != "typed" {
		t.Errorf("down: got %v", got)
	}
	if got := press("remove:Any__c", nil); !got.Has("task.fields.Any__c") || got.Get("task.fields.Any__c") != "" {
		t.Errorf("remove: got %v, want the field empty", got)
	}
	if got := press("add", nil); len(got["new_field"]) != 3 {
		t.Errorf("add: got %d rows, want one more", len(got["new_field"]))
	}
	if got := press("words:fr", nil); got.Get("task.subjects.missed") != "Appel manqué de {record} sur {line}" {
		t.Errorf("words: got %q", got.Get("task.subjects.missed"))
	}
	if v := s.rules().Version; v != 2 {
		t.Errorf("a button made version %d", v)
	}
}

// previewed is the preview of a call under changed values.
func previewed(t *testing.T, b *browser, entry int64, changes url.Values) answer {
	t.Helper()
	values := form(t, b.get("/rules/task").page(t), "/rules/task", changes)
	values.Set("entry", strconv.FormatInt(entry, 10))
	got := b.post("/rules/task/preview", values)
	if got.status != http.StatusOK {
		t.Fatalf("preview: got %d: %s", got.status, got.body)
	}
	return got
}

func TestThePreviewShowsThePastCallUnderUnsavedValues(t *testing.T) {
	c, b := ledgerSite(t)
	page, err := c.store.ListEntries(context.Background(), store.Filter{Outcomes: []callflow.Outcome{callflow.Logged}})
	if err != nil || len(page.Entries) != 1 {
		t.Fatalf("got %d logged entries, %v", len(page.Entries), err)
	}
	e := page.Entries[0]
	asked := len(c.org.Requests())

	same := previewed(t, b, e.ID, nil).page(t)
	for _, want := range []string{"Inbound answered call from Camille Moreau", "Completed", "aircall, inbound, answered_call"} {
		if !strings.Contains(same.Text(), want) {
			t.Errorf("the preview lacks %q: %s", want, same.Text())
		}
	}
	if same.Find(".differs").Length() != 0 || !strings.Contains(same.Text(), "what was written that day") {
		t.Errorf("the saved rules give another Task than the one written: %s", same.Find(".differs").Text())
	}

	changed := previewed(t, b, e.ID, url.Values{"task.subjects.inbound_answered": {strings.Repeat("Talk with {record} ", 20)}}).page(t)
	subject := changed.Find(".differs").First()
	if !strings.Contains(subject.Text(), "Talk with Camille Moreau") || !strings.Contains(subject.Text(), "255 characters") || !strings.Contains(subject.Find(".then").Text(), "Inbound answered") {
		t.Errorf("got %q, want the cut new subject and the old one", subject.Text())
	}
	wrong := previewed(t, b, e.ID, url.Values{"task.subjects.inbound_answered": {"{caller}"}}).page(t)
	if !strings.Contains(wrong.Find(".err").Text(), "{caller}") {
		t.Errorf("a mistake is not told: %q", wrong.Find(".err").Text())
	}
	if n := len(c.org.Requests()); n != asked {
		t.Errorf("the previews made %d requests to Salesforce, want none", n-asked)
	}
	if c.rules().Version != 2 {
		t.Error("a preview saved something")
	}
	linked := b.get("/rules/task?entry=" + strconv.FormatInt(e.ID, 10)).page(t)
	if linked.Find(`#preview-entry option[selected]`).AttrOr("value", "") != strconv.FormatInt(e.ID, 10) {
		t.Error("the address does not choose the call")
	}
}

func TestThePreviewHidesNumbersFromViewers(t *testing.T) {
	c, _ := ledgerSite(t)
	viewer := c.user(store.Viewer)
	if got := viewer.get("/rules/task"); got.status != http.StatusOK || strings.Contains(got.body, "199005678") {
		t.Errorf("got %d, and the number: %v", got.status, strings.Contains(got.body, "199005678"))
	}
	tags := []string{"0199001299 called back"}
	for i := range 12 {
		tags = append([]string{fmt.Sprintf("a long name of a tag, the %dth", i)}, tags...)
	}
	id, err := c.account.PlaceCall(context.Background(), aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+33199001234", Plain: true, Tags: tags})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.account.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.clock.move(time.Minute)
	c.drain()
	e, err := c.store.EntryOf(context.Background(), callflow.KindCall, strconv.FormatInt(id, 10))
	if err != nil || e.TaskID == "" {
		t.Fatalf("the call has no Task: %+v, %v", e, err)
	}
	got := viewer.get("/rules/task?entry=" + strconv.FormatInt(e.ID, 10))
	if said := got.page(t).Find(".cutoff").Text(); !strings.Contains(said, "called back") || strings.Contains(got.body, "0199001299") {
		t.Errorf("the tags that are left out: %q of %s, and a number: %v", said, got.page(t).Find("dl.task").Text(), strings.Contains(got.body, "0199001299"))
	}
	if day := c.clock.now().Format("2006-01"); !strings.Contains(got.page(t).Find("dl.task").Text(), day) {
		t.Errorf("a viewer does not see the day %s: %s", day, got.page(t).Find("dl.task").Text())
	}
	if got := viewer.post("/rules/task/preview", url.Values{}); got.status != http.StatusForbidden {
		t.Errorf("a viewer's post: got %d, want 403", got.status)
	}
}

func TestARowOfANewFieldThatIsNotDoneIsKeptAndNamed(t *testing.T) {
	s := newSite(t)
	s.describe(customFields())
	b := s.user(store.Editor)
	b.submit("/rules/task", url.Values{"new_field": {"Call_Id__c"}, "new_template": {"{call_id}"}})
	version := s.rules().Version
	for name, row := range map[string][3]string{
		"a text without a field": {"", "{line} kept", "Choose the field"},
		"a field without a text": {"Talk__c", "", "Enter the text of Talk__c"},
		"a field with a row":     {"Call_Id__c", "{agent} kept", "has a row already"},
	} {
		for do, want := range map[string]int{"": http.StatusUnprocessableEntity, "add": http.StatusOK, "preview": http.StatusOK} {
			got := b.submit("/rules/task", url.Values{"new_field": {"", row[0]}, "new_template": {"", row[1]}, "do": {do}})
			if got.status != want || strings.Contains(got.body, row[2]) != (do == "") {
				t.Errorf("%s, %q: got %d, want %d, and %q only when it is saved", name, do, got.status, want, row[2])
			}
			got.page(t).Find(".mistakes a").Each(func(_ int, a *goquery.Selection) {
				if got.page(t).Find(a.AttrOr("href", "")).Length() != 1 {
					t.Errorf("%s: the mistake leads to %s, which is not there", name, a.AttrOr("href", ""))
				}
			})
			kept := form(t, got.page(t), "/rules/task", nil)
			if !slices.Contains(kept["new_field"], row[0]) || !slices.Contains(kept["new_template"], row[1]) || strings.Contains(got.body, "is taken out when you save") {
				t.Errorf("%s, %q: the form came back with %q and %q", name, do, kept["new_field"], kept["new_template"])
			}
		}
	}
	if s.rules().Version != version {
		t.Error("a row that is not done was saved")
	}
	if got := b.post("/rules/task", url.Values{"do": {"add"}, "new_field": make([]string, 50_000)}); got.status != http.StatusBadRequest {
		t.Errorf("fifty thousand rows: got %d, want 400", got.status)
	}
}
