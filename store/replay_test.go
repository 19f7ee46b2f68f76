package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestAReplayOfPickedEntriesRemembersWhatBecameOfEach(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		var ids []int64
		for i := range 4 {
			ids = append(ids, failing(t, st, fmt.Sprint(i), "LOCKED", "").ID)
		}
		add(t, st, delivery("9", "waits", db.Clock.Now())) // in hand already
		waiting := entry(t, st, "9").ID
		db.Clock.Advance(time.Second)
		order := store.ReplayOrder{Kind: store.ReplayPicked, Filter: store.Filter{IDs: append(ids[:3:3], waiting)}, Rules: "now", By: "ada@example.com", Plan: "p"}
		plan, err := st.PlanReplay(ctx, order)
		if err != nil || plan.Total != 3 || plan.Failed != 3 || plan.Waiting != 1 || plan.Tasks != 0 || plan.More {
			t.Errorf("planned %+v, %v", plan, err)
		}
		r, err := st.StartReplay(ctx, order)
		if err != nil || r.Total != 3 || r.ID == 0 {
			t.Fatalf("started %+v, %v", r, err)
		}
		if again, err := st.StartReplay(ctx, order); !errors.Is(err, store.ErrConflict) || again.ID != r.ID {
			t.Errorf("the same plan: %+v, %v; want the one that it began", again, err)
		}
		db.Clock.Advance(time.Second)
		if err := st.ReplayEntry(ctx, ids[2], "then"); err != nil { // somebody is faster
			t.Fatal(err)
		}
		for range 6 {
			if err := st.AdvanceReplays(ctx, 2); err != nil {
				t.Fatal(err)
			}
			db.Clock.Advance(time.Second)
			for _, e := range claim(t, st, 50) {
				if e.ID == ids[1] {
					e.Outcome, e.Reason = callflow.Failed, callflow.ReasonRefused
					finish(t, st, store.Result{Entry: e, Clear: true})
				} else {
					finish(t, st, logged(e, "00T"+e.ObjectID))
				}
			}
		}
		if r, err = st.ReplayOf(ctx, r.ID); err != nil || r.State != store.ReplayDone || r.Logged != 1 || r.Failed != 1 || r.Passed != 1 || r.Done() != 3 {
			t.Fatalf("ended as %+v, %v", r, err)
		}
		if again, err := st.StartReplay(ctx, order); !errors.Is(err, store.ErrConflict) || again.ID != r.ID {
			t.Errorf("the same plan after the end: %+v, %v", again, err)
		}
		first, more, err := st.ReplayItems(ctx, r.ID, "", 0, 2)
		if err != nil || !more || len(first) != 2 {
			t.Fatalf("got %+v, %v, %v; want the first two of three", first, more, err)
		}
		if i := first[0]; i.State != "done" || i.Before.Outcome != callflow.Failed || i.Before.TaskID != "" || i.After.Outcome != callflow.Logged || i.After.TaskID != "00T0" || i.Entry.ID != ids[0] {
			t.Errorf("the first one became %+v", i)
		}
		if i := first[1]; i.After.Outcome != callflow.Failed || i.After.TaskID != "" {
			t.Errorf("the second one became %+v", i)
		}
		rest, more, err := st.ReplayItems(ctx, r.ID, "", first[1].N, 2)
		if err != nil || more || len(rest) != 1 || rest[0].State != "passed" {
			t.Errorf("the rest is %+v, %v, %v", rest, more, err)
		}
		for only, want := range map[string]int{"failed": 1, "logged": 1, "passed": 1, "other": 0, "waiting": 0} {
			if got, _, err := st.ReplayItems(ctx, r.ID, only, 0, 9); err != nil || len(got) != want {
				t.Errorf("%s: %d, %v; want %d", only, len(got), err, want)
			}
		}
	})
}

func TestAReplayOfAFilterTakesWhatItFoundWhenItWasSeen(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		failing(t, st, "1", "LOCKED", "")
		failing(t, st, "2", "LOCKED", "")
		seen := db.Clock.Now()
		db.Clock.Advance(time.Second)
		failing(t, st, "3", "LOCKED", "")
		order := store.ReplayOrder{Kind: store.ReplayFilter, Filter: store.Filter{Outcomes: []callflow.Outcome{callflow.Failed}}, Query: "/activity?outcome=failed", Seen: seen, Rules: "then"}
		r, err := st.StartReplay(ctx, order)
		if err != nil || r.Total != 2 || r.Query != order.Query {
			t.Fatalf("started %+v, %v", r, err)
		}
		if err := st.StopReplay(ctx, r.ID); err != nil {
			t.Fatal(err)
		}
		if err := st.AdvanceReplays(ctx, 9); err != nil {
			t.Fatal(err)
		}
		if r, err = st.ReplayOf(ctx, r.ID); err != nil || r.State != store.ReplayStopped || r.Done() != 0 || attention(t, st) != 3 {
			t.Errorf("stopped before it began: %+v, %v, %d failed", r, err, attention(t, st))
		}
		order.Seen, order.Filter.ObjectID = time.Time{}, "nobody's"
		if _, err := st.StartReplay(ctx, order); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("nothing to replay: %v", err)
		}
		if _, err := st.ReplayOf(ctx, 999); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a replay that is not there: %v", err)
		}
	})
}

