package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestClaimersOfManyNodesNeverShareAnEntry(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		const nodes, entries = 3, 300
		var all []*store.Store
		for range nodes {
			all = append(all, db.Open())
		}
		for n := range entries {
			add(t, all[n%nodes], delivery(fmt.Sprint(n), "", db.Clock.Now()))
		}
		var mu sync.Mutex
		held := map[int64]int{}
		var wait sync.WaitGroup
		for n := range 4 * nodes {
			wait.Go(func() {
				for range entries {
					claimed, err := all[n%nodes].ClaimEntries(t.Context(), 7, time.Minute)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					for _, e := range claimed {
						held[e.ID]++
					}
					whole := len(held) == entries
					mu.Unlock()
					if whole {
						return
					}
				}
			})
		}
		wait.Wait()
		for id, n := range held {
			if n != 1 {
				t.Errorf("entry %d was claimed %d times in one lease", id, n)
			}
		}
		if len(held) != entries {
			t.Errorf("%d entries were claimed, want %d", len(held), entries)
		}
	})
}

func TestAClaimerDoesNotWaitForWhatAnotherNodeHolds(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		st := db.Open()
		for n := range 10 {
			add(t, st, delivery(fmt.Sprint(n), "", db.Clock.Now().Add(time.Duration(n)*time.Microsecond)))
		}
		db.Clock.Advance(time.Second)
		other, err := db.Raw().BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Rollback() }() // it changes nothing
		if _, err := other.ExecContext(t.Context(), "SELECT id FROM entries ORDER BY due_at LIMIT 4 FOR UPDATE"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		claimed, err := st.ClaimEntries(ctx, 10, time.Minute)
		if err != nil {
			t.Fatalf("the claim waited for the other node: %v", err)
		}
		if len(claimed) != 6 {
			t.Errorf("claimed %d entries, want the 6 that nobody holds", len(claimed))
		}
	})
}
