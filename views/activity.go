package views

import (
	"context"
	"strings"

	"ringledger/integration/callflow"
)

// form is the filter form as its fields know it.
func (f Filters) form() Form { return Form{Values: f.Values} }

// keptFilters have no field of their own; sending the form keeps them.
var keptFilters = []string{"cause", "resolved", "rules", "view"}

func outcomeOptions(ctx context.Context) []Option {
	var all []Option
	for _, o := range []callflow.Outcome{callflow.Logged, callflow.Skipped, callflow.NeedsChoice, callflow.Waiting, callflow.Failed} {
		all = append(all, Option{string(o), outcomeText(ctx, string(o))})
	}
	return all
}

func typeOptions(ctx context.Context) []Option {
	var all []Option
	for _, t := range callflow.CallTypes() {
		all = append(all, Option{string(t), typeText(ctx, string(t))})
	}
	return all
}

func reasonOptions(ctx context.Context) []Option {
	all := []Option{{"", T(ctx, "filter.any")}}
	for _, o := range []callflow.Outcome{callflow.Failed, callflow.NeedsChoice, callflow.Waiting, callflow.Skipped, callflow.Logged} {
		for _, r := range callflow.Reasons()[o] {
			all = append(all, Option{string(r), ReasonText(ctx, string(r), nil)})
		}
	}
	return all
}

func anyOf(ctx context.Context, options []Option) []Option {
	return append([]Option{{"", T(ctx, "filter.any")}}, options...)
}

func directionOptions(ctx context.Context) []Option {
	all := []Option{{"", T(ctx, "filter.any")}}
	for _, d := range []callflow.Direction{callflow.Inbound, callflow.Outbound} {
		all = append(all, Option{string(d), T(ctx, "filter.direction."+string(d))})
	}
	return all
}

// noRecord stands among kinds of records for none.
const noRecord = "none"

func recordOptions(ctx context.Context) []Option {
	var all []Option
	for _, k := range []callflow.RecordKind{callflow.ContactRecord, callflow.LeadRecord, callflow.AccountRecord, callflow.PersonAccountRecord, noRecord} {
		all = append(all, Option{string(k), recordText(ctx, string(k))})
	}
	return all
}

func recordText(ctx context.Context, kind string) string {
	if kind == noRecord {
		kind = ""
	}
	return kindText(ctx, kind)
}

// manyValues is from how many values on a chip counts them.
const manyValues = 3

// relation is what stands between a filter and its values.
func (c Chip) relation(ctx context.Context) string {
	switch {
	case c.Filter == "q", c.Filter == "from", c.Filter == "to", c.Filter == "cause":
		return ""
	case len(c.Values) > 1:
		return T(ctx, "chip.one_of")
	default:
		return T(ctx, "chip.is")
	}
}

// chipText says what a filter is set to.
func chipText(ctx context.Context, c Chip) string {
	if len(c.Values) >= manyValues {
		return T(ctx, "chip.many."+c.Filter, "count", len(c.Values))
	}
	return c.all(ctx)
}

// all names every value of a filter.
func (c Chip) all(ctx context.Context) string {
	words := func(v string) string { return v }
	switch c.Filter {
	case "outcome":
		words = func(v string) string { return outcomeText(ctx, v) }
	case "type":
		words = func(v string) string { return typeText(ctx, v) }
	case "reason":
		words = func(v string) string { return ReasonText(ctx, v, nil) }
	case "resolved", "direction":
		words = func(v string) string { return T(ctx, "filter."+c.Filter+"."+v) }
	case "record":
		words = func(v string) string { return recordText(ctx, v) }
	case "rules":
		words = func(v string) string { return T(ctx, "filter.rules.version", "version", v) }
	case "cause":
		words = func(string) string { return T(ctx, "filter.cause.one") }
	}
	texts := make([]string, len(c.Values))
	for i, v := range c.Values {
		texts[i] = words(v)
	}
	return strings.Join(texts, ", ")
}

func (m ActivityPage) shown() int {
	n := 0
	for _, d := range m.Days {
		n += len(d.Rows)
	}
	return n
}

// found says how many the list has; what was not counted to its end is many.
func (m ActivityPage) found(ctx context.Context) string {
	count := 2
	if m.Count == "1" {
		count = 1
	}
	return T(ctx, "activity.found", "count", count, "n", m.Count)
}

// partyText names a line or an agent of a count.
func partyText(ctx context.Context, filter, name string) string {
	if name == "" {
		return T(ctx, "breakdown."+filter+".none")
	}
	return name
}

func (r ActivityRow) who(ctx context.Context) string {
	if r.Who == "" {
		return T(ctx, "number.anonymous")
	}
	return r.Who
}

func dash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// kindText names a kind of record.
func kindText(ctx context.Context, kind string) string {
	if kind == "" {
		return T(ctx, "kind.none")
	}
	return T(ctx, "kind."+kind)
}
