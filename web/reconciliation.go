package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const reconciliationRoute = "/reconciliation"

// lackingShown is how many calls without their one Task are listed.
const lackingShown = 20

// reconciledSpans are how many days the page shows.
func reconciledSpans() []int { return []int{1, 7, 31} }

// days are the first day that the page shows, and today.
type days struct {
	count       int
	first, last time.Time
}

func (d days) names() (from, to string) {
	return d.first.Format(time.DateOnly), d.last.Format(time.DateOnly)
}

func (d days) address(route string) string { return route + "?days=" + strconv.Itoa(d.count) }

func (s *Server) daysOf(ctx context.Context, c echo.Context) days {
	d := days{count: 7}
	for _, n := range reconciledSpans() {
		if c.QueryParam("days") == strconv.Itoa(n) {
			d.count = n
		}
	}
	zone := views.LocaleOf(ctx).Zone
	d.last = callflow.DayOf(s.o.Now().In(zone), 0)
	d.first = callflow.DayOf(d.last, 1-d.count)
	return d
}

// showReconciliation shows whether every call is accounted for.
func (s *Server) showReconciliation(c echo.Context) error {
	ctx := s.reader(c)
	d := s.daysOf(ctx, c)
	m, err := s.reconciliation(ctx, c, d)
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	f := s.frame(ctx, c, h, views.HereReconciliation)
	if isFragment(c) {
		return s.render(ctx, c, http.StatusOK, views.ReconciliationContent(f, m))
	}
	return s.render(ctx, c, http.StatusOK, views.Reconciliation(f, m))
}

func (s *Server) reconciliation(ctx context.Context, c echo.Context, d days) (views.ReconciliationPage, error) {
	m := views.ReconciliationPage{Zone: zoneName(ctx), Address: d.address(reconciliationRoute), CSV: d.address(reconciliationRoute + ".csv")}
	for _, n := range reconciledSpans() {
		m.Spans = append(m.Spans, views.ReconciledSpan{Days: n, URL: days{count: n}.address(reconciliationRoute), Current: n == d.count})
	}
	_, err := s.o.Aircall.Client(ctx)
	if err != nil && !errors.Is(err, connection.ErrNotConnected) {
		return m, err
	}
	m.Aircall = err == nil
	read, err := s.o.Store.ListRead(ctx, d.first)
	if err != nil {
		return m, err
	}
	from, to := d.names()
	for _, part := range []struct {
		by   store.ReconciledBy
		rows *[]views.ReconciledRow
	}{{store.ByDay, &m.Days}, {store.ByLine, &m.Lines}, {store.ByAgent, &m.Agents}} {
		rows, err := s.o.Store.Reconciled(ctx, part.by, from, to)
		if err != nil {
			return m, err
		}
		for _, r := range rows {
			row := reconciledRow(ctx, part.by, r, from, to)
			if part.by == store.ByDay {
				row.Unlisted = unlisted(r.Day, read, d.first.Location())
				m.Unlisted = m.Unlisted || row.Unlisted
			}
			*part.rows = append(*part.rows, row)
		}
	}
	all, err := s.o.Store.Reconciled(ctx, store.Together, from, to)
	if err != nil {
		return m, err
	}
	if len(all) == 1 {
		m.Total = reconciledRow(ctx, store.Together, all[0], from, to)
	}
	if m.Check, err = s.lastCheck(ctx); err != nil {
		return m, err
	}
	lacking, err := s.o.Store.Lackings(ctx, d.first, callflow.DayOf(d.last, 1), lackingShown+1)
	if err != nil {
		return m, err
	}
	m.More = len(lacking) > lackingShown
	for _, l := range lacking[:min(len(lacking), lackingShown)] {
		m.Lacking = append(m.Lacking, views.LackingTask{URL: activityRoute + "/" + strconv.FormatInt(l.ID, 10), At: views.On(ctx, l.StartedAt),
			Number: cmp.Or(shownNumber(l.External, maskFor(visitorOf(c), l.External)), views.T(ctx, "number.anonymous")), Doubled: l.Standing == store.Doubled})
	}
	return m, nil
}

// unlisted reports whether Aircall was asked for no part of a day's list.
func unlisted(day string, read []store.Stretch, zone *time.Location) bool {
	began, err := callflow.ReadDay(day, zone)
	return err == nil && !slices.ContainsFunc(read, func(s store.Stretch) bool { return s.From.Before(callflow.DayOf(began, 1)) && s.To.After(began) })
}

