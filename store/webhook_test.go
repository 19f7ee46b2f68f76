package store_test

import (
	"errors"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestAWebhookIsKnownByItsPathAndItsToken(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		if err := st.AddWebhook(t.Context(), "path"); err != nil {
			t.Fatal(err)
		}
		hooks, err := st.KnownWebhooks(t.Context())
		if err != nil || len(hooks) != 1 || !hooks[0].PathMatches("path") || hooks[0].PathMatches("Path") || hooks[0].TokenMatches("") || hooks[0].TokenMatches("token") {
			t.Fatalf("got %+v, %v; want a path without a token", hooks, err)
		}
		if err := st.SetWebhookToken(t.Context(), "path", "token", "remote"); err != nil {
			t.Fatal(err)
		}
		hooks, err = st.KnownWebhooks(t.Context())
		if err != nil || !hooks[0].TokenMatches("token") || hooks[0].TokenMatches("toke") || hooks[0].TokenMatches("") || hooks[0].RemoteID != "remote" || !hooks[0].Active {
			t.Errorf("got %+v, %v; want the token known at once", hooks, err)
		}
		if err := st.SetWebhookToken(t.Context(), "other", "token", ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		if err := st.SetWebhookActive(t.Context(), hooks[0].ID, false); err != nil {
			t.Fatal(err)
		}
		if hooks, err = st.Webhooks(t.Context()); err != nil || hooks[0].Active {
			t.Errorf("got %+v, %v; want it inactive", hooks, err)
		}
		if err := st.DropWebhooks(t.Context()); err != nil {
			t.Fatal(err)
		}
		if hooks, err := st.KnownWebhooks(t.Context()); err != nil || len(hooks) != 0 {
			t.Errorf("got %+v, %v; want none", hooks, err)
		}
	})
}

func TestTheTokenOfOneWebhookDoesNotServeAnother(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		for _, secret := range []store.Secret{"first", "second"} {
			if err := st.AddWebhook(t.Context(), secret); err != nil {
				t.Fatal(err)
			}
			if err := st.SetWebhookToken(t.Context(), secret, "token of "+secret, ""); err != nil {
				t.Fatal(err)
			}
		}
		db.Exec("UPDATE webhooks SET token = (SELECT w.token FROM webhooks w WHERE w.id = 1) WHERE id = 2")
		if hooks, err := st.Webhooks(t.Context()); err == nil {
			t.Errorf("a token moved to another webhook was opened: %+v", hooks)
		}
	})
}

func TestAnotherNodesWebhookIsKnownSoon(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		here, there := db.Open(), db.Open()
		if hooks, err := here.KnownWebhooks(t.Context()); err != nil || len(hooks) != 0 {
			t.Fatal(hooks, err)
		}
		if err := there.AddWebhook(t.Context(), "path"); err != nil {
			t.Fatal(err)
		}
		db.Clock.Advance(5 * time.Second)
		if hooks, err := here.KnownWebhooks(t.Context()); err != nil || len(hooks) != 1 {
			t.Errorf("got %+v, %v; want the webhook of the other node", hooks, err)
		}
	})
}
