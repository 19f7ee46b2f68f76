package worker_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// dryRun rehearses a replay and sees to it that nothing is written.
func (s *site) dryRun(e store.Entry, rules store.Rules) (store.Result, callflow.Decision) {
	s.t.Helper()
	kept, records := s.everything()
	asked := len(s.org.Requests())
	res, d, err := s.worker.RehearseReplay(s.t.Context(), e, rules)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range s.org.Requests()[asked:] {
		if !slices.Contains([]string{"search", "query", "composite", "token", "retrieve"}, r.Kind) && r.Method != "GET" {
			s.t.Errorf("the dry run sent %s %s (%s)", r.Method, r.Path, r.Kind)
		}
	}
	keptAfter, recordsAfter := s.everything()
	if !bytes.Equal(kept, keptAfter) {
		s.t.Error("the dry run changed the database")
	}
	if diff := cmp.Diff(records, recordsAfter); diff != "" {
		s.t.Errorf("the dry run changed the org: %s", diff)
	}
	return res, d
}

// replayed lets the worker replay a call by today's rules.
func (s *site) replayed(id string) store.Entry {
	s.t.Helper()
	e := s.entry(id)
	if err := s.store.ReplayEntry(s.t.Context(), e.ID, "now"); err != nil {
		s.t.Fatal(err)
	}
	s.drain()
	return s.entry(id)
}

func TestADryRunAndTheReplayAgree(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	numbers := s.awkward()
	kinds := []aircallsim.Kind{aircallsim.InboundAnswered, aircallsim.Missed, aircallsim.OutboundAnswered, aircallsim.Voicemail}
	var ids []string
	for n, number := range numbers {
		ids = append(ids, s.call(aircallsim.CallSpec{Kind: kinds[n%len(kinds)], Number: number, Line: "Support FR", Tags: []string{"billing"}, Plain: true}))
	}
	s.drain()
	for _, name := range slices.Sorted(maps.Keys(rulesToTry())) {
		s.rules(func(r *callflow.Settings) {
			*r = callflow.Default()
			r.SettleSeconds = 0
			rulesToTry()[name](r)
		})
		rules, err := s.store.CurrentRules(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for n, id := range ids {
			said, _ := s.dryRun(s.entry(id), rules)
			e := s.replayed(id)
			where := fmt.Sprintf("%s, %s", name, numbers[n])
			if e.Outcome != said.Try.Outcome || e.Reason != said.Try.Reason {
				t.Errorf("%s: foreseen %s, %s; really %s, %s", where, said.Try.Outcome, said.Try.Reason, e.Outcome, e.Reason)
				continue
			}
			for field, want := range said.Entry.Wrote {
				got := fmt.Sprint(e.Wrote[field])
				if want == callflow.NotMade && slices.Contains(e.Created, got) || want == nil && e.Wrote[field] == nil {
					continue
				}
				if got != fmt.Sprint(want) {
					t.Errorf("%s: %s was foreseen as %v and is %v", where, field, want, got)
				}
			}
		}
	}
}

func TestADryRunSeesWhatAPersonEdited(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	s.contact("01 99 00 12 34")
	id := s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Line: "Support FR", Plain: true})
	s.drain()
	e := s.entry(id)
	if err := s.org.Update(e.TaskID, map[string]any{"Subject": "Mine"}); err != nil {
		t.Fatal(err)
	}
	s.rules(func(r *callflow.Settings) {
		r.Task.Subjects = map[callflow.CallType]string{callflow.Missed: "Call back {record}"}
		r.Flows[callflow.Missed] = callflow.Flow{Action: callflow.InProgress, DueDays: 2, Priority: "High"}
	})
	rules, err := s.store.CurrentRules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	res, _ := s.dryRun(e, rules)
	if res.Entry.Wrote["Subject"] != e.Wrote["Subject"] || res.Entry.Wrote["Priority"] != "High" {
		t.Errorf("foreseen %v, want the subject to stay and the priority to change", res.Entry.Wrote)
	}
}

func TestADryRunWithoutSalesforceSaysSo(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	id := s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Plain: true})
	s.drain()
	rules, err := s.store.CurrentRules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.fail(salesforcesim.Fault{Kind: salesforcesim.OrgDown})
	standing := s.entry(id)
	missing := standing
	missing.TaskID, missing.Wrote, missing.Outcome, missing.Reason = "", nil, callflow.Failed, callflow.ReasonRefused
	for _, e := range []store.Entry{standing, missing} {
		res, _ := s.dryRun(e, rules)
		if res.Try.Outcome != callflow.Waiting || res.Try.Reason != callflow.ReasonSalesforceDown {
			t.Errorf("Task %q: got %s, %s; want waiting for Salesforce", e.TaskID, res.Try.Outcome, res.Try.Reason)
		}
	}
}
