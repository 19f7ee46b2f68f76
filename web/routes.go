package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Routes that other files name.
const (
	webhookRoute = "/webhooks/aircall/:secret"
	signInRoute  = "/signin"
	startRoute   = "/start"
	eventsRoute  = "/events"
	metricsRoute = "/metrics"
	staticRoute  = "/static/*"
)

// route is one URL: what it asks of its visitor, and who answers.
type route struct {
	method, path string
	need         need
	handler      echo.HandlerFunc
}

// routes lists every URL but the webhook's, grouped by who calls it. What is
// not here is closed.
func (s *Server) routes() []route {
	const get, post, put = http.MethodGet, http.MethodPost, http.MethodPut
	return []route{
		// Monitoring.
		{get, "/healthz", anyone, s.showHealth},
		{get, "/readyz", anyone, s.showReadiness},
		{get, metricsRoute, anyone, s.showMetrics}, // asks more itself

		// Browsers before anybody is signed in.
		{get, signInRoute, anyone, s.showSignIn},
		{post, signInRoute, anyone, s.signIn},
		{post, "/signout", anyone, s.signOut},
		{get, "/setup/:token", anyone, s.showSetup},
		{post, "/setup/:token", anyone, s.finishSetup},

		// Pages that stay up to date.
		{get, eventsRoute, viewer, s.streamChanges},

		// Other programs.
		{get, "/api/v1/openapi.json", anyone, s.showOpenAPI},
		{get, "/api/v1/activity", viewer, s.listAPIEntries},
		{get, "/api/v1/activity/:id", viewer, s.showAPIEntry},
		{get, "/api/v1/settings", viewer, s.showAPISettings},
		{put, "/api/v1/settings", editor, s.saveAPISettings},
	}
}

// register adds the routes. The webhook stands alone: it is the hot path, and
// nothing of the pages' middleware runs before it.
func (s *Server) register() {
	s.echo.Any(webhookRoute, s.receiveWebhook)
	s.access = map[string]need{}
	for _, r := range s.routes() {
		s.access[r.method+" "+r.path] = r.need
		s.echo.Add(r.method, r.path, r.handler)
		if r.method == http.MethodGet { // HEAD is GET whose body net/http drops
			s.access[http.MethodHead+" "+r.path] = r.need
			s.echo.HEAD(r.path, r.handler)
		}
	}
	s.echo.Use(s.exceptWebhook(s.withRequest, s.withHeaders, s.withRecover, s.withSession, s.withLocale, s.withVisitor, s.withSameSite, s.withAccess))
}

// exceptWebhook puts the middleware, the first outermost, around all handlers
// but one.
func (s *Server) exceptWebhook(chain ...echo.MiddlewareFunc) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Path() == webhookRoute {
				return next(c)
			}
			h := next // Echo asks for the chain anew each time, so only now
			for i := len(chain) - 1; i >= 0; i-- {
				h = chain[i](h)
			}
			return h(c)
		}
	}
}
