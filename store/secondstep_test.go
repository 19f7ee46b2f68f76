package store_test

import (
	"errors"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestASecondStepIsRequiredByWhoHasOneAndOfWhomItSays(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx, ada := t.Context(), twoStepped(t, st)
		bob, err := st.AddUser(ctx, store.User{Email: "bob@example.com", Role: store.Admin})
		if err != nil {
			t.Fatal(err)
		}
		if r, err := st.SecondStep(ctx); err != nil || r != store.OfNobody {
			t.Fatalf("at first it is required of %q, %v", r, err)
		}
		if err := st.RequireSecondStep(ctx, bob, store.OfNobody, store.OfAdmins); !errors.Is(err, store.ErrNoSecondStep) {
			t.Errorf("by who has none: got %v, want ErrNoSecondStep", err)
		}
		if err := st.RequireSecondStep(ctx, ada, store.OfEveryone, store.OfAdmins); !errors.Is(err, store.ErrConflict) {
			t.Errorf("over another's choice: got %v, want ErrConflict", err)
		}
		lacks := func(id int64, role store.Role) bool {
			t.Helper()
			lacks, err := st.LacksSecondStep(ctx, store.User{ID: id, Role: role})
			if err != nil {
				t.Fatal(err)
			}
			return lacks
		}
		for _, step := range []struct {
			before, after store.Required
			admin, viewer bool // lack it
		}{{store.OfNobody, store.OfAdmins, true, false}, {store.OfAdmins, store.OfEveryone, true, true}, {store.OfEveryone, store.OfNobody, false, false}} {
			if err := st.RequireSecondStep(ctx, ada, step.before, step.after); err != nil {
				t.Fatal(err)
			}
			if lacks(bob, store.Admin) != step.admin || lacks(bob, store.Viewer) != step.viewer || lacks(ada, store.Admin) {
				t.Errorf("required of %s: an admin lacks it %v, a viewer %v, who has it %v", step.after, lacks(bob, store.Admin), lacks(bob, store.Viewer), lacks(ada, store.Admin))
			}
		}
	})
}
