package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/phone"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const activityRoute = "/activity"

// listURL is the address of the activity list under a filter: pairs of a name
// and a value.
func listURL(pairs ...string) string {
	var all query
	return all.url(activityRoute, pairs...)
}

// listActivity shows the ledger under the filter of the address.
func (s *Server) listActivity(c echo.Context) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	q := queryOf(c, views.LocaleOf(ctx).Zone)
	m, err := s.activity(ctx, c, h, q)
	if err != nil {
		return err
	}
	if isFragment(c) {
		return s.render(ctx, c, http.StatusOK, views.ActivityContent(s.frame(ctx, c, h, views.HereActivity), m))
	}
	return s.render(ctx, c, http.StatusOK, views.Activity(s.frame(ctx, c, h, views.HereActivity), m))
}

func (s *Server) activity(ctx context.Context, c echo.Context, h house, q query) (views.ActivityPage, error) {
	m := views.ActivityPage{Unknown: q.unknown, Zone: zoneName(ctx), Empty: h.lastEvent.IsZero(), ClearURL: activityRoute,
		CSVURL: q.url("/activity.csv", "after", "", "before", "")}
	if h.progress() != "" {
		m.StartURL = startRoute
	}
	filter := q.Filter
	upto := c.QueryParam("upto")
	if upto != "" && filter.After == "" && filter.Before == "" {
		filter.After = upto // the list as it stood when the page was opened
	}
	page, err := s.o.Store.ListEntries(ctx, filter)
	if err != nil {
		return m, err
	}
	m.Days = s.activityDays(ctx, page.Entries, visitorOf(c), h, q)
	if page.Older != "" {
		m.Older = q.url(activityRoute, "after", page.Older, "before", "")
	}
	if page.Newer != "" && upto == "" {
		m.Newer = q.url(activityRoute, "before", page.Newer, "after", "")
	}
	if err := s.activityLive(ctx, &m, q, upto, page); err != nil {
		return m, err
	}
	if m.Count, err = s.capped(ctx, q.Filter); err != nil {
		return m, err
	}
	m.Bulk = bulk(q, m.Count)
	m.Chips = chips(q)
	if m.Tabs, err = s.tabs(ctx, q); err != nil {
		return m, err
	}
	m.Filters, err = s.filterForm(ctx, q)
	return m, err
}

// activityLive keeps the first page in place while calls come in: it is
// fetched again as it stands, and says how many are newer.
func (s *Server) activityLive(ctx context.Context, m *views.ActivityPage, q query, upto string, page store.Page) error {
	if q.After != "" || q.Before != "" {
		return nil
	}
	if upto == "" {
		if len(page.Entries) > 0 {
			first := page.Entries[0]
			first.ID++ // the cursor names what comes after it: the first row too
			upto = store.Cursor(first)
		}
		m.LiveURL = q.url(activityRoute, "upto", upto)
		return nil
	}
	m.LiveURL = q.url(activityRoute, "upto", upto)
	newer := q.Filter
	newer.Before, newer.Limit = upto, 100
	found, err := s.o.Store.ListEntries(ctx, newer)
	if err != nil {
		return err
	}
	m.New, m.NewURL = len(found.Entries), q.url(activityRoute)
	return nil
}

func (s *Server) activityDays(ctx context.Context, entries []store.Entry, v visitor, h house, q query) []views.ActivityDay {
	var days []views.ActivityDay
	for _, e := range entries {
		title := views.DayTitle(ctx, e.StartedAt, s.o.Now())
		if len(days) == 0 || days[len(days)-1].Title != title {
			days = append(days, views.ActivityDay{Title: title})
		}
		last := &days[len(days)-1]
		row := activityRow(ctx, e, maskFor(v, e.External), h)
		row.URL = q.url(row.URL, "after", "", "before", "") // its neighbours are those of this list
		last.Rows = append(last.Rows, row)
	}
	return days
}

func activityRow(ctx context.Context, e store.Entry, m mask, h house) views.ActivityRow {
	who, number := who(e, m)
	row := views.ActivityRow{URL: entryURL(e.ID), ID: strconv.FormatInt(e.ID, 10), Type: string(e.CallType), Direction: string(e.Direction),
		Who: who, Number: number, At: views.At(ctx, e.StartedAt), Line: e.LineName, Agent: e.AgentName, Outcome: string(e.Outcome), Reason: string(e.Reason),
		Detail: m.params(e.Detail), Record: m.text(e.Record.Name), RecordKind: string(e.Record.Kind), RecordURL: recordURL(h, e.Record.ID), Resolved: !e.ResolvedAt.IsZero()}
	if !e.TaskAt.IsZero() && !e.EndedAt.IsZero() {
		row.Took = views.Duration(ctx, e.TaskAt.Sub(wayBegan(e)))
	}
	return row
}

