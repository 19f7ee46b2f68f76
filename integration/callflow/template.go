package callflow

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

var placeholders = []string{
	"record", "number", "line", "line_number", "agent", "agent_email", "company", "type", "direction", "date", "time",
	"call_id", "tags", "talk_seconds", "waiting_seconds", "missed_reason", "recording", "voicemail",
}

// Placeholders lists what templates may name between braces.
func Placeholders() []string { return slices.Clone(placeholders) }

// fill replaces the placeholders of a template. Other words in braces stay.
func fill(template string, values map[string]string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(template, '{')
		if open < 0 {
			break
		}
		b.WriteString(template[:open])
		template = template[open:]
		name, _, closed := strings.Cut(template[1:], "}")
		if !closed || !slices.Contains(placeholders, name) {
			b.WriteByte('{')
			template = template[1:]
			continue
		}
		b.WriteString(values[name])
		template = template[len(name)+2:]
	}
	b.WriteString(template)
	return b.String()
}

// agentClauses are the words that lead to an agent. They go with the agent: a
// subject must not end in "made by".
var agentClauses = []string{
	" made by", " answered by", " sent by", " handled by", " taken by", " from", " by", " with",
	" effectué par", " passé par", " répondu par", " pris par", " traité par", " envoyé par", " de", " par", " avec",
}

// withoutAgent drops the agent from a template, with the words before it.
func withoutAgent(template string) string {
	for _, name := range []string{"{agent}", "{agent_email}"} {
		for _, clause := range agentClauses {
			template = strings.ReplaceAll(template, clause+" "+name, "")
		}
	}
	return template
}

// fillLine is fill for one line of text: a missing agent takes its clause along
// and the blanks it leaves are closed.
func fillLine(template string, values map[string]string) string {
	if values["agent"] == "" {
		template = withoutAgent(template)
	}
	return oneLine(fill(template, values))
}

// templateValues are the values of the placeholders for a call on a record.
func templateValues(c Call, s Settings, r *Record) map[string]string {
	local := c.moment().In(s.zoneOf(c.Line))
	values := map[string]string{
		"number":        numberText(c),
		"line":          lineName(c.Line),
		"line_number":   c.Line.E164,
		"agent":         agentName(c.Agent),
		"agent_email":   c.Agent.Email,
		"company":       c.Contact.Company,
		"type":          string(c.Type()),
		"direction":     string(c.Direction),
		"date":          local.Format(time.DateOnly),
		"time":          local.Format("15:04"),
		"call_id":       c.ID,
		"tags":          strings.Join(c.Tags, ", "),
		"missed_reason": c.MissedReason,
		"recording":     c.Recording,
		"voicemail":     c.Voicemail,
	}
	if c.over() {
		values["talk_seconds"] = strconv.Itoa(int(c.Talk() / time.Second))
		values["waiting_seconds"] = strconv.Itoa(int(c.Waiting() / time.Second))
	}
	values["record"] = values["number"]
	if r != nil && r.Name != "" {
		values["record"] = r.Name
	}
	return values
}

// over reports whether this is a call whose times are all known.
func (c Call) over() bool { return c.Kind != KindMessage && !c.EndedAt.IsZero() }

// numberText is the outside party in words when there is no record.
func numberText(c Call) string {
	if c.External.Anonymous() {
		return "anonymous"
	}
	return c.External.Text()
}
