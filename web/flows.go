package web

import (
	"context"
	"net/url"

	"ringledger/integration/callflow"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// flowsPage edits what is done with each call type, everywhere and on one line.
func (s *Server) flowsPage() rulesPage {
	return rulesPage{path: "/rules/flows", render: s.renderFlows, keys: []formKey{
		{path: "flows.*.action"}, {path: "flows.*.due_days", kind: typedMaybe}, {path: "flows.*.priority"},
		{path: "write_when"}, {path: "settle_seconds", kind: typedNumber},
		{path: "lines.*.flows.*.action"}, {path: "lines.*.flows.*.due_days", kind: typedMaybe}, {path: "lines.*.flows.*.priority"},
	}}
}

func (s *Server) editFlows(c echo.Context) error { return s.showRules(c, s.flowsPage()) }
func (s *Server) saveFlows(c echo.Context) error { return s.changeRules(c, s.flowsPage()) }

func (s *Server) renderFlows(ctx context.Context, c echo.Context, status int, state views.RulesState, form views.Form) error {
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	m := views.FlowsPage{Rules: state, Form: form}
	lines, err := s.ruledLines(ctx, rules.Settings)
	if err != nil {
		return err
	}
	for _, l := range lines {
		line := views.FlowLine{ID: l.ID, Name: lineName(l.Line), Number: l.E164, URL: "/rules/flows?" + url.Values{"line": {l.ID}}.Encode()}
		if line.Name == "" {
			line.Name = views.T(ctx, "lines.unknown", "id", l.ID)
		}
		for _, t := range callflow.CallTypes() {
			if own, ok := rules.Settings.Lines[l.ID].Flows[t]; ok {
				line.Own = append(line.Own, views.OwnFlow{Type: string(t), Action: string(own.Action)})
			}
		}
		m.Lines = append(m.Lines, line)
		if l.ID == c.QueryParam("line") {
			m.Line = &line
		}
	}
	return s.render(ctx, c, status, views.Flows(s.rulesFrame(ctx, c, h, views.HereFlows, m.Form), m))
}
