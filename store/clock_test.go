package store_test

import (
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestWhatAClockThatWasAheadPutOffIsDueAgain(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx, before := t.Context(), db.Clock.Now()
		db.Clock.Advance(48 * time.Hour) // by mistake
		add(t, st, delivery("1", "a", db.Clock.Now()))
		if got, err := st.LockNumbers(ctx, map[string]int64{"+441632960200": 1}, 15*time.Minute); err != nil || !got["+441632960200"] {
			t.Fatalf("the number was not locked: %v", err)
		}
		db.Clock.Advance(before.Sub(db.Clock.Now()))
		if found, err := st.ClaimEntries(ctx, 10, time.Minute); err != nil || len(found) != 0 {
			t.Fatalf("%d entries are due, %v", len(found), err)
		}
		if n, err := st.BringForward(ctx); err != nil || n != 1 {
			t.Fatalf("%d entries were brought forward, %v; want 1", n, err)
		}
		if found, err := st.ClaimEntries(ctx, 10, time.Minute); err != nil || len(found) != 1 {
			t.Errorf("%d entries are due, %v; want 1", len(found), err)
		}
		if n, err := st.BringForward(ctx); err != nil || n != 0 {
			t.Errorf("%d entries were brought forward again, %v", n, err)
		}
		db.Clock.Advance(21 * time.Minute)
		if got, err := st.LockNumbers(ctx, map[string]int64{"+441632960200": 2}, time.Minute); err != nil || !got["+441632960200"] {
			t.Errorf("the number stays locked: %v", err)
		}
	})
}
