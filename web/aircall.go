package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"ringledger/integration/aircall"
	"ringledger/integration/connection"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const aircallRoute = "/connections/aircall"

// showAircall shows the connection to the telephone system.
func (s *Server) showAircall(c echo.Context) error {
	if isFragment(c) {
		return s.showBackfills(c)
	}
	return s.renderAircall(c, http.StatusOK, nil, nil)
}

func (s *Server) renderAircall(c echo.Context, status int, typed url.Values, mistakes []views.Mistake) error {
	return s.drawAircall(c, status, typed, func(m *views.AircallPage) { m.Form.Mistakes = mistakes })
}

// drawAircall draws the page, with what the handler changes in it.
func (s *Server) drawAircall(c echo.Context, status int, typed url.Values, change func(*views.AircallPage)) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m, err := s.aircallPage(ctx, c, h)
	if err != nil {
		return err
	}
	change(&m)
	if typed.Has("api_id") {
		m.Form.Values["api_id"] = typed["api_id"]
	}
	m.HandOpen = m.ByHand || typed.Has("webhook_token")
	f := s.frame(ctx, c, h, views.HereAircall)
	if f.User.Administers() {
		f = asTyped(f, aircallRoute)
	}
	return s.render(ctx, c, status, views.Aircall(f, m))
}

func (s *Server) aircallPage(ctx context.Context, c echo.Context, h house) (views.AircallPage, error) {
	ac, now := h.aircall, s.o.Now()
	m := views.AircallPage{
		Form: views.Form{Values: map[string][]string{"api_id": {ac.APIID}}}, HasToken: ac.APIToken != "", ByHand: ac.ByHand,
		Connected: ac.Connected(), Company: ac.Company, ConnectedAt: views.On(ctx, ac.ConnectedAt), ConnectedBy: ac.ConnectedBy,
		Problem: ac.Problem, CheckedAt: views.Ago(ctx, ac.CheckedAt, now), Webhook: h.aircallLight(), Events: aircall.Subscription(),
		LastEvent: views.Ago(ctx, h.lastEvent, now), Disconnecting: c.QueryParam("disconnect") != "",
	}
	if visitorOf(c).may(admin) { // the address is half of what a sender proves
		address, err := s.o.Aircall.WebhookURL(ctx)
		if err != nil {
			return m, err
		}
		m.WebhookURL = address
	}
	lines, err := s.o.Store.Lines(ctx)
	if err != nil {
		return m, err
	}
	for _, l := range lines {
		m.Lines = append(m.Lines, views.AircallLine{Name: l.Name, Number: shownNumber(l.E164, mask{}), Country: l.Country, Zone: l.TimeZone, LastCall: views.Ago(ctx, l.LastCallAt, now), Gone: views.Ago(ctx, l.GoneAt, now)})
	}
	agents, err := s.o.Store.Agents(ctx)
	if err != nil {
		return m, err
	}
	gone, err := s.o.Store.GoneAgents(ctx)
	if err != nil {
		return m, err
	}
	for _, a := range agents {
		m.Agents = append(m.Agents, views.AircallAgent{Name: a.Name, Email: a.Email, Gone: views.Ago(ctx, gone[a.ID], now)})
	}
	m.Outage, m.Others = outageOf(ctx, ac.Outage), othersOf(ctx, ac.Others)
	if ac.APIToken != "" {
		m.Backfills, err = s.backfills(ctx, c)
	}
	return m, err
}

func outageOf(ctx context.Context, o store.Outage) *views.Outage {
	if o.Found == "" {
		return nil
	}
	return &views.Outage{Found: o.Found, Since: views.On(ctx, o.Since), MendedAt: views.On(ctx, o.MendedAt), Events: o.Events}
}

func othersOf(ctx context.Context, others []store.OtherWebhook) []views.OtherWebhook {
	var out []views.OtherWebhook
	for _, o := range others {
		out = append(out, views.OtherWebhook{ID: o.ID, Active: o.Active, Earlier: o.Earlier, CreatedAt: views.On(ctx, o.CreatedAt)})
	}
	return out
}

// connectAircall checks the key and registers or adopts the webhook.
func (s *Server) connectAircall(c echo.Context) error {
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	if asksAgain(c) {
		return s.renderAircall(c, http.StatusOK, typed, nil)
	}
	takeTime(c, providerTakes)
	who := visitorOf(c).who
	did := s.auditRow(c, who, store.AuditAircallConnected, "aircall", map[string]string{"api_id": typed.Get("api_id")})
	if err := s.o.Aircall.Connect(c.Request().Context(), typed.Get("api_id"), typed.Get("api_token"), who, did); err != nil {
		return s.failAircall(c, typed, err)
	}
	return s.redirect(c, aircallRoute, "aircall_connected")
}

// saveAircallToken takes the token of a webhook that the admin made by hand.
func (s *Server) saveAircallToken(c echo.Context) error {
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	who := visitorOf(c).who
	did := s.auditRow(c, who, store.AuditAircallToken, "aircall", nil)
	if err := s.o.Aircall.ByHand(c.Request().Context(), typed.Get("webhook_token"), who, did); err != nil {
		return s.failAircall(c, typed, err)
	}
	return s.redirect(c, aircallRoute, "token_saved")
}

// checkAircall asks Aircall now whether it still sends, and mends what it can.
func (s *Server) checkAircall(c echo.Context) error {
	takeTime(c, providerTakes)
	if err := s.o.Aircall.Check(c.Request().Context()); err != nil {
		return s.failAircall(c, nil, err)
	}
	return s.redirect(c, aircallRoute, "checked")
}

// disconnectAircall removes our webhook at Aircall and forgets the key.
func (s *Server) disconnectAircall(c echo.Context) error {
	takeTime(c, providerTakes)
	did := s.auditRow(c, visitorOf(c).who, store.AuditAircallDisconnected, "aircall", nil)
	if err := s.o.Aircall.Disconnect(c.Request().Context(), did); err != nil {
		return s.failAircall(c, nil, err)
	}
	return s.redirect(c, aircallRoute, "aircall_disconnected")
}

// failAircall says beside which field what is wrong.
func (s *Server) failAircall(c echo.Context, typed url.Values, err error) error {
	ctx := s.reader(c)
	var field *connection.FieldError
	if errors.As(err, &field) {
		return s.renderAircall(c, http.StatusUnprocessableEntity, typed, fieldMistakes(ctx, field))
	}
	var refused *aircall.Error
	if !errors.As(err, &refused) {
		return err
	}
	s.log.WarnContext(ctx, "aircall could not be asked", "error", err)
	mistake := views.Mistake{Text: views.ProblemText(ctx, "aircall_"+string(refused.Kind), map[string]string{"message": refused.Message})}
	if refused.Kind == aircall.WrongKey {
		mistake.Field = "api_token"
	}
	return s.renderAircall(c, http.StatusUnprocessableEntity, typed, []views.Mistake{mistake})
}
