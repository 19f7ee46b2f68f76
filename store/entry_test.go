package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestTwoClaimersNeverHoldOneEntry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		nodes := []*store.Store{db.Open(), db.Open()}
		for n := range 200 {
			add(t, nodes[0], delivery(fmt.Sprint(n), "", db.Clock.Now()))
		}
		var mu sync.Mutex
		held := map[int64]int{}
		var wait sync.WaitGroup
		for n := range 8 {
			wait.Go(func() {
				for range 100 { // enough for all, and an end when claims do not hold
					claimed, err := nodes[n%2].ClaimEntries(t.Context(), 7, time.Minute)
					if err != nil {
						t.Error(err)
						return
					}
					if len(claimed) == 0 {
						return
					}
					mu.Lock()
					for _, e := range claimed {
						held[e.ID]++
					}
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		for n := 0; n < 20 && len(held) < 200; n++ { // SKIP LOCKED may leave the last ones to the next look
			for _, e := range claim(t, nodes[0], 7) {
				held[e.ID]++
			}
		}
		for id, n := range held {
			if n != 1 {
				t.Errorf("entry %d was claimed %d times in one lease", id, n)
			}
		}
		if len(held) != 200 {
			t.Errorf("%d entries were claimed, want 200", len(held))
		}
	})
}

func TestAClaimEndsWithItsLease(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		add(t, st, delivery("1", "", db.Clock.Now()))
		first := claim(t, st, 10)
		if len(first) != 1 || len(claim(t, st, 10)) != 0 {
			t.Fatal("want one claim that keeps others out")
		}
		if at, ok, err := st.NextDue(t.Context()); err != nil || !ok || !at.Equal(db.Clock.Now().Add(time.Minute)) {
			t.Errorf("next due %s, %v, %v; want the end of the lease", at, ok, err)
		}
		db.Clock.Advance(time.Minute)
		second := claim(t, st, 10)
		if len(second) != 1 || second[0].Fence != first[0].Fence+1 {
			t.Fatalf("got %+v, want the entry under the next fence", second)
		}
		mine, err := st.MarkIntent(t.Context(), first, time.Minute)
		if err != nil || mine[first[0].ID] {
			t.Errorf("a stale claim may write: %v, %v", mine, err)
		}
		if err := st.EndLeases(t.Context(), first, 0); err != nil {
			t.Fatal(err)
		}
		if len(claim(t, st, 10)) != 0 {
			t.Error("a stale claim ended the lease of the next")
		}
		finish(t, st, logged(first[0], "00T000000000001AAA"))
		if e := entry(t, st, "1"); e.TaskID != "" || e.Outcome != callflow.Waiting {
			t.Errorf("a result under an old fence was kept: %+v", e)
		}
		finish(t, st, logged(second[0], "00T000000000002AAA"))
		if e := entry(t, st, "1"); e.TaskID != "00T000000000002AAA" || !e.DueAt.IsZero() {
			t.Errorf("got %+v, want logged and not due", e)
		}
		if _, ok, err := st.NextDue(t.Context()); err != nil || ok {
			t.Errorf("something is due: %v, %v", ok, err)
		}
	})
}

func TestReleasedLeasesCanBeClaimedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		add(t, st, delivery("1", "", db.Clock.Now()))
		claim(t, st, 1)
		if err := st.ReleaseLeases(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(claim(t, st, 1)) != 1 {
			t.Error("the claim of a crash still holds")
		}
	})
}

func TestADeliveryDuringAClaimKeepsTheEntryDue(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		add(t, st, delivery("1", "a", db.Clock.Now()))
		e := claim(t, st, 1)[0]
		add(t, st, delivery("1", "b", db.Clock.Now()))
		finish(t, st, logged(e, "00T000000000001AAA"))
		again := claim(t, st, 1)
		if len(again) != 1 || again[0].Events != 2 || again[0].TaskID != "00T000000000001AAA" {
			t.Fatalf("got %+v, want the entry again with two events and its Task", again)
		}
		finish(t, st, logged(again[0], again[0].TaskID))
		if len(claim(t, st, 1)) != 0 {
			t.Error("the entry is due without news")
		}
	})
}

