package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	salesforcesim "ringledger/integration/salesforce/simulator"
)

func TestNoAcknowledgedCallIsLostOrDoubledByKill9(t *testing.T) {
	if testing.Short() {
		t.Skip("takes more than a minute: what a crash left in doubt is looked for after 45 s")
	}
	// Calls and the pauses between tries of a delivery pass two hundred times
	// as fast as in life.
	h := newHouse(t, aircallsim.Options{Speed: 200, Rate: -1, DisableAfter: 1 << 30, Concurrency: 32})
	for n := range 50 { // half the numbers are known
		h.org.Add("Contact", map[string]any{"LastName": fmt.Sprint("Known ", n), "Phone": fmt.Sprintf("+44163296%04d", 200+n)})
	}
	// Answers come late, so that kills fall between a change and its answer.
	h.must(h.org.Fail(salesforcesim.Fault{Kind: salesforcesim.Delay, DelayMS: 200}))
	h.start()
	const calls = 500
	ids := make([]string, calls)
	placed := make(chan struct{})
	go func() {
		defer close(placed)
		for n := range ids {
			id, err := h.account.StartCall(aircallsim.CallSpec{
				Kind: aircallsim.Kinds()[n%5], Number: fmt.Sprintf("+44163296%04d", 200+n%100), Line: "Support FR",
				Ring: 10 * time.Second, Talk: time.Minute, Plain: true,
			})
			if err != nil {
				t.Error(err)
			}
			ids[n] = strconv.FormatInt(id, 10)
			time.Sleep(20 * time.Millisecond) // about ten seconds of calls
		}
	}()
	for range 5 {
		time.Sleep(time.Second + rand.N(1500*time.Millisecond)) // a random moment is the point
		h.kill()
		t.Logf("started again in %s with %d Tasks", h.start().Round(time.Millisecond), h.org.Count("Task"))
	}
	<-placed
	drain, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	h.must(h.account.Drain(drain))
	h.awaitTasks(calls, 80*time.Second)
	h.stop()
	if s := h.account.Stats(); s.Lost > 0 || s.Pending > 0 {
		t.Errorf("the account gave deliveries up: %+v", s)
	}
	h.accountFor(ids)
	if leads := h.org.Count("Lead"); leads != 50 {
		t.Errorf("%d leads for 50 unknown numbers", leads)
	}
	h.checkIntegrity()
}

func TestAnOrderlyEndUnderLoadLosesNothing(t *testing.T) {
	h := newHouse(t, aircallsim.Options{Speed: 200, Rate: -1, DisableAfter: 1 << 30, Concurrency: 32})
	h.start()
	var ids []string
	place := func(calls int) {
		for range calls {
			id, err := h.account.StartCall(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: fmt.Sprintf("+44163296%04d", 200+len(ids)%40), Line: "Support FR",
				Ring: 2 * time.Second, Talk: 20 * time.Second, Plain: true})
			h.must(err)
			ids = append(ids, strconv.FormatInt(id, 10))
			time.Sleep(5 * time.Millisecond) // about 200 calls a second
		}
	}
	for range 3 {
		place(60)
		h.stop()
		h.start()
	}
	place(20)
	drain, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	h.must(h.account.Drain(drain))
	h.awaitTasks(len(ids), 20*time.Second)
	h.stop()
	h.accountFor(ids)
	if leads := h.org.Count("Lead"); leads != 40 {
		t.Errorf("%d leads for 40 unknown numbers", leads)
	}
}

func TestASecondProcessOnTheSameDataIsRefused(t *testing.T) {
	h := newHouse(t, aircallsim.Options{Rate: -1})
	h.start()
	second := exec.CommandContext(t.Context(), h.binary, "serve", "--listen", "127.0.0.1:0")
	second.Env = h.env
	out, err := second.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != failed || !strings.Contains(string(out), "another ringledger uses") {
		t.Errorf("got %v, %s; want it refused", err, out)
	}
	h.stop()
}

func (h *house) checkIntegrity() {
	h.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(h.data, "ringledger.db"))
	h.must(err)
	defer func() { h.must(db.Close()) }()
	var found string
	if err := db.QueryRowContext(h.t.Context(), "PRAGMA integrity_check").Scan(&found); err != nil || found != "ok" {
		h.t.Errorf("integrity_check: %s, %v", found, err)
	}
}

func TestAThousandEventsAtOnceAreAllTakenAndAccountedFor(t *testing.T) {
	h := newHouse(t, aircallsim.Options{Rate: -1})
	h.start()
	hook := h.account.Webhooks()[0]
	hc := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 200, MaxIdleConnsPerHost: 200}}
	defer hc.CloseIdleConnections()
	const calls = 1000
	var mu sync.Mutex
	answers := map[int]int{}
	var slowest time.Duration
	ids := make([]string, calls)
	parallel(calls, func(n int) {
		ids[n] = strconv.Itoa(9_000_000 + n)
		at := time.Now().Add(-time.Hour).Unix()
		body := fmt.Sprintf(`{"resource":"call","event":"call.ended","timestamp":%d,"token":%q,"data":{"id":%s,"direction":"inbound","status":"done",`+
			`"started_at":%d,"answered_at":%d,"ended_at":%d,"raw_digits":"+44 1632 96%04d","number":{"id":1,"name":"Support","digits":"+33 1 99 00 00 01","country":"FR","time_zone":"Europe/Paris"}}}`,
			at, hook.Token, ids[n], at-60, at-50, at, 200+n%50)
		began := time.Now()
		answer, err := hc.Post(hook.URL, "application/json", strings.NewReader(body))
		status := 0
		if err == nil {
			status = answer.StatusCode
			_, err = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close() // read to its end
		}
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		answers[status]++
		slowest = max(slowest, time.Since(began))
	})
	if answers[http.StatusOK] != calls {
		t.Errorf("answers %v, want 1,000 times 200", answers)
	}
	t.Logf("the slowest of 1,000 took %s", slowest.Round(time.Millisecond))
	h.awaitTasks(calls, 30*time.Second)
	h.stop()
	h.accountFor(ids)
}
