package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// failing adds an entry that Salesforce refused with these words.
func failing(t *testing.T, st *store.Store, call string, code, message string) store.Entry {
	t.Helper()
	return settled(t, st, call, func(e *store.Entry) {
		e.Outcome, e.Reason, e.Detail = callflow.Failed, callflow.ReasonRefused, map[string]string{"code": code, "message": message}
	})
}

func causes(t *testing.T, st *store.Store, resolved bool) []store.Cause {
	t.Helper()
	found, err := st.Causes(t.Context(), resolved)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func attention(t *testing.T, st *store.Store) int {
	t.Helper()
	n, err := st.CountAttention(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// fails lets the worker's part of a replay end: the entry fails again, or has
// its Task.
func fails(t *testing.T, st *store.Store, again func(store.Entry) bool) int {
	t.Helper()
	claimed := claim(t, st, 1000)
	for _, e := range claimed {
		if again(e) {
			e.Outcome, e.Reason = callflow.Failed, callflow.ReasonRefused
		} else {
			e.Outcome, e.Reason, e.Detail, e.TaskID = callflow.Logged, callflow.ReasonCompletedTask, nil, "00T"+e.ObjectID
		}
		finish(t, st, store.Result{Entry: e, Clear: true})
	}
	return len(claimed)
}

func TestFailuresAreGroupedByWhatAPersonMends(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		failing(t, st, "1", "LOCKED", "locked by 005000000000001AAA")
		failing(t, st, "2", "LOCKED", "locked by 005000000000002AAA")
		last := failing(t, st, "3", "LOCKED", "locked by ada@example.com")
		failing(t, st, "4", "LOCKED", "read only")
		settled(t, st, "5", func(*store.Entry) {})
		got := causes(t, st, false)
		if len(got) != 2 || got[0].N != 3 || got[1].N != 1 || got[0].Key == got[1].Key {
			t.Fatalf("got %+v, want three of one cause and one of another", got)
		}
		if len(got[0].Latest) != 3 || got[0].Latest[0].ID != last.ID || got[0].Key != last.Cause {
			t.Errorf("the latest are %s", calls(got[0].Latest))
		}
		if n := attention(t, st); n != 4 {
			t.Errorf("%d need attention, want 4", n)
		}
		page, err := st.ListEntries(t.Context(), store.Filter{Cause: got[1].Key, Open: true})
		if err != nil || calls(page.Entries) != "4" {
			t.Errorf("the list of a cause: %s, %v", calls(page.Entries), err)
		}
	})
}

// What needs a person is one set, however it is asked for.
func TestWhatIsOpenIsTheSameInEveryCountGroupAndList(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx, long := t.Context(), 400*24*time.Hour
		failing(t, st, "1", "LOCKED", "")
		old := settled(t, st, "2", func(e *store.Entry) {
			e.Outcome, e.Reason, e.StartedAt = callflow.Failed, callflow.ReasonRequiredField, e.StartedAt.Add(-long)
		})
		failing(t, st, "3", "READ_ONLY", "")
		settled(t, st, "4", func(e *store.Entry) {
			e.Outcome, e.Reason, e.External = callflow.NeedsChoice, callflow.ReasonSeveral, "+33199000001"
		})
		resolved := failing(t, st, "5", "LOCKED", "")
		if err := st.ResolveEntry(ctx, resolved.ID, "ada@example.com"); err != nil {
			t.Fatal(err)
		}
		// One that has its Task already stays failed while it is tried again.
		tried := settled(t, st, "6", func(e *store.Entry) {
			e.Outcome, e.Reason, e.TaskID = callflow.Failed, callflow.ReasonRefused, "00T6"
		})
		settled(t, st, "7", func(e *store.Entry) { e.Outcome, e.Reason = callflow.Waiting, callflow.ReasonNotConnected })
		same := func(want int) {
			t.Helper()
			byReason, err := st.OpenReasons(ctx)
			sum := 0
			for _, r := range byReason {
				sum += r.N
			}
			grouped := 0
			for _, c := range causes(t, st, false) {
				grouped += c.N
			}
			questions, _, err2 := st.Questions(ctx, 9)
			for _, q := range questions {
				grouped += q.N
			}
			listed, err3 := st.CountEntries(ctx, store.Filter{Outcomes: []callflow.Outcome{callflow.Failed, callflow.NeedsChoice}, Open: true})
			if got := []int{attention(t, st), sum, grouped, listed}; err != nil || err2 != nil || err3 != nil || !slices.Equal(got, []int{want, want, want, want}) {
				t.Errorf("counted, by reason, by cause and in the list there are %v, %v, %v, %v; want %d", got, err, err2, err3, want)
			}
		}
		same(5)
		if err := st.ReplayEntry(ctx, tried.ID, "now"); err != nil || entry(t, st, "6").Outcome != callflow.Failed {
			t.Fatal(err)
		}
		same(4)
		reasons, err := st.OpenReasons(ctx)
		i := slices.IndexFunc(reasons, func(r store.OpenReason) bool { return r.Key == string(callflow.ReasonRequiredField) })
		want := store.OpenReason{Outcome: callflow.Failed, Count: store.Count{Key: string(callflow.ReasonRequiredField), N: 1, First: old.StartedAt, Last: old.StartedAt, Example: old.ID, Cause: old.Cause}}
		if err != nil || i < 0 || !cmp.Equal(want, reasons[i]) {
			t.Fatalf("got %+v, %v; want also %+v", reasons, err, want)
		}
		if i := slices.IndexFunc(reasons, func(r store.OpenReason) bool { return r.Key == string(callflow.ReasonRefused) }); i < 0 || reasons[i].N != 2 || reasons[i].Cause != "" {
			t.Errorf("got %+v; want two of one reason for different causes", reasons)
		}
	})
}

