package worker_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"ringledger/integration/worker"
	"ringledger/store/storetest"
)

func TestALogThatGrowsBehindALongReaderIsToldOnceAndItsEndToo(t *testing.T) {
	db := storetest.SQLite(t)
	s := newSite(t, db)
	var said bytes.Buffer
	s.options.Logger = slog.New(slog.NewTextHandler(&said, nil))
	s.worker = worker.New(s.options)
	tells := func(when, what string) {
		t.Helper()
		said.Reset()
		for range 3 {
			s.worker.LookAtLog(t.Context())
		}
		if got := said.String(); strings.Count(got, "\n") > 1 || !strings.Contains(got, what) || what == "" && got != "" {
			t.Errorf("%s three looks tell %q, want once %q", when, got, what)
		}
	}
	tells("at first", "")
	end := db.ReadLong()
	storetest.FillLog(t, s.store)
	tells("behind a reader", "level=WARN msg=\"the write-ahead log of the database grows")
	end()
	tells("after it", "is short again")
	tells("from then on", "")
}
