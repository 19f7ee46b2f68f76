package callflow

import "strings"

// DefaultSubject is the subject of a call type when the settings give none.
func DefaultSubject(t CallType) string {
	switch t {
	case OutboundAnswered:
		return "Outbound answered call to {record} via {line} made by {agent}"
	case OutboundUnanswered:
		return "Outbound unanswered call via {line} made by {agent} to {record}"
	case InboundAnswered:
		return "Inbound answered call from {record} on {line} answered by {agent}"
	case Voicemail:
		return "Voicemail from {record} on {line}"
	case MessageSent:
		return "SMS sent from {agent} via {line} to {record}"
	case MessageReceived:
		return "SMS received from {record} to {line}"
	default:
		return "Missed call from {record} on {line}"
	}
}

// subjectOf is the subject of the call's Task, not cut yet. The default subject
// of a message names its channel.
func subjectOf(c Call, s Settings, r *Record) string {
	t := c.Type()
	template := s.Task.Subjects[t]
	if template == "" {
		template = DefaultSubject(t)
		if c.Channel == "whatsapp" {
			template = strings.Replace(template, "SMS", "WhatsApp message", 1)
		}
	}
	return fillLine(template, templateValues(c, s, r))
}
