package simulator_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringledger/integration/aircall/simulator"
)

// stories are the events of each kind of call, in the order they happen. A
// word in brackets may be missing; the rest of a call is always the same.
func stories() map[simulator.Kind]string {
	return map[simulator.Kind]string{
		simulator.InboundAnswered:      "created ringing_on_agent answered hungup ended comm_assets_generated",
		simulator.OutboundAnswered:     "created answered hungup ended comm_assets_generated",
		simulator.OutboundUnanswered:   "created hungup ended",
		simulator.Missed:               "created ringing_on_agent ringing_on_agent hungup ended",
		simulator.NoAvailableAgent:     "created hungup ended",
		simulator.ShortAbandoned:       "created hungup ended",
		simulator.AbandonedInIVR:       "created ivr_option_selected hungup ended",
		simulator.MissedWithoutReason:  "created ringing_on_agent ringing_on_agent hungup ended",
		simulator.OutOfOpeningHours:    "created hungup ended",
		simulator.Voicemail:            "created ringing_on_agent ringing_on_agent hungup ended voicemail_left comm_assets_generated",
		simulator.VoicemailClosed:      "created hungup ended voicemail_left comm_assets_generated",
		simulator.Transferred:          "created ringing_on_agent answered transferred ringing_on_agent [answered] hungup ended comm_assets_generated",
		simulator.UnsuccessfulTransfer: "created ringing_on_agent answered ringing_on_agent unsuccessful_transfer hungup ended comm_assets_generated",
		simulator.ExternalTransfer:     "created ringing_on_agent answered external_transferred ended comm_assets_generated",
		simulator.Declined:             "created ringing_on_agent agent_declined ringing_on_agent agent_declined ringing_on_agent agent_declined ringing_on_agent answered hungup ended comm_assets_generated",
		simulator.IVR:                  "created ivr_option_selected ringing_on_agent answered hungup ended comm_assets_generated",
		simulator.CallbackRequest:      "created tagged hungup ended",
		simulator.Anonymous:            "created ringing_on_agent answered hungup ended comm_assets_generated",
		simulator.AnonymousMissed:      "created ringing_on_agent ringing_on_agent hungup ended",
		simulator.Internal:             "created ringing_on_agent answered hungup ended comm_assets_generated",
		simulator.Unfinished:           "created ringing_on_agent answered",
	}
}

func TestEveryKindOfCallHasItsEventsInOrder(t *testing.T) {
	told := stories()
	for _, kind := range simulator.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			r := newReceiver(t, nil)
			a := newAccount(t, nil)
			listen(t, a, r.URL)
			place(t, a, simulator.CallSpec{Kind: kind, Line: "Support FR", Plain: true})
			drain(t, a)
			var got []string
			for _, h := range r.all() {
				got = append(got, strings.TrimPrefix(h.Event, "call."))
				checkEnvelope(t, h)
			}
			full := strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(told[kind]))
			short := slices.DeleteFunc(strings.Fields(told[kind]), func(s string) bool { return s[0] == '[' })
			if !slices.Equal(got, full) && !slices.Equal(got, short) {
				t.Errorf("got  %v\nwant %v", got, full)
			}
		})
	}
}

func checkEnvelope(t *testing.T, h hit) {
	t.Helper()
	if !strings.HasPrefix(string(h.raw), `{"resource":"call","event":"call.`) {
		t.Errorf("the envelope begins with %.40s", h.raw)
	}
	o := h.object(t)
	for _, key := range strings.Fields("id direct_link direction status missed_call_reason started_at answered_at ended_at duration cost hangup_cause voicemail recording asset raw_digits number archived teams comments tags") {
		if _, ok := o[key]; !ok {
			t.Errorf("%s has no %q", h.Event, key)
		}
	}
	for _, key := range []string{"user", "contact", "assigned_to", "transferred_to", "transferred_by"} {
		if v, ok := o[key]; ok && v == nil {
			t.Errorf("%s: %q is null, in webhooks it must be missing", h.Event, key)
		}
	}
	id, err := o["id"].(json.Number).Int64()
	if err != nil || id <= 1<<31 {
		t.Errorf("id is %v, want above 2^31", o["id"])
	}
}

