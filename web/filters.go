package web

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/phone"
	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const (
	linesKey   = "filters.lines"
	agentsKey  = "filters.ignore_agents"
	numbersKey = "filters.ignore_numbers"
)

// filtersPage edits which calls never reach Salesforce.
func (s *Server) filtersPage() rulesPage {
	return rulesPage{path: "/rules/filters", render: s.renderFilters, check: someLine, keys: []formKey{
		{path: linesKey, kind: typedLines},
		{path: agentsKey, kind: typedList},
		{path: numbersKey, kind: typedList},
		{path: "filters.internal_calls"},
		{path: "filters.min_talk_seconds", kind: typedNumber},
	}}
}

// someLine finds that no line at all was ticked: the document can say so, but
// nobody means to log nothing any more by leaving boxes empty.
func someLine(_ context.Context, _, next callflow.Settings) ([]settings.Mistake, error) {
	if next.Filters.Lines.All || len(next.Filters.Lines.IDs) > 0 {
		return nil, nil
	}
	return []settings.Mistake{{Problem: callflow.Problem{Path: linesKey, Code: "no_line"}}}, nil
}

func (s *Server) editFilters(c echo.Context) error { return s.showRules(c, s.filtersPage()) }

// saveFilters takes numbers in any spelling: those typed as one dials them at
// home become international, when all lines are at home in one country.
func (s *Server) saveFilters(c echo.Context) error {
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	if typed.Has(numbersKey) {
		lines, err := s.o.Store.Lines(c.Request().Context())
		if err != nil {
			return err
		}
		typed[numbersKey] = []string{strings.Join(dialled(listed(strings.Join(typed[numbersKey], "\n")), homeOf(lines)), "\n")}
	}
	return s.changeRules(c, s.filtersPage())
}

// homeOf is the country of all lines, "" when they have several.
func homeOf(lines []store.Line) string {
	home := ""
	for _, l := range lines {
		if l.Country != "" && home != "" && l.Country != home {
			return ""
		}
		home = max(home, l.Country)
	}
	return home
}

// shortCode is up to how many digits a number is one of the network's own,
// which belongs to no country.
const shortCode = 6

// dialled spells national numbers with their country; others stay as typed.
func dialled(numbers []string, country string) []string {
	for i, n := range numbers {
		international := strings.HasPrefix(n, "+") || strings.HasPrefix(n, "00")
		if country == "" || international || len(digitsOf(n)) <= shortCode {
			continue
		}
		if e164, ok := phone.Parse(n, country); ok {
			numbers[i] = e164
		}
	}
	return numbers
}

func (s *Server) renderFilters(ctx context.Context, c echo.Context, status int, state views.RulesState, form views.Form) error {
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.FiltersPage{Rules: state, Form: form}
	if !visitorOf(c).may(editor) {
		form.Values[numbersKey] = maskFor(visitorOf(c), "").numbers(listed(strings.Join(form.Values[numbersKey], "\n")))
	}
	lines, err := s.o.Store.Lines(ctx)
	if err != nil {
		return err
	}
	for _, l := range lines {
		m.Lines = append(m.Lines, views.FilterLine{ID: l.ID, Name: lineName(l.Line), Number: phone.International(l.E164)})
	}
	for _, id := range form.All(linesKey) { // one that Aircall does not name any more
		known := slices.ContainsFunc(lines, func(l store.Line) bool { return l.ID == id })
		if !known && id != "" && id != "all" {
			m.Lines = append(m.Lines, views.FilterLine{ID: id, Name: id})
		}
	}
	agents, err := s.o.Store.Agents(ctx)
	if err != nil {
		return err
	}
	m.Agents, m.Others = ignoredAgents(agents, listed(strings.Join(form.All(agentsKey), "\n")))
	if m.Kept, err = s.keptOut(ctx); err != nil {
		return err
	}
	return s.render(ctx, c, status, views.FilterRules(s.rulesFrame(ctx, c, h, views.HereFilters, m.Form), m))
}

// ignoredAgents ticks the agents that an entry names by id, e-mail or name;
// what names none of them is left over.
func ignoredAgents(agents []callflow.Agent, entries []string) (shown []views.FilterAgent, others string) {
	rest := slices.Clone(entries)
	for _, a := range agents {
		f := views.FilterAgent{Entry: a.Email, Name: a.Name, Email: a.Email}
		if f.Entry == "" {
			f.Entry = a.ID
		}
		if f.Name == "" {
			f.Name = f.Entry
		}
		i := slices.IndexFunc(rest, func(e string) bool {
			return e == a.ID || strings.EqualFold(e, a.Email) || strings.EqualFold(e, a.Name)
		})
		if i >= 0 {
			f.Entry, f.Ignored = rest[i], true
			rest = slices.Delete(rest, i, i+1)
		}
		shown = append(shown, f)
	}
	return shown, strings.Join(rest, "\n")
}

// keptDays is how far back the filters' work is counted.
const keptDays = 7

// keptOut counts what each filter kept out lately.
func (s *Server) keptOut(ctx context.Context) ([]views.KeptOut, error) {
	now := s.o.Now().In(views.LocaleOf(ctx).Zone)
	from := time.Date(now.Year(), now.Month(), now.Day()-keptDays+1, 0, 0, 0, 0, now.Location())
	counts, err := s.o.Store.CountReasons(ctx, callflow.Skipped, from, now.Add(time.Minute))
	if err != nil {
		return nil, err
	}
	var out []views.KeptOut
	for _, r := range []callflow.Reason{callflow.ReasonLine, callflow.ReasonAgent, callflow.ReasonNumber, callflow.ReasonInternal, callflow.ReasonShort} {
		k := views.KeptOut{Reason: string(r), URL: activityRoute + "?" + url.Values{
			"outcome": {string(callflow.Skipped)}, "reason": {string(r)}, "from": {from.Format(time.DateOnly)},
		}.Encode()}
		for _, n := range counts {
			if n.Key == string(r) {
				k.N = n.N
			}
		}
		out = append(out, k)
	}
	return out, nil
}
