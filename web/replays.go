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

const replaysRoute = "/replays"

const (
	// replayPage is how many results of a replay are shown at once, and
	// replaysPage how many replays.
	replayPage  = 50
	replaysPage = 20
)

func replayURL(id int64) string { return replaysRoute + "/" + strconv.FormatInt(id, 10) }

// startReplay hands the planned calls back to the worker. The same plan sent
// twice is replayed once.
func (s *Server) startReplay(c echo.Context) error {
	rules := c.FormValue("rules")
	seen, err := strconv.ParseInt(c.FormValue("seen"), 10, 64)
	if rules != "now" && rules != "then" || err != nil || c.FormValue("plan") == "" {
		return errBadForm
	}
	o, err := s.picked(s.reader(c), c)
	if err != nil {
		return err
	}
	who := visitorOf(c).who
	o.Rules, o.By, o.Plan, o.Seen = rules, who, c.FormValue("plan"), time.UnixMicro(seen)
	o.Did = func(r store.Replay) store.AuditRow {
		detail := map[string]string{"count": strconv.Itoa(r.Total), "rules": rules}
		if o.Query != "" {
			detail["filter"] = o.Query
		}
		return s.auditRow(c, who, store.AuditReplayedAll, replayURL(r.ID), detail)
	}
	r, err := s.o.Store.StartReplay(c.Request().Context(), o)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s.redirect(c, activityRoute, "replay_many_nothing")
	case errors.Is(err, store.ErrConflict) && r.ID > 0:
		return s.redirect(c, replayURL(r.ID), "")
	case err != nil:
		return err
	}
	return s.redirect(c, replayURL(r.ID), "replay_many_started")
}

// stopReplay keeps what is not yet handed over as it is.
func (s *Server) stopReplay(c echo.Context) error {
	id, err := entryID(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if _, err := s.o.Store.ReplayOf(ctx, id); err != nil {
		return err
	}
	detail := map[string]string{"id": strconv.FormatInt(id, 10)}
	err = s.audited(c, visitorOf(c).who, store.AuditReplayStopped, replayURL(id), detail, func(ctx context.Context, st *store.Store) error {
		return st.StopReplay(ctx, id)
	})
	if errors.Is(err, store.ErrConflict) {
		return s.redirect(c, replayURL(id), "") // it came to its end meanwhile, as the page shows
	}
	if err != nil {
		return err
	}
	return s.redirect(c, replayURL(id), "replay_many_stopped")
}

// listReplays shows the replays of many, the newest first.
func (s *Server) listReplays(c echo.Context) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // anything else is the beginning
	found, err := s.o.Store.ReplaysBefore(ctx, before, replaysPage+1)
	if err != nil {
		return err
	}
	m := views.ReplaysPage{}
	if len(found) > replaysPage {
		found = found[:replaysPage]
		m.Older = replaysRoute + "?before=" + strconv.FormatInt(found[replaysPage-1].ID, 10)
	}
	for _, r := range found {
		m.Replays = append(m.Replays, s.manyReplay(ctx, r))
	}
	f := s.frame(ctx, c, h, views.HereActivity)
	if isFragment(c) {
		return s.render(ctx, c, http.StatusOK, views.ReplaysContent(f, m))
	}
	return s.render(ctx, c, http.StatusOK, views.Replays(f, m))
}

// showReplay shows how far a replay is, and what became of each call.
func (s *Server) showReplay(c echo.Context) error {
	ctx := s.reader(c)
	id, err := entryID(c)
	if err != nil {
		return err
	}
	r, err := s.o.Store.ReplayOf(ctx, id)
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m, err := s.replayPage(ctx, c, h, r)
	if err != nil {
		return err
	}
	f := s.frame(ctx, c, h, views.HereActivity)
	if isFragment(c) {
		return s.render(ctx, c, http.StatusOK, views.ReplayContent(f, m))
	}
	return s.render(ctx, c, http.StatusOK, views.Replay(f, m))
}

func (s *Server) replayPage(ctx context.Context, c echo.Context, h house, r store.Replay) (views.ReplayPage, error) {
	v, only := visitorOf(c), c.QueryParam("only")
	after, _ := strconv.Atoi(c.QueryParam("after")) // anything else is the beginning
	m := views.ReplayPage{ManyReplay: s.manyReplay(ctx, r), Only: only, ListURL: s.replayedList(v, r), Tabs: replayTabs(r, only)}
	address := func(after int) string {
		q := query{values: map[string][]string{}}
		if only != "" {
			q.values["only"] = []string{only}
		}
		if after > 0 {
			q.values["after"] = []string{strconv.Itoa(after)}
		}
		return q.url(replayURL(r.ID))
	}
	if r.Open() {
		m.LiveURL = address(after)
	}
	items, more, err := s.o.Store.ReplayItems(ctx, r.ID, only, after, replayPage)
	if err != nil {
		return m, err
	}
	for _, i := range items {
		m.Items = append(m.Items, s.replayItem(ctx, v, h, r, i))
	}
	if more {
		m.Older = address(items[len(items)-1].N)
	}
	if after > 0 {
		m.First = address(0)
	}
	m.Kept = len(items) > 0
	if !m.Kept { // nothing of these, or nothing at all
		any, _, err := s.o.Store.ReplayItems(ctx, r.ID, "", 0, 1)
		if err != nil {
			return m, err
		}
		m.Kept = len(any) > 0
	}
	return m, nil
}

// replayedList is where the calls of a replay are listed. A filter may hold a
// number, which viewers may not see.
func (s *Server) replayedList(v visitor, r store.Replay) string {
	switch {
	case r.Kind == store.ReplayCause:
		return listURL("cause", r.Cause)
	case r.Kind == store.ReplayFilter && v.may(editor):
		return r.Query
	}
	return activityRoute
}

func replayTabs(r store.Replay, only string) []views.ReplayTab {
	rest := "waiting"
	if !r.Open() {
		rest = "left"
	}
	var tabs []views.ReplayTab
	for _, t := range []struct {
		code, only string
		n          int
	}{{"all", "", max(r.Total, r.Done())}, {"logged", "logged", r.Logged}, {"failed", "failed", r.Failed}, {"skipped", "skipped", r.Skipped},
		{"choice", "choice", r.Choices}, {"other", "other", r.Other - r.Skipped - r.Choices},
		{"passed", "passed", r.Passed}, {rest, "waiting", r.Total - r.Done()}} {
		if t.n <= 0 && t.only != only && t.only != "" {
			continue
		}
		address := replayURL(r.ID)
		if t.only != "" {
			address += "?only=" + t.only
		}
		tabs = append(tabs, views.ReplayTab{Code: t.code, URL: address, Count: max(t.n, 0), Current: t.only == only})
	}
	return tabs
}

func (s *Server) replayItem(ctx context.Context, v visitor, h house, r store.Replay, i store.ReplayItem) views.ReplayItem {
	e := i.Entry
	name, number := who(e, maskFor(v, e.External))
	out := views.ReplayItem{URL: entryURL(e.ID), Who: name, Number: number, Type: string(e.CallType), At: views.On(ctx, e.StartedAt), State: i.State,
		Outcome: string(i.After.Outcome), Reason: string(i.After.Reason), Task: i.After.TaskID != "",
		OutcomeBefore: string(i.Before.Outcome), ReasonBefore: string(i.Before.Reason), TaskBefore: i.Before.TaskID != ""}
	if i.State == "waiting" && !r.Open() {
		out.State = "left"
	}
	if out.Task {
		out.TaskURL = recordURL(h, i.After.TaskID)
	}
	return out
}
