package web

import (
	"errors"

	"ringledger/store"

	"github.com/labstack/echo/v4"
)

// lockedError stands for every page while the secrets cannot be opened.
type lockedError struct{ why error }

func (e lockedError) Error() string { return "web: locked: " + e.why.Error() }
func (e lockedError) Unwrap() error { return e.why }

// code is the one that the catalogue has words for.
func (e lockedError) code() string {
	switch {
	case errors.Is(e.why, store.ErrNoKey):
		return "locked_missing"
	case errors.Is(e.why, store.ErrBadKey):
		return "locked_unreadable"
	default:
		return "locked_wrong"
	}
}

// withKey answers all pages with what is missing while the secret key does not
// open the database: without it nobody's second step can be asked and nothing
// written down. Monitoring goes on, and the webhook, which is not behind this.
func (s *Server) withKey(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		why := s.o.Store.Locked()
		switch c.Path() {
		case "/healthz", "/readyz", staticRoute:
			return next(c)
		}
		if why != nil {
			return lockedError{why}
		}
		return next(c)
	}
}
