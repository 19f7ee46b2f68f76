package web

import (
	"context"
	"slices"
	"strings"

	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const orderKey = "matching.order"

// matchingPage edits how a number finds its record.
func (s *Server) matchingPage() rulesPage {
	return rulesPage{path: "/rules/matching", render: s.renderMatching, keys: append([]formKey{
		{path: orderKey, kind: typedOrder, with: "matching.several"},
		{path: "matching.several"},
		{path: "matching.shared_number_over", kind: typedNumber},
		{path: "matching.extra_phone_fields.*", kind: typedList},
		{path: "matching.no_match.create"},
		{path: "matching.no_match.types", kind: typedChoices, with: "matching.no_match.create"},
		{path: "matching.no_match.when_none"},
		{path: "matching.no_match.last_name", kind: typedExact},
		{path: "matching.no_match.company", kind: typedExact},
	}, relatedKeys()...)} // a script may send both at once
}

func (s *Server) editMatching(c echo.Context) error { return s.showRules(c, s.matchingPage()) }

// saveMatching saves the page, or only moves a kind up or down in the order
// for a browser without scripts.
func (s *Server) saveMatching(c echo.Context) error {
	p := s.matchingPage()
	kind, way, moving := strings.Cut(c.FormValue("move"), ":")
	if !moving {
		return s.changeRules(c, p)
	}
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	return s.redrawRules(c, p, typed, func(_ context.Context, form views.Form) {
		form.Values[orderKey] = moved(form.Values[orderKey], kind, way)
	})
}

// moved swaps an item with its neighbour; at the end it stays.
func moved(order []string, item, way string) []string {
	out := slices.Clone(order)
	i := slices.Index(out, item)
	j := i + 1
	if way == "up" {
		j = i - 1
	}
	if i >= 0 && j >= 0 && j < len(out) {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func (s *Server) renderMatching(ctx context.Context, c echo.Context, status int, state views.RulesState, form views.Form) error {
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	org, _, err := orgOf(h)
	if err != nil {
		return err
	}
	choices, err := s.choices(ctx, c, h)
	if err != nil {
		return err
	}
	m := views.MatchingPage{Rules: state, Form: form, PersonAccounts: org.PersonAccounts, Choices: choices}
	return s.render(ctx, c, status, views.Matching(s.rulesFrame(ctx, c, h, views.HereMatching, m.Form), m))
}
