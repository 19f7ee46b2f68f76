//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store/storetest"
)

// fleet is several processes of the real program on one PostgreSQL, behind a
// balancer that gives each delivery to the next node that answers.
type fleet struct {
	*house
	nodes []*node
	turn  atomic.Int64
	hc    *http.Client
}

type node struct {
	url     string
	process *exec.Cmd
	output  bytes.Buffer
	down    atomic.Int64 // unix milliseconds until which the balancer passes it over
}

// nodeLease is how long a node of the fleet may stand still before others take
// its calls over.
const nodeLease = 4 * time.Second

func newFleet(t *testing.T, database string, nodes int) *fleet {
	t.Helper()
	dir := t.TempDir()
	h := &house{t: t, binary: filepath.Join(dir, "ringledger"), data: filepath.Join(dir, "data"), database: database}
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags", fmt.Sprintf("-X main.lease=%s -X main.doubt=2s", nodeLease), "-o", h.binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	h.furnish(aircallsim.Options{Speed: 200, Rate: -1, DisableAfter: 1 << 30, Concurrency: 32})
	f := &fleet{house: h, hc: &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 32}}}
	t.Cleanup(f.hc.CloseIdleConnections)
	for range nodes {
		f.nodes = append(f.nodes, &node{url: "http://" + freeAddress(t)})
	}
	public, err := url.Parse(h.url)
	h.must(err)
	l, err := net.Listen("tcp", public.Host)
	h.must(err)
	balancer := &http.Server{Handler: http.HandlerFunc(f.balance), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = balancer.Serve(l) }()      // ends with the test
	t.Cleanup(func() { _ = balancer.Close() }) // nobody waits for it any more
	t.Cleanup(func() {
		for i, n := range f.nodes {
			if n.process != nil {
				_ = n.process.Process.Kill() // it may have ended by itself
				_ = n.process.Wait()         // "signal: killed" is what was asked for
			}
			if t.Failed() {
				t.Logf("node %d:\n%s", i, &n.output)
			}
		}
	})
	return f
}

// run starts a node and waits until it answers.
func (f *fleet) run(n *node) {
	f.t.Helper()
	n.process = exec.CommandContext(context.WithoutCancel(f.t.Context()), f.binary, "serve", "--listen", strings.TrimPrefix(n.url, "http://"))
	n.process.Env, n.process.Stdout, n.process.Stderr = f.env, &n.output, &n.output
	f.must(n.process.Start())
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		answer, err := f.hc.Get(n.url + "/readyz")
		if err == nil {
			f.must(answer.Body.Close())
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
	}
	f.t.Fatal("a node does not answer")
}

// end asks a node to end in order.
func (f *fleet) end(n *node) {
	f.t.Helper()
	f.must(n.process.Process.Signal(syscall.SIGTERM))
	if err := n.process.Wait(); err != nil {
		f.t.Errorf("a node did not end in order: %v", err)
	}
	n.process = nil
}

// balance gives a delivery to one node after the other until one takes it.
func (f *fleet) balance(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	status := http.StatusBadGateway
	for range f.nodes {
		n := f.nodes[int(f.turn.Add(1))%len(f.nodes)]
		if time.Now().UnixMilli() < n.down.Load() {
			continue
		}
		answer, err := f.hc.Post(n.url+r.URL.Path, r.Header.Get("Content-Type"), bytes.NewReader(body))
		if err != nil {
			n.down.Store(time.Now().Add(2 * time.Second).UnixMilli())
			continue
		}
		_ = answer.Body.Close() // the status says all
		if status = answer.StatusCode; status < 500 {
			break
		}
	}
	w.WriteHeader(status)
}

