package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
)

// house is the real program in a process of its own, between a simulated org
// and a simulated account that live in the test.
type house struct {
	t        *testing.T
	binary   string
	data     string
	database string
	url      string
	key      []byte
	env      []string
	org      *salesforcesim.Org
	account  *aircallsim.Account
	process  *exec.Cmd
	output   *bytes.Buffer
}

func newHouse(t *testing.T, account aircallsim.Options) *house {
	t.Helper()
	return newHouseIn(t, account, filepath.Join(t.TempDir(), "data"))
}

// program is the path of the real program: the one that was built for several
// tests, or a new one.
func program(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("RINGLEDGER_TEST_BINARY"); path != "" {
		return path
	}
	path := filepath.Join(t.TempDir(), "ringledger")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// newHouseIn keeps the program's data in a folder that is there already.
func newHouseIn(t *testing.T, account aircallsim.Options, data string) *house {
	t.Helper()
	h := &house{t: t, binary: program(t), data: data, database: "sqlite:" + filepath.Join(data, "ringledger.db")}
	h.furnish(account)
	return h
}

// furnish makes everything around the program, and connects it.
func (h *house) furnish(account aircallsim.Options) {
	t := h.t
	t.Helper()
	h.key = bytes.Repeat([]byte{7}, 32)
	address := freeAddress(t)
	h.url = "http://" + address
	h.org = salesforcesim.New(salesforcesim.Options{})
	t.Cleanup(h.org.Close)
	h.account = aircallsim.New(account)
	t.Cleanup(h.account.Close)
	orgURL, accountURL := h.serve(h.org), h.serve(h.account)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "RINGLEDGER_") {
			h.env = append(h.env, v)
		}
	}
	h.env = append(h.env,
		"RINGLEDGER_LISTEN="+address, "RINGLEDGER_PUBLIC_URL="+h.url, "RINGLEDGER_DATA="+h.data, "RINGLEDGER_DATABASE_URL="+h.database,
		"RINGLEDGER_SECRET_KEY="+base64.StdEncoding.EncodeToString(h.key), "RINGLEDGER_AIRCALL_API_URL="+accountURL,
		"RINGLEDGER_SALESFORCE_LOGIN_URL="+orgURL, "RINGLEDGER_LOG_LEVEL=warn", "RINGLEDGER_LOG_FORMAT=text")
	h.connect(orgURL, accountURL)
	t.Cleanup(func() {
		if h.process != nil {
			h.kill()
		}
		if t.Failed() && h.output != nil {
			t.Log(h.output)
		}
	})
}

func (h *house) serve(handler http.Handler) string {
	server := httptest.NewServer(handler)
	h.t.Cleanup(server.Close)
	return server.URL
}

// connect does what the admin does before the first call, with rules that
// write at once and make a lead for each unknown number.
func (h *house) connect(orgURL, accountURL string) {
	h.t.Helper()
	ctx := h.t.Context()
	st := h.open()
	hc := &http.Client{Transport: &http.Transport{}}
	defer hc.CloseIdleConnections()
	org := connection.NewSalesforce(connection.SalesforceOptions{Store: st, HTTP: hc, LoginURL: orgURL, PublicURL: h.url, APIVersion: "v66.0"})
	phone := connection.NewAircall(connection.AircallOptions{Store: st, HTTP: hc, APIURL: accountURL, PublicURL: h.url})
	h.must(org.SaveApp(ctx, orgURL, "key", "secret"))
	authorize, _, verifier, err := org.Begin(ctx)
	h.must(err)
	back, err := salesforcesim.Consent(ctx, authorize, salesforcesim.DefaultUsername, salesforcesim.DefaultPassword)
	h.must(err)
	u, err := url.Parse(back)
	h.must(err)
	h.must(org.Finish(ctx, u.Query().Get("code"), verifier, "test"))
	h.must(phone.Connect(ctx, aircallsim.DefaultAPIID, aircallsim.DefaultAPIToken, "test"))
	rules, err := st.CurrentRules(ctx)
	h.must(err)
	rules.Settings.SettleSeconds = 0
	rules.Settings.Matching.NoMatch.Create = string(callflow.LeadRecord)
	_, err = st.SaveRules(ctx, rules.Version, rules.Settings, "test", "")
	h.must(err)
	h.must(st.Close())
}

