package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"ringledger/store"

	"github.com/labstack/echo/v4"
)

// showHealth says that the process answers; it asks nobody.
func (s *Server) showHealth(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// readiness is what /readyz tells, part by part. Salesforce is no part of it:
// an outage there must not take the webhook out of rotation.
type readiness struct {
	Status string            `json:"status"`
	Parts  map[string]string `json:"parts"`
}

// keyChanged is what /readyz says of the key. The server works on until the data
// keys are changed too, which it cannot open.
const keyChanged = "changed: start this server anew with the new key"

func (s *Server) showReadiness(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	ready := readiness{Status: "ok", Parts: map[string]string{"database": "ok", "migrations": "ok", "key": "ok", "worker": "ok", "log": "ok"}}
	fail := func(part, why string) { ready.Status, ready.Parts[part] = "failed", why }
	if err := s.o.Store.Ready(ctx); err != nil {
		s.log.WarnContext(ctx, "not ready: the database does not answer", "error", err)
		fail("database", "does not answer")
	}
	// The newest table answers only when the schema is up to date.
	if _, err := s.o.Store.CurrentRules(ctx); err != nil {
		s.log.WarnContext(ctx, "not ready: the settings cannot be read", "error", err)
		fail("migrations", "the settings cannot be read")
	}
	if !s.o.WorkerAlive() {
		fail("worker", "no sign of life")
	}
	if why := s.o.Store.Locked(); why != nil {
		fail("worker", "rests until the key is right")
		fail("key", lockedError{why}.code())
		ready.Status = "locked"
	}
	if changed, err := s.lookAtKey(ctx); changed {
		ready.Parts["key"] = keyChanged
		if err != nil { // the others have new data keys too
			fail("key", keyChanged)
		}
	}
	if size, err := s.o.Store.LogSize(); err == nil && size >= store.LogLimit { // it still takes webhooks
		ready.Parts["log"] = "grown to " + strconv.FormatInt(size>>20, 10) + " MB"
	}
	select {
	case <-s.quit:
		fail("server", "closing")
	default:
	}
	status := http.StatusOK
	if ready.Status != "ok" {
		status = http.StatusServiceUnavailable
	}
	return c.JSON(status, ready)
}

// WatchKey looks at the keys every so often until ctx ends. Data keys that were
// renewed are read while the secret key of this server opens them, so that it
// goes on when that one is changed next.
func (s *Server) WatchKey(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		look, done := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		_, _ = s.lookAtKey(look) // what is wrong is told in the log, and a database that does not answer by others
		done()
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *Server) lookAtKey(ctx context.Context) (changed bool, err error) {
	if changed, err = s.o.Store.KeyChanged(ctx); changed {
		s.tellKeyChanged(ctx, err)
	}
	return changed, err
}

// tellKeyChanged writes to the log, once for each of the two, that the server
// must be started anew, and that it cannot go on until it is.
func (s *Server) tellKeyChanged(ctx context.Context, why error) {
	state := int32(1)
	if why != nil {
		state = 2
	}
	if s.keyTold.Swap(state) != state {
		s.log.WarnContext(ctx, "the secret key was changed since this server started: start it anew with the new key", "works_until_then", why == nil)
	}
}
