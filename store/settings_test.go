package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestANewLedgerHasTheDefaultRules(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		rules, err := st.CurrentRules(t.Context())
		if err != nil || rules.Version != 1 {
			t.Fatalf("got version %d, %v; want 1", rules.Version, err)
		}
		if diff := cmp.Diff(callflow.Default(), rules.Settings, cmpopts.EquateEmpty(), cmp.AllowUnexported(callflow.LineSet{})); diff != "" {
			t.Errorf("rules (-want +got):\n%s", diff)
		}
		if again, err := db.Open().CurrentRules(t.Context()); err != nil || again.Version != 1 {
			t.Errorf("opened again: version %d, %v; want 1", again.Version, err)
		}
	})
}

func TestEachSaveIsAVersionAndNoneIsLost(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		changed := callflow.Default()
		changed.SettleSeconds = 30
		if v, err := st.SaveRules(t.Context(), 1, changed, "ada@example.com", "slower"); err != nil || v != 2 {
			t.Fatalf("saved version %d, %v; want 2", v, err)
		}
		for _, base := range []int{0, 1, 7} {
			if _, err := st.SaveRules(t.Context(), base, changed, "", ""); !errors.Is(err, store.ErrConflict) {
				t.Errorf("saved on version %d: %v, want ErrConflict", base, err)
			}
		}
		first, err := st.RulesVersion(t.Context(), 1)
		if err != nil || first.Settings.SettleSeconds != callflow.Default().SettleSeconds {
			t.Errorf("version 1 became %+v, %v", first.Settings, err)
		}
		now, err := st.CurrentRules(t.Context())
		if err != nil || now.Settings.SettleSeconds != 30 || now.SavedBy != "ada@example.com" || now.Note != "slower" || !now.SavedAt.Equal(db.Clock.Now()) {
			t.Errorf("got %+v, %v; want version 2 as saved", now, err)
		}
		if _, err := st.RulesVersion(t.Context(), 99); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	})
}

func TestOfManySavesOnOneVersionOneWins(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		var wait sync.WaitGroup
		var won atomic.Int64
		for range 20 {
			wait.Go(func() {
				_, err := st.SaveRules(t.Context(), 1, callflow.Default(), "", "")
				if err == nil {
					won.Add(1)
				} else if !errors.Is(err, store.ErrConflict) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 {
			t.Errorf("%d saves on version 1 won, want one", won.Load())
		}
	})
}

func TestANoteMayHoldWhatNoDatabaseStores(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		version, err := st.SaveRules(t.Context(), 1, callflow.Default(), "ada@example.com", "for\x00 the\xff weekend")
		if err != nil {
			t.Fatal(err)
		}
		if r, err := st.RulesVersion(t.Context(), version); err != nil || r.Note != "for the\uFFFD weekend" {
			t.Errorf("the note is %q, %v", r.Note, err)
		}
	})
}
