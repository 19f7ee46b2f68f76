package store_test

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestATaskWrittenSinceItWasLookedForIsLookedForAgain(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		for _, call := range []string{"1", "2"} {
			settled(t, st, call, func(e *store.Entry) { e.TaskID, e.TaskAt = "00T00000000000"+call, db.Clock.Now() })
		}
		since := db.Clock.Now().Add(-time.Hour)
		look := func() []store.WrittenEntry {
			found, err := st.ToLookFor(t.Context(), since, false, store.WrittenEntry{}, 10)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		found := look()
		if len(found) != 2 {
			t.Fatalf("%d are to be looked for, want 2", len(found))
		}
		db.Exec("UPDATE entries SET task_at = task_at + 1 WHERE object_id = '2'") // by another node
		if err := st.KeepStanding(t.Context(), store.Stands, true, found); err != nil {
			t.Fatal(err)
		}
		if found = look(); len(found) != 1 || found[0].ObjectID != "2" {
			t.Errorf("%+v are left, want the one that was written again", found)
		}
	})
}

func TestADayIsCountedByTwoAtOnce(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		settled(t, st, "1", func(*store.Entry) {})
		day := db.Clock.Now().UTC().Truncate(24 * time.Hour)
		var both sync.WaitGroup
		errs := make([]error, 2)
		for n := range errs {
			both.Go(func() {
				for range 20 {
					errs[n] = errors.Join(errs[n], st.CountDay(t.Context(), day))
				}
			})
		}
		both.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
	})
}

func TestADayThatBeginsAtOneCountsItsCallsAndNoOther(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		zone, err := time.LoadLocation("America/Santiago")
		if err != nil {
			t.Fatal(err)
		}
		for n, at := range []string{"2026-09-05T23:30:00-04:00", "2026-09-06T01:00:00-03:00", "2026-09-06T23:30:00-03:00", "2026-09-07T00:00:00-03:00"} {
			id := strconv.Itoa(n)
			settled(t, st, id, func(*store.Entry) {})
			started, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			db.Exec("UPDATE entries SET started_at = " + strconv.FormatInt(started.UnixMicro(), 10) + " WHERE object_id = '" + id + "'")
		}
		for day, want := range map[string]int{"2026-09-05": 1, "2026-09-06": 2, "2026-09-07": 1} {
			from, err := callflow.ReadDay(day, zone)
			if err != nil {
				t.Fatal(err)
			}
			if err := st.CountDay(t.Context(), from); err != nil {
				t.Fatal(err)
			}
			if got, err := st.Reconciled(t.Context(), store.Together, day, day); err != nil || len(got) != 1 || got[0].Calls != want {
				t.Errorf("%s: got %+v, %v, want %d calls", day, got, err, want)
			}
		}
	})
}
