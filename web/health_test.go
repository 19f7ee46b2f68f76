package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
	"ringledger/web"
)

func TestALogThatGrowsIsToldToMonitoringAndKeepsNobodyOut(t *testing.T) {
	s := newSite(t, func(o *web.Options, _ *providers) { o.WorkerAlive = func() bool { return true } })
	b := s.browser()
	if got := b.get("/readyz"); got.status != http.StatusOK || !strings.Contains(got.body, `"log":"ok"`) {
		t.Errorf("at first: %d %s", got.status, got.body)
	}
	storetest.Existing(t, s.file, nil).ReadLong()
	storetest.FillLog(t, s.store)
	if got := b.get("/readyz"); got.status != http.StatusOK || !strings.Contains(got.body, `"status":"ok"`) || !strings.Contains(got.body, `"log":"grown to 72 MB"`) {
		t.Errorf("behind a reader: %d %s", got.status, got.body)
	}
	if got := b.get("/metrics"); !strings.Contains(got.body, "\nringledger_database_log_bytes 7.") || !strings.Contains(got.body, "e+07\n") {
		t.Error("the figures do not tell how large it is")
	}
}

func TestAServerThatMissesTheNewSecretKeySaysSo(t *testing.T) {
	s := newSite(t, func(o *web.Options, _ *providers) { o.WorkerAlive = func() bool { return true } })
	b := s.browser()
	const says = `"key":"changed: start this server anew with the new key"`
	ready := func(when string, status int, part string) {
		t.Helper()
		for range 2 {
			if got := b.get("/readyz"); got.status != status || !strings.Contains(got.body, part) {
				t.Errorf("%s: %d %s, want %d and %s", when, got.status, got.body, status, part)
			}
		}
	}
	told := func() int {
		return strings.Count(s.logs.String(), "the secret key was changed since this server started")
	}
	ready("at first", http.StatusOK, `"key":"ok"`)
	console := storetest.Existing(t, s.file, make([]byte, 32)).Open()
	row := store.AuditRow{Who: "console", What: store.AuditSecretKeyChanged}
	if err := console.ChangeKey(t.Context(), []byte(strings.Repeat("k", 32)), row); err != nil {
		t.Fatal(err)
	}
	ready("with another secret key", http.StatusOK, says)
	if n := told(); n != 1 {
		t.Errorf("the log tells it %d times", n)
	}
	if _, err := console.RotateKeys(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	ready("with another data key", http.StatusServiceUnavailable, says)
	if n := told(); n != 2 {
		t.Errorf("the log tells it %d times", n)
	}
}

func TestAServerFollowsItsKeysThoughNobodyAsksIt(t *testing.T) {
	s := newSite(t, func(o *web.Options, _ *providers) { o.WorkerAlive = func() bool { return true } })
	console := storetest.Existing(t, s.file, make([]byte, 32)).Open()
	row := store.AuditRow{Who: "console", What: store.AuditSecretKeyChanged}
	if _, err := console.RotateKeys(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	s.server.WatchKey(ctx, time.Hour) // looks once
	if err := console.ChangeKey(t.Context(), []byte(strings.Repeat("k", 32)), row); err != nil {
		t.Fatal(err)
	}
	ctx, stop = context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() { s.server.WatchKey(ctx, time.Millisecond) })
	defer watching.Wait()
	defer stop()
	const told = "the secret key was changed since this server started"
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(s.logs.String(), told); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the log does not tell it")
		}
	}
	if got := s.browser().get("/readyz"); got.status != http.StatusOK {
		t.Errorf("a server that has read the renewed data keys does not go on: %d %s", got.status, got.body)
	}
}
