package callflow

import "strings"

// CallType is the kind of call that flows are chosen by.
type CallType string

// The call types, in the order pages show them.
const (
	OutboundAnswered   CallType = "outbound_answered"
	OutboundUnanswered CallType = "outbound_unanswered"
	InboundAnswered    CallType = "inbound_answered"
	Missed             CallType = "missed"
	Voicemail          CallType = "voicemail"
	MessageSent        CallType = "message_sent"
	MessageReceived    CallType = "message_received"
)

// CallTypes lists all call types in the order pages show them.
func CallTypes() []CallType {
	return []CallType{InboundAnswered, Missed, Voicemail, OutboundAnswered, OutboundUnanswered, MessageSent, MessageReceived}
}

// Type judges the call by its own times, never by a status or duration.
func (c Call) Type() CallType {
	switch {
	case c.Kind == KindMessage && c.Direction == Outbound:
		return MessageSent
	case c.Kind == KindMessage:
		return MessageReceived
	case c.Direction == Outbound && !c.AnsweredAt.IsZero():
		return OutboundAnswered
	case c.Direction == Outbound:
		return OutboundUnanswered
	case !c.AnsweredAt.IsZero():
		return InboundAnswered
	case c.VoicemailLeft:
		return Voicemail
	default:
		return Missed
	}
}

// callTypeStep says what the call was. A missed call whose caller asked to be
// called back is a missed call, and the sentence says so.
func callTypeStep(c Call) Step {
	t := c.Type()
	result := string(t)
	if t == Missed && c.CallbackRequest {
		result = "callback_request"
	}
	return Step{Code: StepCallType, Result: result, Params: map[string]string{
		"type":          string(t),
		"missed_reason": c.MissedReason,
	}}
}

// messageSteps say what is particular about a message: one of a group stands on
// one of its members, and one that did not arrive is logged all the same.
func messageSteps(c Call) []Step {
	var steps []Step
	if len(c.Others) > 0 {
		steps = append(steps, Step{Code: StepMessage, Result: "group", Params: map[string]string{
			"number": c.External.Text(), "others": strings.Join(c.others(), ", "),
		}})
	}
	if c.Undelivered {
		steps = append(steps, Step{Code: StepMessage, Result: "undelivered", Params: map[string]string{"number": c.External.Text()}})
	}
	return steps
}

// others are the further parties of a group, as text.
func (c Call) others() []string {
	out := make([]string, len(c.Others))
	for i, n := range c.Others {
		out[i] = n.Text()
	}
	return out
}
