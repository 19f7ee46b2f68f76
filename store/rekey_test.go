package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

var (
	renewed = store.AuditRow{Who: "console", What: store.AuditDataKeyRenewed}
	dropped = store.AuditRow{Who: "console", What: store.AuditDataKeysDropped}
	changed = store.AuditRow{Who: "console", What: store.AuditSecretKeyChanged}
)

// checkSecrets reads every secret that connect and twoStepped have stored.
func checkSecrets(t *testing.T, st *store.Store) {
	t.Helper()
	ctx := t.Context()
	if c, err := st.SalesforceConnection(ctx); err != nil || c.RefreshToken != canary+"3" {
		t.Errorf("the grant: %v", err)
	}
	if c, err := st.AircallConnection(ctx); err != nil || c.APIToken != canary+"4" {
		t.Errorf("the API token: %v", err)
	}
	if hooks, err := st.Webhooks(ctx); err != nil || len(hooks) != 1 || hooks[0].Secret != canary+"5" || hooks[0].Token != canary+"6" || !hooks[0].TokenMatches(canary+"6") {
		t.Errorf("the webhook: %v", err)
	}
	if _, _, err := st.CheckAudit(ctx); err != nil {
		t.Error(err)
	}
}

func TestKeysAreRotatedUnderTrafficOfSeveralNodes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		nodes := []*store.Store{db.Open(), db.Open()}
		connect(t, nodes[0])
		user := twoStepped(t, nodes[0], "code")
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var done [4]atomic.Int64
		var traffic sync.WaitGroup
		for _, st := range nodes {
			for n, do := range []func() error{
				func() error { // a token is renewed
					return st.ChangeSalesforce(context.WithoutCancel(ctx), func(c *store.Salesforce) error {
						c.AccessToken += "x"
						return nil
					}, store.AuditRow{Who: "system", What: store.AuditSalesforceConnected})
				},
				func() error { _, err := st.AircallConnection(context.WithoutCancel(ctx)); return err },
				func() error { _, err := st.Webhooks(context.WithoutCancel(ctx)); return err },
				func() error {
					if step, err := st.TwoStep(context.WithoutCancel(ctx), user); err != nil || step.Secret != totpSecret {
						return errors.Join(err, errors.New("another secret"))
					}
					return nil
				},
			} {
				traffic.Go(func() {
					for ctx.Err() == nil {
						if err := do(); err != nil {
							t.Error(err)
							return
						}
						done[n].Add(1)
						time.Sleep(time.Millisecond) // leaves the others room
					}
				})
			}
		}
		for range 6 {
			time.Sleep(100 * time.Millisecond) // lets traffic pass between two rotations
			n, err := nodes[1].RotateKeys(t.Context(), renewed)
			if err != nil || n < 5 {
				t.Errorf("%d values sealed anew, %v; want 5 and more", n, err)
			}
			if n, err := nodes[1].DropOldKeys(t.Context(), dropped); err != nil || n != 1 {
				t.Errorf("%d keys dropped, %v; want 1", n, err)
			}
		}
		stop()
		traffic.Wait()
		for n := range done {
			if done[n].Load() < 20 {
				t.Errorf("work %d was done %d times: was there traffic?", n, done[n].Load())
			}
		}
		for _, st := range append(nodes, db.Open()) {
			checkSecrets(t, st)
		}
	})
}

// What is sealed in a row that is not committed yet is seen by no rotation, and
// by nobody who looks whether an old key is still needed.
func TestNoKeyIsDroppedThatSealsARowNotYetCommitted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		a, b := db.Open(), db.Open()
		note(t, a, 1) // else the log's own key is what the rotation waits for
		changed := make(chan error, 1)
		err := a.Together(t.Context(), func(in *store.Store) error {
			err := in.ChangeAircall(t.Context(), func(c *store.Aircall) error {
				c.APIToken = canary
				return nil
			})
			go func() {
				_, err := b.RotateKeys(t.Context(), renewed)
				if err == nil {
					_, err = b.DropOldKeys(t.Context(), dropped)
				}
				changed <- err
			}()
			select {
			case early := <-changed:
				changed <- nil
				return errors.Join(err, early, errors.New("the keys were changed before what they seal was committed"))
			case <-time.After(300 * time.Millisecond): // both together take a tenth of it
				return err
			}
		})
		if err := errors.Join(err, <-changed); err != nil {
			t.Error(err)
		}
		if c, err := db.Open().AircallConnection(t.Context()); err != nil || c.APIToken != canary {
			t.Errorf("after the rotation: %v", err)
		}
	})
}

