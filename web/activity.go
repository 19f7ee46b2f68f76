package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ringledger/integration/callflow"
	"ringledger/integration/phone"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const activityRoute = "/activity"

// histogramPart asks for the histogram alone.
const histogramPart = "histogram"

// listURL is the address of the activity list under a filter: pairs of a name
// and a value.
func listURL(pairs ...string) string {
	var all query
	return all.url(activityRoute, pairs...)
}

// listActivity shows the ledger under the filter of the address.
func (s *Server) listActivity(c echo.Context) error {
	if address, tidy := tidied(c.Request().URL); !tidy && !isFragment(c) {
		return c.Redirect(http.StatusSeeOther, address)
	}
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	q := queryOf(c, views.LocaleOf(ctx).Zone)
	if isFragment(c) && c.QueryParam("part") == histogramPart {
		end := time.Now().Add(countTime)
		z, err := s.sizeOf(ctx, q, store.Page{Older: "unread"}, end)
		if err != nil {
			return err
		}
		over, err := s.histogram(ctx, q, z, end)
		if err != nil {
			return err
		}
		return s.render(ctx, c, http.StatusOK, views.HistogramContent(over))
	}
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
	if !h.flowing() {
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
	if len(page.Entries) == 0 {
		m.NeverCalled = neverCalled(visitorOf(c), q)
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
	end := time.Now().Add(countTime)
	z, err := s.sizeOf(ctx, q, page, end)
	if err != nil {
		return m, err
	}
	m.Count = z.text(ctx)
	if m.Breakdown, err = s.breakdown(ctx, q); err != nil {
		return m, err
	}
	m.Bulk = bulk(q, m.Count)
	if isFragment(c) {
		return m, nil
	}
	return m, s.activityFilter(ctx, c, &m, q, z, end)
}

// numberLength is from how many digits on a search is for one number.
const numberLength = 7

// neverCalled is the number that a search alone was for. A viewer's search
// finds whole numbers only, so that it says nothing about a part of one.
func neverCalled(v visitor, q query) string {
	typed := q.values.Get("q")
	if len(q.values) != 1 || !v.may(editor) || strings.ContainsFunc(typed, unicode.IsLetter) || len(digitsOf(typed)) < numberLength {
		return ""
	}
	return typed
}

// activityLive keeps the first page in place while calls come in: it is
// fetched again as it stands, and says how many are newer.
func (s *Server) activityLive(ctx context.Context, m *views.ActivityPage, q query, upto string, page store.Page) error {
	if q.After != "" || q.Before != "" {
		return nil
	}
	m.HistURL = q.url(activityRoute, "part", histogramPart)
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
		Detail: m.params(e.Detail), Record: standsOn(e, m), RecordKind: string(e.Record.Kind), RecordURL: recordURL(h, e.Record.ID), Resolved: !e.ResolvedAt.IsZero()}
	if !e.TaskAt.IsZero() && !e.EndedAt.IsZero() {
		row.Took = views.Duration(ctx, e.TaskAt.Sub(wayBegan(e)))
	}
	return row
}

// who names the outside party by the record, else by the number.
func who(e store.Entry, m mask) (name, number string) {
	number = shownNumber(e.External, m)
	if e.Record.Name == "" || e.Record.Name == e.External || number == "" && e.Record.ID == "" {
		return number, ""
	}
	return m.text(e.Record.Name), number
}

// standsOn is the name of the record that the Task of a call stands on.
func standsOn(e store.Entry, m mask) string {
	if e.Record.ID == "" {
		return ""
	}
	return m.text(e.Record.Name)
}

// shownNumber is a number as people read it, and nothing for one that is
// hidden: the page has words for that in the reader's language.
func shownNumber(external string, m mask) string {
	if !strings.ContainsAny(external, "0123456789") {
		return ""
	}
	if m.hides() {
		return m.text(external)
	}
	if strings.HasPrefix(external, "+") {
		return phone.International(external)
	}
	return external
}

// kindsByPrefix tells what a record is by what its id begins with.
var kindsByPrefix = map[string]string{"003": "contact", "00Q": "lead", "001": "account", "500": "case", "006": "opportunity", "00T": "task", "005": "user"}

// recordURL is where the record is seen in Salesforce.
func recordURL(h house, id string) string {
	if id == "" || h.salesforce.InstanceURL == "" {
		return ""
	}
	if kind := kindsByPrefix[id[:min(3, len(id))]]; kind != "" {
		return views.RecordURL(h.salesforce.InstanceURL, kind, url.PathEscape(id))
	}
	return h.salesforce.InstanceURL + "/" + url.PathEscape(id)
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
