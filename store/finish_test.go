package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestAResultIsReadBackAsItWas(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		at := db.Clock.Now()
		add(t, st, delivery("1", "", at))
		e := claim(t, st, 1)[0]
		e.Tries, e.Failures = 3, 2
		e.Facts = store.Facts{CallType: callflow.InboundAnswered, Direction: callflow.Inbound, LineID: "7", LineName: "Support", External: "+33199001234",
			AgentID: "8", AgentName: "Léa", StartedAt: at, EndedAt: at.Add(time.Minute)}
		e.Verdict = store.Verdict{Outcome: callflow.Logged, Reason: callflow.ReasonCompletedTask, Detail: map[string]string{"dropped": "Type"}, RulesVersion: 4}
		e.Written = store.Written{TaskID: "00T000000000001AAA", TaskAt: at.Add(time.Hour), WhoID: "003", WhatID: "500", OwnerID: "005",
			Record: callflow.Record{Kind: callflow.ContactRecord, ID: "003", Name: "Ada", OwnerID: "005"}, Created: []string{"003", "500"},
			Wrote: map[string]any{"Subject": "Call", "CallDurationInSeconds": 12.0}}
		try := store.Try{N: 1, Cause: "event", At: at, Took: 3 * time.Millisecond, RulesVersion: 4, Outcome: callflow.Logged, Reason: callflow.ReasonCompletedTask,
			Detail: e.Detail, Steps: []callflow.Step{{Code: "received", Result: "webhook", Params: map[string]string{"events": "1"}, At: at.UnixMicro()}},
			Exchanges: []store.Exchange{{Purpose: "search", Method: "GET", Path: "/search", Status: 200, Micros: 5, At: at, Sent: "{}", Got: "[]", Shared: 2}}}
		finish(t, st, store.Result{Entry: e, Clear: true, Try: &try})
		got := entry(t, st, "1")
		e.UpdatedAt, e.DueAt = got.UpdatedAt, time.Time{}
		if diff := cmp.Diff(e, got); diff != "" {
			t.Errorf("entry (-want +got):\n%s", diff)
		}
		tries, err := st.TriesOf(t.Context(), e.ID)
		if diff := cmp.Diff([]store.Try{try}, tries); err != nil || diff != "" {
			t.Errorf("tries: %v (-want +got):\n%s", err, diff)
		}
	})
}

func TestAResultThatCannotBeStoredDoesNotUndoTheOthers(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		if db.File != "" {
			db.Exec(`CREATE TRIGGER bad BEFORE INSERT ON tries WHEN NEW.cause = 'bad' BEGIN SELECT RAISE(ABORT, 'bad row'); END`)
		} else {
			db.Exec("ALTER TABLE tries ADD CHECK (cause <> 'bad')")
		}
		for n := range 10 {
			add(t, st, delivery(fmt.Sprint(n), "", db.Clock.Now()))
		}
		var results []store.Result
		for _, e := range claim(t, st, 10) {
			r := logged(e, "00T00000000000"+e.ObjectID+"AAA")
			r.Try = &store.Try{N: 1, Cause: "event"}
			if e.ObjectID == "5" {
				r.Try.Cause = "bad"
			}
			results = append(results, r)
		}
		finish(t, st, results...)
		for n := range 10 {
			e := entry(t, st, fmt.Sprint(n))
			if n == 5 && (e.Outcome != callflow.Failed || e.Reason != callflow.ReasonBug || !e.DueAt.IsZero()) {
				t.Errorf("the bad one is %s, %s, due %s; want it given to a person", e.Outcome, e.Reason, e.DueAt)
			}
			if n != 5 && e.Outcome != callflow.Logged {
				t.Errorf("call %d is %s, want logged", n, e.Outcome)
			}
		}
	})
}

