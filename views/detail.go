package views

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (m DetailPage) title(ctx context.Context) string {
	who := m.Who
	if who == "" {
		who = T(ctx, "number.anonymous")
	}
	callType := m.Type
	if callType == "" {
		callType = "unknown"
	}
	return T(ctx, "detail.title."+callType, "who", who)
}

// dryRunNow is the address of a dry run with today's rules.
func (m DetailPage) dryRunNow() string {
	q := url.Values{"rules": {"now"}}
	if m.Filter != "" {
		q.Set("filter", m.Filter)
	}
	return m.DryRunURL + "?" + q.Encode()
}

// RecordURL is the page of a record in Lightning.
func RecordURL(instance, kind, id string) string {
	object := map[string]string{"contact": "Contact", "lead": "Lead", "account": "Account", "person_account": "Account", "case": "Case", "opportunity": "Opportunity", "task": "Task", "user": "User"}[kind]
	if object == "" || instance == "" || id == "" {
		return ""
	}
	return strings.TrimRight(instance, "/") + "/lightning/r/" + object + "/" + id + "/view"
}

// stepClass and stepIcon show at a glance how a step went.
func stepClass(code, result string) string {
	switch {
	case code == "refused" || code == "task_deleted":
		return "bad"
	case code == "retry" || code == "held" || code == "settling" || code == "field_dropped" || code == "trimmed":
		return "warn"
	case stops(code, result):
		return "skip"
	}
	return "ok"
}

func stepIcon(code, result string) string {
	switch stepClass(code, result) {
	case "bad":
		return "x"
	case "warn":
		return "circle-alert"
	case "skip":
		return "minus"
	}
	return "check"
}

// stops reports whether the step kept the call out of Salesforce.
func stops(code, result string) bool {
	switch code + "." + result {
	case "flow.do_nothing", "no_match.skip", "no_match.internal", "no_match.type_excluded",
		"number.anonymous", "number.unusable", "number.internal", "match.none_usable", "match.ask",
		"office_hours.closed", "office_hours.day_closed", "office_hours.closed_by_aircall", "office_hours.holiday":
		return true
	}
	return code == "filter" && result != "pass"
}

func (r DetailRequest) bad() bool { return r.Status == 0 || r.Status >= 400 || r.Err != "" }

// opens reports whether a step stands open from the start: it shows records to
// choose among, or a request that went wrong.
func (s DetailStep) opens() bool {
	return len(s.Candidates) > 0 || slices.ContainsFunc(s.Requests, DetailRequest.bad)
}

func (r DetailRequest) status(ctx context.Context) string {
	if r.Status == 0 {
		return T(ctx, "requests.no_answer")
	}
	if r.Status < 400 && r.Err != "" {
		return T(ctx, "requests.refused", "status", r.Status)
	}
	return strconv.Itoa(r.Status)
}

// missedText says why nobody answered, in words when we have them.
func missedText(ctx context.Context, reason string) string {
	if key := "missed." + reason; Known(key) {
		return T(ctx, key)
	}
	return strings.ReplaceAll(reason, "_", " ")
}

func milliseconds(ctx context.Context, ms float64) string {
	return Duration(ctx, time.Duration(ms*float64(time.Millisecond)))
}

// number is the outside party's, also when it is all that is known of who.
func (m DetailPage) number() string {
	if m.Number == "" {
		return m.Who
	}
	return m.Number
}

// waitedFirst takes a wait out that would leave nothing to see of the rest.
func waitedFirst(spans []Span) (waited string, rest []Span) {
	if len(spans) < 2 || spans[0].Code != "wait" {
		return "", spans
	}
	wait, end := spans[0], 0.0
	for _, s := range spans[1:] {
		end = max(end, s.Start+s.Took)
	}
	if wait.Took < 4*(end-wait.Took) {
		return "", spans
	}
	rest = slices.Clone(spans[1:])
	for i := range rest {
		rest[i].Start = max(0, rest[i].Start-wait.Took)
	}
	return wait.Text, rest
}

func purposeText(ctx context.Context, purpose string) string {
	return T(ctx, keyOr("purpose."+purpose, "purpose.other", ""))
}

func spanText(ctx context.Context, code string) string {
	return T(ctx, keyOr("span."+code, "span.other", ""))
}

// spansText says the waterfall in words.
func spansText(ctx context.Context, spans []Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = spanText(ctx, s.Code) + " " + s.Text
	}
	return T(ctx, "spans.said", "parts", strings.Join(parts, ", "))
}

// neighbourRel tells browsers, and the keys j and k, where an arrow leads.
func neighbourRel(icon string) string {
	if icon == "chevron-left" {
		return "prev"
	}
	return "next"
}
