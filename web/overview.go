package web

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// showOverview tells how things stand; before both sides are connected it
// leads to how to begin.
func (s *Server) showOverview(c echo.Context) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	if !h.connected() && h.lastEvent.IsZero() {
		s.sessions.Put(ctx, keyFlash, s.sessions.GetString(ctx, keyFlash)) // told on the next page
		return c.Redirect(http.StatusSeeOther, startRoute)
	}
	p, form := askedPeriod(ctx, c.QueryParams(), views.LocaleOf(ctx).Zone)
	p = p.on(s.o.Now(), views.LocaleOf(ctx).Zone)
	m, err := s.overview(ctx, h, p)
	if err != nil {
		return err
	}
	m.Own, m.Address = form, p.address()
	status := http.StatusOK
	if len(form.Mistakes) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if isFragment(c) {
		return s.render(ctx, c, http.StatusOK, views.OverviewContent(s.frame(ctx, c, h, views.HereOverview), m))
	}
	return s.render(ctx, c, status, views.Overview(s.frame(ctx, c, h, views.HereOverview), m))
}

// overview is the page; its figures may have been counted for somebody else.
func (s *Server) overview(ctx context.Context, h house, p period) (views.OverviewPage, error) {
	now, here := s.o.Now(), views.LocaleOf(ctx)
	edges := p.edges(now, here.Zone)
	key := strings.Join([]string{p.address(), here.Language, here.Zone.String(), edges[0].String(), edges[len(edges)-1].String()}, " ")
	m, at, err := s.figures.get(ctx, key, s.o.Store.Revision(), now, func(ctx context.Context) (views.OverviewPage, error) {
		return s.count(ctx, p, edges, now)
	})
	if err != nil {
		return m, err
	}
	if now.Sub(at) > toldAfter {
		m.AsOf = views.At(ctx, at)
	}
	m.Strip, m.Empty = strip(ctx, h, now, s.o.WorkerAlive()), h.lastEvent.IsZero()
	if err := s.overviewOpen(ctx, h, &m); err != nil {
		return m, err
	}
	if m.Account, m.AccountOf, err = s.accounted(ctx, p); err != nil {
		return m, err
	}
	for _, other := range periods() {
		m.Periods = append(m.Periods, views.PeriodLink{Code: other.code, URL: other.address(), Current: other.code == p.code})
	}
	return m, nil
}

// count fills in the figures and the charts of a period.
func (s *Server) count(ctx context.Context, p period, edges []time.Time, now time.Time) (views.OverviewPage, error) {
	from, to := edges[0], edges[len(edges)-1]
	m := views.OverviewPage{Period: p.code, Zone: zoneName(ctx), Bucket: p.bucket, Lists: map[string]string{}}
	buckets, err := s.o.Store.Outcomes(ctx, edges)
	if err != nil {
		return m, err
	}
	before, err := s.o.Store.Outcomes(ctx, earlier(from, to, now, p))
	if err != nil {
		return m, err
	}
	list := func(pairs ...string) string { return listURL(append(pairs, p.bounds(from)...)...) }
	m.Outcomes = outcomeBars(ctx, buckets, edges, p)
	m.Received = figure(buckets, before, list(), append(outcomes(), store.Resolved)...)
	m.Logged = figure(buckets, before, list("outcome", "logged"), callflow.Logged)
	m.Skipped = figure(buckets, before, list("outcome", "skipped"), callflow.Skipped)
	for _, f := range []*views.Figure{&m.Received, &m.Logged, &m.Skipped} {
		f.Known = m.Received.Before > 0
	}
	m.Logged.Of, m.Skipped.Of = m.Received.Count, m.Received.Count
	for _, o := range outcomes() {
		m.Lists[string(o)] = list("outcome", string(o))
	}
	if err := s.overviewCauses(ctx, &m, from, to, list); err != nil {
		return m, err
	}
	delays, every, err := s.o.Store.Delays(ctx, from, to)
	if err != nil {
		return m, err
	}
	if m.Received.Messages, err = s.o.Store.CountMessages(ctx, from, to); err != nil {
		return m, err
	}
	if err := s.overviewMissed(ctx, &m, p, from, to, list); err != nil {
		return m, err
	}
	m.Every = every
	m.Delays, m.Median, m.P95 = delayCourse(ctx, delays, edges, p)
	return m, nil
}

