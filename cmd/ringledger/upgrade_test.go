package main

import (
	"bytes"
	"database/sql"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
)

// sixthSchema writes the ledger of a program of the sixth schema into a file.
func sixthSchema(t *testing.T, file string, more ...string) {
	t.Helper()
	text, err := os.ReadFile("../../store/testdata/schema6/sqlite.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // the statements have ended
	for _, statement := range append([]string{string(text)}, more...) {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnUpgradedLedgerGoesOnWhereItWas opens the ledger of an earlier program
// with this one: its waiting calls go out, its pages answer, its people sign in.
func TestAnUpgradedLedgerGoesOnWhereItWas(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	sixthSchema(t, filepath.Join(data, "ringledger.db"), "DELETE FROM connections WHERE name IN ('salesforce', 'aircall')", "DELETE FROM webhooks") // the house has its own
	h := newHouseIn(t, aircallsim.Options{Rate: -1}, data)                                                                                          // its key is the ledger's
	h.cli(adminsPassword+"\n", "user", "create", "--email", "eve@example.com", "--role", "admin", "--password-stdin")
	h.start()
	get, post := h.browserOf("eve@example.com")
	for _, path := range []string{"/", "/activity", "/activity/1", "/activity/2", "/activity/3", "/activity/4", "/activity/5", "/activity/2/dryrun", "/attention", "/replays", "/replays/1", "/reconciliation", "/privacy",
		"/audit", "/people", "/keys", "/rules/history", "/rules/matching", "/connections/salesforce", "/connections/aircall", "/activity.csv", "/audit.csv"} {
		if status, body := get(path); status != http.StatusOK {
			t.Errorf("%s: got %d, %.200s", path, status, body)
		}
	}
	if _, body := get("/activity/1"); !strings.Contains(body, "Grace Example") || !strings.Contains(body, "Marie Martin") {
		t.Error("the page of a call of before does not tell of it")
	}
	if got := post("/activity/2/replay", url.Values{"rules": {"now"}}); got != http.StatusSeeOther {
		t.Errorf("a replay of a call of before: got %d", got)
	}
	h.awaitTasks(3, 20*time.Second) // the call that waited, that of the replay under way, and the one above
	h.stop()
	tasks := h.tasks()
	for _, call := range []string{"2", "4", "5"} {
		if len(tasks["aircall:"+call]) != 1 {
			t.Errorf("call %s has Tasks %v", call, tasks["aircall:"+call])
		}
	}
}

// TestAnUpgradeThatIsKilledIsFinishedAtTheNextStart kills the program at growing
// times after its start, some before, some during, some after its upgrade.
func TestAnUpgradeThatIsKilledIsFinishedAtTheNextStart(t *testing.T) {
	folder := t.TempDir()
	old := filepath.Join(folder, "old.db")
	sixthSchema(t, old)
	content, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, binary: program(t), key: bytes.Repeat([]byte{7}, 32)}
	upgrade := func(n int, most time.Duration) (took time.Duration) {
		h.data = filepath.Join(folder, "data", strconv.Itoa(n))
		h.must(os.MkdirAll(h.data, 0o700))
		file := filepath.Join(h.data, "ringledger.db")
		h.must(os.WriteFile(file, content, 0o600))
		h.database = "sqlite:" + file
		migrate := exec.CommandContext(t.Context(), h.binary, "migrate")
		migrate.Env = []string{"RINGLEDGER_DATA=" + h.data, "RINGLEDGER_SECRET_KEY=" + encodeKey(h.key)}
		began := time.Now()
		h.must(migrate.Start())
		after := time.AfterFunc(most, func() { _ = migrate.Process.Kill() }) // it may have ended by itself
		defer after.Stop()
		_ = migrate.Wait() // "signal: killed" is what was asked for
		return time.Since(began)
	}
	whole := upgrade(0, time.Minute)
	const kills = 24
	between := 0
	for n := range kills {
		upgrade(n+1, whole*time.Duration(n+1)/kills)
		file := strings.TrimPrefix(h.database, "sqlite:")
		if v := schemaVersion(t, file); v > 6 && v < 12 {
			between++
		}
		st := h.open()
		e, err := st.EntryOf(t.Context(), callflow.KindCall, "1")
		if err != nil || e.Record.Name != "Grace Example" {
			t.Errorf("killed %d of %d: %+v, %v", n, kills, e, err)
		}
		hooks, err := st.Webhooks(t.Context())
		if err != nil || len(hooks) != 1 || !hooks[0].TokenMatches("old webhook token") {
			t.Errorf("killed %d of %d: %v, %v", n, kills, hooks, err)
		}
		h.must(st.Close())
	}
	t.Logf("%d of %d upgrades were killed between two versions, of one that takes %s", between, kills, whole)
}

func schemaVersion(t *testing.T, file string) (version int) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it was only read
	if err := db.QueryRowContext(t.Context(), "SELECT max(version_id) FROM goose_db_version").Scan(&version); err != nil {
		t.Fatal(err)
	}
	return version
}
