package web

import (
	"context"

	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// relatedPage edits what the Task is tied to besides its record.
func (s *Server) relatedPage() rulesPage {
	return rulesPage{path: "/rules/related", render: s.renderRelated, keys: relatedKeys()}
}

func relatedKeys() []formKey {
	return []formKey{
		{path: "related.attach"},
		{path: "related.create_case", kind: typedSwitch, with: "related.attach"},
		{path: "related.create_case_for_new_contacts", kind: typedSwitch, with: "related.attach"},
		{path: "related.for_accounts", kind: typedSwitch, with: "related.attach"},
		{path: "related.create_opportunity", kind: typedSwitch, with: "related.attach"},
	}
}

func (s *Server) editRelated(c echo.Context) error { return s.showRules(c, s.relatedPage()) }
func (s *Server) saveRelated(c echo.Context) error { return s.changeRules(c, s.relatedPage()) }

func (s *Server) renderRelated(ctx context.Context, c echo.Context, status int, state views.RulesState, form views.Form) error {
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.RelatedPage{Rules: state, Form: form}
	return s.render(ctx, c, status, views.Related(s.rulesFrame(ctx, c, h, views.HereRelated, m.Form), m))
}
