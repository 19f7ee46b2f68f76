package views

import (
	"context"
	"maps"
	"slices"
	"strings"

	"ringledger/integration/callflow"
)

// taskValues are the fields of the Task content page.
func taskValues(v map[string][]string, t callflow.TaskRule) {
	for _, ct := range callflow.CallTypes() {
		v[subjectField(string(ct))] = []string{t.Subjects[ct]}
	}
	v[descriptionField] = slices.Clone(t.Description)
	for name, template := range t.Fields {
		v[TaskFieldPrefix+name] = []string{template}
	}
}

// TaskFieldPrefix is what the names of mapped fields begin with.
const TaskFieldPrefix = "task.fields."

const descriptionField = "task.description"

func subjectField(callType string) string { return "task.subjects." + callType }

// DefaultSubject is the subject that a language uses for a call type.
func DefaultSubject(ctx context.Context, callType string) string {
	return T(ctx, "subject."+callType)
}

// parts are the parts of the description: the chosen ones in their order, then
// the others.
func (m TaskPage) parts() []string {
	all := slices.Clone(m.Form.All(descriptionField))
	for _, part := range callflow.DescriptionParts() {
		if !slices.Contains(all, part) {
			all = append(all, part)
		}
	}
	return slices.DeleteFunc(all, func(p string) bool { return !Known("part." + p) })
}

// mapped are the names of the fields with a template, or that had one until
// somebody took it out a moment ago.
func (m TaskPage) mapped() []string {
	var names []string
	for _, key := range slices.Sorted(maps.Keys(m.Form.Values)) {
		if name, ok := strings.CutPrefix(key, TaskFieldPrefix); ok {
			names = append(names, name)
		}
	}
	return names
}

// leaving reports whether the field is to be taken out: its template is empty,
// and that is no mistake.
func (m TaskPage) leaving(name string) bool {
	return m.Form.Value(TaskFieldPrefix+name) == "" && !m.Form.wrong(TaskFieldPrefix+name)
}

// fact is what is known of a field, the zero value when nothing is.
func (m TaskPage) fact(name string) TaskField {
	for _, f := range m.Fields {
		if f.Name == name {
			return f
		}
	}
	return TaskField{Name: name}
}

// offered are the fields that may still be chosen.
func (m TaskPage) offered(ctx context.Context) []Option {
	all := []Option{{"", T(ctx, "task.fields.choose")}}
	taken := m.mapped()
	for _, f := range m.Fields {
		if f.Offered && !slices.Contains(taken, f.Name) {
			all = append(all, Option{f.Name, f.Label + " (" + f.Name + ", " + f.Kind + ")"})
		}
	}
	return all
}

// previewLabel is what a field of the Task is called.
func previewLabel(ctx context.Context, r PreviewRow) string {
	if key := "taskfield." + r.Field; Known(key) {
		return T(ctx, key)
	}
	return r.Label
}

// placeholder is one word in braces and what it becomes.
func placeholderText(ctx context.Context, name string) string { return T(ctx, "placeholder."+name) }

// NewField is a row for one more field, as it was typed.
type NewField struct{ Name, Text string }

// NewFieldName and NewTemplateName name the two fields of a row among the
// mistakes.
func NewFieldName(n int) string { return "new-field-" + Plain(n) }

// NewTemplateName is the one that holds the text.
func NewTemplateName(n int) string { return "new-template-" + Plain(n) }

// blankRows is how many rows for new fields a page shows at least; one of them
// is always empty.
const blankRows = 2

// newRows are the rows for new fields: those typed, then empty ones.
func (m TaskPage) newRows() []NewField {
	rows := slices.Clone(m.New)
	for len(rows) < max(m.NewRows, blankRows, len(m.New)+1) {
		rows = append(rows, NewField{})
	}
	return rows
}

// offeredTo are the fields that a row may choose, with the one it has chosen.
func (m TaskPage) offeredTo(ctx context.Context, row NewField) []Option {
	all := m.offered(ctx)
	if !slices.ContainsFunc(all, func(o Option) bool { return o.Value == row.Name }) {
		all = append(all, Option{row.Name, row.Name})
	}
	return all
}