func TestAReplayWhoseResultCannotBeStoredComesToItsEnd(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		if db.File != "" {
			db.Exec(`CREATE TRIGGER bad BEFORE INSERT ON tries WHEN NEW.cause = 'bad' BEGIN SELECT RAISE(ABORT, 'bad row'); END`)
		} else {
			db.Exec("ALTER TABLE tries ADD CHECK (cause <> 'bad')")
		}
		ids := []int64{failing(t, st, "1", "LOCKED", "").ID, failing(t, st, "2", "LOCKED", "").ID}
		db.Clock.Advance(time.Second)
		r, err := st.StartReplay(t.Context(), store.ReplayOrder{Kind: store.ReplayPicked, Filter: store.Filter{IDs: ids}, Rules: "now"})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := st.AdvanceReplays(t.Context(), 9); err != nil {
				t.Fatal(err)
			}
			var results []store.Result
			for _, e := range claim(t, st, 10) {
				one := logged(e, "00T00000000000"+e.ObjectID+"AAA")
				one.Try = &store.Try{N: 1, Cause: "replay"}
				if e.ObjectID == "2" {
					one.Try.Cause = "bad"
				}
				results = append(results, one)
			}
			finish(t, st, results...)
			db.Clock.Advance(time.Second)
		}
		if r, err = st.ReplayOf(t.Context(), r.ID); err != nil || r.State != store.ReplayDone || r.Logged != 1 || r.Failed != 1 {
			t.Errorf("the replay is %+v, %v; want done with one failed", r, err)
		}
		if err := st.ReplayEntry(t.Context(), ids[1], "now"); err != nil {
			t.Errorf("the one that could not be stored cannot be replayed: %v", err)
		}
	})
}

func TestResultsAndDeliveriesOfManyNodesDoNotBlockEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		nodes := []*store.Store{db.Open(), db.Open()}
		const entries = 60
		for n := range entries {
			add(t, nodes[0], delivery(fmt.Sprint(n), "", db.Clock.Now()))
		}
		var wait sync.WaitGroup
		for worker := range 4 {
			st := nodes[worker%2]
			wait.Go(func() {
				for round := range 15 {
					claimed, err := st.ClaimEntries(t.Context(), entries, time.Minute)
					if err != nil {
						t.Error(err)
						return
					}
					if _, err := st.MarkIntent(t.Context(), claimed, time.Minute); err != nil {
						t.Error(err)
					}
					results := make([]store.Result, len(claimed))
					for i := range claimed { // as it comes: an order of their own
						results[len(claimed)-1-i] = logged(claimed[i], fmt.Sprintf("00T%015d", round))
					}
					if err := st.FinishEntries(t.Context(), results); err != nil {
						t.Error(err)
					}
				}
			})
			wait.Go(func() {
				for round := range 15 {
					var group sync.WaitGroup
					for n := range entries {
						call := (n*7 + worker*13) % entries
						group.Go(func() {
							d := delivery(fmt.Sprint(call), fmt.Sprint(worker, round), db.Clock.Now())
							if err := st.AddDelivery(t.Context(), d); err != nil {
								t.Error(err)
							}
						})
					}
					group.Wait()
				}
			})
		}
		wait.Wait()
		for n := range entries {
			if e := entry(t, nodes[0], fmt.Sprint(n)); e.Events != 1+4*15 || e.Reason == callflow.ReasonBug {
				t.Errorf("call %d has %d events and is %s, want %d and no bug", n, e.Events, e.Reason, 1+4*15)
			}
		}
	})
}

func TestListenersAreToldAndLetGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		st, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key})
		if err != nil {
			t.Fatal(err)
		}
		changed, stop := st.Changes()
		defer stop()
		add(t, st, delivery("1", "", db.Clock.Now()))
		if _, open := <-changed; !open {
			t.Error("the listener was let go too early")
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		for open := true; open; { // what was told before may still be there
			_, open = <-changed
		}
		late, stopLate := st.Changes()
		defer stopLate()
		if _, open := <-late; open {
			t.Error("a closed store told something")
		}
	})
}

func TestManyTermsAndTriesFitOneResult(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		add(t, st, delivery("1", "", db.Clock.Now()))
		e := claim(t, st, 1)[0]
		words := make([]string, 1500)
		for n := range words {
			words[n] = fmt.Sprintf("word%d", n)
		}
		finish(t, st, store.Result{Entry: e, Terms: store.Terms(nil, strings.Join(words, " "))})
		if n, err := st.CountEntries(t.Context(), store.Filter{Query: "word1499"}); err != nil || n != 1 {
			t.Errorf("found %d, %v; want the entry by its last word", n, err)
		}
	})
}
