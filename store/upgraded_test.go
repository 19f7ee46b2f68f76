package store_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

// schema6 runs the test on a ledger that the program of the sixth schema wrote,
// on each database.
func schema6(t *testing.T, test func(t *testing.T, db *storetest.DB)) {
	t.Helper()
	furnished := func(t *testing.T, db *storetest.DB, file string) *storetest.DB {
		t.Helper()
		sql, err := os.ReadFile("testdata/schema6/" + file)
		if err != nil {
			t.Fatal(err)
		}
		db.Key = bytes.Repeat([]byte{7}, 32)
		db.Exec(string(sql))
		return db
	}
	t.Run("sqlite", func(t *testing.T) {
		test(t, furnished(t, storetest.Existing(t, t.TempDir()+"/ringledger.db", nil), "sqlite.sql"))
	})
	if server := os.Getenv(storetest.PostgresVariable); server != "" {
		t.Run("postgres", func(t *testing.T) { test(t, furnished(t, storetest.Postgres(t, server), "postgres.sql")) })
	}
}

func TestALedgerOfTheSixthSchemaIsReadWhollyByThisProgram(t *testing.T) {
	schema6(t, func(t *testing.T, db *storetest.DB) {
		before := countRows(t, db)
		if len(before) < 25 {
			t.Fatalf("the ledger has %d tables", len(before))
		}
		for table, n := range before {
			if n == 0 {
				t.Errorf("%s is empty: nothing is proved of it", table)
			}
		}
		st := db.Open()
		after := countRows(t, db)
		for table, n := range before {
			if table != "goose_db_version" && after[table] != n {
				t.Errorf("%s had %d rows and has %d", table, n, after[table])
			}
		}
		readsConnections(t, st)
		readsCalls(t, st)
		readsPeople(t, st)
		waitingCallsAreTakenUp(t, st)
	})
}

// readsConnections opens what the program of then had sealed.
func readsConnections(t *testing.T, st *store.Store) {
	t.Helper()
	ctx := t.Context()
	if err := st.Locked(); err != nil {
		t.Fatal(err)
	}
	sf, err := st.SalesforceConnection(ctx)
	if err != nil || sf.OrgName != "Acme" || string(sf.ClientSecret) != "old client secret" || string(sf.RefreshToken) != "old refresh token" || string(sf.AccessToken) != "old access token" {
		t.Errorf("Salesforce: %+v, %v", sf, err)
	}
	ac, err := st.AircallConnection(ctx)
	if err != nil || ac.Company != "Acme" || string(ac.APIToken) != "old api token" {
		t.Errorf("Aircall: %+v, %v", ac, err)
	}
	hooks, err := st.Webhooks(ctx)
	if err != nil || len(hooks) != 1 || !hooks[0].PathMatches("old-path-secret") || !hooks[0].TokenMatches("old webhook token") || hooks[0].RemoteID != "hook-1" {
		t.Errorf("webhooks: %+v, %v", hooks, err)
	}
	rules, err := st.CurrentRules(ctx)
	if err != nil || rules.Version != 2 || rules.Settings.SettleSeconds != 5 {
		t.Errorf("rules: %d, %v", rules.Version, err)
	}
	if err := st.AddAudit(ctx, store.AuditRow{Who: "ada@example.com", What: store.AuditSignIn}); err != nil {
		t.Error(err)
	}
	if n, _, err := st.CheckAudit(ctx); err != nil || n != 4 {
		t.Errorf("the audit has %d rows that fit, %v; want the 3 of then and one more", n, err)
	}
}

func readsCalls(t *testing.T, st *store.Store) {
	t.Helper()
	ctx := t.Context()
	for id, want := range map[string]callflow.Outcome{"1": callflow.Logged, "2": callflow.Failed, "3": callflow.NeedsChoice, "4": callflow.Skipped, "5": callflow.Waiting} {
		e, err := st.EntryOf(ctx, callflow.KindCall, id)
		if err != nil || e.Outcome != want || e.Events != 1 {
			t.Errorf("call %s: %s, %d events, %v; want %s", id, e.Outcome, e.Events, err, want)
		}
		events, err := st.EventsOf(ctx, callflow.KindCall, id)
		if err != nil || len(events) != 1 || !strings.Contains(string(events[0].Body), "Marie Martin") {
			t.Errorf("call %s: events %v, %v", id, events, err)
		}
		if id == "5" {
			continue
		}
		tries, err := st.TriesOf(ctx, e.ID)
		if err != nil || len(tries) != 1 || len(tries[0].Exchanges) != 1 || len(tries[0].Steps) != 1 {
			t.Errorf("call %s: tries %+v, %v", id, tries, err)
		}
	}
	e, err := st.EntryOf(ctx, callflow.KindCall, "1")
	if err != nil || e.TaskID != "00T000000000001AAA" || e.Record.Name != "Grace Example" || len(e.Created) != 1 || e.Wrote["Subject"] != "Call" || e.AgentName != "Marie Martin" {
		t.Errorf("the logged call: %+v, %v", e, err)
	}
	for query, want := range map[string]int{"+44 1632 960203": 1, "grace": 4} {
		page, err := st.ListEntries(ctx, store.Filter{Query: query, Limit: 10})
		if err != nil || len(page.Entries) != want {
			t.Errorf("search %q: %d, %v; want %d", query, len(page.Entries), err, want)
		}
	}
	if causes, err := st.Causes(ctx, false); err != nil || len(causes) != 1 || causes[0].N != 1 {
		t.Errorf("causes: %+v, %v", causes, err)
	}
	if asked, n, err := st.Questions(ctx, 10); err != nil || n != 1 || len(asked) != 1 {
		t.Errorf("questions: %+v, %v", asked, err)
	}
	if known, err := st.KnownNumbers(ctx, []string{"+441632960201"}); err != nil || known["+441632960201"].Choice == nil || known["+441632960201"].Choice.Name != "Grace Example" {
		t.Errorf("the choice: %+v, %v", known, err)
	}
}

