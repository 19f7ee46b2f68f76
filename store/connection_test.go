package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

// canary is a secret that must be found nowhere but where it was given to.
const canary = "canary-4f1c9b7e5d"

func connect(t *testing.T, st *store.Store) {
	t.Helper()
	err := st.ChangeSalesforce(t.Context(), func(c *store.Salesforce) error {
		c.LoginURL, c.ClientID = "https://login.salesforce.com", "key"
		c.ClientSecret, c.AccessToken, c.RefreshToken = canary+"1", canary+"2", canary+"3"
		return nil
	})
	if err == nil {
		err = st.ChangeAircall(t.Context(), func(c *store.Aircall) error {
			c.APIID, c.APIToken = "id", canary+"4"
			return nil
		})
	}
	if err == nil {
		err = st.AddWebhook(t.Context(), canary+"5")
	}
	if err == nil {
		err = st.SetWebhookToken(t.Context(), canary+"5", canary+"6", "remote")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestSecretsComeBackAfterARestart(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		connect(t, st)
		again := db.Open()
		s, err := again.SalesforceConnection(t.Context())
		if err != nil || s.ClientSecret != canary+"1" || s.AccessToken != canary+"2" || s.RefreshToken != canary+"3" || s.ClientID != "key" || !s.Connected() {
			t.Errorf("got %+v, %v; want the grant as saved", s, err)
		}
		a, err := again.AircallConnection(t.Context())
		if err != nil || a.APIToken != canary+"4" || !a.Connected() {
			t.Errorf("got %+v, %v; want the key as saved", a, err)
		}
	})
}

func TestNoSecretIsReadableInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		connect(t, st)
		if _, err := st.AddAPIKey(t.Context(), "n", store.Viewer, ""); err != nil {
			t.Fatal(err)
		}
		if db.File == "" {
			for _, table := range []string{"connections", "webhooks"} {
				var all string
				if err := db.Raw().QueryRowContext(t.Context(), "SELECT string_agg(x::text, ' ') FROM "+table+" x").Scan(&all); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(all, canary) {
					t.Errorf("table %s shows a secret", table)
				}
			}
			return
		}
		for _, file := range []string{db.File, db.File + "-wal"} {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(content, []byte(canary)) {
				t.Errorf("%s shows a secret", file)
			}
		}
	})
}

func TestASecretNeverShowsItself(t *testing.T) {
	s := store.Salesforce{ClientSecret: canary}
	doc, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s", s, s, s, s.ClientSecret), string(doc)} {
		if strings.Contains(text, canary) {
			t.Errorf("%s shows the secret", text)
		}
	}
}

func TestASealedValueOpensOnlyInItsOwnRow(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		connect(t, st)
		db.Exec("UPDATE connections SET secrets = (SELECT c.secrets FROM connections c WHERE c.name = 'salesforce') WHERE name = 'aircall'")
		if c, err := st.AircallConnection(t.Context()); err == nil {
			t.Errorf("a value moved to another row was opened: %+v", c)
		}
		if _, err := st.SalesforceConnection(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestASecretCannotBeStoredOpen(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		connect(t, st)
		for _, statement := range []string{"UPDATE connections SET secrets = 'open'", "UPDATE webhooks SET token = 'open'", "UPDATE webhooks SET secret = 'open'", "UPDATE keysets SET sealed = 'open'"} {
			if _, err := db.Raw().ExecContext(t.Context(), statement); err == nil {
				t.Errorf("%s was accepted", statement)
			}
		}
	})
}

func TestAnotherKeyDoesNotOpenTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		connect(t, st)
		other := make([]byte, 32)
		_, _ = rand.Read(other) // never fails: it ends the program instead
		if _, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: other}); !errors.Is(err, store.ErrWrongKey) {
			t.Errorf("got %v, want ErrWrongKey", err)
		}
		if _, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: other[:16]}); err == nil {
			t.Error("half a key was accepted")
		}
		if _, err := st.SalesforceConnection(t.Context()); err != nil {
			t.Errorf("the attempt did harm: %v", err)
		}
	})
}

func TestAChangeThatFailsChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		connect(t, st)
		stop := errors.New("stop")
		err := st.ChangeSalesforce(t.Context(), func(c *store.Salesforce) error {
			c.RefreshToken = ""
			return stop
		})
		if c, readErr := st.SalesforceConnection(t.Context()); !errors.Is(err, stop) || readErr != nil || c.RefreshToken != canary+"3" {
			t.Errorf("got %v and %+v, %v; want the error and the old grant", err, c, readErr)
		}
	})
}

func TestConcurrentChangesOfAConnectionAllCount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		nodes := []*store.Store{db.Open(), db.Open()}
		connect(t, nodes[0])
		var wait sync.WaitGroup
		for n := range 20 {
			wait.Go(func() {
				err := nodes[n%2].ChangeSalesforce(t.Context(), func(c *store.Salesforce) error {
					c.Scope += "x"
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if c, err := nodes[0].SalesforceConnection(t.Context()); err != nil || len(c.Scope) != 20 {
			t.Errorf("%d of 20 changes are there, %v", len(c.Scope), err)
		}
	})
}

func TestOneAtATimeRenewsTheGrant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		st := db.Open()
		nodes := []*store.Store{st, st}
		if db.File == "" { // on SQLite one process has the database to itself
			nodes[1] = db.Open()
		}
		inside, most := 0, 0
		var mu sync.Mutex
		var wait sync.WaitGroup
		for n := range 30 {
			wait.Go(func() {
				err := nodes[n%2].RenewLock(t.Context(), func(ctx context.Context) error {
					mu.Lock()
					inside++
					most = max(most, inside)
					mu.Unlock()
					_, err := nodes[n%2].SalesforceConnection(ctx)
					mu.Lock()
					inside--
					mu.Unlock()
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if most != 1 {
			t.Errorf("%d renewed at once", most)
		}
	})
}
