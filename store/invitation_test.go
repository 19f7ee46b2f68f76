package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestAnInvitationIsTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		token, err := st.Invite(ctx, store.Invitation{Email: "Bea@Example.com", Role: store.Editor, InvitedBy: "ada@example.com"})
		if err != nil {
			t.Fatal(err)
		}
		if i, err := st.OpenInvitation(ctx, token); err != nil || i.Email != "bea@example.com" || i.Role != store.Editor || i.InvitedBy != "ada@example.com" {
			t.Errorf("got %+v, %v", i, err)
		}
		if _, err := st.OpenInvitation(ctx, token+"x"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another token: got %v, want ErrNotFound", err)
		}
		var wg sync.WaitGroup
		var joined atomic.Int64
		for range 20 {
			wg.Go(func() {
				u, err := st.AcceptInvitation(ctx, token, store.User{Email: "eve@example.com", Name: "Bea", Role: store.Admin, Password: "x"})
				switch {
				case err == nil && u.Email == "bea@example.com" && u.Role == store.Editor && u.ID > 0:
					joined.Add(1)
				case !errors.Is(err, store.ErrNotFound):
					t.Errorf("got %+v, %v; want ErrNotFound", u, err)
				}
			})
		}
		wg.Wait()
		if users, err := st.Users(ctx); err != nil || joined.Load() != 1 || len(users) != 1 || users[0].Role != store.Editor {
			t.Errorf("%d joined, %+v, %v; want one editor", joined.Load(), users, err)
		}
		if left, err := st.Invitations(ctx); err != nil || len(left) != 0 {
			t.Errorf("left: %+v, %v", left, err)
		}
	})
}

func TestWhoHasAnAccountOrAnInvitationIsNotInvited(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		addUser(t, st, "ada@example.com", store.Admin)
		if _, err := st.Invite(ctx, store.Invitation{Email: "ADA@example.com", Role: store.Viewer}); !errors.Is(err, store.ErrHasAccount) {
			t.Errorf("got %v, want ErrHasAccount", err)
		}
		token, err := st.Invite(ctx, store.Invitation{Email: "bea@example.com", Role: store.Viewer})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.Invite(ctx, store.Invitation{Email: "bea@example.com", Role: store.Admin}); !errors.Is(err, store.ErrConflict) {
			t.Errorf("got %v, want ErrConflict", err)
		}
		addUser(t, st, "bea@example.com", store.Viewer)
		if err := st.RemoveUser(ctx, "bea@example.com"); err != nil {
			t.Fatal(err)
		}
		if _, err := st.OpenInvitation(ctx, token); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the link of somebody who was added otherwise: %v, want ErrNotFound", err)
		}
	})
}

func TestAnInvitationExpiresIsRenewedAndWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		first, err := st.Invite(ctx, store.Invitation{Email: "bea@example.com", Role: store.Viewer, InvitedBy: "ada@example.com"})
		if err != nil {
			t.Fatal(err)
		}
		db.Clock.Advance(store.InvitationLife)
		if _, err := st.AcceptInvitation(ctx, first, store.User{Name: "Bea"}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("expired: got %v, want ErrNotFound", err)
		}
		all, err := st.Invitations(ctx)
		if err != nil || len(all) != 1 {
			t.Fatalf("got %+v, %v; want the expired one", all, err)
		}
		renewed, second, err := st.RenewInvitation(ctx, all[0].ID, "cleo@example.com")
		if err != nil || second == first || renewed.InvitedBy != "cleo@example.com" || !renewed.ExpiresAt.Equal(db.Clock.Now().Add(store.InvitationLife)) {
			t.Errorf("renewed: %+v, %v", renewed, err)
		}
		if _, err := st.OpenInvitation(ctx, first); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the first link: got %v, want ErrNotFound", err)
		}
		if _, err := st.OpenInvitation(ctx, second); err != nil {
			t.Errorf("the second link: %v", err)
		}
		if gone, err := st.WithdrawInvitation(ctx, all[0].ID); err != nil || gone.Email != "bea@example.com" {
			t.Errorf("withdrawn: %+v, %v", gone, err)
		}
		if _, err := st.OpenInvitation(ctx, second); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the link withdrawn: got %v, want ErrNotFound", err)
		}
		if _, err := st.WithdrawInvitation(ctx, all[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("withdrawn twice: %v", err)
		}
		if _, _, err := st.RenewInvitation(ctx, all[0].ID, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("renewed when gone: %v", err)
		}
	})
}

func TestALinkSetsAPasswordOnce(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		addUser(t, st, "ada@example.com", store.Admin)
		id := addUser(t, st, "bea@example.com", store.Viewer)
		open := func() store.Secret {
			t.Helper()
			token, err := st.OpenReset(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		first, second := open(), open()
		if _, err := st.ResetUser(ctx, first); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the first link: got %v, want ErrNotFound", err)
		}
		if u, err := st.ResetUser(ctx, second); err != nil || u.ID != id {
			t.Errorf("the second link: %+v, %v", u, err)
		}
		if u, err := st.FinishReset(ctx, second, "new"); err != nil || u.ID != id || u.Password != "new" {
			t.Errorf("finished: %+v, %v", u, err)
		}
		if _, err := st.FinishReset(ctx, second, "newer"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("twice: got %v, want ErrNotFound", err)
		}
		for name, end := range map[string]func() error{
			"time":              func() error { db.Clock.Advance(store.ResetLife); return nil },
			"another password":  func() error { return st.SetUserPassword(ctx, "bea@example.com", "other") },
			"being deactivated": func() error { return errors.Join(st.DeactivateUser(ctx, id), st.ReactivateUser(ctx, id)) },
		} {
			token := open()
			if err := end(); err != nil {
				t.Fatal(err)
			}
			if _, err := st.ResetUser(ctx, token); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("after %s: got %v, want ErrNotFound", name, err)
			}
			if _, err := st.FinishReset(ctx, token, "late"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("finished after %s: got %v, want ErrNotFound", name, err)
			}
		}
		if err := st.DeactivateUser(ctx, id); err != nil {
			t.Fatal(err)
		}
		if _, err := st.OpenReset(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("for somebody deactivated: got %v, want ErrNotFound", err)
		}
	})
}

func TestTheNumberOfAnInvitationIsNeverAnothers(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		invite := func(email string) int64 {
			if _, err := st.Invite(ctx, store.Invitation{Email: email, Role: store.Viewer}); err != nil {
				t.Fatal(err)
			}
			all, err := st.Invitations(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return all[0].ID
		}
		first := invite("bea@example.com")
		if _, err := st.WithdrawInvitation(ctx, first); err != nil {
			t.Fatal(err)
		}
		invite("eve@example.com")
		// A page that is still open offers to renew the first.
		if i, _, err := st.RenewInvitation(ctx, first, "ada@example.com"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("renewed that of %s, %v; want ErrNotFound", i.Email, err)
		}
	})
}