func TestARotatedValueStillOpensOnlyInItsOwnRowAndUnchanged(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		connect(t, st)
		if _, err := st.RotateKeys(t.Context(), renewed); err != nil {
			t.Fatal(err)
		}
		checkSecrets(t, st)
		var sealed string
		if err := db.Raw().QueryRowContext(t.Context(), "SELECT secrets FROM connections WHERE name = 'aircall'").Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		flipped := []byte(sealed)
		for _, at := range []int{4, len(flipped) / 2, len(flipped) - 2} { // the key's id, the text, the tag
			old := flipped[at]
			flipped[at] = 'A'
			if old == 'A' {
				flipped[at] = 'B'
			}
			db.Exec("UPDATE connections SET secrets = '" + string(flipped) + "' WHERE name = 'aircall'")
			if _, err := st.AircallConnection(t.Context()); err == nil {
				t.Errorf("a value with another character at %d was opened", at)
			}
			flipped[at] = old
		}
		db.Exec("UPDATE connections SET secrets = (SELECT c.secrets FROM connections c WHERE c.name = 'salesforce') WHERE name = 'aircall'")
		if _, err := st.AircallConnection(t.Context()); err == nil {
			t.Error("a value moved to another row was opened")
		}
	})
}

func TestAnOldKeyIsNotDroppedWhileItSealsSomething(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		connect(t, st)
		var before string
		if err := db.Raw().QueryRowContext(t.Context(), "SELECT secrets FROM connections WHERE name = 'aircall'").Scan(&before); err != nil {
			t.Fatal(err)
		}
		if _, err := st.RotateKeys(t.Context(), renewed); err != nil {
			t.Fatal(err)
		}
		db.Exec("UPDATE connections SET secrets = '" + before + "' WHERE name = 'aircall'") // as an interrupted rotation leaves it
		if _, err := st.DropOldKeys(t.Context(), dropped); !errors.Is(err, store.ErrConflict) {
			t.Errorf("got %v, want ErrConflict", err)
		}
		checkSecrets(t, db.Open())
		if n, err := st.RotateKeys(t.Context(), renewed); err != nil || n == 0 {
			t.Errorf("%d values, %v", n, err)
		}
		if n, err := st.DropOldKeys(t.Context(), dropped); err != nil || n != 2 {
			t.Errorf("%d keys dropped, %v; want 2", n, err)
		}
		checkSecrets(t, db.Open())
	})
}

func TestTheSecretKeyIsChangedWhileOtherNodesGoOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		old := slices.Clone(db.Key)
		a, b := db.Open(), db.Open()
		connect(t, a)
		key := make([]byte, 32)
		_, _ = rand.Read(key) // never fails: it ends the program instead
		if err := a.ChangeKey(t.Context(), key[:31], changed); !errors.Is(err, store.ErrBadKey) {
			t.Errorf("a short key: got %v, want ErrBadKey", err)
		}
		if err := a.ChangeKey(t.Context(), key, changed); err != nil {
			t.Fatal(err)
		}
		for _, st := range []*store.Store{a, b} { // b has the old key
			checkSecrets(t, st)
			if err := st.ChangeAircall(t.Context(), func(c *store.Aircall) error { c.APIID += "x"; return nil }); err != nil {
				t.Error(err)
			}
		}
		_, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: old})
		if !errors.Is(err, store.ErrWrongKey) || !regexp.MustCompile(`fingerprint [0-9a-f]{8}, the one given [0-9a-f]{8}`).MatchString(err.Error()) {
			t.Errorf("the old key: got %v, want ErrWrongKey and both fingerprints", err)
		}
		db.Key = key
		checkSecrets(t, db.Open())
		// A node with the old key cannot follow a new data key, and says so
		// rather than seal with one that is gone.
		if _, err := a.RotateKeys(t.Context(), renewed); err != nil {
			t.Fatal(err)
		}
		if err := b.ChangeAircall(t.Context(), func(*store.Aircall) error { return nil }); !errors.Is(err, store.ErrKeyChanged) {
			t.Errorf("got %v, want to be told to restart it with the new key", err)
		}
		checkSecrets(t, db.Open())
	})
}

