package web

import (
	"crypto/subtle"
	"net/http"
	"time"

	"ringledger/store"

	"github.com/labstack/echo/v4"
)

// What a session holds between going to Salesforce's sign-in and coming back.
const (
	keyState    = "oauth_state"
	keyVerifier = "oauth_verifier"
	keyLeft     = "oauth_left" // int64, unix seconds
)

const (
	callbackRoute = "/connections/salesforce/callback"
	// signInTakes is how long a person may take at Salesforce.
	signInTakes = 15 * time.Minute
	// providerTakes bounds what asks Salesforce or Aircall while a person waits.
	providerTakes = 90 * time.Second
)

// connectSalesforce sends the browser to Salesforce's sign-in. State and
// verifier stay in the session, for one way back.
func (s *Server) connectSalesforce(c echo.Context) error {
	ctx := c.Request().Context()
	authorize, state, verifier, err := s.o.Salesforce.Begin(ctx)
	if isUnconnected(err) {
		return s.redirect(c, salesforceRoute, "app_first")
	}
	if err != nil {
		return err
	}
	s.sessions.Put(ctx, keyState, state)
	s.sessions.Put(ctx, keyVerifier, verifier)
	s.sessions.Put(ctx, keyLeft, s.o.Now().Unix())
	return c.Redirect(http.StatusSeeOther, authorize)
}

// finishSalesforce takes the browser back from Salesforce. Whatever is wrong,
// the connection stays as it was and the page says what happened.
func (s *Server) finishSalesforce(c echo.Context) error {
	ctx := c.Request().Context()
	// One way back only: whatever comes of this one, a second has no state.
	state, verifier := s.sessions.PopString(ctx, keyState), s.sessions.PopString(ctx, keyVerifier)
	left := time.Unix(s.sessions.GetInt64(ctx, keyLeft), 0)
	s.sessions.Remove(ctx, keyLeft)
	given := c.QueryParam("state")
	if state == "" || given == "" || subtle.ConstantTimeCompare([]byte(state), []byte(given)) != 1 {
		return s.failConnection(c, "oauth_state", "")
	}
	if s.o.Now().Sub(left) > signInTakes {
		return s.failConnection(c, "oauth_late", "")
	}
	if code := c.QueryParam("error"); code != "" {
		return s.failConnection(c, code, c.QueryParam("error_description"))
	}
	if c.QueryParam("code") == "" {
		return s.failConnection(c, "oauth_state", "")
	}
	takeTime(c, providerTakes)
	who := visitorOf(c).who
	if err := s.o.Salesforce.Finish(ctx, c.QueryParam("code"), verifier, who, s.auditRow(c, who, store.AuditSalesforceConnected, "salesforce", nil)); err != nil {
		return s.failSalesforce(c, err)
	}
	return s.redirect(c, salesforceRoute, "salesforce_connected")
}
