package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/effect"
	"ringledger/integration/settings"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const (
	// effectDays is how far back a draft is tried out, and effectCalls on how
	// many calls at most.
	effectDays  = 7
	effectCalls = 20_000
	// effectTime is how long a page waits for it, and effectWait for its turn.
	effectTime = 4 * time.Second
	effectWait = 2 * time.Second
	// effectsAtOnce keeps some of the machine for the calls that come in.
	effectsAtOnce = 2
)

// effects are the turns of those who have an effect computed.
type effects chan struct{}

func newEffects() effects { return make(effects, effectsAtOnce) }

// take waits for a turn; ok is false when there is none soon.
func (e effects) take(ctx context.Context) (release func(), ok bool) {
	soon := time.NewTimer(effectWait)
	defer soon.Stop()
	select {
	case e <- struct{}{}:
		return func() { <-e }, true
	case <-soon.C:
	case <-ctx.Done():
	}
	return nil, false
}

// effectOf is what a draft would have made of the calls of the last days,
// beside the rules in force. A trouble is an answer too: the draft can be
// saved all the same. It ends when the visitor goes away.
func (s *Server) effectOf(ctx context.Context, c echo.Context, h house, current, draft callflow.Settings) (views.Effect, error) {
	out := views.Effect{Days: effectDays}
	release, ok := s.effects.take(ctx)
	if !ok {
		out.Trouble = "busy"
		return out, ctx.Err()
	}
	defer release()
	judge, err := s.judge(ctx, h, current, draft)
	if err != nil {
		return out, err
	}
	r, err := effect.Of(ctx, s.o.Store, effect.Question{
		Judge: judge, From: s.o.Now().AddDate(0, 0, -effectDays), Most: effectCalls, Limit: effectTime,
	})
	switch {
	case errors.Is(err, context.Canceled):
		return out, err
	case err != nil:
		s.log.ErrorContext(ctx, "the effect of a draft could not be computed", "error", err)
		out.Trouble = "failed"
		return out, nil
	}
	out.Calls, out.GoingOn, out.Partial = r.Calls, r.GoingOn, r.Partial
	if r.Partial {
		out.Since = views.On(ctx, r.Since)
	}
	for _, g := range r.Groups {
		out.Rows = append(out.Rows, effectRow(ctx, g, visitorOf(c)))
	}
	for _, t := range r.Types {
		out.Types = append(out.Types, effectType(t))
	}
	return out, nil
}

// judge compares a draft with the rules in force.
func (s *Server) judge(ctx context.Context, h house, current, draft callflow.Settings) (effect.Judge, error) {
	org, _, err := orgOf(h)
	if err != nil {
		return effect.Judge{}, err
	}
	around, err := s.surroundings(ctx)
	around.Holiday = settings.Holidays()
	return effect.Judge{Current: current, Draft: draft, Around: around, Org: org.Org,
		Connection: callflow.User{ID: h.salesforce.UserID, Name: h.salesforce.UserName, Email: h.salesforce.UserEmail}}, err
}

func effectRow(ctx context.Context, g effect.Group, v visitor) views.EffectRow {
	row := views.EffectRow{Class: string(g.Class), N: g.N}
	for reason, n := range g.Reasons {
		row.Parts = append(row.Parts, views.EffectPart{Text: views.ReasonText(ctx, string(reason), nil), N: n})
	}
	for missing, n := range g.Missing {
		row.Parts = append(row.Parts, views.EffectPart{Text: views.T(ctx, "effect.missing."+string(missing)), N: n})
	}
	for field, n := range g.Fields {
		row.Parts = append(row.Parts, views.EffectPart{Text: field, N: n})
	}
	slices.SortFunc(row.Parts, func(a, b views.EffectPart) int { return cmp.Or(b.N-a.N, strings.Compare(a.Text, b.Text)) })
	for _, sample := range g.Samples {
		hide := maskFor(v, sample.Entry.External)
		name, _ := who(sample.Entry, hide)
		row.Samples = append(row.Samples, views.EffectSample{
			Who: name, URL: entryURL(sample.Entry.ID), Type: string(sample.Entry.CallType), At: views.On(ctx, sample.Entry.StartedAt),
			Text: hide.text(sampleText(ctx, sample.Difference)),
		})
		if len(row.Parts) == 1 { // said above, for all of them
			row.Samples[len(row.Samples)-1].Text = ""
		}
	}
	return row
}

// sampleText says what of one call differs.
func sampleText(ctx context.Context, d effect.Difference) string {
	switch {
	case d.Reason != "":
		return views.ReasonText(ctx, string(d.Reason), nil)
	case d.Missing != "":
		return views.T(ctx, "effect.missing."+string(d.Missing))
	case len(d.Fields) > 0:
		return strings.Join(d.Fields, ", ")
	case d.Was != "" || d.Is != "":
		return views.Differs(ctx, string(d.Class), d.Was, d.Is)
	}
	return ""
}

func effectType(t effect.TypeCount) views.EffectType {
	out := views.EffectType{Type: string(t.Type)}
	for _, class := range slices.Sorted(maps.Keys(t.N)) {
		switch class {
		case effect.Same:
			out.Same += t.N[class]
		case effect.Unknown, effect.LookedUp:
			out.Unknown += t.N[class]
		default:
			out.Differs += t.N[class]
		}
	}
	return out
}