// who names the outside party by the record, else by the number.
func who(e store.Entry, m mask) (name, number string) {
	number = shownNumber(e.External, m)
	if e.Record.Name == "" || e.Record.Name == e.External {
		return number, ""
	}
	return m.text(e.Record.Name), number
}

func shownNumber(external string, m mask) string {
	if m.hides() {
		return m.text(external)
	}
	if strings.HasPrefix(external, "+") {
		return phone.International(external)
	}
	return external
}

// recordURL is where the record is seen in Salesforce.
func recordURL(h house, id string) string {
	if id == "" || h.salesforce.InstanceURL == "" {
		return ""
	}
	return h.salesforce.InstanceURL + "/" + url.PathEscape(id)
}

// capped counts what a filter finds, as far as it is worth counting.
func (s *Server) capped(ctx context.Context, f store.Filter) (string, error) {
	n, err := s.o.Store.CountEntries(ctx, f)
	if err != nil {
		return "", err
	}
	if n > store.CountCap {
		return views.Number(ctx, store.CountCap) + "+", nil
	}
	return views.Number(ctx, n), nil
}

func chips(q query) []views.Chip {
	var out []views.Chip
	for _, name := range []string{"q", "outcome", "type", "reason", "cause", "resolved", "line", "agent", "from", "to"} {
		if typed := q.values[name]; len(typed) > 0 {
			out = append(out, views.Chip{Filter: name, Value: strings.Join(typed, ","), RemoveURL: q.url(activityRoute, name, "", "after", "", "before", "")})
		}
	}
	return out
}

// savedView is a filter with a name.
type savedView struct {
	code    string
	filter  url.Values
	counted bool
	bad     bool
}

func savedViews() []savedView {
	return []savedView{
		{code: "all"},
		{code: "attention", filter: url.Values{"outcome": {"failed", "needs_choice"}, "resolved": {"no"}}, counted: true, bad: true},
		{code: "failed", filter: url.Values{"outcome": {"failed"}}},
		{code: "choice", filter: url.Values{"outcome": {"needs_choice"}}},
		{code: "waiting", filter: url.Values{"outcome": {"waiting"}}, counted: true},
		{code: "skipped", filter: url.Values{"outcome": {"skipped"}}},
		{code: "no_match", filter: url.Values{"reason": {"no_match"}}},
	}
}

func (s *Server) tabs(ctx context.Context, q query) ([]views.Tab, error) {
	var out []views.Tab
	for _, v := range savedViews() {
		own := query{values: v.filter}
		t := views.Tab{Code: v.code, URL: own.url(activityRoute), Current: q.isView(v.filter)}
		if v.counted {
			n, err := s.o.Store.CountEntries(ctx, readQuery(v.filter, time.UTC).Filter)
			if err != nil {
				return nil, err
			}
			t.Count, t.Bad = views.Number(ctx, min(n, store.CountCap)), v.bad && n > 0
		}
		out = append(out, t)
	}
	return out, nil
}

// isView reports whether the outcome and reason filters are exactly these.
func (q *query) isView(filter url.Values) bool {
	for _, name := range []string{"outcome", "reason", "resolved"} {
		if !slices.Equal(slices.Sorted(slices.Values(q.values[name])), slices.Sorted(slices.Values(filter[name]))) {
			return false
		}
	}
	return true
}

func (s *Server) filterForm(ctx context.Context, q query) (views.Filters, error) {
	get := func(name string) string { return strings.Join(q.values[name], ",") }
	f := views.Filters{Query: get("q"), Outcome: get("outcome"), Type: get("type"), Reason: get("reason"), Line: get("line"), Agent: get("agent"),
		From: formDay(ctx, q.From, 0), To: formDay(ctx, q.To, -time.Nanosecond)}
	lines, err := s.o.Store.Lines(ctx)
	if err != nil {
		return f, err
	}
	for _, l := range lines {
		f.Lines = append(f.Lines, views.Option{Value: l.ID, Text: lineName(l.Line)})
	}
	agents, err := s.o.Store.Agents(ctx)
	for _, a := range agents {
		f.Agents = append(f.Agents, views.Option{Value: a.ID, Text: a.Name})
	}
	return f, err
}

// formDay is the local day that a bound of the filter lies in. An address may
// hold a moment, which a date field cannot show: sent again, the form asks for
// the whole day.
func formDay(ctx context.Context, bound time.Time, inside time.Duration) string {
	if bound.IsZero() {
		return ""
	}
	return bound.Add(inside).In(views.LocaleOf(ctx).Zone).Format(time.DateOnly)
}

func lineName(l callflow.Line) string {
	if l.Name != "" {
		return l.Name
	}
	return l.E164
}

// lateBy is how long after its end a call may be told of and still count as
// live.
const lateBy = 10 * time.Minute

// wayBegan is when the way to the Task began: at the end of the call, or when we
// first heard of a call that was long over.
func wayBegan(e store.Entry) time.Time {
	if e.FirstAt.Sub(e.EndedAt) > lateBy {
		return e.FirstAt
	}
	return e.EndedAt
}
