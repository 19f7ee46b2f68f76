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

// confirmReplayAll says how many calls a replay of one cause judges again, and
// what that costs.
func (s *Server) confirmReplayAll(c echo.Context) error {
	return s.confirmFailures(c, func(f views.Frame, m views.AttentionConfirm) error {
		return s.render(s.reader(c), c, http.StatusOK, views.ConfirmReplay(f, m))
	})
}

func (s *Server) confirmFailures(c echo.Context, draw func(views.Frame, views.AttentionConfirm) error) error {
	ctx, seen := s.reader(c), s.o.Now()
	cause, err := s.o.Store.CauseOf(ctx, c.QueryParam("cause"))
	if errors.Is(err, store.ErrNotFound) {
		return s.redirect(c, attentionRoute, "nothing_left")
	}
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.AttentionConfirm{Failures: s.failures(ctx, visitorOf(c), cause, "no"), Requests: requestsFor(cause.N), RulesNow: h.version,
		Left: max(0, h.usage.Max-h.usage.Used), Max: h.usage.Max, Seen: strconv.FormatInt(seen.UnixMicro(), 10)}
	return draw(s.frame(ctx, c, h, views.HereAttention), m)
}

const (
	// callsTogether is how many calls are written with the same requests, and
	// numbersTogether how many numbers are searched with one.
	callsTogether   = 200
	numbersTogether = 100
)

// requestsFor is about how many requests the replay of so many calls makes: a
// search for some numbers, and for many calls a look-up, the making of records
// and the Tasks.
func requestsFor(calls int) int {
	parts := func(of int) int { return (calls + of - 1) / of }
	return parts(numbersTogether) + 3*parts(callsTogether)
}

// startReplayAll hands the failures of one cause that the visitor saw back to
// the worker.
func (s *Server) startReplayAll(c echo.Context) error {
	rules := c.FormValue("rules")
	seen, err := strconv.ParseInt(c.FormValue("seen"), 10, 64)
	if rules != "now" && rules != "then" || err != nil {
		return errBadForm
	}
	who := visitorOf(c).who
	did := func(r store.Replay) store.AuditRow {
		detail := map[string]string{"reason": string(r.Reason), "count": strconv.Itoa(r.Total), "rules": rules}
		return s.auditRow(c, who, store.AuditReplayedAll, attentionRoute, detail)
	}
	_, err = s.o.Store.StartReplay(c.Request().Context(), store.ReplayOrder{Kind: store.ReplayCause, Cause: c.FormValue("cause"),
		Seen: time.UnixMicro(seen), Rules: rules, By: who, Did: did})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s.redirect(c, attentionRoute, "nothing_left")
	case errors.Is(err, store.ErrConflict):
		return s.redirect(c, attentionRoute, "replay_all_open")
	case err != nil:
		return err
	}
	return s.redirect(c, attentionRoute, "replay_all_started")
}

// stopReplayAll keeps what is not yet handed over as it is.
func (s *Server) stopReplayAll(c echo.Context) error {
	id, err := strconv.ParseInt(c.FormValue("id"), 10, 64)
	if err != nil {
		return errBadForm
	}
	detail := map[string]string{"id": strconv.FormatInt(id, 10)}
	err = s.audited(c, visitorOf(c).who, store.AuditReplayStopped, attentionRoute, detail, func(ctx context.Context, st *store.Store) error {
		return st.StopReplay(ctx, id)
	})
	if errors.Is(err, store.ErrConflict) {
		return s.redirect(c, attentionRoute, "") // it came to its end meanwhile, as the page shows
	}
	if err != nil {
		return err
	}
	if c.FormValue("back") != views.HereAttention {
		return s.redirect(c, replayURL(id), "replay_many_stopped")
	}
	return s.redirect(c, attentionRoute, "replay_all_stopped")
}