// facts picks what tells calls apart from the last event of a name.
func facts(t *testing.T, r *receiver, name string) map[string]any {
	t.Helper()
	for _, h := range slices.Backward(r.all()) {
		if h.Event == name {
			return h.object(t)
		}
	}
	t.Fatalf("no %s among %v", name, r.events())
	return nil
}

func TestAMissedCallHasAReasonAndNoUser(t *testing.T) {
	for kind, reason := range map[simulator.Kind]any{
		simulator.Missed: "agents_did_not_answer", simulator.NoAvailableAgent: "no_available_agent",
		simulator.ShortAbandoned: "short_abandoned", simulator.AbandonedInIVR: "abandoned_in_ivr",
		simulator.OutOfOpeningHours: "out_of_opening_hours", simulator.MissedWithoutReason: nil, simulator.CallbackRequest: nil,
	} {
		r := newReceiver(t, nil)
		a := newAccount(t, nil)
		listen(t, a, r.URL)
		place(t, a, simulator.CallSpec{Kind: kind, Plain: true})
		drain(t, a)
		o := facts(t, r, "call.ended")
		if _, there := o["user"]; there || o["answered_at"] != nil || o["missed_call_reason"] != reason || o["status"] != "done" {
			t.Errorf("%s: user %v, answered %v, reason %v, want %v", kind, o["user"], o["answered_at"], o["missed_call_reason"], reason)
		}
	}
}

func TestTheRungAgentIsUserOfTheRingingEventAlone(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, nil)
	listen(t, a, r.URL)
	place(t, a, simulator.CallSpec{Kind: simulator.Declined, Line: "Support FR", Agent: "omar.diallo@example.com", Plain: true})
	drain(t, a)
	var rung []any
	for _, h := range r.all() {
		o := h.object(t)
		switch h.Event {
		case "call.created":
			if o["user"] != nil {
				t.Error("an inbound call has a user before anybody is rung")
			}
		case "call.ringing_on_agent":
			rung = append(rung, o["user"].(map[string]any)["email"])
		case "call.answered":
			rung = append(rung, "answered", o["user"].(map[string]any)["email"])
		}
	}
	want := []any{"camille.roy@example.com", "hugo.petit@example.com", "lena.vogt@example.com", "omar.diallo@example.com", "answered", "omar.diallo@example.com"}
	if d := cmp.Diff(want, rung); d != "" {
		t.Error(d)
	}
}

func TestASystemTagIsTaggedByNobody(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, nil)
	listen(t, a, r.URL)
	place(t, a, simulator.CallSpec{Kind: simulator.CallbackRequest, Plain: true})
	drain(t, a)
	tag := facts(t, r, "call.ended")["tags"].([]any)[0].(map[string]any)
	if by, ok := tag["tagged_by"].(map[string]any); tag["name"] != "Callback Request" || !ok || len(by) != 0 {
		t.Errorf("got %v, want the callback tag with an empty tagged_by", tag)
	}
}

func TestAVoicemailComesWithTheEndAndItsAssetLater(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, nil)
	listen(t, a, r.URL)
	place(t, a, simulator.CallSpec{Kind: simulator.Voicemail, Plain: true})
	drain(t, a)
	if o := facts(t, r, "call.hungup"); o["voicemail"] != nil {
		t.Error("the voicemail is there before it is stored")
	}
	for _, name := range []string{"call.ended", "call.voicemail_left", "call.comm_assets_generated"} {
		o := facts(t, r, name)
		if o["voicemail"] == nil || !strings.HasSuffix(o["asset"].(string), "/voicemail") || o["recording"] != nil {
			t.Errorf("%s: voicemail %v, asset %v, recording %v", name, o["voicemail"], o["asset"], o["recording"])
		}
	}
}

