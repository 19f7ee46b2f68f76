package web

import (
	"context"
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
	n, err := s.o.Store.ResolveCause(ctx, key, who, time.UnixMicro(seen), s.didMany(c, store.AuditResolved))
	if err != nil {
		return err
	}
	return s.resolvedMany(c, "resolved", n)
}

// unresolve takes back what was said of one failed call, or of a cause.
func (s *Server) unresolve(c echo.Context) error {
	if c.FormValue("id") != "" {
		return s.resolveOne(c, false)
	}
	n, err := s.o.Store.UnresolveCause(c.Request().Context(), c.FormValue("cause"), s.didMany(c, store.AuditUnresolved))
	if err != nil {
		return err
	}
	return s.resolvedMany(c, "unresolved", n)
}

func (s *Server) resolveOne(c echo.Context, resolved bool) error {
	id, err := strconv.ParseInt(c.FormValue("id"), 10, 64)
	if err != nil {
		return errBadForm
	}
	who, what, message := visitorOf(c).who, store.AuditUnresolved, "unresolved"
	if resolved {
		what, message = store.AuditResolved, "resolved"
	}
	err = s.audited(c, who, what, entryURL(id), nil, func(ctx context.Context, st *store.Store) error {
		if resolved {
			return st.ResolveEntry(ctx, id, who)
		}
		return st.UnresolveEntry(ctx, id)
	})
	list := listOf(c, views.LocaleOf(s.reader(c)).Zone)
	back := list.url(entryURL(id))
	if errors.Is(err, store.ErrConflict) {
		return s.redirect(c, back, "nothing_left")
	}
	if err != nil {
		return err
	}
	return s.redirect(c, back, message)
}

// didMany is what the log says of some calls of a cause.
func (s *Server) didMany(c echo.Context, what store.AuditCode) store.Did {
	return func(n int) store.AuditRow {
		detail := map[string]string{"cause": c.FormValue("cause"), "count": strconv.Itoa(n)}
		return s.auditRow(c, visitorOf(c).who, what, attentionRoute, detail)
	}
}

func (s *Server) resolvedMany(c echo.Context, message string, n int) error {
	if n == 0 {
		return s.redirect(c, attentionRoute, "nothing_left")
	}
	return s.redirect(c, attentionRoute, message)
}
