package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// errUnchanged says that there was nothing to save: the same rules make no new
// version.
var errUnchanged = errors.New("web: the settings are the same")

// saveRules adds a version after base.
func (s *Server) saveRules(c echo.Context, base store.Rules, next callflow.Settings, note string) (int, error) {
	same, err := sameSettings(base.Settings, next)
	if err != nil {
		return 0, err
	}
	if same {
		return base.Version, errUnchanged
	}
	v := visitorOf(c)
	ctx, version := c.Request().Context(), 0
	err = s.o.Store.Together(ctx, func(st *store.Store) (err error) {
		if version, err = st.SaveRules(ctx, base.Version, next, v.who, note); err != nil {
			return err
		}
		return s.auditIn(st, c, v.who, store.AuditRulesSaved, "version "+strconv.Itoa(version), map[string]string{"note": note})
	})
	return version, err
}

// rulesPage is one page that edits some of the rules.
type rulesPage struct {
	path string
	keys []formKey
	// render draws the page with the form's values and mistakes.
	render func(ctx context.Context, c echo.Context, status int, state views.RulesState, form views.Form) error
	// check finds mistakes that only the connected org can tell; nil = none.
	check func(ctx context.Context, before, next callflow.Settings) ([]settings.Mistake, error)
}

// maxNote bounds what a person can write about a version.
const maxNote = 500

func (s *Server) showRules(c echo.Context, p rulesPage) error {
	ctx := s.reader(c)
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	state, err := s.rulesState(ctx, rules)
	if err != nil {
		return err
	}
	hide := maskFor(visitorOf(c), "") // only here: who changes rules sees numbers
	for i := range state.History {
		state.History[i].Note = hide.text(state.History[i].Note)
	}
	return p.render(ctx, c, http.StatusOK, state, views.RulesForm(rules.Settings))
}

// changeRules saves the keys of one page: 303 when it did, 422 with what was
// typed when there are mistakes, 409 when somebody else saved meanwhile. A
// submit to review goes as far, and shows the draft instead of saving it.
func (s *Server) changeRules(c echo.Context, p rulesPage) error {
	ctx := s.reader(c)
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	switch do := typed.Get(doField); {
	case do == editDraft:
		return s.redrawRules(c, p, typed, func(context.Context, views.Form) {})
	case do != "" && !reviewed(typed): // no button of ours: whatever it asks for, it is no save
		return errBadForm
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	state, err := s.rulesState(ctx, rules)
	if err != nil {
		return err
	}
	next, mistakes, err := applyForm(rules.Settings, p.keys, typed)
	if err != nil {
		return err
	}
	d, err := s.draft(ctx, rules, p.keys, typed)
	if err != nil {
		return err
	}
	note := typed.Get("note")
	mistakes = append(mistakes, noteMistakes(note)...)
	if p.check != nil && !d.stale {
		more, err := p.check(ctx, rules.Settings, next)
		if err != nil {
			return err
		}
		mistakes = append(mistakes, elsewhere(more, mistakes)...)
	}
	if d.stale {
		state.Conflict = d.conflict
		return p.render(ctx, c, http.StatusConflict, state, d.form)
	}
	if len(mistakes) > 0 {
		for _, m := range mistakes {
			d.form.Mistakes = append(d.form.Mistakes, views.Mistake{Field: m.Path, Text: problemWords(ctx, m.Problem)})
		}
		return p.render(ctx, c, http.StatusUnprocessableEntity, state, d.form)
	}
	back := p.path
	if line := c.QueryParam("line"); line != "" {
		back += "?" + url.Values{"line": {line}}.Encode()
	}
	same, err := sameSettings(rules.Settings, next)
	if err != nil {
		return err
	}
	if reviewed(typed) && !same {
		return s.reviewRules(c, p, rules, next, note)
	}
	_, err = s.saveRules(c, rules, next, note)
	switch {
	case errors.Is(err, errUnchanged):
		return s.redirect(c, back, "unchanged")
	case errors.Is(err, store.ErrConflict): // saved since it was read above: what was typed is shown beside it
		return s.changeRules(c, p)
	case err != nil:
		return err
	}
	return s.redirect(c, back, "saved")
}

// doField says what a submit is for, when it is not the save.
const doField = "do"

// redrawRules shows a form as typed and unsaved, with the change that one of
// its buttons makes for browsers without scripts.
func (s *Server) redrawRules(c echo.Context, p rulesPage, typed url.Values, change func(ctx context.Context, form views.Form)) error {
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
	change(ctx, d.form)
	return p.render(ctx, c, http.StatusOK, state, d.form)
}

// rulesFrame is what surrounds a page of the rules. What was typed on it and not
// saved goes along when it is asked for in another language.
func (s *Server) rulesFrame(ctx context.Context, c echo.Context, h house, here string, form views.Form) views.Frame {
	f := s.frame(ctx, c, h, here)
	if form.Unsaved && c.Request().Method == http.MethodPost {
		f.Draft = &views.Draft{Again: editDraft, Enter: reviewDraft}
	}
	return f
}

// elsewhere are the mistakes in fields that have none yet: one thing to mend at
// a time is enough of a field.
func elsewhere(more, known []settings.Mistake) []settings.Mistake {
	return slices.DeleteFunc(more, func(m settings.Mistake) bool {
		return slices.ContainsFunc(known, func(k settings.Mistake) bool { return k.Path == m.Path })
	})
}

// shownVersions is how many versions a page lists.
const shownVersions = 5

func (s *Server) rulesState(ctx context.Context, rules store.Rules) (views.RulesState, error) {
	words, err := s.ruleWords(ctx, visitor{role: store.Editor})
	if err != nil {
		return views.RulesState{}, err
	}
	state := views.RulesState{Version: rules.Version, At: views.On(ctx, rules.SavedAt)}
	if rules.SavedBy != "" { // nobody saved the defaults
		state.By = words.who(ctx, rules)
	}
	for v := rules.Version; v > 0 && v > rules.Version-shownVersions; v-- {
		r, err := s.o.Store.RulesVersion(ctx, v)
		if err != nil {
			return state, err
		}
		state.History = append(state.History, words.version(ctx, r))
	}
	return state, nil
}
