package web

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/views"
)

// finding is something about a mapped field: refused when the org cannot take
// what the template makes, else a thing to know.
type finding struct {
	code    string // problem.<code> in the catalogue
	params  map[string]string
	refused bool
}

// describedTask is the Task as the org described it last.
func (s *Server) describedTask(ctx context.Context) (salesforce.Object, bool, error) {
	h, err := s.house(ctx)
	if err != nil {
		return salesforce.Object{}, false, err
	}
	org, described, err := orgOf(h)
	return org.Objects["Task"], described, err
}

// judgeField compares a template with the field that it is to fill.
func judgeField(task salesforce.Object, name, template string) []finding {
	f, known := task.Fields[name]
	if !known {
		for other := range task.Fields {
			if strings.EqualFold(other, name) {
				return []finding{{"task_field_case", map[string]string{"value": name, "name": other}, true}}
			}
		}
		return []finding{{"task_field_unknown", map[string]string{"value": name}, true}}
	}
	facts := map[string]string{"value": name, "label": f.Label, "length": strconv.Itoa(f.Length)}
	if !f.Creatable || !f.Updatable {
		return []finding{{"task_field_locked", facts, true}}
	}
	switch kindOf(f.Type) {
	case "text":
		return judgeLength(f, template, facts)
	case "choice":
		return judgeChoice(f, template, facts)
	case "other":
		return []finding{{"task_field_kind", facts, true}}
	}
	if !suits(kindOf(f.Type), template) {
		return []finding{{"task_field_" + kindOf(f.Type), facts, true}}
	}
	return nil
}

// kindOf is what sort of value a type of field takes.
func kindOf(fieldType string) string {
	switch fieldType {
	case "string", "textarea", "url", "phone", "email", "combobox", "encryptedstring":
		return "text"
	case "picklist", "multipicklist":
		return "choice"
	case "double", "int", "long", "currency", "percent":
		return "number"
	case "boolean":
		return "checkbox"
	case "date":
		return "date"
	default:
		return "other"
	}
}

// suits reports whether a template makes a value of the kind, whatever the call.
func suits(kind, template string) bool {
	template = strings.TrimSpace(template)
	switch kind {
	case "number":
		if _, err := strconv.ParseFloat(template, 64); err == nil {
			return true
		}
		return slices.Contains([]string{"{talk_seconds}", "{waiting_seconds}", "{call_id}"}, template)
	case "checkbox":
		return template == "true" || template == "false"
	case "date":
		_, err := time.Parse(time.DateOnly, template)
		return err == nil || template == "{date}"
	default:
		return true
	}
}

// usualLength is how long a placeholder's value may well be.
var usualLength = map[string]int{
	"record": 80, "number": 16, "line": 60, "line_number": 16, "agent": 60, "agent_email": 80, "company": 80, "type": 19, "direction": 8,
	"date": 10, "time": 5, "call_id": 12, "tags": 120, "talk_seconds": 5, "waiting_seconds": 4, "missed_reason": 40, "recording": 80, "voicemail": 80,
}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// judgeLength warns of a field that is shorter than its text may be.
func judgeLength(f salesforce.Field, template string, facts map[string]string) []finding {
	fixed := len([]rune(placeholder.ReplaceAllString(template, "")))
	long := fixed
	for _, name := range placeholder.FindAllStringSubmatch(template, -1) {
		long += usualLength[name[1]]
	}
	switch {
	case f.Length == 0 || long <= f.Length:
		return nil
	case fixed > f.Length:
		return []finding{{"task_field_too_short", facts, true}}
	default:
		return []finding{{"task_field_short", facts, false}}
	}
}

// judgeChoice compares a template with the values of a picklist.
func judgeChoice(f salesforce.Field, template string, facts map[string]string) []finding {
	facts["allowed"] = strings.Join(f.Values, ", ")
	fixed := !placeholder.MatchString(template)
	switch {
	case !f.Restricted || slices.ContainsFunc(f.Values, func(v string) bool { return strings.EqualFold(v, strings.TrimSpace(template)) }):
		return nil
	case fixed:
		return []finding{{"task_field_choice", facts, true}}
	default:
		return []finding{{"task_field_choices", facts, false}}
	}
}

// taskFields are the fields that may be mapped, by label, and those that are.
func taskFields(ctx context.Context, task salesforce.Object, form views.Form) []views.TaskField {
	var all []views.TaskField
	for name, f := range task.Fields {
		offered := f.Creatable && f.Updatable && kindOf(f.Type) != "other" && !callflow.OwnField(name) && !strings.HasPrefix(name, "Recurrence") && !strings.HasPrefix(name, "IsRe")
		row := views.TaskField{Name: name, Label: f.Label, Kind: fieldKind(ctx, f), Offered: offered}
		if template := form.Value(views.TaskFieldPrefix + name); template != "" {
			row.Notices = notices(ctx, task, form, name, template)
		}
		all = append(all, row)
	}
	for key := range form.Values {
		name, ok := strings.CutPrefix(key, views.TaskFieldPrefix)
		if _, known := task.Fields[name]; ok && !known {
			all = append(all, views.TaskField{Name: name, Notices: notices(ctx, task, form, name, form.Value(key))})
		}
	}
	slices.SortFunc(all, func(a, b views.TaskField) int {
		return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Name, b.Name))
	})
	return all
}

// notices are the findings of a field that are not said as its mistakes.
func notices(ctx context.Context, task salesforce.Object, form views.Form, name, template string) []string {
	var out []string
	for _, f := range judgeField(task, name, template) {
		text := views.ProblemText(ctx, f.code, f.params)
		if !slices.Contains(form.Mistakes, views.Mistake{Field: views.TaskFieldPrefix + name, Text: text}) {
			out = append(out, text)
		}
	}
	return out
}

// fieldKind is the type of a field in words.
func fieldKind(ctx context.Context, f salesforce.Field) string {
	if kindOf(f.Type) == "text" && f.Length > 0 {
		return views.T(ctx, "fieldkind.text.length", "count", f.Length)
	}
	return views.T(ctx, "fieldkind."+kindOf(f.Type))
}
