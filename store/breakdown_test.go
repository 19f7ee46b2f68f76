package store_test

import (
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestCallsAreCountedByLineAndAgentAsTheListFindsThem(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
		for _, c := range []struct {
			id, line, agent string
			kind            callflow.CallType
			at              time.Duration
		}{
			{"1", "7", "A", callflow.Missed, 0},
			{"2", "7", "A", callflow.Voicemail, 9 * time.Hour},
			{"3", "7", "", callflow.Missed, 10 * time.Hour},
			{"4", "8", "A", callflow.Missed, 24*time.Hour - time.Microsecond},
			{"5", "", "", callflow.Missed, time.Hour},
			{"6", "7", "A", callflow.InboundAnswered, time.Hour}, // answered
			{"7", "7", "A", callflow.Missed, 24 * time.Hour},     // the next day
			{"8", "7", "A", callflow.Missed, -time.Microsecond},  // the day before
		} {
			settled(t, st, c.id, func(e *store.Entry) {
				e.StartedAt, e.CallType, e.LineID, e.AgentID = day.Add(c.at), c.kind, c.line, c.agent
			}, "w:martin")
		}
		missed := store.Filter{Types: []callflow.CallType{callflow.Missed, callflow.Voicemail}, From: day, To: day.Add(24 * time.Hour)}
		narrow, found := missed, missed
		narrow.Lines, found.Query = []string{"7"}, "martin"
		all := []store.PartyCount{{Line: "7", Agent: "A", N: 2}, {N: 1}, {Line: "7", N: 1}, {Line: "8", Agent: "A", N: 1}}
		for name, c := range map[string]struct {
			filter store.Filter
			want   []store.PartyCount
		}{
			"a day":      {missed, all},
			"a line":     {narrow, []store.PartyCount{all[0], all[2]}},
			"a search":   {found, all},
			"an agent":   {store.Filter{Agents: []string{"A"}, From: day, To: day.Add(2 * time.Hour)}, []store.PartyCount{all[0]}},
			"not a call": {store.Filter{Lines: []string{"9"}, From: day}, nil},
		} {
			got, err := st.CountParties(t.Context(), c.filter)
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
			}
			sum := 0
			for _, p := range got {
				sum += p.N
			}
			if n, err := st.CountEntries(t.Context(), c.filter); err != nil || n != sum {
				t.Errorf("%s: the list has %d, %v; by line and agent there are %d", name, n, err, sum)
			}
		}
	})
}

func TestTheMessagesOfAPeriodAreCountedApart(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
		for id, c := range map[string]struct {
			at   time.Duration
			kind callflow.CallType
		}{
			"1": {0, callflow.MessageSent},
			"2": {23 * time.Hour, callflow.MessageReceived},
			"3": {24 * time.Hour, callflow.MessageReceived},
			"4": {-time.Second, callflow.MessageSent},
			"5": {time.Hour, callflow.Missed},
			"6": {time.Hour, ""}, // not known yet
		} {
			settled(t, st, id, func(e *store.Entry) { e.StartedAt, e.CallType = day.Add(c.at), c.kind })
		}
		if n, err := st.CountMessages(t.Context(), day, day.Add(24*time.Hour)); err != nil || n != 2 {
			t.Errorf("got %d, %v; want the two of the day", n, err)
		}
		if n, err := st.CountMessages(t.Context(), day.Add(48*time.Hour), day.Add(72*time.Hour)); err != nil || n != 0 {
			t.Errorf("got %d, %v of a day without any", n, err)
		}
	})
}
