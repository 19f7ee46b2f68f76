package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
)

// TestARestoreOfAnEarlierBackupDoublesAndLosesNothing goes on for a while after
// a backup, then puts the backup back. What the ledger forgot stands in
// Salesforce, and Aircall's list tells of it.
func TestARestoreOfAnEarlierBackupDoublesAndLosesNothing(t *testing.T) {
	faultSuite(t)
	h := newHouse(t, aircallsim.Options{Speed: 200, Rate: -1, DisableAfter: 1 << 30, Concurrency: 8})
	h.start()
	var ids []string
	place := func(calls int) {
		t.Helper()
		for range calls {
			id, err := h.account.StartCall(aircallsim.CallSpec{Kind: aircallsim.Kinds()[len(ids)%5], Number: fmt.Sprintf("+44163296%04d", 200+len(ids)%40), Line: "Support FR",
				Ring: 5 * time.Second, Talk: time.Minute, Plain: true})
			h.must(err)
			ids = append(ids, strconv.FormatInt(id, 10))
		}
		drain, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		h.must(h.account.Drain(drain))
	}
	place(40)
	h.awaitSettled(len(ids), 30*time.Second)
	// Some are stored, and not written before the backup: the org is busy.
	h.must(h.org.Fail(salesforcesim.Fault{Kind: salesforcesim.Concurrent}))
	place(20)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if out, err := h.tool("backup", backup); err != nil {
		t.Fatalf("backup: %v: %s", err, out)
	}
	h.org.Clear(salesforcesim.Concurrent)
	queued := len(ids)
	place(60)
	h.awaitSettled(len(ids), 2*time.Minute)
	for n, id := range ids[:10] { // a person works on in Salesforce
		h.must(h.org.Update(h.tasks()["aircall:"+id][0], map[string]any{"Subject": fmt.Sprint("Edited ", n)}))
	}
	h.stop()
	before := h.tasks()

	h.restore(backup)
	st := h.open() // an admin has the days since the backup read from Aircall's list
	h.must(st.AddBackfill(t.Context(), store.BackfillAsked, "ada@example.com", time.Now().Add(-6*time.Hour), time.Now().Add(time.Minute)))
	h.must(st.Close())
	h.start()
	h.allIsWell(ids, 90*time.Second)
	after := h.tasks()
	for n, id := range ids[:10] {
		if task, _ := h.org.Record(after["aircall:"+id][0]); task["Subject"] != fmt.Sprint("Edited ", n) {
			t.Errorf("what a person wrote became %v", task["Subject"])
		}
	}
	for key, task := range before {
		if now := after[key]; len(now) != 1 || now[0] != task[0] {
			t.Errorf("%s had Task %v before the restore and has %v now", key, task, now)
		}
	}
	figure(t, "%d calls, %d of them written and %d in hand at the backup that was restored: 0 lost, 0 doubled", len(ids), 40, queued-40)
}

// tool runs another command of the program, beside the server or without it.
func (h *house) tool(args ...string) ([]byte, error) {
	h.t.Helper()
	tool := exec.CommandContext(h.t.Context(), h.binary, args...)
	tool.Env = h.env
	return tool.CombinedOutput()
}

// restore puts a backup where the database was, as an admin does.
func (h *house) restore(backup string) {
	h.t.Helper()
	copied, err := os.ReadFile(backup)
	h.must(err)
	file := filepath.Join(h.data, "ringledger.db")
	for _, old := range []string{file + "-wal", file + "-shm"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			h.t.Fatal(err)
		}
	}
	h.must(os.WriteFile(file, copied, 0o600))
}
