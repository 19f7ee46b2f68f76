package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/store/storetest"
)

// keyless is the program's environment with another secret key, or with none.
func (h *house) keyless(key string) {
	for i, v := range h.env {
		if strings.HasPrefix(v, "RINGLEDGER_SECRET_KEY=") {
			h.env[i] = "RINGLEDGER_SECRET_KEY=" + key
		}
	}
}

// startLocked runs the program and waits until it says that it is locked.
func (h *house) startLocked() {
	h.t.Helper()
	h.output = &bytes.Buffer{}
	h.process = exec.CommandContext(context.WithoutCancel(h.t.Context()), h.binary, "serve")
	h.process.Env, h.process.Stdout, h.process.Stderr = h.env, h.output, h.output
	h.must(h.process.Start())
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		answer, err := http.Get(h.url + "/readyz")
		if err != nil {
			continue // it does not listen yet
		}
		body, err := io.ReadAll(answer.Body)
		h.must(errors.Join(err, answer.Body.Close()))
		if answer.StatusCode == http.StatusServiceUnavailable && strings.Contains(string(body), `"status":"locked"`) {
			return
		}
	}
	h.t.Fatal("the program does not say that it is locked")
}

// ask gets a page as a stranger.
func (h *house) ask(path string) (status int, body string) {
	h.t.Helper()
	answer, err := http.Get(h.url + path)
	h.must(err)
	b, err := io.ReadAll(answer.Body)
	h.must(err)
	h.must(answer.Body.Close())
	return answer.StatusCode, string(b)
}

func (h *house) deliver(url, token string, call int) int {
	h.t.Helper()
	at := time.Now().Add(-time.Hour).Unix()
	body := fmt.Sprintf(`{"resource":"call","event":"call.ended","timestamp":%d,"token":%q,"data":{"id":%d,"direction":"inbound","status":"done",`+
		`"started_at":%d,"answered_at":%d,"ended_at":%d,"raw_digits":"+44 1632 960201","number":{"id":1,"name":"Support","digits":"+33 1 99 00 00 01","country":"FR","time_zone":"Europe/Paris"}}}`,
		at, token, call, at-60, at-50, at)
	answer, err := http.Post(url, "application/json", strings.NewReader(body))
	h.must(err)
	h.must(answer.Body.Close())
	return answer.StatusCode
}

func TestWithoutTheRightKeyCallsAreKeptAndGoOutOnceItIsThere(t *testing.T) {
	h := newHouse(t, aircallsim.Options{Rate: -1})
	var right string
	for _, v := range h.env {
		if key, ok := strings.CutPrefix(v, "RINGLEDGER_SECRET_KEY="); ok {
			right = key
		}
	}
	hook := h.account.Webhooks()[0]
	before := sealed(t, h.data)
	var calls []string
	for n, c := range []struct{ key, code, says string }{
		{"", "locked_missing", "its secret key is missing"},
		{encodeKey(make([]byte, 32))[:44], "locked_wrong", "its secret key is another one"},
		{"c2hvcnQ=", "locked_unreadable", "its secret key cannot be read"},
	} {
		h.keyless(c.key)
		h.startLocked()
		if _, body := h.ask("/readyz"); !strings.Contains(body, `"key":"`+c.code+`"`) || !strings.Contains(body, `"database":"ok"`) || !strings.Contains(body, "rests") {
			t.Errorf("readyz says %s; want locked by %s", body, c.code)
		}
		for _, path := range []string{"/", "/signin", "/activity", "/setup/x", "/nowhere"} {
			if status, body := h.ask(path); status != http.StatusServiceUnavailable || !strings.Contains(body, c.says) || !strings.Contains(body, "start Ringledger again") {
				t.Errorf("%s with a key that is %q: %d %s", path, c.key, status, body)
			}
		}
		if status, body := h.ask("/api/v1/activity"); status != http.StatusServiceUnavailable || !json.Valid([]byte(body)) || !strings.Contains(body, c.code) {
			t.Errorf("the API: %d %s", status, body)
		}
		if status, _ := h.ask("/healthz"); status != http.StatusOK {
			t.Errorf("healthz: %d", status)
		}
		calls = append(calls, fmt.Sprint(7000+n))
		if status := h.deliver(hook.URL, hook.Token, 7000+n); status != http.StatusOK {
			t.Errorf("a webhook: got %d, want 200", status)
		}
		if status := h.deliver(hook.URL, "forged", 7100+n); status != http.StatusUnauthorized {
			t.Errorf("a webhook with a wrong token: got %d, want 401", status)
		}
		if status := h.deliver(h.url+"/webhooks/aircall/forged", hook.Token, 7200+n); status != http.StatusNotFound {
			t.Errorf("a webhook at a wrong address: got %d, want 404", status)
		}
		h.stop()
		if said := h.output.String(); !strings.Contains(said, "locked: webhooks are kept") || strings.Contains(said, "/setup/") {
			t.Errorf("the log says %s", said)
		}
		if matches, err := filepath.Glob(filepath.Join(h.data, "secret.key*")); err != nil || len(matches) > 0 {
			t.Errorf("a key was made: %v, %v", matches, err)
		}
	}
	if after := sealed(t, h.data); after != before {
		t.Errorf("what is sealed was\n%s\nand is\n%s", before, after)
	}
	h.keyless(right)
	h.start()
	h.awaitTasks(len(calls), 20*time.Second)
	h.stop()
	h.accountFor(calls)
}

// sealed is everything that needs a key, as the file holds it.
func sealed(t *testing.T, data string) string {
	t.Helper()
	raw := storetest.Existing(t, filepath.Join(data, "ringledger.db"), nil).Raw()
	var all string
	err := raw.QueryRowContext(t.Context(), `SELECT (SELECT group_concat(sealed || version || fingerprint) FROM keysets) ||
		(SELECT group_concat(name || secrets) FROM connections) || (SELECT group_concat(secret || token) FROM webhooks) || (SELECT count(*) FROM audit)`).Scan(&all)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
