package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	"ringledger/integration/salesforce"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const salesforceRoute = "/connections/salesforce"

// salesforceTrouble is what the page says about a try that failed.
type salesforceTrouble struct {
	code     string // "" = none
	words    string // Salesforce's own
	typed    url.Values
	mistakes []views.Mistake
}

// showSalesforce shows who is connected to which org, and what to mend there.
func (s *Server) showSalesforce(c echo.Context) error {
	return s.renderSalesforce(c, http.StatusOK, salesforceTrouble{})
}

func (s *Server) renderSalesforce(c echo.Context, status int, t salesforceTrouble) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m, err := s.salesforcePage(ctx, c, h, t)
	if err != nil {
		return err
	}
	s.allowSalesforceForms(c)
	f := s.frame(ctx, c, h, views.HereSalesforce)
	if f.User.Administers() {
		f = asTyped(f, salesforceRoute)
	}
	return s.render(ctx, c, status, views.Salesforce(f, m))
}

// allowSalesforceForms is for pages with the form that connects: it leads to
// Salesforce, which leads on among its hosts.
func (s *Server) allowSalesforceForms(c echo.Context) {
	c.Response().Header().Set("Content-Security-Policy", contentPolicy(loginHosts(s.o.Salesforce.LoginURLs())...))
}

// loginHosts are the places that signing in to Salesforce may lead to.
func loginHosts(offered []string) []string {
	hosts := []string{"https://*.salesforce.com", "https://*.force.com"}
	for _, raw := range offered {
		u, err := url.Parse(raw)
		if err == nil && u.Host != "" && !strings.HasSuffix(u.Host, ".salesforce.com") {
			hosts = append(hosts, u.Scheme+"://"+u.Host)
		}
	}
	return hosts
}

func (s *Server) salesforcePage(ctx context.Context, c echo.Context, h house, t salesforceTrouble) (views.SalesforcePage, error) {
	sf := h.salesforce
	m := views.SalesforcePage{
		Form:      views.Form{Values: map[string][]string{"login_url": {sf.LoginURL}, "client_id": {sf.ClientID}}, Mistakes: t.mistakes},
		LoginURLs: s.o.Salesforce.LoginURLs(), HasSecret: sf.ClientSecret != "", Saved: sf.ClientID != "", CallbackURL: s.o.Salesforce.RedirectURI(),
		Reconnect: sf.Reconnect, NeedsReconnect: sf.Reconnect != "", Problem: t.code, ProblemText: t.words, Held: h.queue.Held,
		Disconnecting: c.QueryParam("disconnect") != "",
	}
	if sf.LoginURL == "" {
		m.Form.Values["login_url"] = m.LoginURLs[:1]
	}
	for _, name := range []string{"login_url", "client_id"} {
		if t.typed.Has(name) {
			m.Form.Values[name] = t.typed[name]
		}
	}
	if !sf.Connected() {
		return m, nil
	}
	m.Org = &views.SalesforceOrg{Name: sf.OrgName, ID: sf.OrgID, Instance: sf.InstanceURL, User: sf.UserName, Email: sf.UserEmail,
		ConnectedAt: views.On(ctx, sf.ConnectedAt), ConnectedBy: sf.ConnectedBy, APIUsed: h.usage.Used, APIMax: h.usage.Max,
		Sandbox: strings.Contains(sf.InstanceURL, ".sandbox.") || sf.LoginURL == connection.SandboxLogin}
	org, known, err := orgOf(h)
	if err != nil || !known {
		return m, err
	}
	m.CheckedAt = views.Ago(ctx, sf.OrgAt, s.o.Now())
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return m, err
	}
	checks, idle := org.Preflight(rules.Settings, h.held(callflow.ReasonRefusing) > 0)
	for _, check := range checks {
		m.Checks = append(m.Checks, views.PreflightCheck{Code: check.Code, Severity: string(check.State), Found: check.Found})
		m.Preflight = append(m.Preflight, shownProblems(check.Problems)...)
	}
	m.Idle = shownProblems(idle)
	views.WorstFirst(m.Preflight)
	return m, nil
}