// overviewCauses fills in who matched, and why calls were skipped.
func (s *Server) overviewCauses(ctx context.Context, m *views.OverviewPage, from, to time.Time, list func(...string) string) error {
	matches, err := s.o.Store.CountMatches(ctx, from, to)
	if err != nil {
		return err
	}
	for _, k := range matches {
		m.Matches = append(m.Matches, views.Rank{Key: k.Key, Count: k.N, URL: list("outcome", "logged", "record", matchedKind(k.Key))})
	}
	skips, err := s.o.Store.CountReasons(ctx, callflow.Skipped, from, to)
	for _, k := range skips {
		m.Skips = append(m.Skips, views.Rank{Key: k.Key, Count: k.N, URL: list("outcome", "skipped", "reason", k.Key)})
	}
	return err
}

// overviewOpen fills in what needs a person, and what waits for Salesforce, of
// any day: open work does not lapse with a period. It is never remembered, so
// that it agrees with the navigation beside it.
func (s *Server) overviewOpen(ctx context.Context, h house, m *views.OverviewPage) error {
	m.Attention, m.Waits = views.Figure{Count: h.attention, URL: openList(), Open: true}, s.waits(ctx, h)
	open, err := s.o.Store.OpenReasons(ctx)
	if errors.Is(err, store.ErrTooBroad) && ctx.Err() == nil {
		m.IssuesLeft = true
		return nil
	}
	for _, k := range open {
		m.Issues = append(m.Issues, s.issue(ctx, k.Outcome, k.Count, "resolved", "no"))
	}
	return err
}

// openList is the address of the list of everything that needs a person.
func openList() string { return listURL("outcome", "failed,needs_choice", "resolved", "no") }

// waits are the calls that would have been sent by now, by what they wait for.
func (s *Server) waits(ctx context.Context, h house) (out []views.Issue) {
	for _, k := range h.waits {
		out = append(out, s.issue(ctx, callflow.Waiting, k))
	}
	return out
}

func (s *Server) issue(ctx context.Context, o callflow.Outcome, k store.Count, further ...string) views.Issue {
	now := s.o.Now()
	return views.Issue{Outcome: string(o), Reason: k.Key, Count: k.N, First: views.Ago(ctx, k.First, now), Last: views.Ago(ctx, k.Last, now),
		URL: listURL(append([]string{"outcome", string(o), "reason", k.Key}, further...)...), Example: entryURL(k.Example), Cause: k.Cause}
}

// matchedKind is the kind of record as the list is narrowed by it. New records
// stand there among those that were found.
func matchedKind(key string) string {
	kind := strings.TrimPrefix(key, "created:")
	if kind == "" {
		return noRecord
	}
	return kind
}

// ordinary reports whether waiting for this needs nobody's attention.
func ordinary(r callflow.Reason) bool {
	switch r {
	case callflow.ReasonGoingOn, callflow.ReasonSettling, callflow.ReasonQueued, callflow.ReasonNumberBusy:
		return true
	}
	return false
}

func strip(ctx context.Context, h house, now time.Time, working bool) views.Strip {
	st := views.Strip{Aircall: h.aircallLight(), Salesforce: h.salesforceLight(), SignedInAs: h.salesforce.UserName, Queue: views.LightOK,
		Waiting: h.queue.Waiting, Retrying: h.queue.Retrying, Held: h.queue.Held, API: views.LightOff, APIUsed: h.usage.Used, APIMax: h.usage.Max}
	if !h.lastEvent.IsZero() {
		st.LastEvent = views.Ago(ctx, h.lastEvent, now)
	}
	if !h.queue.Oldest.IsZero() {
		st.Oldest = views.Ago(ctx, h.queue.Oldest, now)
	}
	switch st.Stopped = !working; {
	case st.Stopped:
		st.Queue = views.LightBad
	case h.queue.Held > 0 || h.queue.Retrying > 0:
		st.Queue = views.LightWarn
	}
	switch share := float64(h.usage.Used) / math.Max(1, float64(h.usage.Max)); {
	case h.usage.Max == 0:
	case share > 0.95:
		st.API = views.LightBad
	case share > 0.8:
		st.API = views.LightWarn
	default:
		st.API = views.LightOK
	}
	return st
}

