package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// confirmResolve says what it means to mark the calls of one cause.
func (s *Server) confirmResolve(c echo.Context) error {
	return s.confirmFailures(c, func(f views.Frame, m views.AttentionConfirm) error {
		return s.render(s.reader(c), c, http.StatusOK, views.ConfirmResolve(f, m))
	})
}

// resolve marks one failed call, or those of a cause that the visitor saw: a
// person says that they need no Task.
func (s *Server) resolve(c echo.Context) error {
	if c.FormValue("id") != "" {
		return s.resolveOne(c, true)
	}
	seen, err := strconv.ParseInt(c.FormValue("seen"), 10, 64)
	if err != nil {
		return errBadForm
	}
	ctx, who, key := c.Request().Context(), visitorOf(c).who, c.FormValue("cause")
	n, err := s.o.Store.ResolveCause(ctx, key, who, time.UnixMicro(seen))
	if err != nil {
		return err
	}
	return s.resolvedMany(c, store.AuditResolved, "resolved", n)
}

// unresolve takes back what was said of one failed call, or of a cause.
func (s *Server) unresolve(c echo.Context) error {
	if c.FormValue("id") != "" {
		return s.resolveOne(c, false)
	}
	n, err := s.o.Store.UnresolveCause(c.Request().Context(), c.FormValue("cause"))
	if err != nil {
		return err
	}
	return s.resolvedMany(c, store.AuditUnresolved, "unresolved", n)
}

func (s *Server) resolveOne(c echo.Context, resolved bool) error {
	id, err := strconv.ParseInt(c.FormValue("id"), 10, 64)
	if err != nil {
		return errBadForm
	}
	ctx, who := c.Request().Context(), visitorOf(c).who
	what, message := store.AuditUnresolved, "unresolved"
	if resolved {
		what, message = store.AuditResolved, "resolved"
		err = s.o.Store.ResolveEntry(ctx, id, who)
	} else {
		err = s.o.Store.UnresolveEntry(ctx, id)
	}
	if errors.Is(err, store.ErrConflict) {
		return s.redirect(c, entryURL(id), "nothing_left")
	}
	if err != nil {
		return err
	}
	if err := s.audit(c, who, what, entryURL(id), nil); err != nil {
		return err
	}
	return s.redirect(c, entryURL(id), message)
}

func (s *Server) resolvedMany(c echo.Context, what store.AuditCode, message string, n int) error {
	if n == 0 {
		return s.redirect(c, attentionRoute, "nothing_left")
	}
	detail := map[string]string{"cause": c.FormValue("cause"), "count": strconv.Itoa(n)}
	if err := s.audit(c, visitorOf(c).who, what, attentionRoute, detail); err != nil {
		return err
	}
	return s.redirect(c, attentionRoute, message)
}
