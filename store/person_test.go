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

func addUser(t *testing.T, st *store.Store, email string, role store.Role) int64 {
	t.Helper()
	id, err := st.AddUser(t.Context(), store.User{Email: email, Name: email, Role: role, Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestSomebodyDeactivatedIsNotFoundUntilReactivated(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		addUser(t, st, "ada@example.com", store.Admin)
		id := addUser(t, st, "bea@example.com", store.Viewer)
		own := store.RememberSessions(ctx)
		store.OwnSession(own, store.Owner{UserID: id, CreatedAt: db.Clock.Now()})
		if err := st.Sessions().CommitCtx(own, "hash", []byte("data"), db.Clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if people, err := st.People(ctx, time.Time{}); err != nil || len(people) != 2 || people[1].Sessions != 1 || people[0].Sessions != 0 {
			t.Fatalf("got %+v, %v; want one session of Bea", people, err)
		}
		if err := st.DeactivateUser(ctx, id); err != nil {
			t.Fatal(err)
		}
		if _, err := st.User(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("by number: got %v, want ErrNotFound", err)
		}
		if _, err := st.UserByEmail(ctx, "bea@example.com"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("by address: got %v, want ErrNotFound", err)
		}
		if err := st.DeactivateUser(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("twice: got %v, want ErrNotFound", err)
		}
		if err := st.ReactivateUser(ctx, id); err != nil {
			t.Fatal(err)
		}
		if err := st.ReactivateUser(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("reactivated twice: got %v, want ErrNotFound", err)
		}
		if u, err := st.User(ctx, id); err != nil || !u.DeactivatedAt.IsZero() {
			t.Errorf("got %+v, %v; want Bea back", u, err)
		}
		if _, found, err := st.Sessions().Find("hash"); err != nil || found {
			t.Errorf("the session of before is back: %v, %v", found, err)
		}
	})
}

func TestTheNumberOfSomebodyRemovedIsGivenToNobodyElse(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		addUser(t, st, "ada@example.com", store.Admin)
		var before int64
		for range 3 {
			bea := addUser(t, st, "bea@example.com", store.Viewer)
			if bea <= before {
				t.Errorf("got number %d after %d", bea, before)
			}
			before = bea
			if err := st.RemoveUser(t.Context(), "bea@example.com"); err != nil {
				t.Fatal(err)
			}
			if _, err := st.User(t.Context(), bea); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the number of somebody removed: %v", err)
			}
		}
	})
}

func TestTheLastAdminWhoMaySignInKeepsTheRole(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		ada, bea := addUser(t, st, "ada@example.com", store.Admin), addUser(t, st, "bea@example.com", store.Admin)
		if err := st.DeactivateUser(ctx, bea); err != nil {
			t.Fatal(err)
		}
		if _, err := st.ChangeUser(ctx, ada, "Ada", store.Editor); !errors.Is(err, store.ErrLastAdmin) {
			t.Errorf("demoted: got %v, want ErrLastAdmin", err)
		}
		if err := st.DeactivateUser(ctx, ada); !errors.Is(err, store.ErrLastAdmin) {
			t.Errorf("deactivated: got %v, want ErrLastAdmin", err)
		}
		if err := st.RemoveUser(ctx, "ada@example.com"); !errors.Is(err, store.ErrLastAdmin) {
			t.Errorf("removed: got %v, want ErrLastAdmin", err)
		}
		if before, err := st.ChangeUser(ctx, ada, "Ada L", store.Admin); err != nil || before.Name != "ada@example.com" {
			t.Errorf("renamed: got %+v, %v", before, err)
		}
		if _, err := st.ChangeUser(ctx, 99, "Nobody", store.Admin); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("nobody: got %v, want ErrNotFound", err)
		}
		if _, err := st.ChangeUser(ctx, bea, "Bea", store.Viewer); err != nil { // deactivated, so not the last
			t.Error(err)
		}
	})
}

