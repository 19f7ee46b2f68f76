package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestABackfillIsInOneHandAndGoesOnWhereItIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		s := db.Open()
		ctx := t.Context()
		from, to := db.Clock.Now().Add(-time.Hour), db.Clock.Now()
		if err := s.AddBackfill(ctx, "disabled", "", from, to); err != nil {
			t.Fatal(err)
		}
		var taken atomic.Int64
		var first store.Backfill
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				b, ok, err := s.ClaimBackfill(ctx, time.Minute)
				if err != nil {
					t.Error(err)
				}
				if ok {
					taken.Add(1)
					mu.Lock()
					first = b
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if taken.Load() != 1 || first.State != store.BackfillRunning || !first.From.Equal(from) {
			t.Fatalf("taken %d times, last %+v", taken.Load(), first)
		}
		first.Reached, first.Found, first.Added = from.Add(time.Minute), 50, 3
		if err := s.AdvanceBackfill(ctx, first, time.Minute); err != nil {
			t.Fatal(err)
		}
		db.Clock.Advance(2 * time.Minute) // who had it is gone
		second, ok, err := s.ClaimBackfill(ctx, time.Minute)
		if err != nil || !ok || second.Found != 50 || second.Added != 3 || !second.Reached.Equal(first.Reached) {
			t.Fatalf("taken over as %+v, %v, %v", second, ok, err)
		}
		for name, err := range map[string]error{
			"advanced": s.AdvanceBackfill(ctx, first, time.Minute), "finished": s.FinishBackfill(ctx, first), "paused": s.PauseBackfill(ctx, first, "x", to),
		} {
			if !errors.Is(err, store.ErrConflict) {
				t.Errorf("%s by who was overtaken: %v", name, err)
			}
		}
		if err := s.PauseBackfill(ctx, second, "too_many", db.Clock.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := s.ClaimBackfill(ctx, time.Minute); ok || err != nil {
			t.Errorf("taken before its time (%v)", err)
		}
		db.Clock.Advance(time.Minute)
		third, ok, err := s.ClaimBackfill(ctx, time.Minute)
		if err != nil || !ok || third.Failures != 1 || third.Problem != "too_many" {
			t.Fatalf("third %+v, %v, %v", third, ok, err)
		}
		if err := s.ReleaseBackfills(ctx); err != nil {
			t.Fatal(err)
		}
		last, ok, err := s.ClaimBackfill(ctx, time.Minute)
		if err != nil || !ok {
			t.Fatalf("what a dead process had cannot be taken: %v, %v", ok, err)
		}
		if err := s.FinishBackfill(ctx, last); err != nil {
			t.Fatal(err)
		}
		list, err := s.Backfills(ctx, 10)
		if err != nil || len(list) != 1 || list[0].Open() || list[0].FinishedAt.IsZero() {
			t.Errorf("list %+v, %v", list, err)
		}
	})
}

func TestTwoWishesAtOnceAreOneBackfill(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		s := db.Open()
		ctx := t.Context()
		var added atomic.Int64
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				switch err := s.AddBackfill(ctx, store.BackfillAsked, "ada@example.com", db.Clock.Now().Add(-time.Hour), db.Clock.Now()); {
				case err == nil:
					added.Add(1)
				case !errors.Is(err, store.ErrConflict):
					t.Error(err)
				}
			})
		}
		all.Wait()
		for range 2 { // what Ringledger itself notices is never turned away
			if err := s.AddBackfill(ctx, "unwatched", "", db.Clock.Now().Add(-time.Hour), db.Clock.Now()); err != nil {
				t.Error(err)
			}
		}
		list, err := s.Backfills(ctx, 10)
		if err != nil || added.Load() != 1 || len(list) != 3 {
			t.Fatalf("%d wishes taken, %d backfills, %v", added.Load(), len(list), err)
		}
		if err := s.StopBackfill(ctx, list[2].ID); err != nil {
			t.Fatal(err)
		}
		if err := s.AddBackfill(ctx, store.BackfillAsked, "b@example.com", db.Clock.Now().Add(-time.Hour), db.Clock.Now()); err != nil {
			t.Errorf("after the first was stopped: %v", err)
		}
	})
}

func TestWhatWeFetchedOurselvesIsNoWebhook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		s := db.Open()
		ctx := t.Context()
		at := db.Clock.Now()
		for n, event := range []string{"call.created", "call.fetched"} {
			err := s.AddDelivery(ctx, store.Delivery{Hash: [32]byte{byte(n)}, Kind: callflow.KindCall, ObjectID: "9", Event: event, Body: []byte("{}"), ReceivedAt: at.Add(time.Duration(n) * time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
		}
		if last, err := s.LastDelivery(ctx); err != nil || !last.Equal(at) {
			t.Errorf("the last webhook came at %v, %v; want %v", last, err, at)
		}
		open, err := s.OldestOpenCall(ctx, at.Add(-time.Hour))
		if err != nil || !open.Equal(at) {
			t.Errorf("the oldest call without an end began at %v, %v", open, err)
		}
		if none, err := s.OldestOpenCall(ctx, at); err != nil || !none.IsZero() {
			t.Errorf("after it began there is %v, %v", none, err)
		}
	})
}