func TestQuestionsAreAskedOnceForANumber(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ask := func(call, number string, ago time.Duration) {
			settled(t, st, call, func(e *store.Entry) {
				e.Outcome, e.Reason, e.External, e.StartedAt = callflow.NeedsChoice, callflow.ReasonSeveral, number, e.StartedAt.Add(-ago)
			})
		}
		ask("1", "+33199000001", time.Hour)
		ask("2", "+33199000001", time.Minute)
		ask("3", "+33199000002", 0)
		got, all, err := st.Questions(t.Context(), 1)
		if err != nil || all != 2 || len(got) != 1 || got[0].External != "+33199000002" {
			t.Fatalf("got %+v of %d, %v; want the latest of two", got, all, err)
		}
		got, _, err = st.Questions(t.Context(), 9)
		if err != nil || len(got) != 2 || got[1].N != 2 || got[1].Latest.ObjectID != "2" {
			t.Fatalf("got %+v, %v", got, err)
		}
		if _, err := st.AskAgain(t.Context(), "+33199000001"); err != nil {
			t.Fatal(err)
		}
		if got, all, err := st.Questions(t.Context(), 9); err != nil || all != 1 || len(got) != 1 {
			t.Errorf("an answered question is asked again: %+v, %v", got, err)
		}
	})
}

// did is what is written down of a change of many.
func did(n int) store.AuditRow {
	return store.AuditRow{Who: "ada@example.com", What: store.AuditResolved, Detail: map[string]string{"count": strconv.Itoa(n)}}
}

