package simulator_test

import (
	"slices"
	"testing"

	"ringledger/integration/aircall/simulator"
)

func TestEveryKindOfMessageIsTold(t *testing.T) {
	for kind, want := range map[simulator.MessageKind][]string{
		simulator.SMSReceived:      {"message.received"},
		simulator.SMSSent:          {"message.sent", "message.status_updated"},
		simulator.SMSFailed:        {"message.sent", "message.status_updated"},
		simulator.MMSReceived:      {"message.received"},
		simulator.WhatsAppReceived: {"message.received"},
		simulator.WhatsAppSent:     {"message.sent", "message.status_updated"},
		simulator.GroupReceived:    {"group_message.received"},
		simulator.GroupSent:        {"group_message.sent", "group_message.status_updated"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			r := newReceiver(t, nil)
			a := newAccount(t, nil)
			listen(t, a, r.URL)
			id, err := a.PlaceMessage(t.Context(), simulator.MessageSpec{Kind: kind, Number: "+33199001234", Line: "Sales FR", Agent: "Hugo Petit", Body: "<b>à demain</b>"})
			if err != nil {
				t.Fatal(err)
			}
			drain(t, a)
			if got := r.events(); !slices.Equal(got, want) {
				t.Fatalf("got %v, want %v", got, want)
			}
			for _, h := range r.all() {
				o := h.object(t)
				if h.Resource != "message" || o["id"] != id || o["body"] != "<b>à demain</b>" || h.Timestamp < 1e12 {
					t.Errorf("%s: resource %s, id %v, body %v, timestamp %d", h.Event, h.Resource, o["id"], o["body"], h.Timestamp)
				}
			}
			checkMessage(t, kind, r.all()[len(want)-1].object(t))
		})
	}
}

func checkMessage(t *testing.T, kind simulator.MessageKind, o map[string]any) {
	t.Helper()
	_, hasUser := o["user"]
	status, channel, digits := o["status"], o["channel"], o["raw_digits"]
	switch kind {
	case simulator.SMSReceived:
		if hasUser || channel != nil || digits != "33199001234" || o["external_number"] != "+33 1 99 00 12 34" {
			t.Errorf("user %v, channel %v, digits %v", hasUser, channel, digits)
		}
	case simulator.SMSSent:
		if !hasUser || status != "delivered" {
			t.Errorf("user %v, status %v", hasUser, status)
		}
	case simulator.SMSFailed:
		if status != "failed" {
			t.Errorf("status %v", status)
		}
	case simulator.MMSReceived:
		if media := o["media_details"].([]any); len(media) != 1 {
			t.Errorf("media %v", media)
		}
	case simulator.WhatsAppReceived, simulator.WhatsAppSent:
		if channel != "whatsapp" || o["whatsapp_message_category"] == nil {
			t.Errorf("channel %v, category %v", channel, o["whatsapp_message_category"])
		}
	default:
		if o["group_conversation_id"] == nil || len(o["participants"].([]any)) != 3 {
			t.Errorf("group %v, members %v", o["group_conversation_id"], o["participants"])
		}
	}
}