func TestANewDeliveryMakesAnEntryDueThatWaitsForLater(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		add(t, st, delivery("1", "a", db.Clock.Now()))
		e := claim(t, st, 1)[0]
		finish(t, st, store.Result{Entry: e, DueAt: db.Clock.Now().Add(time.Hour)})
		if len(claim(t, st, 1)) != 0 {
			t.Fatal("due too early")
		}
		add(t, st, delivery("1", "b", db.Clock.Now()))
		if len(claim(t, st, 1)) != 1 {
			t.Error("news did not make the entry due")
		}
	})
}

func TestAnIntentLastsUntilTheAnswerIsKnown(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		add(t, st, delivery("1", "", db.Clock.Now()))
		for _, answered := range []bool{false, true} {
			claimed := claim(t, st, 1)
			db.Clock.Advance(time.Second)
			if mine, err := st.MarkIntent(t.Context(), claimed, time.Minute); err != nil || !mine[claimed[0].ID] {
				t.Fatalf("got %v, %v; want a claim of one's own", mine, err)
			}
			if e := entry(t, st, "1"); !e.IntentAt.Equal(db.Clock.Now()) {
				t.Errorf("intent at %s, want that of the last request, %s", e.IntentAt, db.Clock.Now())
			}
			finish(t, st, store.Result{Entry: claimed[0], DueAt: db.Clock.Now(), Answered: answered})
			if e := entry(t, st, "1"); e.IntentAt.IsZero() != answered {
				t.Errorf("intent at %s after an answer that is known: %v", e.IntentAt, answered)
			}
		}
	})
}

func TestAskingTwiceReplaysOnce(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		e := settled(t, st, "1", func(e *store.Entry) { e.Outcome, e.Reason = callflow.Failed, callflow.ReasonRefused })
		var wait sync.WaitGroup
		var mu sync.Mutex
		accepted := 0
		for range 20 {
			wait.Go(func() {
				err := st.ReplayEntry(t.Context(), e.ID, "now")
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					accepted++
				} else if !errors.Is(err, store.ErrConflict) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if accepted != 1 {
			t.Errorf("%d of 20 replays were accepted, want one", accepted)
		}
		again := claim(t, st, 10)
		if len(again) != 1 || again[0].Replay != "now" {
			t.Fatalf("got %+v, want the entry to be replayed", again)
		}
		finish(t, st, logged(again[0], "00T000000000001AAA"))
		if e := entry(t, st, "1"); e.Replay != "" || e.Outcome != callflow.Logged {
			t.Errorf("got %+v, want the replay settled", e)
		}
		if err := st.ReplayEntry(t.Context(), 999, "now"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	})
}

func TestAReplayAskedForDuringAClaimIsNotLost(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		add(t, st, delivery("1", "", db.Clock.Now()))
		e := claim(t, st, 1)[0]
		if err := st.ReplayEntry(t.Context(), e.ID, "now"); err != nil {
			t.Fatal(err)
		}
		finish(t, st, logged(e, "00T000000000001AAA"))
		if again := claim(t, st, 1); len(again) != 1 || again[0].Replay != "now" {
			t.Errorf("got %+v, want the replay still to do", again)
		}
	})
}

func TestHeldEntriesAreWokenAndOthersAreNot(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		later := db.Clock.Now().Add(time.Hour)
		for call, why := range map[string]callflow.Reason{"1": callflow.ReasonReconnect, "2": callflow.ReasonSalesforceDown, "3": callflow.ReasonSettling} {
			add(t, st, delivery(call, "", db.Clock.Now()))
			e := claim(t, st, 1)[0]
			e.Outcome, e.Reason = callflow.Waiting, why
			finish(t, st, store.Result{Entry: e, DueAt: later})
		}
		n, err := st.WakeHeld(t.Context())
		if err != nil || n != 2 || len(claim(t, st, 10)) != 2 {
			t.Errorf("woke %d, %v; want the two that are held", n, err)
		}
	})
}