func TestWhatIsResolvedLeavesTheCountUntilSomethingIsNew(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		for _, call := range []string{"1", "2", "3"} {
			failing(t, st, call, "LOCKED", "")
		}
		seen := db.Clock.Now()
		db.Clock.Advance(time.Minute)
		key := failing(t, st, "4", "LOCKED", "").Cause
		if n, err := st.ResolveCause(ctx, key, "ada@example.com", seen, did); err != nil || n != 3 {
			t.Fatalf("resolved %d, %v; want the three that were seen", n, err)
		}
		if n := attention(t, st); n != 1 {
			t.Errorf("%d need attention, want 1", n)
		}
		if e := entry(t, st, "1"); e.Outcome != callflow.Failed || e.ResolvedBy != "ada@example.com" || e.ResolvedAt.IsZero() {
			t.Errorf("it stays failed and says who resolved it: %+v", e)
		}
		if got := causes(t, st, true); len(got) != 1 || got[0].N != 3 || got[0].ResolvedAt.IsZero() {
			t.Errorf("resolved: %+v", got)
		}
		if err := st.ResolveEntry(ctx, entry(t, st, "1").ID, "ada@example.com"); !errors.Is(err, store.ErrConflict) {
			t.Errorf("resolved twice: %v", err)
		}
		if err := st.UnresolveEntry(ctx, entry(t, st, "1").ID); err != nil {
			t.Fatal(err)
		}
		add(t, st, delivery("2", "a tag", db.Clock.Now()))
		if err := st.ReplayEntry(ctx, entry(t, st, "3").ID, "now"); err != nil {
			t.Fatal(err)
		}
		for _, call := range []string{"1", "2", "3"} {
			if e := entry(t, st, call); !e.ResolvedAt.IsZero() || e.ResolvedBy != "" {
				t.Errorf("call %s is still resolved", call)
			}
		}
		fails(t, st, func(store.Entry) bool { return true })
		if n, err := st.ResolveCause(ctx, key, "ada@example.com", db.Clock.Now(), did); err != nil || n != 4 {
			t.Errorf("resolved %d, %v", n, err)
		}
		if n, err := st.UnresolveCause(ctx, key, did); err != nil || n != 4 || attention(t, st) != 4 {
			t.Errorf("took back %d, %v", n, err)
		}
		if err := st.ResolveEntry(ctx, 999, "ada@example.com"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a missing entry: %v", err)
		}
	})
}

func TestAReplayOfManyGoesInBoundedStepsAndTellsWhatBecameOfThem(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		key := ""
		for i := range 5 {
			key = failing(t, st, fmt.Sprint(i), "LOCKED", "").Cause
		}
		db.Clock.Advance(time.Second)
		r, err := st.StartReplay(ctx, store.ReplayOrder{Kind: store.ReplayCause, Cause: key, Rules: "now", By: "ada@example.com"})
		if err != nil || r.Total != 5 {
			t.Fatalf("started %+v, %v", r, err)
		}
		if _, err := st.StartReplay(ctx, store.ReplayOrder{Kind: store.ReplayCause, Cause: key, Rules: "now", By: "ada@example.com"}); !errors.Is(err, store.ErrConflict) {
			t.Errorf("two clicks: %v", err)
		}
		db.Clock.Advance(time.Second)
		failing(t, st, "later", "LOCKED", "")
		steps := 0
		for ; steps < 20; steps++ {
			if err := st.AdvanceReplays(ctx, 2); err != nil {
				t.Fatal(err)
			}
			db.Clock.Advance(time.Second)
			if n := fails(t, st, func(e store.Entry) bool { return e.ObjectID == "3" }); n > 2 {
				t.Fatalf("%d were in hand at once, want 2 at most", n)
			}
			now, err := st.Replays(ctx, 5)
			if err != nil || len(now) != 1 {
				t.Fatalf("got %+v, %v", now, err)
			}
			if r = now[0]; !r.Open() {
				break
			}
		}
		if r.State != store.ReplayDone || r.Logged != 4 || r.Failed != 1 || r.Done() != 5 || r.FinishedAt.IsZero() {
			t.Errorf("ended as %+v after %d steps; want 4 logged and 1 failed again", r, steps)
		}
		if e := entry(t, st, "later"); e.Outcome != callflow.Failed || e.Revision != 1 {
			t.Errorf("a failure that came later was replayed: %+v", e)
		}
		if got := causes(t, st, false); len(got) != 1 || got[0].N != 2 {
			t.Errorf("left over: %+v", got)
		}
		if _, err := st.StartReplay(ctx, store.ReplayOrder{Kind: store.ReplayCause, Cause: "none", Rules: "now", By: ""}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("nothing to replay: %v", err)
		}
	})
}

