package callflow

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// judgeFilters keeps calls out by line, by being internal, by agent, by number
// and by length, in this order. An empty reason lets the call pass.
func judgeFilters(c Call, f Filters, sur Surroundings) (Step, Reason) {
	refuse := func(result string, r Reason, params map[string]string) (Step, Reason) {
		return Step{Code: StepFilter, Result: result, Params: params}, r
	}
	if !f.Lines.Has(c.Line.ID) {
		return refuse("line", ReasonLine, map[string]string{"line": lineName(c.Line), "line_id": c.Line.ID})
	}
	if f.InternalCalls != InternalLog && internal(c, sur) {
		return refuse("internal", ReasonInternal, map[string]string{"number": c.External.Text()})
	}
	if entry, ok := ignoredAgent(c.Agent, f.IgnoreAgents); ok {
		return refuse("agent", ReasonAgent, map[string]string{"agent": agentName(c.Agent), "entry": entry})
	}
	if entry, ok := ignoredNumber(c.External, f.IgnoreNumbers); ok {
		return refuse("number", ReasonNumber, map[string]string{"number": c.External.Text(), "entry": entry})
	}
	if tooShort(c, f.MinTalkSeconds) {
		return refuse("short", ReasonShort, map[string]string{
			"seconds": strconv.Itoa(int(c.Talk() / time.Second)),
			"minimum": strconv.Itoa(f.MinTalkSeconds),
		})
	}
	return Step{Code: StepFilter, Result: "pass", Params: map[string]string{"line": lineName(c.Line)}}, ""
}

// internal reports whether both ends of the call are the company's own.
func internal(c Call, sur Surroundings) bool {
	return c.InternalByOrigin || c.External.E164 != "" && sur.OwnNumbers[c.External.E164]
}

// ignoredAgent finds the entry that names the agent by id, e-mail or name.
func ignoredAgent(a Agent, entries []string) (string, bool) {
	i := slices.IndexFunc(entries, func(entry string) bool {
		entry = strings.TrimSpace(entry)
		return entry != "" && (entry == a.ID || strings.EqualFold(entry, a.Email) || strings.EqualFold(entry, a.Name))
	})
	if i < 0 {
		return "", false
	}
	return entries[i], true
}

// ignoredNumber finds the entry that is the number, however it is punctuated.
// A number that is none in E.164, such as a short code, is compared by digits.
func ignoredNumber(n Number, entries []string) (string, bool) {
	mine := n.E164
	if mine == "" {
		mine = compactNumber(n.Raw)
	}
	i := slices.IndexFunc(entries, func(entry string) bool { return mine != "" && compactNumber(entry) == mine })
	if i < 0 {
		return "", false
	}
	return entries[i], true
}

// compactNumber keeps the digits and a leading plus; a leading 00 is a plus.
func compactNumber(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "(0)", "") // a trunk zero for those who dial from inside
	var digits strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits.WriteRune(r)
		}
	}
	d := digits.String()
	switch {
	case d == "":
		return ""
	case strings.HasPrefix(s, "+"):
		return "+" + d
	case strings.HasPrefix(d, "00"):
		return "+" + d[2:]
	default:
		return d
	}
}

// tooShort judges answered calls that are over; how long a call still going on
// will last is unknown, and one never answered has no talk to measure.
func tooShort(c Call, minimum int) bool {
	if c.Kind == KindMessage || c.AnsweredAt.IsZero() || c.EndedAt.IsZero() {
		return false
	}
	return c.Talk() < time.Duration(minimum)*time.Second
}

// agentName is what to call an agent in a sentence; "" when there is none.
func agentName(a Agent) string {
	switch {
	case a.Name != "":
		return a.Name
	case a.Email != "":
		return a.Email
	default:
		return a.ID
	}
}
