package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestFailedAttemptsWaitLongerEachTime(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		try := func() (bool, time.Duration) {
			t.Helper()
			ok, until, err := st.TryAttempt(ctx, "account:ada@example.com")
			if err != nil {
				t.Fatal(err)
			}
			return ok, until.Sub(db.Clock.Now())
		}
		for i := range 4 {
			if ok, _ := try(); !ok {
				t.Fatalf("attempt %d was refused", i+1)
			}
		}
		waited := time.Duration(0)
		for range 20 {
			ok, wait := try()
			if ok || wait < waited || wait > 15*time.Minute {
				t.Fatalf("got %v, wait %s after %s", ok, wait, waited)
			}
			waited = wait
			db.Clock.Advance(wait)
			if ok, _ := try(); !ok {
				t.Fatal("refused after the wait")
			}
		}
		if waited != 15*time.Minute {
			t.Errorf("the longest wait is %s, want 15 min", waited)
		}
		if err := st.ClearAttempts(ctx, "account:ada@example.com"); err != nil {
			t.Fatal(err)
		}
		if ok, _ := try(); !ok {
			t.Error("refused after a success")
		}
	})
}

func TestManyAttemptsAtOnceDoNotSlipThrough(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		var wait sync.WaitGroup
		var allowed atomic.Int64
		for range 50 {
			wait.Go(func() {
				ok, _, err := st.TryAttempt(t.Context(), "account:eve@example.com")
				if err != nil {
					t.Error(err)
				}
				if ok {
					allowed.Add(1)
				}
			})
		}
		wait.Wait()
		if n := allowed.Load(); n != 4 { // three for free, and the one that starts the wait
			t.Errorf("%d of 50 attempts at once were allowed, want 4", n)
		}
	})
}
