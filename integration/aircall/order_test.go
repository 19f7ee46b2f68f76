package aircall_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
)

func TestAnyOrderAndRepetitionFoldsToTheSameCall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]callflow.Kind{callflow.KindCall, callflow.KindMessage}).Draw(t, "kind")
		events := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) aircall.Event { return anyEvent(t, kind) }), 1, 8).Draw(t, "events")
		want, wantOdd := aircall.Fold(kind, "9", events)

		shuffled := rapid.Permutation(events).Draw(t, "shuffled")
		repeated := append(shuffled, rapid.SliceOfN(rapid.SampledFrom(events), 0, 5).Draw(t, "repeated")...)
		got, gotOdd := aircall.Fold(kind, "9", repeated)

		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("another call in another order (-first +second):\n%s", diff)
		}
		if diff := cmp.Diff(wantOdd, gotOdd); diff != "" {
			t.Fatalf("other oddities in another order:\n%s", diff)
		}
	})
}

func TestAStateIsNeverLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) aircall.Event { return anyEvent(t, callflow.KindCall) }), 1, 6).Draw(t, "events")
		before, _ := aircall.Fold(callflow.KindCall, "9", events[:len(events)-1])
		now, _ := aircall.Fold(callflow.KindCall, "9", events)
		for what, lost := range map[string]bool{
			"the answer":    !before.AnsweredAt.IsZero() && now.AnsweredAt.IsZero(),
			"the end":       before.Ended && !now.Ended,
			"the voicemail": before.VoicemailLeft && !now.VoicemailLeft,
			"a comment":     len(before.Comments) > len(now.Comments),
			"a ring":        len(before.Rang) > len(now.Rang),
			"the number":    before.External.E164 != "" && now.External.E164 == "",
			"the line":      before.Line.E164 != "" && now.Line.E164 == "",
			"the summary":   before.Summary != "" && now.Summary == "",
		} {
			if lost {
				t.Fatalf("one event more, and %s is lost:\nbefore %+v\nnow    %+v", what, before, now)
			}
		}
	})
}

// anyEvent draws an event about call or message 9, with values that collide
// often: few seconds, few people, absent and odd values.
func anyEvent(t *rapid.T, kind callflow.Kind) aircall.Event {
	names := append(aircall.Subscription()[:15], "call.fetched", "call.hold", "summary.created", "ai_voice_agent.ended", "call.new")
	if kind == callflow.KindMessage {
		names = aircall.Subscription()[15:21]
	}
	second := func(name string) int64 { return start.Unix() + int64(rapid.IntRange(0, 4).Draw(t, name)) }
	person := rapid.SampledFrom([]any{nil, map[string]any{}, "x", map[string]any{"id": 1, "name": "Ann"},
		map[string]any{"id": "2", "name": "Ben"}, map[string]any{"id": 1, "email": "ann@example.com"}})
	moment := rapid.SampledFrom([]any{nil, second("moment"), second("moment") * 1000, map[string]any{}})
	fields := map[string]any{
		"id": 9, "call_id": "9", "content": "Summary",
		"direction":          rapid.SampledFrom([]any{nil, "inbound", "outbound"}).Draw(t, "direction"),
		"status":             rapid.SampledFrom([]any{nil, "initial", "answered", "done"}).Draw(t, "status"),
		"missed_call_reason": rapid.SampledFrom([]any{nil, "no_available_agent", "short_abandoned"}).Draw(t, "missed"),
		"started_at":         moment.Draw(t, "started"), "answered_at": moment.Draw(t, "answered"), "ended_at": moment.Draw(t, "ended"),
		"sent_at": moment.Draw(t, "sent"), "created_at": moment.Draw(t, "created"),
		"user":           person.Draw(t, "user"),
		"transferred_to": person.Draw(t, "to"), "transferred_by": person.Draw(t, "by"),
		"raw_digits": rapid.SampledFrom([]any{nil, "anonymous", "+33 1 99 00 12 34", "33199001235"}).Draw(t, "digits"),
		"number": rapid.SampledFrom([]any{nil, map[string]any{}, map[string]any{"id": 5, "country": "FR", "digits": "+33199001000"},
			map[string]any{"id": 6, "name": "UK", "e164_digits": "+441632960100"}}).Draw(t, "number"),
		"tags": rapid.SampledFrom([]any{nil, []any{}, []any{map[string]any{"name": "A"}}, []any{"A", "B"}}).Draw(t, "tags"),
		"comments": rapid.SampledFrom([]any{nil, []any{map[string]any{"id": 1, "content": "one"}},
			[]any{map[string]any{"id": 2, "content": "two", "posted_at": start.Unix()}, map[string]any{"content": "loose"}}}).Draw(t, "comments"),
		"asset": rapid.SampledFrom([]any{nil, "https://assets.aircall.io/calls/9/recording", "https://assets.aircall.io/calls/9/voicemail"}).Draw(t, "asset"),
		"body":  rapid.SampledFrom([]any{nil, "Hello", "Bye"}).Draw(t, "body"),
		"participants": rapid.SampledFrom([]any{nil, []any{"33199001236", "33199001237"},
			[]any{map[string]any{"type": "user"}, map[string]any{"type": "user"}}}).Draw(t, "participants"),
	}
	for _, key := range rapid.SliceOf(rapid.SampledFrom([]string{"user", "number", "tags", "started_at", "status"})).Draw(t, "absent") {
		delete(fields, key)
	}
	body, err := json.Marshal(map[string]any{
		"event":     rapid.SampledFrom(names).Draw(t, "event"),
		"timestamp": rapid.SampledFrom([]any{nil, second("timestamp"), second("timestamp")}).Draw(t, "stamp"),
		"data":      fields,
	})
	if err != nil {
		t.Fatal(err)
	}
	return aircall.Event{Body: body, ReceivedAt: start.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "received")) * time.Second)}
}