func TestAdminsWhoDemoteEachOtherAtOnceLeaveOne(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		var ids []int64
		for i := range 10 {
			ids = append(ids, addUser(t, st, fmt.Sprintf("a%d@example.com", i), store.Admin))
		}
		var wg sync.WaitGroup
		for i, id := range ids {
			wg.Go(func() {
				var err error
				if i%2 == 0 {
					_, err = st.ChangeUser(ctx, id, "A", store.Viewer)
				} else {
					err = st.DeactivateUser(ctx, id)
				}
				if err != nil && !errors.Is(err, store.ErrLastAdmin) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		people, err := st.People(ctx, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		admins := 0
		for _, p := range people {
			if p.Role == store.Admin && p.DeactivatedAt.IsZero() {
				admins++
			}
		}
		if admins != 1 {
			t.Errorf("%d admins are left, want 1", admins)
		}
	})
}

func TestWhenSomebodyWasHereIsRememberedNowAndThen(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		id := addUser(t, st, "ada@example.com", store.Admin)
		for _, step := range []struct{ pass, ago time.Duration }{{0, 0}, {time.Minute, time.Minute}, {5 * time.Minute, 0}} {
			db.Clock.Advance(step.pass)
			u, err := st.User(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			if err := st.SeeUser(ctx, u); err != nil {
				t.Fatal(err)
			}
			if u, err = st.User(ctx, id); err != nil || db.Clock.Now().Sub(u.SeenAt) != step.ago {
				t.Errorf("after %s: seen %s ago, %v; want %s", step.pass, db.Clock.Now().Sub(u.SeenAt), err, step.ago)
			}
		}
	})
}

func TestTheLinksThatSomebodySawEndOnceTheyAreNoAdmin(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		addUser(t, st, "ada@example.com", store.Admin)
		target := addUser(t, st, "zoe@example.com", store.Admin)
		for name, end := range map[string]func(id int64, email string) error{
			"deactivated": func(id int64, _ string) error { return st.DeactivateUser(ctx, id) },
			"demoted":     func(id int64, _ string) error { _, err := st.ChangeUser(ctx, id, "X", store.Editor); return err },
			"removed":     func(_ int64, email string) error { return st.RemoveUser(ctx, email) },
		} {
			email := name + "@example.com"
			id := addUser(t, st, email, store.Admin)
			kept, err := st.Invite(ctx, store.Invitation{Email: "kept-" + email, Role: store.Viewer, InvitedBy: "ada@example.com"})
			if err != nil {
				t.Fatal(err)
			}
			token, err := st.Invite(ctx, store.Invitation{Email: "back-" + email, Role: store.Admin, InvitedBy: email})
			if err != nil {
				t.Fatal(err)
			}
			reset, err := st.OpenReset(ctx, target)
			if err != nil {
				t.Fatal(err)
			}
			if err := end(id, email); err != nil {
				t.Fatal(err)
			}
			if _, err := st.AcceptInvitation(ctx, token, store.User{Name: "X", Password: "x"}); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: the invitation they made: got %v, want ErrNotFound", name, err)
			}
			if _, err := st.FinishReset(ctx, reset, "y"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: a link to set a password: got %v, want ErrNotFound", name, err)
			}
			if _, err := st.OpenInvitation(ctx, kept); err != nil {
				t.Errorf("%s: the invitation of another: %v", name, err)
			}
		}
	})
}

func TestASessionBegunWhileItsOwnerWasBeingDeactivatedStaysShut(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		addUser(t, st, "ada@example.com", store.Admin)
		id := addUser(t, st, "bea@example.com", store.Viewer)
		if err := st.DeactivateUser(ctx, id); err != nil {
			t.Fatal(err)
		}
		begin(t, st, "late", store.Owner{UserID: id}, db.Clock.Now().Add(time.Hour)) // its password was checked before
		if err := st.ReactivateUser(ctx, id); err != nil {
			t.Fatal(err)
		}
		if _, found, err := st.Sessions().Find("late"); err != nil || found {
			t.Errorf("the session opens: %v, %v", found, err)
		}
	})
}
