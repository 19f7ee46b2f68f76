package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const (
	taskRoute      = "/rules/task"
	descriptionKey = "task.description"
)

// taskPage edits what stands in the Task.
func (s *Server) taskPage() rulesPage {
	return rulesPage{path: taskRoute, render: s.renderTask, check: s.checkTask, keys: []formKey{
		{path: "task.subjects.*"},
		{path: descriptionKey, kind: typedOrder, with: "task.subjects.missed"},
		{path: views.TaskFieldPrefix + "**"},
	}}
}

func (s *Server) editTask(c echo.Context) error { return s.showRules(c, s.taskPage()) }

// saveTask saves the page, or only does to the form what a browser with
// scripts does by itself.
func (s *Server) saveTask(c echo.Context) error {
	p := s.taskPage()
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	if err := takeNewFields(typed); err != nil {
		return err
	}
	do, what, _ := strings.Cut(typed.Get(doField), ":")
	if do == "" || reviewed(typed) {
		p.check = func(ctx context.Context, before, next callflow.Settings) ([]settings.Mistake, error) {
			mistakes, err := s.checkTask(ctx, before, next)
			return append(mistakes, newFieldMistakes(typed)...), err
		}
		return s.changeRules(c, p)
	}
	return s.redrawRules(c, p, typed, func(ctx context.Context, form views.Form) { rearrange(ctx, form, do, what) })
}

// rearrange changes the form as one of its buttons asks.
func rearrange(ctx context.Context, form views.Form, do, what string) {
	switch do {
	case "up", "down":
		form.Values[descriptionKey] = moved(form.Values[descriptionKey], what, do)
	case "remove":
		form.Values[views.TaskFieldPrefix+what] = []string{""}
	case "words":
		for _, t := range callflow.CallTypes() {
			text := ""
			if what == views.French {
				text = views.DefaultSubject(views.WithLocale(ctx, views.Locale{Language: views.French}), string(t))
			}
			form.Values["task.subjects."+string(t)] = []string{text}
		}
	}
}

// mostNewRows is how many rows for new fields a form may have.
const mostNewRows = 100

// takeNewFields gives the rows of fields that are not mapped yet the names of
// those that are. A row that lacks one of the two, or whose field has a row of
// its own, stays what it is, so that nothing typed is lost or wins by chance.
func takeNewFields(typed url.Values) error {
	names, texts := typed["new_field"], typed["new_template"]
	if len(names) > mostNewRows || len(texts) > mostNewRows {
		return errBadForm
	}
	var left []views.NewField
	for i := range max(len(names), len(texts)) {
		row := views.NewField{Name: nth(names, i), Text: nth(texts, i)}
		key := views.TaskFieldPrefix + row.Name
		if row.Name == "" || row.Text == "" || typed.Get(key) != "" {
			left = append(left, row)
			continue
		}
		typed[key] = []string{row.Text}
	}
	delete(typed, "new_field")
	delete(typed, "new_template")
	for _, row := range left {
		typed["new_field"] = append(typed["new_field"], row.Name)
		typed["new_template"] = append(typed["new_template"], row.Text)
	}
	return nil
}

func nth(values []string, i int) string {
	if i >= len(values) {
		return ""
	}
	return strings.TrimSpace(values[i])
}

// newFields are the rows of the form that are nobody's yet, those with
// something in them first.
func newFields(typed url.Values) (rows []views.NewField) {
	for i, name := range typed["new_field"] {
		if row := (views.NewField{Name: name, Text: nth(typed["new_template"], i)}); row != (views.NewField{}) {
			rows = append(rows, row)
		}
	}
	return rows
}

// newFieldMistakes say what the rows lack that nobody can save.
func newFieldMistakes(typed url.Values) (mistakes []settings.Mistake) {
	for i, row := range newFields(typed) {
		m := settings.Mistake{Problem: callflow.Problem{Path: views.NewFieldName(i), Code: "task_field_missing"}}
		switch {
		case row.Name != "" && row.Text != "":
			m.Code, m.Params = "task_field_twice", map[string]string{"value": row.Name}
		case row.Name != "":
			m.Path, m.Code, m.Params = views.NewTemplateName(i), "task_text_missing", map[string]string{"value": row.Name}
		}
		mistakes = append(mistakes, m)
	}
	return mistakes
}

// checkTask finds what the org will not take, in fields that were added or
// changed: one that is saved already is only warned of.
func (s *Server) checkTask(ctx context.Context, before, next callflow.Settings) ([]settings.Mistake, error) {
	mistakes, _, _, err := s.judgeTask(ctx, before, next)
	return mistakes, err
}

// judgeTask tells besides what is worth a warning, of all fields, and whether
// the org has not described its Task, so that nothing is known of some.
func (s *Server) judgeTask(ctx context.Context, before, next callflow.Settings) (mistakes, warnings []settings.Mistake, unknown bool, err error) {
	task, described, err := s.describedTask(ctx)
	if err != nil || !described {
		return nil, nil, !maps.Equal(before.Task.Fields, next.Task.Fields), err
	}
	for name, template := range next.Task.Fields {
		was, known := before.Task.Fields[name]
		for _, f := range judgeField(task, name, template) {
			m := settings.Mistake{Problem: callflow.Problem{Path: views.TaskFieldPrefix + name, Code: f.code, Params: f.params}}
			if f.refused && (!known || was != template) {
				mistakes = append(mistakes, m)
			} else {
				warnings = append(warnings, m)
			}
		}
	}
	for _, found := range [][]settings.Mistake{mistakes, warnings} {
		slices.SortFunc(found, func(a, b settings.Mistake) int { return strings.Compare(a.Path, b.Path) })
	}
	return mistakes, warnings, false, nil
}

func (s *Server) renderTask(ctx context.Context, c echo.Context, status int, state views.RulesState, form views.Form) error {
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	org, described, err := orgOf(h)
	if err != nil {
		return err
	}
	m := views.TaskPage{Rules: state, Form: form, Described: described, Connected: h.salesforce.Connected()}
	if described {
		m.Fields = taskFields(ctx, org.Objects["Task"], form)
	}
	if c.Request().Method == http.MethodPost {
		m.New, m.NewRows = newFields(c.Request().Form), len(c.Request().Form["new_field"])
	}
	if c.FormValue(doField) == "add" {
		m.NewRows++
	}
	if m.Preview, err = s.previewOf(ctx, c, h, form.Values); err != nil {
		return err
	}
	return s.render(ctx, c, status, views.Task(s.rulesFrame(ctx, c, h, views.HereTask, m.Form), m))
}

// previewTask is the preview alone, for a browser with scripts.
func (s *Server) previewTask(c echo.Context) error {
	ctx := s.reader(c)
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	if err := takeNewFields(typed); err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	preview, err := s.previewOf(ctx, c, h, typed)
	if err != nil {
		return err
	}
	return s.render(ctx, c, http.StatusOK, views.TaskPreviewContent(preview))
}
