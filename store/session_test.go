package store_test

import (
	"errors"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestASessionThatEndedMeanwhileIsNotBroughtBack(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		sessions, ctx, soon := st.Sessions(), store.RememberSessions(t.Context()), db.Clock.Now().Add(time.Hour)
		if err := sessions.CommitCtx(ctx, "hash", []byte("new"), soon); err != nil {
			t.Fatal(err)
		}
		if _, found, err := sessions.FindCtx(ctx, "hash"); err != nil || !found {
			t.Fatal(found, err)
		}
		if err := sessions.CommitCtx(ctx, "hash", []byte("more"), soon); err != nil {
			t.Errorf("a session that lives: %v", err)
		}
		if err := sessions.Delete("hash"); err != nil {
			t.Fatal(err)
		}
		if err := sessions.CommitCtx(ctx, "hash", []byte("late"), soon); !errors.Is(err, store.ErrSessionEnded) {
			t.Errorf("got %v, want ErrSessionEnded", err)
		}
		if _, found, err := sessions.Find("hash"); err != nil || found {
			t.Errorf("the session is back: %v, %v", found, err)
		}
	})
}