func TestATransferNamesBothAgentsAndTheSecondTalksLast(t *testing.T) {
	for kind, last := range map[simulator.Kind]string{
		simulator.Transferred: "lena.vogt@example.com", simulator.UnsuccessfulTransfer: "hugo.petit@example.com",
	} {
		r := newReceiver(t, nil)
		a := newAccount(t, nil)
		listen(t, a, r.URL)
		place(t, a, simulator.CallSpec{Kind: kind, Line: "Sales FR", Agent: "hugo.petit@example.com", TransferTo: "Lena Vogt", Plain: true})
		drain(t, a)
		o := facts(t, r, "call.hungup")
		email := func(key string) any { return o[key].(map[string]any)["email"] }
		if email("user") != last || email("transferred_by") != "hugo.petit@example.com" || email("transferred_to") != "lena.vogt@example.com" {
			t.Errorf("%s: user %v, by %v, to %v", kind, email("user"), email("transferred_by"), email("transferred_to"))
		}
	}
}

func TestNotesComeAfterTheCallAndLateWhenAsked(t *testing.T) {
	for late, least := range map[time.Duration]int64{0: 31, 2 * time.Hour: 7200} {
		r := newReceiver(t, nil)
		a := newAccount(t, nil)
		listen(t, a, r.URL)
		place(t, a, simulator.CallSpec{
			Kind: simulator.Missed, At: noon.Add(-5 * time.Hour), Line: "Sales UK", Tags: []string{"billing", "made up"},
			Comment: "ring back\nplease", AssignTo: "Priya Shah", Late: late, Plain: true,
		})
		drain(t, a)
		o := facts(t, r, "call.commented")
		if tags := o["tags"].([]any); len(tags) != 2 || tags[1].(map[string]any)["name"] != "made up" {
			t.Errorf("tags are %v", tags)
		}
		if facts(t, r, "call.assigned")["assigned_to"].(map[string]any)["name"] != "Priya Shah" {
			t.Error("not assigned")
		}
		ended, err := o["ended_at"].(json.Number).Int64()
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.all() {
			if h.Event == "call.tagged" && h.Timestamp < ended+least {
				t.Errorf("tagged %d s after the end, want %d or more", h.Timestamp-ended, least)
			}
		}
	}
}

func TestHoldAndSummaryAreTold(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, nil)
	listen(t, a, r.URL)
	id := place(t, a, simulator.CallSpec{
		Kind: simulator.OutboundAnswered, Line: "Sales US", Number: "+12025550119", Ring: 5 * time.Second, Talk: time.Minute,
		Hold: 10 * time.Second, Summary: "They agreed.", Plain: true,
	})
	drain(t, a)
	at := map[string]int64{}
	for _, h := range r.all() {
		at[h.Event] = h.Timestamp
	}
	if held := at["call.unhold"] - at["call.hold"]; held != 10 {
		t.Errorf("held for %d s, want 10", held)
	}
	if talked := at["call.hungup"] - at["call.answered"]; talked != 60 {
		t.Errorf("talked for %d s, want 60", talked)
	}
	o := facts(t, r, "summary.created")
	if n, err := o["call_id"].(json.Number).Int64(); err != nil || n != id || o["content"] != "They agreed." {
		t.Errorf("summary of call %v is %v", o["call_id"], o["content"])
	}
	if digits := facts(t, r, "call.created")["raw_digits"]; digits != "+1 202-555-0119" {
		t.Errorf("raw_digits is %v", digits)
	}
}

func TestACallPlayedFastNeverReachesIntoTheFuture(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, nil)
	listen(t, a, r.URL)
	for range 20 {
		place(t, a, simulator.CallSpec{})
	}
	drain(t, a)
	for _, h := range r.all() {
		if h.Resource == "call" && h.Timestamp > noon.Unix() {
			t.Errorf("%s happens %d s in the future", h.Event, h.Timestamp-noon.Unix())
		}
	}
}

func TestWhatCannotBePlacedIsRefused(t *testing.T) {
	a := newAccount(t, nil)
	for _, s := range []simulator.CallSpec{
		{Kind: "dropped"}, {Line: "Sales DE"}, {Agent: "nobody@example.com"}, {Number: "01 99 00 12 34"}, {Talk: -time.Second},
	} {
		if id, err := a.PlaceCall(t.Context(), s); err == nil {
			t.Errorf("%+v was placed as %d", s, id)
		}
	}
}
