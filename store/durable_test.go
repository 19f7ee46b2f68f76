package store_test

import (
	"errors"
	"slices"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestADatabaseThatAnswersBeforeItWritesIsRefused(t *testing.T) {
	storetest.OnServer(t, func(t *testing.T, server *storetest.Server) {
		db := server.DB()
		open := func() error {
			st, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key})
			if err == nil {
				err = st.Close()
			}
			return err
		}
		for _, way := range []struct{ off, on string }{
			{"ALTER SYSTEM SET synchronous_commit = off", "ALTER SYSTEM RESET synchronous_commit"},
			{"ALTER DATABASE postgres SET synchronous_commit = off", "ALTER DATABASE postgres RESET synchronous_commit"},
			{"ALTER ROLE ringledger SET synchronous_commit = off", "ALTER ROLE ringledger RESET synchronous_commit"},
		} {
			db.Exec(way.off)
			server.Reload()
			if err := open(); !errors.Is(err, store.ErrNotDurable) {
				t.Errorf("%s: got %v, want it refused", way.off, err)
			}
			db.Exec(way.on)
			server.Reload()
			if err := open(); err != nil {
				t.Errorf("%s: %v", way.on, err)
			}
		}
		plain := db.URL
		db.URL = db.With("synchronous_commit", "off")
		if err := open(); !errors.Is(err, store.ErrNotDurable) {
			t.Errorf("the address: got %v, want it refused", err)
		}
		db.URL = plain

		st := db.Open()
		if risks, err := st.Risks(t.Context()); err != nil || len(risks) != 0 {
			t.Errorf("risks %v, %v; want none", risks, err)
		}
		db.Exec("ALTER SYSTEM SET synchronous_commit = off") // while it runs
		db.Exec("ALTER SYSTEM SET full_page_writes = off")
		server.Reload()
		if how := store.CommitsHow(t, st); how != "on" {
			t.Errorf("a store that is open commits with synchronous_commit = %s from then on", how)
		}
		if risks, err := st.Risks(t.Context()); err != nil || !slices.Equal(risks, []string{"full_page_writes"}) {
			t.Errorf("risks %v, %v; want what was switched off", risks, err)
		}
	})
}
