package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// resolvePicked marks the picked calls that failed, after saying how many they
// are.
func (s *Server) resolvePicked(c echo.Context) error {
	return s.markPicked(c, true, func(ctx context.Context, f store.Filter, seen time.Time, did store.Did) (int, error) {
		return s.o.Store.ResolveFound(ctx, f, visitorOf(c).who, seen, did)
	})
}

// unresolvePicked takes back what was said of the picked calls, after saying of
// how many.
func (s *Server) unresolvePicked(c echo.Context) error {
	return s.markPicked(c, false, s.o.Store.UnresolveFound)
}

// markPicked asks first: a form that names no moment, or wants to see it once
// more, is answered with the page that does, and says what would be marked.
func (s *Server) markPicked(c echo.Context, resolved bool, mark func(context.Context, store.Filter, time.Time, store.Did) (int, error)) error {
	ctx := s.reader(c)
	o, err := s.picked(ctx, c)
	if err != nil {
		return err
	}
	if c.FormValue("seen") == "" || c.FormValue(doField) == reviewDraft {
		return s.planMark(ctx, c, o, resolved)
	}
	seen, err := strconv.ParseInt(c.FormValue("seen"), 10, 64)
	if err != nil {
		return errBadForm
	}
	what, message := store.AuditUnresolved, "picked_unresolved"
	if resolved {
		what, message = store.AuditResolved, "picked_resolved"
	}
	n, err := mark(ctx, o.Filter, time.UnixMicro(seen), func(n int) store.AuditRow {
		detail := map[string]string{"count": strconv.Itoa(n)}
		if o.Query != "" {
			detail["filter"] = o.Query
		}
		return s.auditRow(c, visitorOf(c).who, what, activityRoute, detail)
	})
	if err != nil {
		return err
	}
	if n == 0 {
		return s.redirect(c, backTo(c), "picked_none")
	}
	return s.redirect(c, backTo(c), message)
}

func (s *Server) planMark(ctx context.Context, c echo.Context, o store.ReplayOrder, resolved bool) error {
	seen := s.o.Now()
	p, err := s.o.Store.PlanResolve(ctx, o.Filter, resolved, seen)
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.MarkPlan{Resolved: resolved, Total: p.Total, Choices: p.Choices, Waiting: p.Waiting, All: o.Kind == store.ReplayFilter,
		Back: backTo(c), Seen: strconv.FormatInt(seen.UnixMicro(), 10)}
	if p.More {
		m.More = store.ReplayMost
	}
	if m.All {
		_, m.Filter, _ = strings.Cut(o.Query, "?")
	} else {
		m.IDs = joinIDs(o.Filter.IDs)
	}
	f := s.frame(ctx, c, h, views.HereActivity)
	if m.Total > 0 {
		f.Draft = &views.Draft{Again: reviewDraft}
	}
	return s.render(ctx, c, http.StatusOK, views.PlanMark(f, m))
}
