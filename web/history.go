package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const historyRoute = "/rules/history"

func versionURL(version int) string { return historyRoute + "/" + strconv.Itoa(version) }

const (
	// versionsShown is how many versions one page lists, and changesShown how
	// many changes of each.
	versionsShown = 20
	changesShown  = 8
	// versionsOffered is how many versions there are to compare with.
	versionsOffered = 200
)

// listVersions tells who changed which rules when, newest first.
func (s *Server) listVersions(c echo.Context) error {
	ctx := s.reader(c)
	before, _ := strconv.Atoi(c.QueryParam("before")) // what is no number begins with the newest
	found, err := s.o.Store.SavedRules(ctx, max(0, before), versionsShown+1)
	if err != nil {
		return err
	}
	words, err := s.ruleWords(ctx, visitorOf(c))
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.HistoryPage{}
	for i, r := range found[:min(len(found), versionsShown)] {
		v := views.HistoryVersion{RulesVersion: words.version(ctx, r), URL: versionURL(r.Version), Current: r.Version == h.version, First: i+1 == len(found)}
		if !v.First {
			if v.Changes, err = words.changes(ctx, found[i+1].Settings, r.Settings); err != nil {
				return err
			}
		}
		if over := len(v.Changes) - changesShown; over > 0 {
			v.Changes, v.More = v.Changes[:changesShown], over
		}
		m.Versions = append(m.Versions, v)
	}
	if len(found) > versionsShown {
		m.OlderURL = historyRoute + "?before=" + strconv.Itoa(found[versionsShown-1].Version)
	}
	if before > 0 && len(found) > 0 && found[0].Version < h.version {
		m.NewerURL = historyRoute + "?before=" + strconv.Itoa(found[0].Version+versionsShown+1)
	}
	return s.render(ctx, c, http.StatusOK, views.History(s.frame(ctx, c, h, views.HereHistory), m))
}

// rulesNamed reads the version that the address names.
func (s *Server) rulesNamed(ctx context.Context, named string) (store.Rules, error) {
	version, err := strconv.Atoi(named)
	if err != nil || version < 1 {
		return store.Rules{}, store.ErrNotFound
	}
	return s.o.Store.RulesVersion(ctx, version)
}

// showVersion compares one version with the one before it, or with any other.
func (s *Server) showVersion(c echo.Context) error {
	ctx := s.reader(c)
	r, err := s.rulesNamed(ctx, c.Param("version"))
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	words, err := s.ruleWords(ctx, visitorOf(c))
	if err != nil {
		return err
	}
	m := views.VersionPage{RulesVersion: words.version(ctx, r), Current: r.Version == h.version, First: r.Version == 1}
	if err := s.compare(ctx, c, &m, r, words); err != nil {
		return err
	}
	for v := h.version; v > 0 && len(m.Choices) < versionsOffered; v-- {
		if v != r.Version {
			m.Choices = append(m.Choices, v)
		}
	}
	if r.Version > 1 {
		m.OlderURL = versionURL(r.Version - 1)
	}
	if !m.Current {
		m.NewerURL = versionURL(r.Version + 1)
	}
	if visitorOf(c).may(editor) { // it spells out ignored numbers
		doc, err := settings.YAML(r.Settings)
		if err != nil {
			return err
		}
		m.Document, m.YAMLURL = string(doc), versionURL(r.Version)+"/settings.yaml"
		if !m.Current {
			m.RestoreURL = versionURL(r.Version) + "/restore"
		}
	}
	return s.render(ctx, c, http.StatusOK, views.Version(s.frame(ctx, c, h, views.HereHistory), m))
}

// compare fills in the differences from the version that the address names
// with "with", else from the one before.
func (s *Server) compare(ctx context.Context, c echo.Context, m *views.VersionPage, r store.Rules, words ruleWords) error {
	with := c.QueryParam("with")
	if with == "" {
		with = strconv.Itoa(r.Version - 1)
	}
	if with == "0" {
		return nil
	}
	other, err := s.rulesNamed(ctx, with)
	if err != nil {
		return err
	}
	m.With = other.Version
	m.Changes, err = words.changes(ctx, other.Settings, r.Settings)
	return err
}

