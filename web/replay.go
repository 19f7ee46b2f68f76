package web

import (
	"context"
	"errors"
	"strconv"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

func entryURL(id int64) string { return "/activity/" + strconv.FormatInt(id, 10) }

// replayEntry hands an entry back to the worker, to be judged by that day's
// rules or by today's.
func (s *Server) replayEntry(c echo.Context) error {
	id, err := entryID(c)
	if err != nil {
		return err
	}
	rules := c.FormValue("rules")
	if rules == "" {
		rules = "now"
	}
	if rules != "now" && rules != "then" {
		return errBadForm
	}
	list := listOf(c, views.LocaleOf(s.reader(c)).Zone)
	back := list.url(entryURL(id))
	err = s.audited(c, visitorOf(c).who, store.AuditReplayed, entryURL(id), map[string]string{"rules": rules}, func(ctx context.Context, st *store.Store) error {
		return st.ReplayEntry(ctx, id, rules)
	})
	if errors.Is(err, store.ErrConflict) {
		return s.redirect(c, back, "already_replaying")
	}
	if err != nil {
		return err
	}
	return s.redirect(c, back, "replaying")
}
