package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"

	"github.com/labstack/echo/v4"
)

func (s *Server) renderError(c echo.Context, t told) error { return c.String(t.status, t.code) }
func (s *Server) renderSignIn(c echo.Context, status int, email, code string) error {
	return c.String(status, code)
}
func (s *Server) renderSetup(c echo.Context, status int, token string, u newUser, m map[string]string) error {
	return c.String(status, token)
}
func (s *Server) localeOf(c echo.Context) string                    { return "en" }
func (s *Server) withLocale(next echo.HandlerFunc) echo.HandlerFunc { return next }
func (s *Server) zone(ctx context.Context) (*time.Location, error)  { return time.UTC, nil }
func problemWords(l string, p callflow.Problem) string              { return p.Code }
func reasonWords(l string, e store.Entry, m mask) string            { return string(e.Reason) }
func becauseWords(l string, st callflow.Step, m mask) string        { return st.Code }
func (s *Server) setRetryAfter(c echo.Context, d time.Duration) {
	c.Response().Header().Set("Retry-After", strconv.Itoa(int(d/time.Second)+1))
}

var _ = http.MethodGet
