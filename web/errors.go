package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"ringledger/integration/connection"
	"ringledger/integration/salesforce"
	"ringledger/store"

	"github.com/labstack/echo/v4"
)

// What handlers and middleware return beside the errors of other packages.
var (
	errSignIn     = errors.New("web: nobody is signed in")
	errSecondStep = errors.New("web: a second step must be set up first")
	errForbidden  = errors.New("web: the role does not allow this")
	errCrossSite  = errors.New("web: the request comes from another site")
	errBadKey     = errors.New("web: unknown API key")
	errBadForm    = errors.New("web: the form cannot be read")
)

// throttled is returned to who tried too often.
type throttled struct{ wait time.Duration }

func (throttled) Error() string { return "web: too many attempts" }

// told is how an error is answered: its status, and the code that the
// catalogue has words for.
type told struct {
	status int
	code   string
}

// statusClosed is for a client that went away; nobody reads it.
const statusClosed = 499

// tell is the one place where errors become statuses and words. What it does
// not know is our own mistake.
func tell(err error) told {
	var http4 *echo.HTTPError
	var tooLarge *http.MaxBytesError
	var slow throttled
	var locked lockedError
	switch {
	case errors.As(err, &locked):
		return told{http.StatusServiceUnavailable, locked.code()}
	case errors.Is(err, errSignIn), errors.Is(err, errBadKey):
		return told{http.StatusUnauthorized, "sign_in"}
	case errors.Is(err, errForbidden), errors.Is(err, errSecondStep):
		return told{http.StatusForbidden, "forbidden"}
	case errors.Is(err, errCrossSite):
		return told{http.StatusForbidden, "cross_site"}
	case errors.Is(err, store.ErrNotFound):
		return told{http.StatusNotFound, "not_found"}
	case errors.Is(err, store.ErrCursor), errors.Is(err, errBadForm):
		return told{http.StatusBadRequest, "bad_request"}
	case errors.Is(err, store.ErrConflict), isUnconnected(err):
		return told{http.StatusConflict, "conflict"}
	case errors.As(err, &slow):
		return told{http.StatusTooManyRequests, "throttled"}
	case errors.As(err, &tooLarge):
		return told{http.StatusRequestEntityTooLarge, "too_large"}
	case errors.Is(err, store.ErrTooBroad):
		return told{http.StatusServiceUnavailable, "too_broad"}
	case errors.Is(err, context.Canceled):
		return told{statusClosed, "closed"}
	case errors.Is(err, store.ErrClosed):
		return told{http.StatusServiceUnavailable, "unavailable"}
	case errors.As(err, &http4):
		return told{http4.Code, codeOf(http4.Code)}
	default:
		return told{http.StatusInternalServerError, "internal"}
	}
}

// isUnconnected reports whether the one that was to be asked is not connected.
func isUnconnected(err error) bool {
	return errors.Is(err, connection.ErrNotConnected) || errors.Is(err, salesforce.ErrNotConnected) || errors.Is(err, salesforce.ErrReconnect)
}

func codeOf(status int) string {
	switch status {
	case http.StatusNotFound:
		return "not_found"
	case http.StatusMethodNotAllowed:
		return "method"
	case http.StatusServiceUnavailable:
		return "unavailable"
	case http.StatusInternalServerError:
		return "internal"
	default:
		return "bad_request"
	}
}

// answerError answers what a handler could not.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	t := tell(err)
	if t.status == http.StatusInternalServerError && !errors.Is(err, errPanic) {
		s.log.ErrorContext(c.Request().Context(), "a request failed", "route", c.Path(), "request", c.Get("request"), "error", err)
	}
	var slow throttled
	if errors.As(err, &slow) {
		c.Response().Header().Set("Retry-After", seconds(slow.wait))
	}
	if sent := s.sendError(c, err, t); sent != nil {
		s.log.WarnContext(c.Request().Context(), "an error could not be answered", "error", sent)
	}
}

// seconds is a wait as Retry-After tells it.
func seconds(d time.Duration) string { return strconv.Itoa(int(d/time.Second) + 1) }

func (s *Server) sendError(c echo.Context, err error, t told) error {
	switch {
	case t.status == statusClosed:
		return c.NoContent(http.StatusServiceUnavailable)
	case c.Path() == webhookRoute: // no page for programs
		return c.String(t.status, http.StatusText(t.status)+"\n")
	case isAPI(c):
		if t.status == http.StatusUnauthorized {
			c.Response().Header().Set("WWW-Authenticate", `Bearer realm="ringledger"`)
		}
		return s.sendAPIError(c, t)
	case errors.Is(err, errSecondStep):
		return s.leadsToSecondStep(c)
	case errors.Is(err, errSignIn) && isFragment(c):
		c.Response().Header().Set("HX-Redirect", signInRoute)
		return c.NoContent(http.StatusUnauthorized)
	case errors.Is(err, errSignIn) && c.Path() == eventsRoute:
		return c.NoContent(http.StatusUnauthorized)
	case errors.Is(err, errSignIn):
		return c.Redirect(http.StatusSeeOther, signInURL(c))
	default:
		return s.renderError(c, t)
	}
}