func TestReplaysAreListedInPartsAndForgetTheirEntriesInTime(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		var all []store.Replay
		for range 3 {
			failing(t, st, fmt.Sprint(len(all)), "LOCKED", "")
			db.Clock.Advance(time.Second)
			r, err := st.StartReplay(ctx, store.ReplayOrder{Kind: store.ReplayFilter, Rules: "now"})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, r)
			for range 3 {
				if err := st.AdvanceReplays(ctx, 9); err != nil {
					t.Fatal(err)
				}
				fails(t, st, func(store.Entry) bool { return true })
			}
			db.Clock.Advance(store.ReplayMemory / 2)
		}
		page, err := st.ReplaysBefore(ctx, 0, 2)
		if err != nil || len(page) != 2 || page[0].ID != all[2].ID {
			t.Fatalf("got %+v, %v", page, err)
		}
		if page, err = st.ReplaysBefore(ctx, page[1].ID, 2); err != nil || len(page) != 1 || page[0].ID != all[0].ID {
			t.Errorf("got %+v, %v", page, err)
		}
		db.Clock.Advance(time.Second)
		if _, err := st.StartReplay(ctx, store.ReplayOrder{Kind: store.ReplayFilter, Rules: "now"}); err != nil {
			t.Fatal(err)
		}
		for i, want := range []int{0, 0, 3} {
			if got, _, err := st.ReplayItems(ctx, all[i].ID, "", 0, 9); err != nil || len(got) != want {
				t.Errorf("replay %d has %d entries left, %v; want %d", i, len(got), err, want)
			}
		}
	})
}

// TestAReplayThatIsStoppedTakesBackWhatNobodyHasInHand stops one whose entries
// wait for Salesforce: they are failures again, each as it was.
func TestAReplayThatIsStoppedTakesBackWhatNobodyHasInHand(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		var before []store.Entry
		for i := range 4 {
			before = append(before, failing(t, st, fmt.Sprint(i), "LOCKED", ""))
		}
		db.Clock.Advance(time.Second)
		r, err := st.StartReplay(ctx, store.ReplayOrder{Kind: store.ReplayCause, Cause: before[0].Cause, Rules: "now"})
		if err != nil {
			t.Fatal(err)
		}
		if err := st.AdvanceReplays(ctx, 3); err != nil {
			t.Fatal(err)
		}
		for _, e := range claim(t, st, 2) {
			e.Outcome, e.Reason, e.Detail = callflow.Waiting, callflow.ReasonNotConnected, nil
			finish(t, st, store.Result{Entry: e, DueAt: db.Clock.Now().Add(time.Hour)})
		}
		late := claim(t, st, 1) // of a worker that does not come back
		if len(late) != 1 {
			t.Fatalf("claimed %d, want 1", len(late))
		}
		add(t, st, delivery("1", "news", db.Clock.Now())) // of one that waits for Salesforce
		db.Clock.Advance(time.Minute / 10)
		if err := st.StopReplay(ctx, r.ID); err != nil {
			t.Fatal(err)
		}
		if r, err = st.ReplayOf(ctx, r.ID); err != nil || r.State != store.ReplayStopping || r.Flying != 2 {
			t.Fatalf("stopped at %+v, %v; want the one in hand and the one with news left", r, err)
		}
		if e := entry(t, st, "0"); e.Outcome != callflow.Failed || e.Reason != before[0].Reason || e.Cause != before[0].Cause || e.Detail["code"] != before[0].Detail["code"] || e.Replay != "" || !e.DueAt.IsZero() {
			t.Errorf("the first one is %+v, want what it was: %+v", e, before[0])
		}
		db.Clock.Advance(time.Hour) // the claim ends
		if err := st.AdvanceReplays(ctx, 9); err != nil {
			t.Fatal(err)
		}
		finish(t, st, logged(late[0], "00T9")) // too late
		if e := entry(t, st, "2"); e.Outcome != callflow.Failed || e.TaskID != "" {
			t.Errorf("the one of the lost worker is %+v", e)
		}
		if e := entry(t, st, "1"); e.Replay == "" || e.DueAt.IsZero() {
			t.Errorf("the one with news is %+v, want it due", e)
		}
		for _, e := range claim(t, st, 9) {
			finish(t, st, logged(e, "00T1"))
		}
		if err := st.AdvanceReplays(ctx, 9); err != nil {
			t.Fatal(err)
		}
		if r, err = st.ReplayOf(ctx, r.ID); err != nil || r.State != store.ReplayStopped || r.Logged != 1 || r.Done() != 1 {
			t.Errorf("ended as %+v, %v", r, err)
		}
	})
}
