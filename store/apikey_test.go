package store_test

import (
	"errors"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestAPIKeyIsKnownByItsValueOnly(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		key, err := st.AddAPIKey(ctx, "dashboard", store.Viewer, "ada@example.com")
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
		if err := st.RevokeAPIKey(ctx, keys[0].ID); err != nil {
			t.Fatal(err)
		}
		if err := st.RevokeAPIKey(ctx, keys[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound the second time", err)
		}
		if _, err := st.UseAPIKey(ctx, key); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound after the key was revoked", err)
		}
	})
}