func TestAStoppedReplayLeavesTheRestFailed(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		key := ""
		for i := range 4 {
			key = failing(t, st, fmt.Sprint(i), "LOCKED", "").Cause
		}
		db.Clock.Advance(time.Second)
		if _, err := st.StartReplay(ctx, store.ReplayOrder{Kind: store.ReplayCause, Cause: key, Rules: "then", By: "ada@example.com"}); err != nil {
			t.Fatal(err)
		}
		if err := st.AdvanceReplays(ctx, 1); err != nil {
			t.Fatal(err)
		}
		open, err := st.Replays(ctx, 5)
		if err != nil || len(open) != 1 || open[0].Flying != 1 {
			t.Fatalf("got %+v, %v; want one handed over", open, err)
		}
		inHand := claim(t, st, 9)
		if err := st.StopReplay(ctx, open[0].ID); err != nil {
			t.Fatal(err)
		}
		if r, err := st.ReplayOf(ctx, open[0].ID); err != nil || r.State != store.ReplayStopping {
			t.Fatalf("with one in hand: %+v, %v", r, err)
		}
		finish(t, st, logged(inHand[0], "00T1"))
		if err := st.AdvanceReplays(ctx, 9); err != nil {
			t.Fatal(err)
		}
		ended, err := st.Replays(ctx, 5)
		if err != nil || ended[0].State != store.ReplayStopped || ended[0].Logged != 1 {
			t.Errorf("ended as %+v, %v", ended, err)
		}
		if n := attention(t, st); n != 3 {
			t.Errorf("%d are still failed, want 3", n)
		}
		if err := st.StopReplay(ctx, open[0].ID); !errors.Is(err, store.ErrConflict) {
			t.Errorf("stopped twice: %v", err)
		}
	})
}

func TestAReplayOfManyTakesNothingTwiceAndNothingThatIsNotFailed(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		key := ""
		for i := range 40 {
			key = failing(t, st, fmt.Sprint(i), "LOCKED", "").Cause
		}
		db.Clock.Advance(time.Second)
		if _, err := st.StartReplay(ctx, store.ReplayOrder{Kind: store.ReplayCause, Cause: key, Rules: "now", By: ""}); err != nil {
			t.Fatal(err)
		}
		db.Clock.Advance(time.Second)
		if _, err := st.ResolveCause(ctx, key, "", time.Time{}, did); err != nil {
			t.Fatal(err)
		}
		if err := st.ResolveEntry(ctx, entry(t, st, "0").ID, ""); err != nil {
			t.Fatal(err)
		}
		if err := st.ReplayEntry(ctx, entry(t, st, "1").ID, "now"); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		var failed atomic.Int64
		for range 4 {
			all.Go(func() {
				for range 12 {
					if st.AdvanceReplays(ctx, 5) != nil {
						failed.Add(1)
					}
					for _, e := range claim(t, st, 3) {
						finish(t, st, logged(e, "00T"+e.ObjectID))
					}
				}
			})
		}
		all.Wait()
		for range 20 {
			if err := st.AdvanceReplays(ctx, 5); err != nil {
				t.Fatal(err)
			}
			for _, e := range claim(t, st, 50) {
				finish(t, st, logged(e, "00T"+e.ObjectID))
			}
		}
		got, err := st.Replays(ctx, 1)
		if err != nil || failed.Load() > 0 || got[0].Open() || got[0].Logged != 38 {
			t.Fatalf("got %+v, %v; want 38: one is resolved, one was replayed alone", got, err)
		}
		for i := range 40 {
			e := entry(t, st, fmt.Sprint(i))
			if want := map[bool]callflow.Outcome{true: callflow.Failed, false: callflow.Logged}[i == 0]; e.Outcome != want || e.Revision > 2 {
				t.Errorf("call %d: %s, revision %d; want %s, handed over once", i, e.Outcome, e.Revision, want)
			}
		}
	})
}
