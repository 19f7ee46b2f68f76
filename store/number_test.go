package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

const stranger = "+33199005678"

func TestOfFiftyLockersOfANumberOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		nodes := []*store.Store{db.Open(), db.Open()}
		var wait sync.WaitGroup
		var won atomic.Int64
		for n := range 50 {
			wait.Go(func() {
				got, err := nodes[n%2].LockNumbers(t.Context(), map[string]int64{stranger: int64(n + 1), fmt.Sprintf("+1202555%04d", n): 1}, time.Minute)
				if err != nil {
					t.Error(err)
				}
				if got[stranger] {
					won.Add(1)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 {
			t.Errorf("%d lockers won, want one", won.Load())
		}
	})
}

func TestANumberIsLockedUntilItIsMadeGivenUpOrForgotten(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		lock := func(entry int64) bool {
			t.Helper()
			got, err := st.LockNumbers(t.Context(), map[string]int64{stranger: entry}, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			return got[stranger]
		}
		first, again, other := lock(1), lock(1), lock(2)
		if !first || !again || other {
			t.Error("want the lock for the same entry again and for no other")
		}
		db.Clock.Advance(time.Minute)
		if !lock(2) {
			t.Error("the lock of a crash lasts for ever")
		}
		if err := st.UnlockNumbers(t.Context(), []string{stranger}); err != nil || !lock(3) {
			t.Errorf("a number given up stays locked: %v", err)
		}
		lead := callflow.Record{Kind: callflow.LeadRecord, ID: "00Q1", Name: "Unknown"}
		if err := st.NumbersCreated(t.Context(), map[string]callflow.Record{stranger: lead}); err != nil {
			t.Fatal(err)
		}
		contact := callflow.Record{Kind: callflow.ContactRecord, ID: "0031", Name: "Ada"}
		if err := st.ChooseRecord(t.Context(), stranger, contact, "ada@example.com"); err != nil {
			t.Fatal(err)
		}
		known, err := st.KnownNumbers(t.Context(), []string{stranger, "+12025550100"})
		k := known[stranger]
		if err != nil || len(known) != 1 || k.Created == nil || *k.Created != lead || k.Choice == nil || *k.Choice != contact ||
			k.ChosenBy != "ada@example.com" || !k.CreatedAt.Equal(db.Clock.Now()) {
			t.Errorf("got %+v, %v; want the record made and the one chosen", k, err)
		}
		if err := st.ForgetNumber(t.Context(), stranger, "0032"); err != nil {
			t.Fatal(err)
		}
		if known, err := st.KnownNumbers(t.Context(), []string{stranger}); err != nil || known[stranger].Created == nil || known[stranger].Choice == nil {
			t.Errorf("got %+v, %v; want nothing forgotten when another record is gone", known, err)
		}
		for _, gone := range []string{lead.ID, contact.ID} {
			if err := st.ForgetNumber(t.Context(), stranger, gone); err != nil {
				t.Fatal(err)
			}
		}
		if known, err := st.KnownNumbers(t.Context(), []string{stranger}); err != nil || len(known) != 0 {
			t.Errorf("got %+v, %v; want nothing remembered", known, err)
		}
	})
}
