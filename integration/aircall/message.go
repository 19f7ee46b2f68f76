package aircall

import (
	"strings"
	"time"

	"ringledger/integration/callflow"
)

// message collects the facts of one text message, in the order they were made.
type message struct {
	call    callflow.Call
	ends    ends
	voices  voices
	display string // the outside party with its "+"
	first   time.Time
	sent    time.Time
	created time.Time
	group   []string
	body    string
	stand   string // what a template says
	status  string // the newest that says whether it arrived
}

func foldMessage(id string, facts []fact) callflow.Call {
	m := message{call: callflow.Call{Kind: callflow.KindMessage, ID: id}}
	for i := range facts {
		m.add(&facts[i])
	}
	return m.finish()
}

func (m *message) add(f *fact) {
	earliest(&m.first, f.at)
	earliest(&m.sent, f.sent)
	earliest(&m.created, f.created)
	if m.call.Direction == "" {
		m.call.Direction = messageDirection(f)
	}
	if (f.contact != callflow.Contact{}) {
		m.call.Contact = f.contact
	}
	m.ends.add(f)
	m.voices.meet(f.user)
	m.voices.talk(f.user)
	m.display = firstOf(m.display, f.externalNumber)
	m.body = firstOf(f.body, m.body)
	m.stand = firstOf(f.template, m.stand)
	m.call.Channel = firstOf(m.call.Channel, channel(f.channel))
	m.status = firstOf(arrival(f.status), m.status)
	if len(f.media) > 0 {
		m.call.Media = f.media
	}
	if m.group == nil {
		for _, p := range f.participants {
			m.group = append(m.group, p.number)
		}
	}
}

// finish closes the message: it is complete when its first event comes.
func (m *message) finish() callflow.Call {
	call := &m.call
	if call.Direction == callflow.Inbound {
		call.StartedAt = firstTime(m.created, m.sent, m.first)
	} else {
		call.StartedAt = firstTime(m.sent, m.created, m.first)
	}
	call.EndedAt = call.StartedAt
	call.Ended, call.EndedEventAt = !m.first.IsZero(), m.first
	call.Body = firstOf(m.body, m.stand)
	call.Undelivered = m.status == "failed" && call.Direction != callflow.Inbound
	call.Line = m.ends.ownLine()
	call.Agent, _ = m.voices.settle()
	call.External = m.external()
	m.addGroup()
	return *call
}

// external reads the outside party. The digits of messages are E.164 without
// its "+", which only the display form has.
func (m *message) external() callflow.Number {
	n := callflow.Number{Raw: firstOf(m.display, m.ends.raw)}
	country := m.call.Line.Country
	n.E164 = firstOf(
		parse(m.display, ""), parseBare(m.ends.raw), parse(m.display, country), parse(m.ends.raw, country), parseBare(m.display))
	return n
}

// addGroup shares the participants out: the first from outside is the external
// number, unless the message names it, and the rest are the others.
func (m *message) addGroup() {
	call := &m.call
	for _, raw := range m.group {
		n := callflow.Number{Raw: raw, E164: firstOf(parseBare(raw), parse(raw, call.Line.Country))}
		switch {
		case n.Raw == "" || n.E164 != "" && n.E164 == call.Line.E164:
		case call.External.Raw == "":
			call.External = n
		case !sameNumber(n, call.External) && !containsNumber(call.Others, n):
			call.Others = append(call.Others, n)
		}
	}
}

func containsNumber(numbers []callflow.Number, n callflow.Number) bool {
	for _, k := range numbers {
		if sameNumber(k, n) {
			return true
		}
	}
	return false
}

func sameNumber(a, b callflow.Number) bool {
	if a.E164 != "" || b.E164 != "" {
		return a.E164 == b.E164
	}
	return a.Raw == b.Raw
}

func messageDirection(f *fact) callflow.Direction {
	switch d := callflow.Direction(f.direction); d {
	case callflow.Inbound, callflow.Outbound:
		return d
	}
	switch _, what, _ := strings.Cut(f.event, "."); what {
	case "received":
		return callflow.Inbound
	case "sent":
		return callflow.Outbound
	}
	return ""
}

// channel is empty for plain text messages, however they are called.
func channel(s string) string {
	switch s = strings.ToLower(s); s {
	case "sms", "mms":
		return ""
	}
	return s
}

// arrival is what a status says of whether the message arrived: "failed",
// "delivered", or "" when it is still under way. Carriers have several words.
func arrival(status string) string {
	switch strings.ToLower(status) {
	case "failed", "undelivered", "rejected", "expired":
		return "failed"
	case "delivered", "read", "seen", "received":
		return "delivered"
	}
	return ""
}
