package views_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/views"
)

// code is a name of the settings document that stands where words should.
var code = regexp.MustCompile(`[a-z]_[a-z]|^(true|false|none|all|skip|log|newest|oldest|ask|case|contact|lead|always|complete|answered|completed)$`)

func TestEveryKeyOfTheRulesIsToldInWords(t *testing.T) {
	doc, err := os.ReadFile("../integration/settings/testdata/every_key.yaml")
	if err != nil {
		t.Fatal(err)
	}
	every, mistakes := settings.Parse(doc)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	every.WriteWhen, every.OfficeHours.IncludeMessages = callflow.WriteAnswered, false
	every.Matching.Several, every.Matching.NoMatch.WhenNone = callflow.SeveralAsk, callflow.WhenNoneNoRecord
	every.Related = callflow.Related{Attach: callflow.AttachOpportunity, CreateCase: true, CreateCaseForNewContacts: true, ForAccounts: true, CreateOpportunity: true}
	every.Task.Description, every.Filters.InternalCalls = []string{callflow.PartSummary, callflow.PartTalk}, callflow.InternalLog
	every.Lines["5678"] = callflow.LineRule{
		Flows:       map[callflow.CallType]callflow.Flow{callflow.Missed: {Action: callflow.InProgress, DueDays: 2, Priority: "High"}},
		OfficeHours: &callflow.LineHours{Log: callflow.LogAlways, IncludeMessages: new(bool), Schedule: &callflow.Schedule{HolidayCountry: "FR", Week: map[string][]string{"mon": {"08:00-12:00"}}}},
	}
	for _, pair := range [][2]callflow.Settings{{callflow.Default(), every}, {every, callflow.Default()}} {
		found, err := settings.Diff(pair[0], pair[1])
		if err != nil || len(found) < 30 {
			t.Fatalf("%d differences, %v", len(found), err)
		}
		for _, language := range views.Languages() {
			ctx := views.WithLocale(t.Context(), views.Locale{Language: language})
			for _, d := range found {
				c := views.ChangeOf(ctx, views.Difference{Keys: d.Keys, Old: d.Old, New: d.New}, map[string]string{"1234": "Support FR"})
				own := d.Keys[0] == "owner" && d.Keys[1] == "map" || d.Keys[0] == "task" && d.Keys[1] == "fields" || strings.Contains(d.Path(), "extra_phone_fields")
				for _, said := range []string{c.Field, c.Old, c.New} {
					if said == "" || !own && code.MatchString(said) && !strings.Contains(said, "{") {
						t.Errorf("%s in %s: %q", d.Path(), language, said)
					}
				}
			}
		}
	}
}
