package web

import (
	"context"
	"slices"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"

	"github.com/labstack/echo/v4"
)

// checkDocument compares a whole settings document with the connected org, as
// the pages do that edit its parts: what they refuse is a mistake, what they
// warn of a warning. An org that cannot be asked keeps nobody from saving, and
// is a warning. Who asks it too often waits.
func (s *Server) checkDocument(ctx context.Context, c echo.Context, doc []byte, before, next callflow.Settings) (mistakes, warnings []settings.Mistake, err error) {
	if !s.askers.allow(visitorOf(c), s.o.Now()) {
		return nil, nil, throttled{askedEvery}
	}
	mistakes, warnings, unknown, err := s.judgeTask(ctx, before, next)
	if err != nil {
		return nil, nil, err
	}
	owners, trouble, err := s.judgeOwners(ctx, before, next)
	if err != nil {
		return nil, nil, err
	}
	mistakes = append(mistakes, owners...)
	unchecked := func(path, code string) {
		warnings = append(warnings, settings.Mistake{Problem: callflow.Problem{Path: path, Code: code}})
	}
	if unknown {
		unchecked("task.fields", "org_fields_unchecked")
	}
	if trouble != "" {
		unchecked("owner.map", "org_users_unchecked")
	}
	for _, found := range [][]settings.Mistake{mistakes, warnings} {
		for i := range found {
			found[i].Line = settings.LineOf(doc, found[i].Path)
		}
		slices.SortStableFunc(found, func(a, b settings.Mistake) int { return a.Line - b.Line })
	}
	return mistakes, warnings, nil
}