// downloadVersion gives one version as a document that can be imported.
func (s *Server) downloadVersion(c echo.Context) error {
	r, err := s.rulesNamed(c.Request().Context(), c.Param("version"))
	if err != nil {
		return err
	}
	doc, err := settings.YAML(r.Settings)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="ringledger-settings-`+strconv.Itoa(r.Version)+`.yaml"`)
	return c.Blob(http.StatusOK, "application/yaml; charset=utf-8", doc)
}

// confirmRestore shows what would change.
func (s *Server) confirmRestore(c echo.Context) error {
	return s.renderRestore(c, http.StatusOK, false)
}

func (s *Server) renderRestore(c echo.Context, status int, conflict bool) error {
	ctx := s.reader(c)
	r, err := s.rulesNamed(ctx, c.Param("version"))
	if err != nil {
		return err
	}
	current, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	words, err := s.ruleWords(ctx, visitorOf(c))
	if err != nil {
		return err
	}
	m := views.RestorePage{RulesVersion: words.version(ctx, r), Base: current.Version}
	if m.Changes, err = words.changes(ctx, current.Settings, r.Settings); err != nil {
		return err
	}
	if conflict {
		m.Conflict = &views.RulesConflict{Version: current.Version, By: words.who(ctx, current), At: views.On(ctx, current.SavedAt)}
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	if len(m.Changes) > 0 {
		if m.Effect, err = s.effectOf(ctx, c, h, current.Settings, r.Settings); err != nil {
			return err
		}
	}
	return s.render(ctx, c, status, views.Restore(s.frame(ctx, c, h, views.HereHistory), m))
}

// restoreVersion makes a new version that says the same as an old one. What
// others saved since the page was opened is shown first.
func (s *Server) restoreVersion(c echo.Context) error {
	ctx := s.reader(c)
	r, err := s.rulesNamed(ctx, c.Param("version"))
	if err != nil {
		return err
	}
	current, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	if c.FormValue(versionField) != strconv.Itoa(current.Version) {
		return s.renderRestore(c, http.StatusConflict, true)
	}
	_, err = s.saveRules(c, current, r.Settings, views.T(ctx, "history.restored", "version", r.Version))
	switch {
	case errors.Is(err, errUnchanged):
		return s.redirect(c, historyRoute, "unchanged")
	case errors.Is(err, store.ErrConflict):
		return s.renderRestore(c, http.StatusConflict, true)
	case err != nil:
		return err
	}
	return s.redirect(c, historyRoute, "restored")
}

// ruleWords are the names that tell of rules: of lines, and of the people who
// saved them.
type ruleWords struct {
	lines  map[string]string
	people map[string]string // by e-mail
	hide   mask
}

func (s *Server) ruleWords(ctx context.Context, v visitor) (ruleWords, error) {
	w := ruleWords{lines: map[string]string{}, people: map[string]string{}, hide: maskFor(v, "")}
	lines, err := s.o.Store.Lines(ctx)
	if err != nil {
		return w, err
	}
	for _, l := range lines {
		w.lines[l.ID] = lineName(l.Line)
	}
	people, err := s.o.Store.Users(ctx)
	for _, p := range people {
		w.people[p.Email] = p.Name
	}
	return w, err
}

// who names the one who saved a version.
func (w ruleWords) who(ctx context.Context, r store.Rules) string {
	key, isKey := strings.CutPrefix(r.SavedBy, "key:")
	switch {
	case r.SavedBy == "" && r.Version == 1:
		return views.T(ctx, "history.by.defaults")
	case r.SavedBy == "":
		return views.T(ctx, "history.by.unknown")
	case r.SavedBy == "console":
		return views.T(ctx, "history.by.console")
	case isKey:
		return views.T(ctx, "history.by.key", "name", key)
	case w.people[r.SavedBy] != "":
		return w.people[r.SavedBy]
	default:
		return r.SavedBy
	}
}

func (w ruleWords) version(ctx context.Context, r store.Rules) views.RulesVersion {
	return views.RulesVersion{Version: r.Version, By: w.who(ctx, r), At: views.On(ctx, r.SavedAt), Note: w.hide.text(views.StoredNote(ctx, r.Note))}
}

// changes tells what is different in is.
func (w ruleWords) changes(ctx context.Context, was, is callflow.Settings) ([]views.RuleChange, error) {
	found, err := settings.Diff(was, is)
	if err != nil {
		return nil, err
	}
	out := make([]views.RuleChange, len(found))
	for i, d := range found {
		out[i] = w.change(ctx, d)
	}
	return out, nil
}

func (w ruleWords) change(ctx context.Context, d settings.Change) views.RuleChange {
	if d.Path() == numbersKey {
		d.Old, d.New = w.hide.numbers(d.Old), w.hide.numbers(d.New)
	}
	return views.ChangeOf(ctx, views.Difference{Keys: d.Keys, Old: d.Old, New: d.New}, w.lines)
}