func figure(buckets, before []store.Bucket, url string, which ...callflow.Outcome) views.Figure {
	f := views.Figure{URL: url}
	for _, b := range buckets {
		n := 0
		for _, o := range which {
			n += b.Counts[o]
		}
		f.Count += n
		f.Course = append(f.Course, n)
	}
	for _, b := range before {
		for _, o := range which {
			f.Before += b.Counts[o]
		}
	}
	return f
}

func outcomeBars(ctx context.Context, buckets []store.Bucket, edges []time.Time, p period) []views.OutcomeBar {
	bars := make([]views.OutcomeBar, len(buckets))
	for i, b := range buckets {
		bars[i] = views.OutcomeBar{Label: barLabel(ctx, b.Start, p), Tick: barTick(ctx, b.Start, p),
			URL:    listURL("from", b.Start.Format(time.RFC3339), "to", edges[i+1].Format(time.RFC3339)),
			Logged: b.Counts[callflow.Logged], Skipped: b.Counts[callflow.Skipped], Choice: b.Counts[callflow.NeedsChoice],
			Waiting: b.Counts[callflow.Waiting], Failed: b.Counts[callflow.Failed] + b.Counts[store.Resolved]}
	}
	return bars
}

func barLabel(ctx context.Context, at time.Time, p period) string {
	if p.step >= 24*time.Hour {
		return views.Day(ctx, at)
	}
	return views.ShortDay(ctx, at) + ", " + views.ShortTime(ctx, at)
}

// barTick names few enough bars to be read.
func barTick(ctx context.Context, at time.Time, p period) string {
	local := at.In(views.LocaleOf(ctx).Zone)
	switch {
	case p.step == time.Hour && local.Hour()%4 == 0:
		return views.ShortTime(ctx, at)
	case p.step == 4*time.Hour && local.Hour() < 4:
		return views.ShortDay(ctx, at)
	case p.step == 24*time.Hour && local.YearDay()%5 == 0, p.step > 24*time.Hour:
		return views.ShortDay(ctx, at)
	}
	return ""
}

// delayCourse groups delays by the bar they belong to.
func delayCourse(ctx context.Context, delays []store.Delay, edges []time.Time, p period) (points []views.DelayPoint, median, p95 string) {
	byBar := make([][]time.Duration, len(edges)-1)
	var all []time.Duration
	for _, d := range delays {
		i := barOf(edges, d.EndedAt)
		if i >= 0 && i < len(byBar) {
			byBar[i] = append(byBar[i], d.Took)
			all = append(all, d.Took)
		}
	}
	for i, took := range byBar {
		at := edges[i]
		points = append(points, views.DelayPoint{Label: barLabel(ctx, at, p), Tick: barTick(ctx, at, p),
			URL:    listURL("outcome", string(callflow.Logged), "from", at.Format(time.RFC3339), "to", edges[i+1].Format(time.RFC3339)),
			Median: quantile(took, .5).Seconds(), P95: quantile(took, .95).Seconds(), Calls: len(took)})
	}
	if len(all) > 0 {
		median, p95 = views.Duration(ctx, quantile(all, .5)), views.Duration(ctx, quantile(all, .95))
	}
	return points, median, p95
}

func quantile(took []time.Duration, q float64) time.Duration {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[min(len(took)-1, int(q*float64(len(took))))]
}

func zoneName(ctx context.Context) string { return views.LocaleOf(ctx).Zone.String() }
