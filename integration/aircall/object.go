package aircall

import (
	"strings"

	"ringledger/integration/callflow"
)

// objectIDs are the keys under which the various events name their object.
type objectIDs struct {
	id, callID, nestedCallID, groupMessageID string
}

func (o *objectIDs) read(r *reader) {
	r.object(func(key []byte) {
		switch string(key) {
		case "id":
			o.id = r.id()
		case "call_id":
			o.callID = r.id()
		case "group_message_id":
			o.groupMessageID = r.id()
		case "call":
			r.object(func(key []byte) {
				if string(key) == "id" {
					o.nestedCallID = r.id()
				} else {
					r.skip()
				}
			})
		default:
			r.skip()
		}
	})
}

// identify says what an event is about.
func (o *objectIDs) identify(event string) (callflow.Kind, string) {
	var kind callflow.Kind
	var id string
	switch family, _, _ := strings.Cut(event, "."); family {
	case "call":
		kind, id = callflow.KindCall, o.id
	case "transcription", "summary", "topics", "sentiment", "action_item", "playbook_result",
		"realtime_transcription", "custom_summary", "call_evaluation":
		kind, id = callflow.KindCall, firstOf(o.callID, o.nestedCallID)
	case "ai_voice_agent":
		kind, id = callflow.KindCall, firstOf(o.callID, o.id)
	case "message":
		kind, id = callflow.KindMessage, o.id
	case "group_message":
		kind, id = callflow.KindMessage, firstOf(o.id, o.groupMessageID)
	}
	if id == "" {
		return "", ""
	}
	return kind, id
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
