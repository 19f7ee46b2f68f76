package web

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"

	"ringledger/integration/aircall"
	"ringledger/store"

	"github.com/labstack/echo/v4"
)

// unknownSender is the one body of every refusal, so that a stranger cannot
// tell a wrong address from a wrong token by it.
const unknownSender = `{"error":"unknown"}` + "\n"

// usualBody is the room a delivery is read into at first; most fit.
const usualBody = 8 << 10

// receiveWebhook stores one delivery and answers after it is on disk. It runs
// outside of sessions and all page middleware.
func (s *Server) receiveWebhook(c echo.Context) error {
	status := s.takeDelivery(c)
	s.metrics.webhooks[status].Inc()
	h := c.Response().Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	s.keepToTLS(h)
	switch status {
	case http.StatusOK:
		return c.NoContent(status)
	case http.StatusMethodNotAllowed:
		h.Set("Allow", http.MethodPost)
	case http.StatusRequestEntityTooLarge:
		h.Set("Connection", "close") // the rest is not worth reading
	case http.StatusTooManyRequests:
		h.Set("Retry-After", "60")
	case http.StatusUnauthorized, http.StatusNotFound:
		return c.String(status, unknownSender)
	}
	return c.String(status, `{"error":"`+http.StatusText(status)+`"}`+"\n")
}

// takeDelivery returns the status to answer. Neither the path's secret nor the
// token reaches a log.
func (s *Server) takeDelivery(c echo.Context) int {
	r := c.Request()
	ctx := r.Context()
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed
	}
	hooks, err := s.o.Store.KnownWebhooks(ctx)
	if err != nil {
		s.log.ErrorContext(ctx, "a webhook could not be checked", "error", err)
		return http.StatusServiceUnavailable
	}
	hook := hookOfPath(hooks, c.Param("secret"))
	if hook == nil {
		return s.refuse(c, http.StatusNotFound)
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return http.StatusUnsupportedMediaType
	}
	buf := s.bodies.Get().(*bytes.Buffer)
	defer s.putBody(buf)
	buf.Reset()
	if status := readBody(buf, c.Response(), r); status != 0 {
		return status
	}
	e, err := aircall.ParseEnvelope(buf.Bytes())
	if err != nil {
		s.log.WarnContext(ctx, "a webhook body was refused", "error", err)
		return http.StatusBadRequest
	}
	if !hook.TokenMatches(e.Token) {
		return s.refuse(c, http.StatusUnauthorized)
	}
	err = s.o.Store.AddDelivery(ctx, store.Delivery{Hash: e.Hash, Kind: e.Kind, ObjectID: e.ObjectID, Event: e.Event,
		Body: e.Body, EventAt: e.Timestamp, ReceivedAt: s.o.Now()})
	if err != nil {
		s.log.ErrorContext(ctx, "a webhook could not be stored", "event", e.Event, "call", e.ObjectID, "error", err)
		return http.StatusServiceUnavailable
	}
	if s.log.Enabled(ctx, slog.LevelDebug) {
		s.log.DebugContext(ctx, "webhook stored", "event", e.Event, "call", e.ObjectID)
	}
	return http.StatusOK
}

// hookOfPath compares the secret with all of them, whichever matches.
func hookOfPath(hooks []store.Webhook, secret string) *store.Webhook {
	var found *store.Webhook
	for i := range hooks {
		if hooks[i].PathMatches(secret) {
			found = &hooks[i]
		}
	}
	return found
}

// refuse answers a stranger, and one who keeps trying with 429. A good sender
// at the same address never comes here, so it is not slowed down.
func (s *Server) refuse(c echo.Context, status int) int {
	if !s.strangers.allow(c.RealIP(), s.o.Now()) {
		return http.StatusTooManyRequests
	}
	s.log.WarnContext(c.Request().Context(), "a webhook from an unknown sender was refused", "status", status, "address", c.RealIP())
	return status
}

// readBody reads the whole body into buf, or returns the status to answer.
func readBody(buf *bytes.Buffer, w http.ResponseWriter, r *http.Request) int {
	if r.ContentLength > aircall.MaxBody {
		return http.StatusRequestEntityTooLarge
	}
	buf.Grow(max(usualBody, int(r.ContentLength)+bytes.MinRead))
	_, err := buf.ReadFrom(http.MaxBytesReader(w, r.Body, aircall.MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	default: // the sender hung up or was too slow
		return http.StatusBadRequest
	}
}

// putBody keeps a buffer for the next delivery unless a rare giant grew it.
func (s *Server) putBody(buf *bytes.Buffer) {
	const keep = 256 << 10
	if buf.Cap() <= keep {
		s.bodies.Put(buf)
	}
}
