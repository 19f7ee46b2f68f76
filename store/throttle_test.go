package store_test

import (
	"fmt"
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
			ok, until, err := st.TryAttempt(ctx, "ada@example.com", "192.0.2.0/24")
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
		if err := st.ClearAttempts(ctx, "ada@example.com", "192.0.2.0/24"); err != nil {
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
				ok, _, err := st.TryAttempt(t.Context(), "eve@example.com", "192.0.2.0/24")
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

func TestGuessesFromElsewhereDoNotKeepTheOwnerOut(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		for range 200 { // polled for more than three hours from one network
			if _, _, err := st.TryAttempt(t.Context(), "ada@example.com", "192.0.2.0/24"); err != nil {
				t.Fatal(err)
			}
			db.Clock.Advance(time.Minute)
		}
		if ok, until, err := st.TryAttempt(t.Context(), "Ada@example.com", "198.51.100.0/24"); err != nil || !ok {
			t.Errorf("the owner: %v until %s, %v; want to be let in", ok, until, err)
		}
	})
}

func TestGuessesFromManyNetworksAreSlowedDownALittle(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		try := func(i int) (bool, time.Duration) {
			t.Helper()
			ok, until, err := st.TryAttempt(t.Context(), "ada@example.com\x00", fmt.Sprintf("10.0.%d.0/24\xff", i))
			if err != nil {
				t.Fatal(err)
			}
			return ok, until.Sub(db.Clock.Now())
		}
		for i := range 100 {
			if ok, wait := try(i); !ok {
				t.Fatalf("attempt %d was refused for %s", i+1, wait)
			}
		}
		ok, wait := try(200)
		if ok || wait <= 0 || wait > time.Minute {
			t.Fatalf("attempt 101: %v, wait %s; want a wait of at most a minute", ok, wait)
		}
		db.Clock.Advance(wait)
		if ok, _ := try(201); !ok {
			t.Error("refused after the wait")
		}
		if err := st.ClearAttempts(t.Context(), "ada@example.com", "10.0.201.0/24\xff"); err != nil {
			t.Fatal(err)
		}
		if ok, _ := try(202); !ok {
			t.Error("a success counts as a failure")
		}
	})
}

func TestAClockThatJumpsKeepsNobodyOutForGood(t *testing.T) {
	for name, jump := range map[string]struct{ there, back time.Duration }{
		"ahead and back": {400 * 24 * time.Hour, -400 * 24 * time.Hour},
		"two days back":  {0, -48 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
				try := func(network string) (bool, time.Duration) {
					t.Helper()
					ok, until, err := st.TryAttempt(t.Context(), "ada@example.com", network)
					if err != nil {
						t.Fatal(err)
					}
					return ok, until.Sub(db.Clock.Now())
				}
				db.Clock.Advance(jump.there)
				if ok, _ := try("198.51.100.0/24"); !ok { // the owner signs in meanwhile
					t.Fatal("the owner is kept out")
				}
				if err := st.ClearAttempts(t.Context(), "ada@example.com", "198.51.100.0/24"); err != nil {
					t.Fatal(err)
				}
				for range 150 { // and somebody guesses, without a pause
					if ok, wait := try("192.0.2.0/24"); !ok {
						db.Clock.Advance(wait)
					}
				}
				db.Clock.Advance(jump.back)
				if ok, wait := try("198.51.100.0/24"); !ok {
					t.Errorf("the owner waits %s", wait)
				}
				if ok, wait := try("192.0.2.0/24"); ok || wait > 15*time.Minute {
					t.Errorf("who guessed: %v, wait %s; want a wait of at most 15 minutes", ok, wait)
				}
			})
		})
	}
}
