package store_test

import (
	"errors"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestChangesMadeTogetherAreAllKeptOrNone(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx, broken := t.Context(), errors.New("broken")
		id, err := st.AddUser(ctx, store.User{Email: "ada@example.com", Role: store.Viewer})
		if err != nil {
			t.Fatal(err)
		}
		change := func(end error) error {
			return st.Together(ctx, func(st *store.Store) error {
				if _, err := st.ChangeUser(ctx, id, "Ada", store.Editor); err != nil {
					return err
				}
				if err := st.AddAudit(ctx, store.AuditRow{Who: "ada@example.com", What: store.AuditUserChanged}); err != nil {
					return err
				}
				if u, err := st.User(ctx, id); err != nil || u.Role != store.Editor {
					t.Errorf("inside they see %+v, %v", u, err)
				}
				return end
			})
		}
		if err := change(broken); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		if u, err := st.User(ctx, id); err != nil || u.Role != store.Viewer {
			t.Errorf("after one that failed: %+v, %v", u, err)
		}
		if n, _, err := st.CheckAudit(ctx); err != nil || n != 0 {
			t.Errorf("%d are written down, %v; want none", n, err)
		}
		if err := change(nil); err != nil {
			t.Fatal(err)
		}
		if u, err := st.User(ctx, id); err != nil || u.Role != store.Editor {
			t.Errorf("after one that went well: %+v, %v", u, err)
		}
		if n, _, err := st.CheckAudit(ctx); err != nil || n != 1 {
			t.Errorf("%d are written down, %v; want one", n, err)
		}
	})
}
