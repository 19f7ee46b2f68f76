package main

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
)

// faultsVariable asks for the fault suite: "short" takes less than two minutes
// and belongs to every run, "long" repeats what is left to chance.
const faultsVariable = "RINGLEDGER_TEST_FAULTS"

// faultSuite runs a test beside the other faults, and only when they are asked
// for. A missing tool is a failure, so that no fault vanishes quietly.
func faultSuite(t *testing.T, tools ...string) (long bool) {
	t.Helper()
	form := os.Getenv(faultsVariable)
	if form == "" {
		t.Skip("set " + faultsVariable + " to short or long, or run make faults")
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("missing: %s", tool)
		}
	}
	t.Parallel()
	return form == "long"
}

// figure is one line of what the suite measured. It goes to the file that the
// suite prints at its end.
func figure(t *testing.T, format string, args ...any) {
	t.Helper()
	line := fmt.Sprintf("%s: %s\n", t.Name(), fmt.Sprintf(format, args...))
	t.Log(line)
	path := os.Getenv("RINGLEDGER_TEST_FIGURES")
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Error(err)
		return
	}
	if _, err := f.WriteString(line); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// quiet are accounts that send nothing of their own: the tests below send, so
// that they know each answer.
var quiet = aircallsim.Options{Rate: -1, DisableAfter: 1 << 30}

// sender posts ended calls as Aircall would, and remembers the answer to each.
type sender struct {
	h      *house
	url    string
	token  string
	client *http.Client
	mu     sync.Mutex
	acked  map[string]bool
	codes  map[int]int // 0 is no answer at all
	worst  time.Duration
	took   []time.Duration // of the acknowledged
}

func newSender(h *house) *sender {
	hook := h.account.Webhooks()[0]
	s := &sender{h: h, url: hook.URL, token: hook.Token, acked: map[string]bool{}, codes: map[int]int{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 20 * time.Second}}
	h.t.Cleanup(s.client.CloseIdleConnections)
	return s
}

func (s *sender) call(id int) string {
	at := time.Now().Add(-time.Hour).Unix()
	return fmt.Sprintf(`{"resource":"call","event":"call.ended","timestamp":%d,"token":%q,"data":{"id":%d,"direction":"inbound","status":"done",`+
		`"started_at":%d,"answered_at":%d,"ended_at":%d,"raw_digits":"+44 1632 96%04d","number":{"id":1,"name":"Support","digits":"+33 1 99 00 00 01","country":"FR","time_zone":"Europe/Paris"}}}`,
		at, s.token, id, at-60, at-50, at, 200+id%50)
}

// post sends one body and gives the status of the answer, 0 when none came.
func (s *sender) post(url, body string) int {
	began := time.Now()
	status := 0
	answer, err := s.client.Post(url, "application/json", strings.NewReader(body)) //nolint:noctx // the client has a timeout
	if err == nil {
		status = answer.StatusCode
		_, _ = io.Copy(io.Discard, answer.Body) // the status was read already
		_ = answer.Body.Close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[status]++
	s.worst = max(s.worst, time.Since(began))
	if status == http.StatusOK {
		s.took = append(s.took, time.Since(began))
	}
	return status
}

// send posts a call once.
func (s *sender) send(id int) int {
	status := s.post(s.url, s.call(id))
	if status == http.StatusOK {
		s.mu.Lock()
		s.acked[fmt.Sprint(id)] = true
		s.mu.Unlock()
	}
	return status
}

// stream posts calls from several connections until ctx ends, each again until
// it is acknowledged, as Aircall does. It gives the ids of all.
func (s *sender) stream(ctx context.Context, first, connections int, pause time.Duration) (ids func() []string) {
	var all []string
	var mu sync.Mutex
	var wait sync.WaitGroup
	next := first
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		next++
		all = append(all, fmt.Sprint(next))
		return next
	}
	for range connections {
		wait.Go(func() {
			for ctx.Err() == nil {
				for id := take(); s.send(id) != http.StatusOK; {
					time.Sleep(50 * time.Millisecond) // the pause between tries
				}
				time.Sleep(pause) // the rate of calls
			}
		})
	}
	return func() []string {
		wait.Wait()
		return all
	}
}

// count is how many answers had a status so far.
func (s *sender) count(status int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.codes[status]
}

// percentile of the acknowledged; p is 0 to 100.
func (s *sender) percentile(p int) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s.took))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}

// keepsSecrets checks that nothing the program printed holds a secret. The
// program must have ended.
func (h *house) keepsSecrets() {
	h.t.Helper()
	hook := h.account.Webhooks()[0]
	secrets := map[string]string{
		"token of the webhook": hook.Token, "address of the webhook": hook.URL[strings.LastIndex(hook.URL, "/")+1:],
		"key of Aircall": aircallsim.DefaultAPIToken, "secret key": base64.StdEncoding.EncodeToString(h.key),
		"header of Aircall": base64.StdEncoding.EncodeToString([]byte(aircallsim.DefaultAPIID + ":" + aircallsim.DefaultAPIToken)),
	}
	for what, secret := range secrets {
		if secret == "" || strings.Contains(h.output.String(), secret) {
			h.t.Errorf("the output holds the %s", what)
		}
	}
}

// again ends the program in order and starts it anew, without a tracer.
func (h *house) again() {
	h.t.Helper()
	h.stop()
	h.keepsSecrets()
	h.start()
}

// allIsWell ends the program and checks what must hold after every fault: what
// was acknowledged is stored, each call has one Task and its entry says so, the
// database is sound, and no secret was printed.
func (h *house) allIsWell(ids []string, within time.Duration) {
	h.t.Helper()
	h.awaitSettled(len(ids), within)
	h.stop()
	h.keepsSecrets()
	h.accountFor(ids)
	h.checkIntegrity()
}

// awaitSettled waits until the ledger calls that many calls logged.
func (h *house) awaitSettled(calls int, most time.Duration) {
	h.t.Helper()
	h.awaitTasks(calls, most)
	deadline := time.Now().Add(most)
	for time.Now().Before(deadline) {
		if n, err := h.logged(); err == nil && n >= calls {
			return
		}
		time.Sleep(200 * time.Millisecond) // a poll with a deadline
	}
}

// readOnly opens the database past the program and without disturbing it.
func (h *house) readOnly() *sql.DB {
	h.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(h.data, "ringledger.db")+"?mode=ro&_query_only=on&_busy_timeout=1000")
	h.must(err)
	return db
}

// logged counts the entries that are written.
func (h *house) logged() (n int, err error) {
	db := h.readOnly()
	defer func() { _ = db.Close() }() // nothing was written
	err = db.QueryRowContext(h.t.Context(), "SELECT count(*) FROM entries WHERE outcome = 'logged' AND due_at IS NULL").Scan(&n)
	return n, err
}