func TestWithoutTheRightKeyDeliveriesAreTakenAndNothingSealedIsTouched(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		connect(t, st)
		other := make([]byte, 32)
		_, _ = rand.Read(other) // never fails: it ends the program instead
		made := false
		newKey := func() ([]byte, error) { made = true; return other, nil }
		for name, c := range map[string]struct {
			key  []byte
			want error
		}{"none": {nil, store.ErrNoKey}, "wrong": {other, store.ErrWrongKey}, "short": {other[:16], store.ErrBadKey}} {
			t.Run(name, func(t *testing.T) {
				if _, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: c.key, NewKey: newKey}); !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
				locked, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: c.key, NewKey: newKey, Locked: true, Now: db.Clock.Now})
				if err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := locked.Close(); err != nil {
						t.Error(err)
					}
				}()
				if !errors.Is(locked.Locked(), c.want) {
					t.Errorf("locked by %v, want %v", locked.Locked(), c.want)
				}
				hooks, err := locked.KnownWebhooks(t.Context())
				if err != nil || len(hooks) != 1 || !hooks[0].PathMatches(canary+"5") || !hooks[0].TokenMatches(canary+"6") ||
					hooks[0].PathMatches(canary) || hooks[0].TokenMatches("") || hooks[0].Secret != "" {
					t.Errorf("the webhook is not told from others: %v", err)
				}
				add(t, locked, delivery(name, "", db.Clock.Now()))
				for what, err := range map[string]error{
					"connection": locked.ChangeSalesforce(t.Context(), func(*store.Salesforce) error { return nil }),
					"webhook":    locked.AddWebhook(t.Context(), "new"),
					"token":      locked.SetWebhookToken(t.Context(), canary+"5", "new", "remote"),
					"audit":      locked.AddAudit(t.Context(), store.AuditRow{Who: "system", What: store.AuditRulesSaved}),
					"key":        locked.ChangeKey(t.Context(), other, changed),
				} {
					if !errors.Is(err, c.want) {
						t.Errorf("%s: got %v, want %v", what, err, c.want)
					}
				}
			})
		}
		if made {
			t.Error("a key was made beside a database that has one")
		}
		again := db.Open()
		checkSecrets(t, again)
		if got := claim(t, again, 10); len(got) != 3 {
			t.Errorf("%d of 3 deliveries wait for the worker", len(got))
		}
	})
}

func TestEveryColumnThatHoldsSealedValuesIsRotated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		st := db.Open()
		connect(t, st)
		twoStepped(t, st, "code")
		if _, err := st.RotateKeys(t.Context(), renewed); err != nil {
			t.Fatal(err)
		}
		if _, err := st.DropOldKeys(t.Context(), dropped); err != nil {
			t.Fatal(err)
		}
		// All values that look sealed, wherever they are, share the id of one key.
		ids := map[string]bool{}
		values := sealedEverywhere(t, db)
		for _, v := range values {
			ids[strings.TrimPrefix(v, "v1:")[:6]] = true // four bytes of version and key
		}
		if len(values) != 6 || len(ids) != 1 {
			t.Errorf("%d sealed values under %d keys; want 6 under one: is there a column that the rotation does not know?", len(values), len(ids))
		}
	})
}

// sealedEverywhere reads each text of each table but the keyset itself.
func sealedEverywhere(t *testing.T, db *storetest.DB) []string {
	t.Helper()
	columns := "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
	if db.File == "" {
		columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND data_type = 'text'"
	}
	raw := db.Raw()
	list := func(query string, into func(func(...any) error) error) {
		rows, err := raw.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }() // Err tells what went wrong
		for rows.Next() {
			if err := into(rows.Scan); err != nil {
				t.Fatal(err)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	var places [][2]string
	list(columns, func(scan func(...any) error) error {
		var table, column string
		err := scan(&table, &column)
		if table != "keysets" {
			places = append(places, [2]string{table, column})
		}
		return err
	})
	var found []string
	for _, p := range places {
		list("SELECT "+p[1]+" FROM "+p[0]+" WHERE CAST("+p[1]+" AS TEXT) LIKE 'v1:%'", func(scan func(...any) error) error {
			var value string
			err := scan(&value)
			found = append(found, value)
			return err
		})
	}
	return found
}
