package views

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
)

// Form is what stands in a form's fields, by their names, and what is wrong
// with it. The names of rules are those of the settings document, dotted.
type Form struct {
	Values   map[string][]string
	Mistakes []Mistake
	Unsaved  bool // what it holds was typed and is not saved

	// Saved is what stands in the rules of the fields that were typed otherwise.
	Saved map[string][]string
}

// Mistake is one thing to mend. Field "" is the form as a whole.
type Mistake struct {
	Field string
	Text  string
}

// Value is the field's last value.
func (f Form) Value(name string) string {
	if all := f.Values[name]; len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

// All are the field's values, for lists and ticked boxes.
func (f Form) All(name string) []string { return f.Values[name] }

// Has reports whether the field holds the value.
func (f Form) Has(name, value string) bool { return slices.Contains(f.Values[name], value) }

// mistakesOf are those of the field and of its items: "x.holidays.2" is one
// of "x.holidays".
func (f Form) mistakesOf(name string) []string {
	var texts []string
	for _, m := range f.Mistakes {
		rest, own := strings.CutPrefix(m.Field, name)
		if own && (rest == "" || rest[0] == '.' && !strings.Contains(name, "@")) {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// wrong reports whether the field has mistakes.
func (f Form) wrong(name string) bool { return len(f.mistakesOf(name)) > 0 }

// savedJSON is Saved for the script that marks what was changed.
func (f Form) savedJSON() string {
	if len(f.Saved) == 0 {
		return "{}"
	}
	b, err := json.Marshal(f.Saved)
	if err != nil {
		return "{}"
	}
	return string(b)
}

// ProblemText is the sentence of a mistake, from its code and its facts. It
// covers the codes of callflow and settings and those of the sign-in forms.
func ProblemText(ctx context.Context, code string, params map[string]string) string {
	return T(ctx, keyOr("problem."+code+"."+params["want"], "problem."+code, ""), pairs(params)...)
}

// RulesForm is the settings as the fields of the rules pages show them.
func RulesForm(s callflow.Settings) Form {
	v := map[string][]string{
		"write_when":                            {s.WriteWhen},
		"settle_seconds":                        {strconv.Itoa(s.SettleSeconds)},
		"office_hours.log":                      {s.OfficeHours.Log},
		"office_hours.include_messages":         {strconv.FormatBool(s.OfficeHours.IncludeMessages)},
		"office_hours.schedule.time_zone":       {s.OfficeHours.Schedule.TimeZone},
		"office_hours.schedule.holidays":        {strings.Join(s.OfficeHours.Schedule.Holidays, "\n")},
		"office_hours.schedule.holiday_country": {s.OfficeHours.Schedule.HolidayCountry},
		"matching.order":                        texts(s.Matching.Order),
		"matching.several":                      {s.Matching.Several},
		"matching.shared_number_over":           {strconv.Itoa(s.Matching.SharedNumberOver)},
		"matching.no_match.create":              {s.Matching.NoMatch.Create},
		"matching.no_match.types":               texts(s.Matching.NoMatch.Types),
		"matching.no_match.when_none":           {s.Matching.NoMatch.WhenNone},
		"matching.no_match.last_name":           {s.Matching.NoMatch.LastName},
		"matching.no_match.company":             {s.Matching.NoMatch.Company},
	}
	for day, intervals := range s.OfficeHours.Schedule.Week {
		v["office_hours.schedule.week."+day] = intervals
	}
	relatedValues(v, s.Related)
	filterValues(v, s.Filters)
	for object, fields := range s.Matching.ExtraPhoneFields {
		v["matching.extra_phone_fields."+object] = []string{strings.Join(fields, ", ")}
	}
	ownerValues(v, s.Owner)
	taskValues(v, s.Task)
	flowValues(v, "flows.", s.Flows)
	for id, line := range s.Lines {
		flowValues(v, "lines."+id+".flows.", line.Flows)
		lineHourValues(v, id, line.OfficeHours)
	}
	return Form{Values: v}
}

func flowValues(v map[string][]string, prefix string, flows map[callflow.CallType]callflow.Flow) {
	for t, f := range flows {
		v[prefix+string(t)+".action"] = []string{string(f.Action)}
		v[prefix+string(t)+".due_days"] = []string{strconv.Itoa(f.DueDays)}
		v[prefix+string(t)+".priority"] = []string{f.Priority}
	}
}

func texts[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = string(v)
	}
	return out
}