func shownProblems(problems []salesforce.PreflightProblem) []views.Preflight {
	shown := make([]views.Preflight, len(problems))
	for n, p := range problems {
		shown[n] = views.Preflight{Code: p.Code, Severity: string(p.Severity), Params: p.Params, Setting: p.Setting}
	}
	return shown
}

// orgOf is what the org was last found to be like; pages do not ask it anew.
func orgOf(h house) (org salesforce.OrgInfo, known bool, err error) {
	if len(h.salesforce.Org) == 0 {
		return org, false, nil
	}
	if err := json.Unmarshal(h.salesforce.Org, &org); err != nil {
		return org, false, fmt.Errorf("web: read org: %w", err)
	}
	return org, true, nil
}

// saveSalesforceApp keeps the customer's own app.
func (s *Server) saveSalesforceApp(c echo.Context) error {
	if asksAgain(c) {
		typed, _ := c.FormParams() // read already
		return s.renderSalesforce(c, http.StatusOK, salesforceTrouble{typed: typed})
	}
	err := s.o.Salesforce.SaveApp(c.Request().Context(), c.FormValue("login_url"), c.FormValue("client_id"), c.FormValue("client_secret"),
		s.auditRow(c, visitorOf(c).who, store.AuditSalesforceApp, "salesforce", map[string]string{"login_url": c.FormValue("login_url")}))
	var wrong connection.FieldErrors
	if errors.As(err, &wrong) {
		typed, _ := c.FormParams() // read already, by FormValue
		return s.renderSalesforce(c, http.StatusUnprocessableEntity, salesforceTrouble{typed: typed, mistakes: fieldMistakes(s.reader(c), wrong...)})
	}
	if err != nil {
		return err
	}
	return s.redirect(c, salesforceRoute, "app_saved")
}

func fieldMistakes(ctx context.Context, wrong ...*connection.FieldError) []views.Mistake {
	out := make([]views.Mistake, len(wrong))
	for i, e := range wrong {
		out[i] = views.Mistake{Field: e.Field, Text: views.ProblemText(ctx, e.Code, nil)}
	}
	return out
}

// checkSalesforce describes the org anew, after an admin changed something there.
func (s *Server) checkSalesforce(c echo.Context) error {
	takeTime(c, providerTakes)
	if err := s.o.Salesforce.CheckAgain(c.Request().Context()); err != nil {
		return s.failSalesforce(c, err)
	}
	return s.redirect(c, salesforceRoute, "checked")
}

// disconnectSalesforce revokes the grant and forgets it.
func (s *Server) disconnectSalesforce(c echo.Context) error {
	takeTime(c, providerTakes)
	err := s.o.Salesforce.Disconnect(c.Request().Context(), s.auditRow(c, visitorOf(c).who, store.AuditSalesforceDisconnected, "salesforce", nil))
	if err != nil {
		return err
	}
	return s.redirect(c, salesforceRoute, "salesforce_disconnected")
}

// failSalesforce says what Salesforce answered instead; nothing has changed.
func (s *Server) failSalesforce(c echo.Context, err error) error {
	var oauth *salesforce.OAuthError
	var answered *salesforce.Error
	switch {
	case errors.Is(err, connection.ErrOtherOrg):
		return s.failConnection(c, "other_org", "")
	case isUnconnected(err):
		return s.failConnection(c, "not_connected", "")
	case errors.As(err, &oauth):
		return s.failConnection(c, oauth.Code, oauth.Description)
	case errors.As(err, &answered) && (answered.Code == "API_DISABLED_FOR_ORG" || answered.Code == "API_CURRENTLY_DISABLED"):
		return s.failConnection(c, "api_disabled", answered.Message)
	case errors.As(err, &answered):
		s.log.WarnContext(c.Request().Context(), "salesforce could not be asked", "error", err)
		return s.failConnection(c, "unreachable", answered.Message)
	default:
		return err
	}
}

func (s *Server) failConnection(c echo.Context, code, words string) error {
	return s.renderSalesforce(c, http.StatusBadRequest, salesforceTrouble{code: code, words: words})
}
