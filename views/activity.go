package views

import (
	"context"
	"strings"

	"ringledger/integration/callflow"
)

// any reports whether a filter besides the search box is set.
func (f Filters) any() bool {
	return f.Outcome+f.Type+f.Reason+f.Line+f.Agent+f.From+f.To != ""
}

// form is the filter form as its fields know it.
func (f Filters) form() Form {
	return Form{Values: map[string][]string{
		"outcome": {f.Outcome}, "type": {f.Type}, "reason": {f.Reason}, "line": {f.Line},
		"agent": {f.Agent}, "from": {f.From}, "to": {f.To},
	}}
}

func outcomeOptions(ctx context.Context) []Option {
	all := []Option{{"", T(ctx, "filter.any")}}
	for _, o := range []callflow.Outcome{callflow.Logged, callflow.Skipped, callflow.NeedsChoice, callflow.Waiting, callflow.Failed} {
		all = append(all, Option{string(o), outcomeText(ctx, string(o))})
	}
	return append(all, Option{"failed,needs_choice", T(ctx, "tab.attention")})
}

func typeOptions(ctx context.Context) []Option {
	all := []Option{{"", T(ctx, "filter.any")}}
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

// chipText says what a filter is set to.
func chipText(ctx context.Context, c Chip) string {
	var words func(string) string
	switch c.Filter {
	case "outcome":
		words = func(v string) string { return outcomeText(ctx, v) }
	case "type":
		words = func(v string) string { return typeText(ctx, v) }
	case "reason":
		words = func(v string) string { return ReasonText(ctx, v, nil) }
	case "resolved":
		words = func(v string) string { return T(ctx, "filter.resolved."+v) }
	case "cause":
		words = func(string) string { return T(ctx, "filter.cause.one") }
	default:
		return c.Value
	}
	values := strings.Split(c.Value, ",")
	for i, v := range values {
		values[i] = words(v)
	}
	return strings.Join(values, ", ")
}

func (m ActivityPage) shown() int {
	n := 0
	for _, d := range m.Days {
		n += len(d.Rows)
	}
	return n
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
