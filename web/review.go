package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// What a submit of rules is for, besides the save: to see the draft before it
// is saved, and to go on typing after that.
const (
	reviewDraft = "review"
	editDraft   = "edit"
)

// reviewed reports whether a submit only asks to see the draft.
func reviewed(typed url.Values) bool {
	_, tried := triedCall(typed)
	return tried || typed.Get(doField) == reviewDraft
}

// showReview shows a draft before it is saved. The page carries it as it was
// typed, so that nothing has to be kept and nothing is lost on the way back.
func (s *Server) showReview(c echo.Context, status int, rules store.Rules, next callflow.Settings, m views.ReviewPage, here string) error {
	ctx := s.reader(c)
	words, err := s.ruleWords(ctx, visitorOf(c))
	if err != nil {
		return err
	}
	if m.Changes, err = words.changes(ctx, rules.Settings, next); err != nil {
		return err
	}
	m.Version, m.Action = rules.Version, c.Request().URL.RequestURI()
	if m.Page == "" {
		m.Page = views.T(ctx, "nav."+here)
	}
	if id, tried := triedCall(c.Request().PostForm); tried && status == http.StatusOK {
		return s.showTrial(c, id, rules, next, m, here)
	}
	if status == http.StatusConflict {
		m.Conflict = &views.RulesConflict{Version: rules.Version, By: words.who(ctx, rules), At: views.On(ctx, rules.SavedAt)}
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	if m.Effect, err = s.effectOf(ctx, c, h, rules.Settings, next); err != nil {
		return err
	}
	offerTrials(&m.Effect)
	f := s.frame(ctx, c, h, here)
	f.Draft = &views.Draft{Again: reviewDraft}
	return s.render(ctx, c, status, views.Review(f, m))
}

// reviewRules shows the draft of one of the rules pages.
func (s *Server) reviewRules(c echo.Context, p rulesPage, rules store.Rules, next callflow.Settings, note string) error {
	return s.showReview(c, http.StatusOK, rules, next, views.ReviewPage{Fields: carried(c.Request().PostForm), Note: note}, p.here())
}

// here is the entry of the navigation that leads to the page.
func (p rulesPage) here() string {
	path, _, _ := strings.Cut(p.path, "?")
	return strings.TrimPrefix(path, "/rules/")
}

// carried are the fields of a form as they came, in a steady order, without
// those that the review has itself.
func carried(form url.Values) []views.ReviewField {
	var out []views.ReviewField
	for name, values := range form {
		if name == doField || name == "note" || name == versionField {
			continue
		}
		for _, v := range values {
			out = append(out, views.ReviewField{Name: name, Value: v})
		}
	}
	slices.SortStableFunc(out, func(a, b views.ReviewField) int { return strings.Compare(a.Name, b.Name) })
	return out
}

const importRoute = historyRoute + "/import"

func (s *Server) showImport(c echo.Context) error {
	return s.renderImport(c, http.StatusOK, views.ImportPage{})
}

func (s *Server) renderImport(c echo.Context, status int, m views.ImportPage) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	f := s.frame(ctx, c, h, views.HereHistory)
	if c.Request().Method == http.MethodPost {
		f.Draft = &views.Draft{Again: editDraft, Enter: reviewDraft}
	}
	return s.render(ctx, c, status, views.Import(f, m))
}

// importRules takes a whole settings document, typed or as a file: it is
// reviewed like every draft, and saved like one.
func (s *Server) importRules(c echo.Context) error {
	ctx := s.reader(c)
	doc, err := uploaded(c)
	if err != nil {
		return err
	}
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	switch do := typed.Get(doField); {
	case do == editDraft:
		return s.renderImport(c, http.StatusOK, views.ImportPage{Document: doc})
	case do != "" && !reviewed(typed):
		return errBadForm
	}
	next, mistakes := settings.Parse([]byte(doc))
	note := typed.Get("note")
	if mistakes = append(mistakes, noteMistakes(note)...); len(mistakes) > 0 {
		return s.renderImport(c, http.StatusUnprocessableEntity, importMistakes(ctx, doc, mistakes))
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	wrong, warnings, err := s.checkDocument(ctx, c, []byte(doc), rules.Settings, next)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return s.renderImport(c, http.StatusUnprocessableEntity, importMistakes(ctx, doc, wrong))
	}
	draft := views.ReviewPage{Page: views.T(ctx, "import.title"), Fields: []views.ReviewField{{Name: "document", Value: doc}}, Note: note}
	for _, w := range warnings {
		draft.Warnings = append(draft.Warnings, views.Mistake{Field: w.Path, Text: problemWords(ctx, w.Problem)})
	}
	same, err := sameSettings(rules.Settings, next)
	if err != nil {
		return err
	}
	base := typed.Get(versionField)
	switch {
	case same:
		return s.redirect(c, historyRoute, "unchanged")
	case base != "" && base != strconv.Itoa(rules.Version):
		return s.showReview(c, http.StatusConflict, rules, next, draft, views.HereHistory)
	case reviewed(typed):
		return s.showReview(c, http.StatusOK, rules, next, draft, views.HereHistory)
	}
	_, err = s.saveRules(c, rules, next, note)
	switch {
	case errors.Is(err, store.ErrConflict): // saved since it was read above
		return s.importRules(c)
	case err != nil:
		return err
	}
	return s.redirect(c, historyRoute, "saved")
}

// uploaded is the document of a form: the file when there is one.
func uploaded(c echo.Context) (string, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return "", err
		}
		return c.FormValue("document"), nil
	}
	file, err := header.Open()
	if err != nil {
		return "", err
	}
	defer file.Close()
	doc, err := io.ReadAll(file)
	return string(doc), err
}

// importMistakes are what is wrong with a document, each with its line.
func importMistakes(ctx context.Context, doc string, mistakes []settings.Mistake) views.ImportPage {
	m := views.ImportPage{Document: doc}
	if strings.TrimSpace(doc) == "" {
		m.Mistakes, m.Lines = []views.Mistake{{Text: views.T(ctx, "import.empty")}}, []int{0}
		return m
	}
	for _, found := range mistakes {
		m.Mistakes = append(m.Mistakes, views.Mistake{Field: found.Path, Text: problemWords(ctx, found.Problem)})
		m.Lines = append(m.Lines, found.Line)
	}
	return m
}
