package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"ringledger/store"
)

// ledger opens a store on a new file with a clock the test moves.
func ledger(t *testing.T) (st *store.Store, file string, clock *time.Time) {
	t.Helper()
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	file = filepath.Join(t.TempDir(), "ringledger.db")
	st, err := store.Open(context.Background(), store.Options{URL: "sqlite:" + file, Key: make([]byte, 32), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st, file, &now
}

func TestAuditChainShowsWhatWasChangedBehindItsBack(t *testing.T) {
	st, file, _ := ledger(t)
	ctx := context.Background()
	for i := range 5 {
		if err := st.AddAudit(ctx, store.AuditRow{Who: "ada@example.com", What: "rules_saved", Object: fmt.Sprint(i), Detail: map[string]string{"note": "n"}}); err != nil {
			t.Fatal(err)
		}
	}
	n, head, err := st.CheckAudit(ctx)
	if err != nil || n != 5 || len(head) != 32 {
		t.Fatalf("got %d rows, head %x, %v; want 5, 32 bytes, nil", n, head, err)
	}
	rows, err := st.Audit(ctx, 0, 2)
	if err != nil || len(rows) != 2 || rows[0].ID != 5 || rows[0].Detail["note"] != "n" {
		t.Fatalf("got %+v, %v; want rows 5 and 4", rows, err)
	}
	db, err := sql.Open("sqlite3", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec("UPDATE audit SET who = 'eve@example.com' WHERE id = 3"); err == nil {
		t.Fatal("an audit row could be changed")
	}
	for _, stmt := range []string{"DROP TRIGGER audit_no_update", "UPDATE audit SET who = 'eve@example.com' WHERE id = 3"} {
		if _, err := db.Exec(stmt); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := st.CheckAudit(ctx); !errors.Is(err, store.ErrAuditBroken) {
		t.Errorf("got %v, want ErrAuditBroken", err)
	}
}

func TestFiftySetupsAtOnceMakeOneAdmin(t *testing.T) {
	st, _, clock := ledger(t)
	ctx := context.Background()
	if open, err := st.OpenSetup(ctx, "token", clock.Add(time.Hour)); err != nil || !open {
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
	if open, err := st.OpenSetup(ctx, "again", clock.Add(time.Hour)); err != nil || open {
		t.Errorf("got %v, %v; want no setup once there is a user", open, err)
	}
}

func TestSetupLinkExpires(t *testing.T) {
	st, _, clock := ledger(t)
	ctx := context.Background()
	if _, err := st.OpenSetup(ctx, "token", clock.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	*clock = clock.Add(2 * time.Hour)
	if open, err := st.SetupIsOpen(ctx, "token"); err != nil || open {
		t.Errorf("got %v, %v; want an expired setup", open, err)
	}
	if _, err := st.FinishSetup(ctx, "token", store.User{Email: "ada@example.com", Role: store.Admin}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestFailedAttemptsWaitLongerEachTime(t *testing.T) {
	st, _, clock := ledger(t)
	ctx := context.Background()
	try := func() (bool, time.Duration) {
		t.Helper()
		ok, until, err := st.TryAttempt(ctx, "account:ada@example.com")
		if err != nil {
			t.Fatal(err)
		}
		return ok, until.Sub(*clock)
	}
	for i := range 4 {
		if ok, _ := try(); !ok {
			t.Fatalf("attempt %d was refused", i+1)
		}
	}
	waited := time.Duration(0)
	for range 20 {
		ok, wait := try()
		if ok || wait < waited || wait > 15*time.Minute {
			t.Fatalf("got %v, wait %s after %s", ok, wait, waited)
		}
		waited = wait
		*clock = clock.Add(wait)
		if ok, _ := try(); !ok {
			t.Fatal("refused after the wait")
		}
	}
	if waited != 15*time.Minute {
		t.Errorf("the longest wait is %s, want 15 min", waited)
	}
	if err := st.ClearAttempts(ctx, "account:ada@example.com"); err != nil {
		t.Fatal(err)
	}
	if ok, _ := try(); !ok {
		t.Error("refused after a success")
	}
}

func TestAPIKeyIsKnownByItsValueOnly(t *testing.T) {
	st, _, _ := ledger(t)
	ctx := context.Background()
	key, err := st.AddAPIKey(ctx, "dashboard", store.Viewer)
	if err != nil {
		t.Fatal(err)
	}
	if k, err := st.UseAPIKey(ctx, key); err != nil || k.Name != "dashboard" || k.Role != store.Viewer {
		t.Errorf("got %+v, %v; want the viewer key", k, err)
	}
	if _, err := st.UseAPIKey(ctx, key+"x"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	keys, err := st.APIKeys(ctx)
	if err != nil || len(keys) != 1 || keys[0].UsedAt.IsZero() {
		t.Fatalf("got %+v, %v; want one used key", keys, err)
	}
	if err := st.DropAPIKey(ctx, keys[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := st.UseAPIKey(ctx, key); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound after the key was dropped", err)
	}
}

func TestUserIsFoundHoweverTheAddressIsWritten(t *testing.T) {
	st, _, _ := ledger(t)
	ctx := context.Background()
	id, err := st.AddUser(ctx, store.User{Email: " Ada@Example.com", Name: "Ada", Role: store.Admin, Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if u, err := st.UserByEmail(ctx, "ADA@example.com "); err != nil || u.ID != id {
		t.Errorf("got %+v, %v; want user %d", u, err, id)
	}
	if _, err := st.AddUser(ctx, store.User{Email: "ada@EXAMPLE.com", Role: store.Viewer}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("got %v, want ErrConflict", err)
	}
}
