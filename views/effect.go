package views

import (
	"context"
	"strings"

	"ringledger/integration/callflow"
)

// Effect is what a draft of the rules would have made of the calls of the last
// days, compared with the rules in force.
type Effect struct {
	Trouble string // why it is not told: busy, failed; "" = it is
	Days    int
	Calls   int // that were judged
	GoingOn int // that were not over
	Partial bool
	Since   Moment // when Partial: the oldest call that was judged
	Rows    []EffectRow
	Types   []EffectType
}

// EffectRow is the calls that the draft treats in one way.
type EffectRow struct {
	Class   string
	N       int
	Parts   []EffectPart // what they have in common, in words
	Samples []EffectSample
}

// EffectPart counts some of the calls of a row.
type EffectPart struct {
	Text string
	N    int
}

// EffectSample is one call.
type EffectSample struct {
	Who  string
	URL  string
	Type string
	At   Moment
	Text string // what differs
	Try  string // asks what the draft would make of it; "" = nothing to ask
}

// EffectType counts the calls of one type.
type EffectType struct {
	Type                   string
	Same, Differs, Unknown int
}

// effectTone is the colour of a class: hue is meaning.
func effectTone(class string) string {
	switch class {
	case "same":
		return ""
	case "dropped", "asked":
		return "warn"
	case "added", "unasked":
		return "ok"
	case "unknown", "looked_up":
		return "info"
	}
	return "accent"
}

// fields names which fields of the Tasks differ, each with how many calls.
func (r EffectRow) fields(ctx context.Context) string {
	if r.Class != "content" {
		return ""
	}
	said := make([]string, len(r.Parts))
	for i, p := range r.Parts {
		said[i] = p.Text + " " + Number(ctx, p.N)
	}
	return strings.Join(said, ", ")
}

// Differs tells a difference of one call in words.
func Differs(ctx context.Context, class, was, is string) string {
	name := func(v string) string {
		switch {
		case v == "":
			return T(ctx, "effect.nobody")
		case class == "action" && callflow.Action(v) == callflow.InProgress:
			return T(ctx, "effect.open")
		case class == "action":
			return T(ctx, "effect.completed")
		}
		return v
	}
	return T(ctx, "effect.from_to", "was", name(was), "is", name(is))
}
