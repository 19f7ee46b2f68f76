package worker_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestTheWorkerLeavesNoSessionAndNoLinkThatWouldLiveAgain(t *testing.T) {
	later := 90 * time.Minute
	db := storetest.SQLite(t)
	s := newSite(t, db, ahead(&later))
	if err := s.store.Sessions().Commit("ended", []byte("data"), time.Now().Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.Invite(t.Context(), store.Invitation{Email: "bea@example.com", Role: store.Viewer}); err != nil {
		t.Fatal(err)
	}
	later += 8 * 24 * time.Hour
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.worker.Watch(ctx) })
	defer running.Wait()
	defer stop()
	sessions, left := db.Raw(), 1
	for deadline := time.Now().Add(2 * time.Minute); left > 0; time.Sleep(5 * time.Millisecond) {
		if err := sessions.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM invitations WHERE length(hash) = 32)").Scan(&left); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatal("the session or the link is there still, and lives again when the clock goes back")
		}
	}
}