// listen opens the live stream of one node for somebody who signed in at another.
func (f *fleet) listen(at, signIn *node) <-chan string {
	f.t.Helper()
	create := exec.CommandContext(f.t.Context(), f.binary, "user", "create", "--email", "ada@example.com", "--role", "viewer", "--password-stdin")
	create.Env, create.Stdin = f.env, strings.NewReader("a-long-pass-phrase-of-ada\n")
	if out, err := create.CombinedOutput(); err != nil {
		f.t.Fatalf("user create: %v\n%s", err, out)
	}
	jar, err := cookiejar.New(nil)
	f.must(err)
	browser := &http.Client{Jar: jar, Transport: &http.Transport{}}
	f.t.Cleanup(browser.CloseIdleConnections)
	answer, err := browser.PostForm(signIn.url+"/signin", url.Values{"email": {"ada@example.com"}, "password": {"a-long-pass-phrase-of-ada"}})
	f.must(err)
	f.must(answer.Body.Close())
	ctx, cancel := context.WithCancel(f.t.Context())
	f.t.Cleanup(cancel)
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, at.url+"/events", nil)
	f.must(err)
	stream, err := browser.Do(ask)
	f.must(err)
	if got := stream.Header.Get("Content-Type"); got != "text/event-stream" {
		f.t.Fatalf("got %d %s, want a stream", stream.StatusCode, got)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		defer func() { _ = stream.Body.Close() }() // read to its end
		for in := bufio.NewScanner(stream.Body); in.Scan(); {
			lines <- in.Text()
		}
	}()
	return lines
}

func TestThreeNodesOnOnePostgresLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		f := newFleet(t, db.URL, 3)
		for _, n := range f.nodes {
			f.run(n)
		}
		// Answers come late, so that a node that is killed or stopped has calls in hand.
		f.must(f.org.Fail(salesforcesim.Fault{Kind: salesforcesim.Delay, DelayMS: 300}))
		const calls = 300
		ids := make([]string, calls)
		var placing sync.WaitGroup
		place := func(n int) {
			id, err := f.account.StartCall(aircallsim.CallSpec{
				Kind: aircallsim.InboundAnswered, Number: fmt.Sprintf("+44163296%04d", 200+n%60), Line: "Support FR",
				Ring: 10 * time.Second, Talk: time.Minute, Plain: true,
			})
			if err != nil {
				t.Error(err)
			}
			ids[n] = strconv.FormatInt(id, 10)
		}
		placing.Go(func() {
			for n := range calls - 1 {
				place(n)
				time.Sleep(35 * time.Millisecond) // about ten seconds of calls
			}
		})
		still, killed, restarted := f.nodes[2], f.nodes[1], f.nodes[0]
		time.Sleep(1500 * time.Millisecond)
		f.must(still.process.Process.Signal(syscall.SIGSTOP))
		time.Sleep(time.Second)
		f.must(killed.process.Process.Kill())
		_ = killed.process.Wait() // "signal: killed" is what was asked for
		time.Sleep(nodeLease + time.Second)
		f.must(still.process.Process.Signal(syscall.SIGCONT))
		f.run(killed)
		f.end(restarted)
		f.run(restarted)
		placing.Wait()

		live := f.listen(f.nodes[1], f.nodes[0])
		heard := 0
		for quiet := false; !quiet; { // what earlier calls told
			select {
			case <-live:
			case <-time.After(1500 * time.Millisecond):
				quiet = true
			}
		}
		f.nodes[1].down.Store(time.Now().Add(time.Minute).UnixMilli()) // the last call goes to another node
		place(calls - 1)
		for deadline := time.After(5 * time.Second); heard == 0; {
			select {
			case line := <-live:
				if line == "event: changed" {
					heard++
				}
			case <-deadline:
				t.Fatal("a live page on one node did not hear of a call on another")
			}
		}
		drain, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		f.must(f.account.Drain(drain))
		f.awaitTasks(calls, 75*time.Second) // a node that stood still may take the org for down, for a minute
		for _, n := range f.nodes {
			f.end(n)
		}
		f.accountFor(ids)
		if leads := f.org.Count("Lead"); leads != 60 {
			t.Errorf("%d leads for 60 unknown numbers", leads)
		}
		t.Logf("three nodes, one killed, one stopped and one restarted: %d calls, %d Tasks", len(ids), f.org.Count("Task"))
	})
}
