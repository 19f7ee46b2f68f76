package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestFiftySetupsAtOnceMakeOneAdmin(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		if open, err := st.OpenSetup(ctx, "token", db.Clock.Now().Add(time.Hour)); err != nil || !open {
			t.Fatalf("got %v, %v; want an open setup", open, err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for i := range 50 {
			wg.Go(func() {
				_, err := st.FinishSetup(ctx, "token", store.User{Email: fmt.Sprintf("u%d@example.com", i), Role: store.Admin, Password: "x"})
				if err == nil {
					mu.Lock()
					made++
					mu.Unlock()
				} else if !errors.Is(err, store.ErrNotFound) {
					t.Errorf("got %v, want ErrNotFound", err)
				}
			})
		}
		wg.Wait()
		users, err := st.Users(ctx)
		if err != nil || len(users) != 1 || made != 1 {
			t.Errorf("got %d admins and %d successes, %v; want 1 and 1", len(users), made, err)
		}
		if open, err := st.OpenSetup(ctx, "again", db.Clock.Now().Add(time.Hour)); err != nil || open {
			t.Errorf("got %v, %v; want no setup once there is a user", open, err)
		}
	})
}

func TestSetupLinkExpires(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		if _, err := st.OpenSetup(ctx, "token", db.Clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		db.Clock.Advance(2 * time.Hour)
		if open, err := st.SetupIsOpen(ctx, "token"); err != nil || open {
			t.Errorf("got %v, %v; want an expired setup", open, err)
		}
		if _, err := st.FinishSetup(ctx, "token", store.User{Email: "ada@example.com", Role: store.Admin}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	})
}

func TestAUserMadeElsewhereClosesTheSetup(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		if _, err := st.OpenSetup(t.Context(), "token", db.Clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := st.AddUser(t.Context(), store.User{Email: "ada@example.com", Role: store.Admin}); err != nil {
			t.Fatal(err)
		}
		if open, err := st.SetupIsOpen(t.Context(), "token"); err != nil || open {
			t.Errorf("got %v, %v; want it closed", open, err)
		}
		if _, err := st.FinishSetup(t.Context(), "token", store.User{Email: "eve@example.com", Role: store.Admin}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	})
}
