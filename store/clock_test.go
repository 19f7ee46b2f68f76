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

func TestWorkThatAClockThatWasAheadPutOffIsDueAgain(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx, before := t.Context(), db.Clock.Now()
		ahead := func() { db.Clock.Advance(400 * 24 * time.Hour) } // by mistake
		right := func() { db.Clock.Advance(before.Sub(db.Clock.Now())) }
		telling := store.Telling{Channels: []string{store.ByEmail, store.ByWebhook}, Body: func(int64) (string, error) { return "{}", nil }}
		ahead()
		if _, err := st.BeginAlert(ctx, "queue", time.Time{}, telling); err != nil {
			t.Fatal(err)
		}
		m, ok, err := st.ClaimMessage(ctx, store.ByEmail, time.Minute)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := st.MessageFailed(ctx, m, "", "refused", db.Clock.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := st.ClaimMessage(ctx, store.ByWebhook, time.Minute); err != nil || !ok { // its node dies
			t.Fatal(ok, err)
		}
		if err := st.AddCheck(ctx, "", time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := st.ClaimBackfill(ctx, time.Minute); err != nil || !ok {
			t.Fatal(ok, err)
		}
		right()
		if _, err := st.BringForward(ctx); err != nil {
			t.Fatal(err)
		}
		if open, err := st.OpenAlerts(ctx); err != nil || len(open) != 1 || open[0].SeenAt.After(before) || open[0].BeganAt.After(before) || open[0].RemindedAt.After(before) {
			t.Errorf("nobody would be reminded of %+v, %v", open, err)
		}
		for _, channel := range []string{store.ByEmail, store.ByWebhook} {
			if _, ok, err := st.ClaimMessage(ctx, channel, time.Minute); err != nil || !ok {
				t.Errorf("%s: nothing is told any more, %v", channel, err)
			}
		}
		if _, ok, err := st.ClaimBackfill(ctx, time.Minute); err != nil || !ok {
			t.Errorf("Aircall's list is compared no more, %v", err)
		}
		db.Clock.Advance(30 * time.Second)
		if _, err := st.BringForward(ctx); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := st.ClaimMessage(ctx, store.ByEmail, time.Minute); err != nil || ok {
			t.Errorf("what is in one hand was given to another, %v", err)
		}
	})
}
