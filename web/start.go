package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// reviewedRoute takes the word of a person that the rules suit as they are.
const reviewedRoute = startRoute + "/reviewed"

// showStart leads from nothing to the first logged call.
func (s *Server) showStart(c echo.Context) error {
	if c.QueryParam(watchField) == watchNow {
		return s.beginTest(c)
	}
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m, err := s.start(ctx, c, h)
	if err != nil {
		return err
	}
	s.allowSalesforceForms(c)
	if isFragment(c) {
		return s.render(ctx, c, http.StatusOK, views.StartContent(s.frame(ctx, c, h, views.HereStart), m))
	}
	return s.render(ctx, c, http.StatusOK, views.Start(s.frame(ctx, c, h, views.HereStart), m))
}

// setup is how far the house is set up: the one source of the checklist and of
// the progress that every page shows.
type setup struct {
	app, connected, checked, aircall, event, reviewed bool
	preflight                                         []salesforce.PreflightProblem // what keeps it from being green
}

func (h house) setup() setup {
	u := setup{
		app:       h.salesforce.ClientID != "",
		connected: h.salesforce.Connected() && h.salesforce.Reconnect == "",
		aircall:   h.aircall.Connected() && h.aircall.Problem == "",
		event:     !h.lastEvent.IsZero(),
		reviewed:  h.version > 1,
	}
	org, known, err := orgOf(h)
	if !u.connected || !known || err != nil { // an org that cannot be read is not checked; its own page tells
		return u
	}
	checks, _ := org.Preflight(h.rules, h.held(callflow.ReasonRefusing) > 0)
	for _, check := range checks {
		for _, p := range check.Problems {
			if p.Severity != salesforce.Advice {
				u.preflight = append(u.preflight, p)
			}
		}
	}
	u.checked = len(u.preflight) == 0
	return u
}

// steps are the checklist, in the order in which it is worked through.
func (u setup) steps() []views.StartStep {
	return []views.StartStep{
		{Code: views.StepApp, Done: u.app},
		{Code: views.StepSalesforce, Done: u.connected},
		{Code: views.StepPreflight, Done: u.checked},
		{Code: views.StepAircall, Done: u.aircall},
		{Code: views.StepEvent, Done: u.event},
		{Code: views.StepRules, Done: u.reviewed},
	}
}

func (s *Server) start(ctx context.Context, c echo.Context, h house) (views.StartPage, error) {
	u := h.setup()
	m := views.StartPage{
		Steps: u.steps(), CallbackURL: s.o.Salesforce.RedirectURI(), Preflight: shownProblems(u.preflight),
		HasApp: u.app, Unchecked: u.connected && len(h.salesforce.Org) == 0, AircallProblem: h.aircall.Problem != "",
	}
	views.WorstFirst(m.Preflight)
	details := map[string]string{
		views.StepApp:        h.salesforce.LoginURL,
		views.StepSalesforce: h.salesforce.OrgName,
		views.StepAircall:    h.aircall.Company,
	}
	if h.salesforce.UserName != "" {
		details[views.StepSalesforce] += " · " + h.salesforce.UserName
	}
	if u.checked && !h.salesforce.OrgAt.IsZero() {
		details[views.StepPreflight] = views.T(ctx, "start.preflight.done", "ago", views.Since(ctx, s.o.Now().Sub(h.salesforce.OrgAt)))
	}
	if u.event {
		details[views.StepEvent] = views.T(ctx, "start.event.done", "ago", views.Since(ctx, s.o.Now().Sub(h.lastEvent)))
	}
	if u.reviewed {
		details[views.StepRules] = views.T(ctx, "rules.version", "version", strconv.Itoa(h.version))
	}
	for i, step := range m.Steps {
		if step.Done {
			m.Steps[i].Detail = details[step.Code]
		}
	}
	if visitorOf(c).may(admin) && len(h.hooks) > 0 {
		hook, err := s.o.Aircall.WebhookURL(ctx)
		if err != nil {
			return m, err
		}
		m.WebhookURL = hook
	}
	m.LiveURL = startRoute
	if since := s.watchedSince(c); !since.IsZero() {
		m.LiveURL += "?" + url.Values{watchField: {c.QueryParam(watchField)}}.Encode()
	}
	var err error
	if m.TestCall, err = s.testCall(ctx, c, h); err != nil {
		return m, err
	}
	page, err := s.o.Store.ListEntries(ctx, store.Filter{Limit: 1})
	if err != nil {
		return m, err
	}
	if len(page.Entries) == 1 {
		m.LastCallURL = entryURL(page.Entries[0].ID)
	}
	return m, nil
}

// confirmRules notes that a person finds the rules right as they are: the same
// rules become a version of their own, under that person's name.
func (s *Server) confirmRules(c echo.Context) error {
	ctx := s.reader(c)
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	if rules.Version > 1 { // somebody reviewed or changed them meanwhile
		return s.redirect(c, startRoute, "unchanged")
	}
	v, note := visitorOf(c), views.T(ctx, "start.rules.note")
	err = s.audited(c, v.who, store.AuditRulesSaved, "version "+strconv.Itoa(rules.Version+1), map[string]string{"note": note}, func(ctx context.Context, st *store.Store) error {
		_, err := st.SaveRules(ctx, rules.Version, rules.Settings, v.who, note)
		return err
	})
	if errors.Is(err, store.ErrConflict) {
		return s.redirect(c, startRoute, "unchanged")
	}
	if err != nil {
		return err
	}
	return s.redirect(c, startRoute, "rules_reviewed")
}
