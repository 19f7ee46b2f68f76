package worker_test

import (
	"fmt"
	"testing"

	"ringledger/integration/aircall"
	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/integration/effect"
	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/store/storetest"
)

// What would have been is told from traces: then what was must come out of
// them as well.
func TestTheRulesOfTheDayJudgedOnWhatIsStoredSayWhatTheWorkerDid(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.rules(func(r *callflow.Settings) {
			r.Flows[callflow.OutboundUnanswered] = callflow.Flow{Action: callflow.DoNothing}
			r.Matching.Several = callflow.SeveralAsk
			r.Related.Attach = callflow.AttachCase
			r.Owner.Fallback = []string{callflow.OwnerRecord, callflow.OwnerConnection}
		})
		s.contact(ada)
		s.contact("+33199001299")
		s.contact("+33199001299")
		s.org.Add("Lead", map[string]any{"LastName": "Petit", "Company": "Petit", "Phone": "+33199001277"})
		var calls []string
		for _, kind := range []aircallsim.Kind{aircallsim.InboundAnswered, aircallsim.Missed, aircallsim.Voicemail, aircallsim.OutboundAnswered, aircallsim.OutboundUnanswered} {
			for _, number := range []string{ada, "+33199001277", "+33199001288", "+33199001299"} {
				calls = append(calls, s.call(aircallsim.CallSpec{Kind: kind, Number: number, Plain: true}))
			}
		}
		s.drain()
		j := s.judge()
		known := 0
		for _, id := range calls {
			e := s.entry(id)
			d, ok := j.Foretell(s.retold(e), s.remembered(e), j.Current)
			if !ok {
				t.Errorf("%s: something is not known of %s, %s", id, e.Outcome, e.Reason)
				continue
			}
			known++
			if d.Outcome != e.Outcome || d.Reason != e.Reason {
				t.Errorf("%s of %s: told %s, %s; was %s, %s", e.CallType, e.External, d.Outcome, d.Reason, e.Outcome, e.Reason)
			}
			for field, value := range d.Task.Fields {
				if got, want := fmt.Sprint(e.Wrote[field]), fmt.Sprint(value); d.Outcome == callflow.Logged && got != want {
					t.Errorf("%s of %s: told %s %q, was %q", e.CallType, e.External, field, want, got)
				}
			}
		}
		if known < len(calls) {
			t.Errorf("%d of %d calls are known", known, len(calls))
		}
		r, err := effect.Of(t.Context(), s.store, effect.Question{Judge: j, Most: 1000})
		if err != nil || r.Calls != len(calls) || r.N(effect.Same) != len(calls) {
			t.Errorf("the same rules: %+v, %v", r, err)
		}
	})
}

// judge compares the rules in force with themselves.
func (s *site) judge() effect.Judge {
	s.t.Helper()
	rules, err := s.store.CurrentRules(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	conn, err := s.store.SalesforceConnection(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	client, err := s.conn.Client(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	org, err := client.DescribeOrg(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	lines, err := s.store.Lines(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	own := map[string]bool{}
	for _, l := range lines {
		own[l.E164] = true
	}
	return effect.Judge{Current: rules.Settings, Draft: rules.Settings, Org: org.Org,
		Around:     callflow.Surroundings{OwnNumbers: own, Holiday: settings.Holidays()},
		Connection: callflow.User{ID: conn.UserID, Name: conn.UserName, Email: conn.UserEmail}}
}

func (s *site) retold(e store.Entry) callflow.Call {
	s.t.Helper()
	stored, err := s.store.EventsOf(s.t.Context(), e.Kind, e.ObjectID)
	if err != nil {
		s.t.Fatal(err)
	}
	events := make([]aircall.Event, len(stored))
	for i, ev := range stored {
		events[i] = aircall.Event{Body: ev.Body, ReceivedAt: ev.ReceivedAt}
	}
	call, _ := aircall.Fold(e.Kind, e.ObjectID, events)
	return call
}

func (s *site) remembered(e store.Entry) effect.Facts {
	s.t.Helper()
	tries, err := s.store.StepsOfAll(s.t.Context(), []int64{e.ID})
	if err != nil {
		s.t.Fatal(err)
	}
	return effect.Remembered(e, tries[e.ID], func(version int) (callflow.Settings, bool) {
		r, err := s.store.RulesVersion(s.t.Context(), version)
		return r.Settings, err == nil
	})
}
