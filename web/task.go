package web

import (
	"context"
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
	// doField says what a submit is for, when it is not the save.
	doField = "do"
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
	takeNewFields(typed)
	do, what, _ := strings.Cut(typed.Get(doField), ":")
	if do == "" {
		return s.changeRules(c, p)
	}
	ctx := s.reader(c)
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	state, err := s.rulesState(ctx, rules)
	if err != nil {
		return err
	}
	d, err := s.draft(ctx, rules, p.keys, typed)
	if err != nil {
		return err
	}
	if d.stale {
		state.Conflict = d.conflict
	}
	rearrange(ctx, d.form, do, what)
	return p.render(ctx, c, http.StatusOK, state, d.form)
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

// takeNewFields gives the rows of fields that are not mapped yet the names of
// those that are. A row without a field, or one whose field has a row of its
// own, is left alone, so that nothing typed is lost or wins by chance.
func takeNewFields(typed url.Values) {
	names, texts := typed["new_field"], typed["new_template"]
	for i, name := range names {
		name = strings.TrimSpace(name)
		key := views.TaskFieldPrefix + name
		if name == "" || i >= len(texts) || typed.Get(key) != "" {
			continue
		}
		typed[key] = []string{strings.TrimSpace(texts[i])}
	}
}

// checkTask finds what the org will not take, in fields that were added or
// changed: one that is saved already is only warned of.
func (s *Server) checkTask(ctx context.Context, before, next callflow.Settings) ([]settings.Mistake, error) {
	task, described, err := s.describedTask(ctx)
	if err != nil || !described {
		return nil, err
	}
	var mistakes []settings.Mistake
	for name, template := range next.Task.Fields {
		if was, known := before.Task.Fields[name]; known && was == template {
			continue
		}
		for _, f := range judgeField(task, name, template) {
			if f.refused {
				mistakes = append(mistakes, settings.Mistake{Problem: callflow.Problem{Path: views.TaskFieldPrefix + name, Code: f.code, Params: f.params}})
			}
		}
	}
	slices.SortFunc(mistakes, func(a, b settings.Mistake) int { return strings.Compare(a.Path, b.Path) })
	return mistakes, nil
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
	if c.FormValue(doField) == "add" {
		m.Blank = len(c.Request().PostForm["new_field"]) + 1
	}
	if m.Preview, err = s.previewOf(ctx, c, h, form.Values); err != nil {
		return err
	}
	return s.render(ctx, c, status, views.Task(s.frame(ctx, c, h, views.HereTask), m))
}

// previewTask is the preview alone, for a browser with scripts.
func (s *Server) previewTask(c echo.Context) error {
	ctx := s.reader(c)
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	takeNewFields(typed)
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