func readsPeople(t *testing.T, st *store.Store) {
	t.Helper()
	ctx := t.Context()
	ada, err := st.UserByEmail(ctx, "ada@example.com")
	if err != nil || ada.Role != store.Admin || ada.Name != "Ada Admin" {
		t.Errorf("Ada: %+v, %v", ada, err)
	}
	if two, err := st.TwoStep(ctx, ada.ID); err != nil || string(two.Secret) != "OLDTOTPSECRET234" {
		t.Errorf("the second step of Ada: %+v, %v", two, err)
	}
	if ok, err := st.UseRecoveryCode(ctx, ada.ID, "old recovery code"); err != nil || !ok {
		t.Errorf("the recovery code of then: %v, %v", ok, err)
	}
	if data, found, err := st.Sessions().FindCtx(ctx, "oldsession"); err != nil || !found || string(data) != "data" {
		t.Errorf("the session: %q, %v, %v", data, found, err)
	}
	for what, count := range map[string]func() (int, error){
		"people":      func() (int, error) { all, err := st.Users(ctx); return len(all) - 1, err },
		"invitations": func() (int, error) { all, err := st.Invitations(ctx); return len(all), err },
		"keys":        func() (int, error) { all, err := st.APIKeys(ctx); return len(all), err },
		"views":       func() (int, error) { all, err := st.Views(ctx, "ada@example.com"); return len(all), err },
		"lines":       func() (int, error) { all, err := st.Lines(ctx); return len(all), err },
		"agents":      func() (int, error) { all, err := st.Agents(ctx); return len(all), err },
		"backfills":   func() (int, error) { all, err := st.Backfills(ctx, 10); return len(all), err },
		"replays":     func() (int, error) { all, err := st.Replays(ctx, 10); return len(all), err },
		"items":       func() (int, error) { all, _, err := st.ReplayItems(ctx, 1, "", 0, 10); return len(all), err },
		"versions":    func() (int, error) { all, err := st.SavedRules(ctx, 0, 10); return len(all) - 1, err },
	} {
		if n, err := count(); err != nil || n != 1 {
			t.Errorf("%s: %d, %v; want 1", what, n, err)
		}
	}
}

// waitingCallsAreTakenUp claims the call that nobody had looked at, and hands
// over the one of the replay under way.
func waitingCallsAreTakenUp(t *testing.T, st *store.Store) {
	t.Helper()
	ctx := t.Context()
	if err := st.AdvanceReplays(ctx, 10); err != nil {
		t.Fatal(err)
	}
	claimed, err := st.ClaimEntries(ctx, 10, time.Minute)
	var ids []string
	for _, e := range claimed {
		ids = append(ids, e.ObjectID)
	}
	slices.Sort(ids)
	if err != nil || !slices.Equal(ids, []string{"4", "5"}) {
		t.Errorf("claimed %v, %v; want the call that waits and that of the replay", ids, err)
	}
}

func countRows(t *testing.T, db *storetest.DB) map[string]int {
	t.Helper()
	raw, counts := db.Raw(), map[string]int{}
	for table := range schemaOf(t, db) {
		n := 0
		if err := raw.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts[table] = n
	}
	return counts
}

func TestAnUpgradeThatEndedBetweenTwoStepsIsFinishedAtTheNextStart(t *testing.T) {
	all, err := store.Versions(t.Context(), storetest.SQLite(t).URL)
	if err != nil || all[len(all)-1] <= 7 {
		t.Fatalf("versions %v, %v", all, err)
	}
	for _, version := range all {
		if version <= 6 {
			continue
		}
		schema6(t, func(t *testing.T, db *storetest.DB) {
			if err := store.MigrateTo(t.Context(), db.URL, version); err != nil {
				t.Fatalf("to %d: %v", version, err)
			}
			st := db.Open()
			readsConnections(t, st)
			readsCalls(t, st)
		})
	}
}

func TestADatabaseOfANewerProgramIsRefusedAndStaysAsItIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		if err := db.Open().AddAudit(t.Context(), store.AuditRow{Who: "ada@example.com", What: store.AuditSignIn}); err != nil {
			t.Fatal(err)
		}
		db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (90001, " + map[bool]string{true: "1", false: "true"}[db.File != ""] + ")")
		before := countRows(t, db)
		st, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key})
		if err == nil {
			_ = st.Close() // it should not have been opened
		}
		if !errors.Is(err, store.ErrNewer) || !strings.Contains(err.Error(), "90001") {
			t.Errorf("got %v, want that the database is newer", err)
		}
		for table, n := range countRows(t, db) {
			if before[table] != n {
				t.Errorf("%s was changed", table)
			}
		}
	})
}
