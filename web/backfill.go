package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const backfillRoute = "/connections/aircall/backfill"

const (
	// longestBackfill is the most days one wish may span: what it adds is
	// written to Salesforce, and nobody takes that back.
	longestBackfill = 31
	// shownBackfills is how many the page lists.
	shownBackfills = 8
)

// backfills are the periods that were read from Aircall's list, and the form
// that asks for one.
func (s *Server) backfills(ctx context.Context, c echo.Context) (*views.Backfills, error) {
	all, err := s.o.Store.Backfills(ctx, shownBackfills)
	if err != nil {
		return nil, err
	}
	m := &views.Backfills{May: visitorOf(c).may(editor), Form: views.Form{Values: map[string][]string{}}}
	for _, b := range all {
		m.All = append(m.All, s.backfillOf(ctx, b))
		m.Open = m.Open || b.Open() && b.Cause == store.BackfillAsked
	}
	return m, nil
}

func (s *Server) backfillOf(ctx context.Context, b store.Backfill) views.Backfill {
	v := views.Backfill{
		ID: b.ID, Cause: b.Cause, AskedBy: b.AskedBy, From: views.On(ctx, b.From), To: views.On(ctx, b.To), State: string(b.State),
		Found: b.Found, Added: b.Added, Completed: b.Completed, FinishedAt: views.Ago(ctx, b.FinishedAt, s.o.Now()),
	}
	if !b.Reached.IsZero() && b.To.After(b.From) {
		v.Done = int(min(1, max(0, b.Reached.Sub(b.From).Seconds()/b.To.Sub(b.From).Seconds())) * 100)
	}
	if b.Problem != "" {
		v.Problem, v.Again = views.ProblemText(ctx, "aircall_"+b.Problem, nil), views.On(ctx, b.DueAt)
	}
	return v
}

// showBackfills is the part of the page that shows how the reading goes.
func (s *Server) showBackfills(c echo.Context) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m, err := s.backfills(ctx, c)
	if err != nil {
		return err
	}
	s.frame(ctx, c, h, views.HereAircall)
	return s.render(ctx, c, http.StatusOK, views.BackfillList(*m))
}

// planBackfill shows what a period that was typed will bring, and asks.
func (s *Server) planBackfill(c echo.Context) error {
	typed := c.QueryParams()
	ctx := s.reader(c)
	p, mistakes := s.readPeriod(ctx, typed)
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(mistakes) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.drawAircall(c, status, url.Values{}, func(m *views.AircallPage) {
		if m.Backfills == nil {
			return
		}
		m.Backfills.Form = views.Form{Values: typed, Mistakes: mistakes}
		if len(mistakes) == 0 {
			m.Backfills.Plan = &views.BackfillPlan{From: typed.Get("from"), To: typed.Get("to"), Rules: rules.Version,
				Period: views.Date(ctx, p.from) + " – " + views.Date(ctx, callflow.DayOf(p.from, p.days-1)), Days: p.days}
		}
	})
}

// startBackfill notes the period; the worker reads it.
func (s *Server) startBackfill(c echo.Context) error {
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	ctx := s.reader(c)
	if _, err := s.o.Aircall.Client(ctx); err != nil {
		return err // without a key nobody can be asked
	}
	p, mistakes := s.readPeriod(ctx, typed)
	if len(mistakes) == 0 {
		who, detail := visitorOf(c).who, map[string]string{"from": p.from.UTC().Format(time.RFC3339), "to": p.to.UTC().Format(time.RFC3339)}
		err := s.audited(c, who, store.AuditBackfillAsked, "aircall", detail, func(ctx context.Context, st *store.Store) error {
			return st.AddBackfill(ctx, store.BackfillAsked, who, p.from, p.to)
		})
		if err == nil {
			return s.redirect(c, aircallRoute, "backfill_started")
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		mistakes = []views.Mistake{{Text: views.ProblemText(ctx, "backfill_open", nil)}}
	}
	return s.drawAircall(c, http.StatusUnprocessableEntity, url.Values{}, func(m *views.AircallPage) {
		if m.Backfills != nil {
			m.Backfills.Form = views.Form{Values: typed, Mistakes: mistakes}
		}
	})
}

// stopBackfill ends one that is under way. What it added stays.
func (s *Server) stopBackfill(c echo.Context) error {
	id, err := strconv.ParseInt(c.FormValue("id"), 10, 64)
	if err != nil {
		return errBadForm
	}
	detail := map[string]string{"id": strconv.FormatInt(id, 10)}
	err = s.audited(c, visitorOf(c).who, store.AuditBackfillStopped, "aircall", detail, func(ctx context.Context, st *store.Store) error {
		return st.StopBackfill(ctx, id)
	})
	if err != nil {
		return err
	}
	return s.redirect(c, aircallRoute, "backfill_stopped")
}

// span is a period of whole days, the last one up to now.
type span struct {
	from, to time.Time
	days     int
}

// readPeriod reads the first and the last day of a period, in the zone of the
// house.
func (s *Server) readPeriod(ctx context.Context, typed url.Values) (span, []views.Mistake) {
	var mistakes []views.Mistake
	wrong := func(field, code string) {
		mistakes = append(mistakes, views.Mistake{Field: field, Text: views.ProblemText(ctx, code, nil)})
	}
	zone, now := views.LocaleOf(ctx).Zone, s.o.Now()
	day := func(field string) (t time.Time) {
		text := typed.Get(field)
		if text == "" {
			wrong(field, "required")
			return t
		}
		t, err := callflow.ReadDay(text, zone)
		switch {
		case err != nil:
			wrong(field, "day")
		case t.After(now):
			wrong(field, "backfill_future")
		case t.Before(now.AddDate(0, -6, 0)):
			wrong(field, "backfill_old")
		}
		return t
	}
	from, to := day("from"), day("to")
	if len(mistakes) > 0 {
		return span{}, mistakes
	}
	end := callflow.DayOf(to, 1)
	p := span{from: from, to: end, days: int(end.Sub(from).Hours()+12) / 24}
	switch {
	case to.Before(from):
		wrong("to", "backfill_order")
	case p.days > longestBackfill:
		wrong("to", "backfill_long")
	}
	if p.to.After(now) {
		p.to = now
	}
	return p, mistakes
}
