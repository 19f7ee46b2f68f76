package web

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// activityFilter is the part above the list: views, search and filters, and
// how the list spreads over time as far as that is counted by the end.
func (s *Server) activityFilter(ctx context.Context, c echo.Context, m *views.ActivityPage, q query, z size, end time.Time) (err error) {
	if m.Chips, err = s.chips(ctx, q); err != nil {
		return err
	}
	if m.Tabs, err = s.tabs(ctx, q); err != nil {
		return err
	}
	own, state, err := s.viewTabs(ctx, c, q)
	if err != nil {
		return err
	}
	m.Tabs, m.View = append(m.Tabs, own...), state
	if m.Filters, err = s.filterForm(ctx, q); err != nil || m.Empty {
		return err
	}
	m.Histogram, err = s.histogram(ctx, q, z, end)
	return err
}

// chips are the filters of the list, each with its way out.
func (s *Server) chips(ctx context.Context, q query) ([]views.Chip, error) {
	var out []views.Chip
	for _, name := range []string{"q", "outcome", "type", "direction", "reason", "record", "cause", "resolved", "line", "agent", "rules", "from", "to"} {
		typed := q.values[name]
		if len(typed) == 0 {
			continue
		}
		shown := slices.Clone(typed)
		if name == "from" || name == "to" {
			shown[0] = shownMoment(ctx, shown[0])
		}
		if name == "line" || name == "agent" {
			names, err := s.directoryNames(ctx, name)
			if err != nil {
				return nil, err
			}
			for i, id := range shown {
				if n := names[id]; n != "" {
					shown[i] = n
				}
			}
		}
		out = append(out, views.Chip{Filter: name, Values: shown, RemoveURL: q.url(activityRoute, name, "", "after", "", "before", "")})
	}
	return out, nil
}

// shownMoment is a bound of an address as the house writes days and moments, on
// its own clock.
func shownMoment(ctx context.Context, typed string) string {
	at, ok := readDay(typed, views.LocaleOf(ctx).Zone, 0)
	switch {
	case !ok:
		return typed
	case len(typed) == len(time.DateOnly):
		return views.Date(ctx, at)
	}
	return views.Date(ctx, at) + ", " + views.ShortTime(ctx, at)
}

// directoryNames are the names of all lines, or of all agents, by their ids.
func (s *Server) directoryNames(ctx context.Context, filter string) (map[string]string, error) {
	names := map[string]string{}
	if filter == "line" {
		lines, err := s.o.Store.Lines(ctx)
		for _, l := range lines {
			names[l.ID] = lineName(l.Line)
		}
		return names, err
	}
	agents, err := s.o.Store.Agents(ctx)
	for _, a := range agents {
		names[a.ID] = a.Name
	}
	return names, err
}

// builtIn is a filter with a name.
type builtIn struct {
	code    string
	filter  url.Values
	counted bool
	bad     bool
}

func builtIns() []builtIn {
	return []builtIn{
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
	for _, v := range builtIns() {
		own := query{values: v.filter}
		t := views.Tab{Code: v.code, URL: own.url(activityRoute), Current: len(q.values["view"]) == 0 && q.isView(v.filter)}
		if v.counted {
			n, err := s.o.Store.CountEntries(ctx, readQuery(v.filter, time.UTC).Filter)
			if err != nil {
				return nil, err
			}
			t.Count, t.Bad = views.Many(ctx, n), v.bad && n > 0
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
	f := views.Filters{Query: strings.Join(q.values["q"], ","), Values: map[string][]string{}}
	for name, typed := range q.values {
		f.Values[name] = typed
	}
	f.Values["from"] = []string{formDay(ctx, q.From, 0)}
	f.Values["to"] = []string{formDay(ctx, q.To, -time.Nanosecond)}
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