func (h *house) open() *store.Store {
	h.t.Helper()
	st, err := store.Open(h.t.Context(), store.Options{URL: h.database, Key: h.key})
	h.must(err)
	return st
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// start runs the program and waits until it answers. It gives the time that took.
func (h *house) start() time.Duration {
	h.t.Helper()
	took, ok := h.startUnder()
	if !ok {
		h.t.Fatal("the program does not answer")
	}
	return took
}

// startUnder runs the program by another, such as a tracer, and reports whether
// it answered in the end.
func (h *house) startUnder(by ...string) (took time.Duration, ok bool) {
	h.t.Helper()
	h.output = &bytes.Buffer{}
	args := append(by, h.binary, "serve")
	h.process = exec.CommandContext(context.WithoutCancel(h.t.Context()), args[0], args[1:]...)
	h.process.Env, h.process.Stdout, h.process.Stderr = h.env, h.output, h.output
	began := time.Now()
	h.must(h.process.Start())
	hc := &http.Client{Transport: &http.Transport{}, Timeout: time.Second}
	defer hc.CloseIdleConnections()
	for time.Since(began) < 20*time.Second {
		answer, err := hc.Get(h.url + "/readyz")
		if err == nil {
			h.must(answer.Body.Close())
			if answer.StatusCode == http.StatusOK {
				return time.Since(began), true
			}
		}
		if h.ended() {
			break
		}
		time.Sleep(2 * time.Millisecond)
	}
	return time.Since(began), false
}

// ended reports whether the process is gone already; a tracer may have killed it.
func (h *house) ended() bool {
	if runtime.GOOS != "linux" {
		return false // there is nowhere to look
	}
	state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", h.process.Process.Pid))
	return err != nil || bytes.Contains(state, []byte(") Z "))
}

// kill ends the program as a power cut would end its process.
func (h *house) kill() {
	_ = h.process.Process.Kill() // it may have ended by itself
	_ = h.process.Wait()         // "signal: killed" is what was asked for
	h.process = nil
}

// stop asks the program to end and expects it to do so in order.
func (h *house) stop() {
	h.t.Helper()
	h.must(h.process.Process.Signal(syscall.SIGTERM))
	err := h.process.Wait()
	h.process = nil
	if err != nil {
		h.t.Errorf("the program did not end in order: %v", err)
	}
}

// tasks are the ids of the org's Tasks by the key of their call.
func (h *house) tasks() map[string][]string {
	keys := map[string][]string{}
	for _, task := range h.org.Records("Task") {
		key := fmt.Sprint(task["CallObject"])
		keys[key] = append(keys[key], fmt.Sprint(task["Id"]))
	}
	return keys
}

// awaitTasks waits until there are Tasks of that many calls.
func (h *house) awaitTasks(calls int, most time.Duration) {
	h.t.Helper()
	deadline := time.Now().Add(most)
	for h.org.Count("Task") < calls && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
}

// accountFor checks that each call has exactly one Task, and that the ledger
// knows it. The program must have ended.
func (h *house) accountFor(calls []string) {
	h.t.Helper()
	st := h.open()
	defer func() { h.must(st.Close()) }()
	tasks := h.tasks()
	for _, id := range calls {
		e, err := st.EntryOf(h.t.Context(), callflow.KindCall, id)
		if err != nil {
			h.t.Errorf("call %s was lost: %v", id, err)
			continue
		}
		if ids := tasks["aircall:"+id]; len(ids) != 1 || ids[0] != e.TaskID || e.Outcome != callflow.Logged {
			h.t.Errorf("call %s has Tasks %v; its entry is %s, %s, with %q", id, ids, e.Outcome, e.Reason, e.TaskID)
		}
	}
	if n, err := st.CountEntries(h.t.Context(), store.Filter{}); err != nil || n != min(len(calls), store.CountCap+1) || len(tasks) != len(calls) {
		h.t.Errorf("%d entries and Tasks of %d calls, %v; want %d", n, len(tasks), err, len(calls))
	}
}

// parallel runs do for each of n at once and waits for the last.
func parallel(n int, do func(int)) {
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { do(i) })
	}
	wait.Wait()
}
