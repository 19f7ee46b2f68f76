package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// perRequest is about how long Salesforce takes for one request of a replay.
const perRequest = 1500 * time.Millisecond

// bulk is what may be done with the calls of a list that somebody picks.
func bulk(q query, count string) views.Bulk {
	_, filter, _ := strings.Cut(q.url("", "after", "", "before", ""), "?")
	return views.Bulk{Filter: filter, CSVURL: q.url("/activity.csv", "after", "", "before", ""), Count: count}
}

// readIDs reads numbers of entries, once each; those of a form may come one by
// one or as a list.
func readIDs(typed []string, most int) ([]int64, bool) {
	var ids []int64
	for _, one := range listed(strings.Join(typed, ",")) {
		id, err := strconv.ParseInt(one, 10, 64)
		if err != nil || id <= 0 {
			return nil, false
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids, len(ids) <= most
}

// backTo is the list that a form was sent from.
func backTo(c echo.Context) string {
	if back := c.FormValue("back"); back == activityRoute || strings.HasPrefix(back, activityRoute+"?") {
		return back
	}
	return activityRoute
}

// picked are the calls that a form picks: some, or all that its filter finds.
func (s *Server) picked(ctx context.Context, c echo.Context) (store.ReplayOrder, error) {
	form, err := c.FormParams()
	if err != nil {
		return store.ReplayOrder{}, errBadForm
	}
	ids, ok := readIDs(append(slices.Clone(form["id"]), form["ids"]...), store.PickMost)
	if !ok {
		return store.ReplayOrder{}, errBadForm
	}
	o := store.ReplayOrder{Kind: store.ReplayPicked, Filter: store.Filter{IDs: ids}}
	if len(ids) == 0 {
		o.Filter.IDs = nobody()
	}
	if form.Get("all") == "yes" {
		values, err := url.ParseQuery(form.Get("filter"))
		if err != nil {
			return o, errBadForm
		}
		q := readQuery(values, views.LocaleOf(ctx).Zone)
		if len(q.unknown) > 0 { // it would find more than was seen
			return o, errBadForm
		}
		q.After, q.Before = "", ""
		o.Kind, o.Filter, o.Query = store.ReplayFilter, q.Filter, q.url(activityRoute, "after", "", "before", "")
	}
	return o, nil
}

// planReplay says what a replay of the picked calls would do.
func (s *Server) planReplay(c echo.Context) error {
	ctx, seen := s.reader(c), s.o.Now()
	o, err := s.picked(ctx, c)
	if err != nil {
		return err
	}
	o.Seen = seen
	p, err := s.o.Store.PlanReplay(ctx, o)
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.ReplayPlan{Total: p.Total, Tasks: p.Tasks, Failed: p.Failed, Choices: p.Choices, Skipped: p.Skipped, Waiting: p.Waiting,
		Requests: requestsFor(p.Total), Left: max(0, h.usage.Max-h.usage.Used), Max: h.usage.Max, RulesNow: h.version,
		All: o.Kind == store.ReplayFilter, Back: backTo(c), Seen: strconv.FormatInt(seen.UnixMicro(), 10), Plan: rand.Text()}
	m.Took = views.Duration(ctx, max(5*time.Second, time.Duration(m.Requests)*perRequest).Round(5*time.Second))
	if p.More {
		m.More = store.ReplayMost
	}
	if m.All {
		_, m.Filter, _ = strings.Cut(o.Query, "?")
	} else {
		m.IDs = joinIDs(o.Filter.IDs)
	}
	m.RulesThen = c.FormValue("rules") == rulesThen
	f := s.frame(ctx, c, h, views.HereActivity)
	if m.Total > 0 {
		f.Draft = &views.Draft{Again: reviewDraft}
	}
	return s.render(ctx, c, http.StatusOK, views.PlanReplay(f, m))
}

// leavePlan is where the address of a plan leads alone: what was picked was
// sent with it and is gone.
func (s *Server) leavePlan(c echo.Context) error { return s.redirect(c, activityRoute, "") }

func joinIDs(ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(parts, ",")
}

// nobody is what a form picks that picks none: a number that no call has.
// Without it a filter would narrow nothing, and find all.
func nobody() []int64 { return []int64{0} }