func reconciledRow(ctx context.Context, by store.ReconciledBy, r store.Reconciled, from, to string) views.ReconciledRow {
	v := views.ReconciledRow{Calls: r.Calls, Listed: r.Listed, Logged: r.Logged, Skipped: r.Skipped, Person: r.Person, Waiting: r.Waiting,
		Accounted: r.Accounted(), Found: r.Found, Deleted: r.Deleted, Missing: r.Missing, Doubled: r.Doubled, Healed: r.Healed}
	pairs := []string{"from", from, "to", to}
	v.WaitingURL = listURL(append(pairs, "outcome", "waiting")...)
	switch by {
	case store.ByDay:
		pairs = []string{"from", r.Day, "to", r.Day}
		if day, err := callflow.ReadDay(r.Day, views.LocaleOf(ctx).Zone); err == nil {
			v.Name = views.Date(ctx, day)
		}
	case store.ByLine:
		v.Name, pairs = r.Line, append(pairs, "line", r.LineID)
	case store.ByAgent:
		v.Name, pairs = r.Agent, append(pairs, "agent", r.AgentID)
	}
	v.URL = listURL(pairs...)
	return v
}

// accounted counts the calls of the days that a period touches, and names the
// days: calls are compared with Aircall by the day. nil = none was compared yet.
func (s *Server) accounted(ctx context.Context, p period) (*views.ReconciledRow, string, error) {
	first, last := p.touches(s.o.Now().In(views.LocaleOf(ctx).Zone))
	from, to := first.Format(time.DateOnly), last.Format(time.DateOnly)
	all, err := s.o.Store.Reconciled(ctx, store.Together, from, to)
	if err != nil || len(all) == 0 {
		return nil, "", err
	}
	row := reconciledRow(ctx, store.Together, all[0], from, to)
	return &row, rangeText(ctx, first, callflow.DayOf(last, 1)), nil
}

// lastCheck is the newest check; nil = there was none.
func (s *Server) lastCheck(ctx context.Context) (*views.Check, error) {
	all, err := s.o.Store.Checks(ctx, 1)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	b, now := all[0], s.o.Now()
	v := &views.Check{State: string(b.State), By: b.AskedBy, At: views.Ago(ctx, b.AskedAt, now), Found: b.Found, Added: b.Added, Completed: b.Completed,
		Unread: b.Unread, Looked: b.Looked, Lacking: b.Lacking, Healed: b.Healed}
	if !b.FinishedAt.IsZero() {
		v.At = views.Ago(ctx, b.FinishedAt, now)
	}
	if !b.Reached.IsZero() && b.To.After(b.From) {
		v.Done = int(min(1, max(0, b.Reached.Sub(b.From).Seconds()/b.To.Sub(b.From).Seconds())) * 100)
	}
	switch {
	case b.Problem != "" && b.Open():
		v.Problem, v.Again = views.ProblemText(ctx, "aircall_"+b.Problem, nil), views.On(ctx, b.DueAt)
	case b.Problem != "":
		v.Problem = views.CheckProblem(ctx, b.Problem)
	}
	return v, nil
}

// startCheck has everything compared now. Who asks twice is heard once.
func (s *Server) startCheck(c echo.Context) error {
	who := visitorOf(c).who
	err := s.audited(c, who, store.AuditReconciliation, "reconciliation", nil, func(ctx context.Context, st *store.Store) error {
		return st.AddCheck(ctx, who, 0)
	})
	if errors.Is(err, store.ErrConflict) {
		return s.redirect(c, reconciliationRoute, "reconciliation_open")
	}
	if err != nil {
		return err
	}
	return s.redirect(c, reconciliationRoute, "reconciliation_started")
}

// exportReconciliation sends the counts of each day, line and agent. They name
// no caller.
func (s *Server) exportReconciliation(c echo.Context) error {
	ctx := s.reader(c)
	d := s.daysOf(ctx, c)
	from, to := d.names()
	rows, err := s.o.Store.Reconciled(ctx, store.Apart, from, to)
	if err != nil {
		return err
	}
	s.nameCSV(c, "ringledger-reconciliation", views.LocaleOf(ctx).Zone)
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	if err := s.audit(c, visitorOf(c).who, store.AuditExported, d.address(reconciliationRoute+".csv"), nil); err != nil {
		return err
	}
	w, err := s.beginCSV(c)
	if err != nil {
		return err
	}
	err = w.Write([]string{"day", "line_id", "line", "agent_id", "agent", "ledger", "aircall_list", "logged", "tasks_found", "skipped", "needs_person", "task_deleted",
		"waiting", "missing", "doubled", "doubles_healed", "accounted"})
	for _, r := range rows {
		cells := []string{r.Day, r.LineID, harmless(r.Line), r.AgentID, harmless(r.Agent)}
		for _, n := range []int{r.Calls, r.Listed, r.Logged, r.Found, r.Skipped, r.Person, r.Deleted, r.Waiting, r.Missing, r.Doubled, r.Healed, r.Accounted()} {
			cells = append(cells, strconv.Itoa(n))
		}
		err = errors.Join(err, w.Write(cells))
	}
	w.Flush()
	return errors.Join(err, w.Error())
}
