package simulator

import (
	"context"
	"encoding/json"
	"slices"
)

// event is one thing to tell the webhooks.
type event struct {
	name      string
	resource  string
	timestamp int64 // unix seconds, for messages milliseconds
	data      json.RawMessage
	call      *call // whose list of deliveries it joins; nil for messages
}

// envelope is the body of a delivery, in the key order of real ones.
type envelope struct {
	Resource  string          `json:"resource"`
	Event     string          `json:"event"`
	Timestamp int64           `json:"timestamp"`
	Token     string          `json:"token"`
	Data      json.RawMessage `json:"data"`
}

// tell hands an event to every webhook that wants it. It waits while a
// webhook's queue is full, at most until ctx ends.
func (a *Account) tell(ctx context.Context, e event) error {
	a.counts.events.Add(1)
	faults := a.Faults()
	if faults.Silent || slices.Contains(faults.Drop, e.name) {
		a.counts.dropped.Add(1)
		return nil
	}
	for _, h := range a.listeners(e) {
		if err := a.post(ctx, h, e, faults); err != nil {
			return err
		}
	}
	return nil
}

// listeners are the active webhooks subscribed to an event. What a disabled
// one misses is lost to it.
func (a *Account) listeners(e event) []*webhook {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var list []*webhook
	for _, h := range a.hooks {
		switch {
		case !slices.Contains(h.events, e.name):
		case !h.active:
			a.counts.lost.Add(1)
		default:
			list = append(list, h)
		}
	}
	return list
}

// EventNames are all events a webhook can subscribe to.
func EventNames() []string {
	return []string{
		"call.created", "call.ringing_on_agent", "call.agent_declined", "call.answered", "call.hold", "call.unhold",
		"call.transferred", "call.external_transferred", "call.unsuccessful_transfer", "call.ivr_option_selected",
		"call.hungup", "call.ended", "call.voicemail_left", "call.comm_assets_generated", "call.assigned",
		"call.archived", "call.tagged", "call.untagged", "call.commented",
		"user.created.v2", "user.deleted.v2", "user.connected.v2", "user.disconnected.v2", "user.opened.v2",
		"user.closed.v2", "user.wut_start.v2", "user.wut_end.v2",
		"user.created", "user.deleted", "user.connected", "user.disconnected", "user.opened", "user.closed",
		"user.wut_start", "user.wut_end",
		"number.created", "number.opened", "number.closed", "number.deleted",
		"contact.created", "contact.updated", "contact.deleted", "team.created", "team.destroyed",
		"message.sent", "message.received", "message.status_updated",
		"group_message.sent", "group_message.received", "group_message.status_updated",
		"transcription.created", "summary.created", "topics.created", "sentiment.created", "action_item.created",
		"playbook_result.created", "playbook_result.updated", "realtime_transcription.utterances_received",
		"custom_summary.result_created", "custom_summary.result_updated", "call_evaluation.created", "call_evaluation.updated",
		"ai_voice_agent.started", "ai_voice_agent.ended", "ai_voice_agent.escalated", "ai_voice_agent.summary",
		"analytics.report_created", "analytics.report_failed", "integration.deleted",
	}
}
