package store_test

import (
	"errors"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestUserIsFoundHoweverTheAddressIsWritten(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
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
	})
}

func TestARoleAllowsWhatIsBelowIt(t *testing.T) {
	roles := []store.Role{store.Viewer, store.Editor, store.Admin}
	for i, has := range roles {
		for j, needed := range roles {
			if got := has.Allows(needed); got != (i >= j) {
				t.Errorf("%s allows %s: %v", has, needed, got)
			}
		}
		if has.Allows("") || store.Role("root").Allows(has) {
			t.Error("a role that does not exist allows something")
		}
	}
}

func TestARoleThatDoesNotExistIsNotStored(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		if _, err := st.AddUser(t.Context(), store.User{Email: "eve@example.com", Role: "root"}); err == nil {
			t.Error("a user with an unknown role was stored")
		}
	})
}

func TestASessionEndsWhenItsTimeIsOver(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		sessions := st.Sessions()
		if err := sessions.Commit("hash", []byte("data"), db.Clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := sessions.Commit("hash", []byte("more"), db.Clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if data, found, err := sessions.Find("hash"); err != nil || !found || string(data) != "more" {
			t.Errorf("got %q, %v, %v; want what was kept last", data, found, err)
		}
		db.Clock.Advance(time.Hour)
		if _, found, err := sessions.Find("hash"); err != nil || found {
			t.Errorf("the session lives on: %v, %v", found, err)
		}
		if err := sessions.Commit("other", []byte("x"), db.Clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		var kept int
		if err := db.Raw().QueryRowContext(t.Context(), "SELECT count(*) FROM sessions").Scan(&kept); err != nil || kept != 1 {
			t.Errorf("%d sessions are kept, %v; want the one that lives", kept, err)
		}
		if err := sessions.Delete("other"); err != nil {
			t.Fatal(err)
		}
		if _, found, err := sessions.Find("other"); err != nil || found {
			t.Errorf("the session was not ended: %v, %v", found, err)
		}
	})
}

func TestTheLastAdminStays(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		for email, role := range map[string]store.Role{"ada@example.com": store.Admin, "bea@example.com": store.Admin, "eve@example.com": store.Viewer} {
			if _, err := st.AddUser(ctx, store.User{Email: email, Role: role, Password: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		for _, step := range []struct {
			email string
			want  error
		}{{"nobody@example.com", store.ErrNotFound}, {"Bea@example.com", nil}, {"ada@example.com", store.ErrLastAdmin}, {"eve@example.com", nil}} {
			if err := st.RemoveUser(ctx, step.email); !errors.Is(err, step.want) {
				t.Errorf("removing %s: got %v, want %v", step.email, err, step.want)
			}
		}
		if err := st.SetUserPassword(ctx, "eve@example.com", "y"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the password of somebody removed: %v", err)
		}
	})
}

func TestAnotherPasswordEndsSessionsAndIsNotReplacedByWhoKnewTheOneBefore(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx, id := t.Context(), person(t, st, "ada@example.com")
		if err := st.SetUserPassword(ctx, "ada@example.com", "first"); err != nil {
			t.Fatal(err)
		}
		before, err := st.User(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for hash, change := range map[string]func(hash string) error{
			"of the console": func(hash string) error { return st.SetUserPassword(ctx, "ada@example.com", hash) },
			"of their own": func(hash string) error {
				now, err := st.User(ctx, id)
				return errors.Join(err, st.ReplacePassword(ctx, now, hash))
			},
		} {
			begin(t, st, hash, store.Owner{UserID: id}, db.Clock.Now().Add(time.Hour))
			if err := change(hash); err != nil {
				t.Fatal(err)
			}
			if left, err := st.UserSessions(ctx, id, time.Time{}); err != nil || len(left) != 0 {
				t.Errorf("%s: %d sessions are left, %v", hash, len(left), err)
			}
			if err := st.ReplacePassword(ctx, before, "late"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: by who knew the one before: got %v, want ErrNotFound", hash, err)
			}
		}
	})
}

func TestWhatPeopleTypeIsStoredWhateverItsBytes(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		for _, odd := range []string{"\x00", "\xff", "a\x00\xffb"} {
			if _, err := st.UserByEmail(ctx, odd); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("user %q: %v", odd, err)
			}
			id, err := st.AddUser(ctx, store.User{Email: odd + "@example.com", Name: odd, Role: store.Viewer})
			if err != nil {
				t.Errorf("new user %q: %v", odd, err)
			}
			if err := st.SetUserLocale(ctx, id, odd); err != nil {
				t.Errorf("locale %q: %v", odd, err)
			}
			if _, err := st.AddAPIKey(ctx, odd, store.Viewer, odd); err != nil {
				t.Errorf("key %q: %v", odd, err)
			}
			if err := st.AddAudit(ctx, store.AuditRow{Who: odd, What: store.AuditCode(odd), Object: odd, Detail: map[string]string{odd: odd}, Address: odd}); err != nil {
				t.Errorf("audit %q: %v", odd, err)
			}
		}
		if _, _, err := st.CheckAudit(ctx); err != nil {
			t.Error(err)
		}
	})
}
