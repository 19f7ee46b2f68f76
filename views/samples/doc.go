// Package samples holds every state of every page with invented data, for
// golden files and for looking at pages without a server behind them.
package samples

import (
	"context"
	"slices"
	"strings"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

// Sample is one state of one page.
type Sample struct {
	Name string // "activity-empty"
	Page func(context.Context) templ.Component
}

// Now is the moment at which all samples are drawn.
var Now = time.Date(2026, 11, 22, 12, 4, 44, 0, time.FixedZone("Europe/Paris", 3600))

// All lists the samples by name.
func All() []Sample {
	all := slices.Concat(audits(), accounts(), keys(), alerts(), privacy(), people(), doors(), starts(), startTests(), errorPages(), moments(), overviews(), attention(), activities(), replays(), reconciliations(), details(), dryRuns(), rules(), reviews(), hourStates(), taskRules(), ruleTools(), connections())
	slices.SortFunc(all, func(a, b Sample) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// In is the context of a sample in one language.
func In(ctx context.Context, language string) context.Context {
	return views.WithLocale(ctx, views.Locale{Language: language, Zone: Now.Location()})
}

// frame is what surrounds the samples of people who are signed in.
func frame(ctx context.Context, here string) views.Frame {
	return views.Frame{
		Here: here, Path: "/", Company: "Lorem SAS · Sandbox", Salesforce: views.LightOK, Aircall: views.LightOK,
		User:      views.User{Name: "Marie Laurent", Email: "marie@example.com", Role: "admin"},
		Languages: languages(ctx),
	}
}

func languages(ctx context.Context) []views.Language {
	if views.LocaleOf(ctx).Language == views.French {
		return []views.Language{{Code: "en", URL: "?lang=en"}}
	}
	return []views.Language{{Code: "fr", URL: "?lang=fr"}}
}

func ago(ctx context.Context, d time.Duration) views.Moment {
	return views.Ago(ctx, Now.Add(-d), Now)
}

func on(ctx context.Context, d time.Duration) views.Moment { return views.On(ctx, Now.Add(-d)) }

func problem(ctx context.Context, field, code string, pairs ...string) views.Mistake {
	params := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	return views.Mistake{Field: field, Text: views.ProblemText(ctx, code, params)}
}
