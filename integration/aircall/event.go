package aircall

import (
	"cmp"
	"time"
)

// Event is one stored delivery: an envelope without its token.
type Event struct {
	Body       []byte
	ReceivedAt time.Time
}

// Fetched is the name of our own event: a call as the REST API gave it. See
// RESTEvent.
const Fetched = "call.fetched"

// The events whose name changes how they are read.
const (
	callCreated         = "call.created"
	callRinging         = "call.ringing_on_agent"
	callDeclined        = "call.agent_declined"
	callAnswered        = "call.answered"
	callTransferred     = "call.transferred"
	callTransferredAway = "call.external_transferred"
	callTransferFailed  = "call.unsuccessful_transfer"
	callHungUp          = "call.hungup"
	callEnded           = "call.ended"
	callVoicemail       = "call.voicemail_left"
	callAssets          = "call.comm_assets_generated"
	callAssigned        = "call.assigned"
	callArchived        = "call.archived"
	callTagged          = "call.tagged"
	callUntagged        = "call.untagged"
	callCommented       = "call.commented"
	summaryCreated      = "summary.created"
)

// Subscription lists the events that Ringledger asks for. Holding, menus and
// archiving are left out: they change nothing in what is logged.
func Subscription() []string {
	return []string{
		callCreated, callRinging, callDeclined, callAnswered, callTransferred, callTransferredAway, callTransferFailed,
		callHungUp, callEnded, callVoicemail, callAssets, callAssigned, callTagged, callUntagged, callCommented,
		"message.sent", "message.received", "message.status_updated",
		"group_message.sent", "group_message.received", "group_message.status_updated",
		summaryCreated,
	}
}

// rank orders the events of one second the way they happen. Envelope times have
// no more than seconds, so ties are common.
func rank(event string) int {
	switch event {
	case callCreated:
		return 0
	case "call.ivr_option_selected":
		return 1
	case callRinging:
		return 2
	case callDeclined:
		return 3
	case callAnswered:
		return 4
	case "call.hold":
		return 5
	case "call.unhold":
		return 6
	case callTransferred:
		return 7
	case callTransferredAway:
		return 8
	case callTransferFailed:
		return 9
	case callHungUp:
		return 10
	case callEnded:
		return 11
	case callVoicemail:
		return 12
	case callAssets:
		return 13
	case callTagged:
		return 15
	case callUntagged:
		return 16
	case Fetched:
		return 17
	}
	return 14
}

// The states of a call. They only ever grow.
const (
	stateInitial = iota
	stateAnswered
	stateDone
)

// state is how far a call had come when the event was made.
func (f *fact) state() int {
	switch f.status {
	case "initial":
		return stateInitial
	case "answered":
		return stateAnswered
	case "done":
		return stateDone
	}
	switch r := rank(f.event); {
	case r < rank(callAnswered):
		return stateInitial
	case r < rank(callHungUp):
		return stateAnswered
	}
	return stateDone
}

// CompareEvents orders two events of one second the way they happen.
func CompareEvents(a, b string) int { return cmp.Compare(rank(a), rank(b)) }
