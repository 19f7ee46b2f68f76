package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/connection"
	"ringledger/integration/salesforce/simulator"
	"ringledger/integration/worker"
	"ringledger/store"
)

// measureWorker drains a queue of calls, half of whose numbers are known, into
// a simulated org that answers at once and shares the machine.
func measureWorker(ctx context.Context, o options, dir string, t *table) error {
	for n, entries := range []int{o.entries, 1000} {
		w, err := newWorkshop(ctx, filepath.Join(dir, fmt.Sprintf("worker%d.db", n)))
		if err != nil {
			return err
		}
		took, cpu, requests, err := w.drain(ctx, entries)
		if err := errors.Join(err, w.close()); err != nil {
			return err
		}
		t.add(fmt.Sprintf("worker, %d queued calls, half of them known", entries), "%.0f calls/s, %.0f us of CPU a call with the simulated org, %d Tasks, %d requests to Salesforce",
			float64(entries)/took.Seconds(), float64(cpu.Microseconds())/float64(entries), w.org.Count("Task"), requests)
	}
	return nil
}

// workshop is a store with a worker, connected to a simulated org.
type workshop struct {
	store  *store.Store
	org    *simulator.Org
	worker *worker.Worker
	hc     *http.Client
	stop   func() error
}

func newWorkshop(ctx context.Context, file string) (*workshop, error) {
	w := &workshop{org: simulator.New(simulator.Options{DailyLimit: 1 << 30}), hc: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}}
	address, stop, err := listen(w.org)
	if err != nil {
		return nil, err
	}
	w.stop = stop
	if w.store, err = store.Open(ctx, store.Options{URL: "sqlite:" + file, Key: make([]byte, 32)}); err != nil {
		return nil, err
	}
	silent := slog.New(slog.DiscardHandler)
	conn := connection.NewSalesforce(connection.SalesforceOptions{Store: w.store, HTTP: w.hc, LoginURL: "http://" + address, PublicURL: "http://localhost", APIVersion: "v66.0", Logger: silent})
	phone := connection.NewAircall(connection.AircallOptions{Store: w.store, HTTP: w.hc, PublicURL: "http://localhost", Logger: silent})
	w.worker = worker.New(worker.Options{Store: w.store, Salesforce: conn, Aircall: phone, Logger: silent})
	return w, errors.Join(signIn(ctx, conn, "http://"+address), writeAtOnce(ctx, w.store))
}

func signIn(ctx context.Context, conn *connection.Salesforce, login string) error {
	if err := conn.SaveApp(ctx, login, "key", "secret"); err != nil {
		return err
	}
	authorize, _, verifier, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	back, err := simulator.Consent(ctx, authorize, simulator.DefaultUsername, simulator.DefaultPassword)
	if err != nil {
		return err
	}
	u, err := url.Parse(back)
	if err != nil {
		return err
	}
	return conn.Finish(ctx, u.Query().Get("code"), verifier, "bench")
}

func writeAtOnce(ctx context.Context, st *store.Store) error {
	rules, err := st.CurrentRules(ctx)
	if err != nil {
		return err
	}
	rules.Settings.SettleSeconds = 0
	_, err = st.SaveRules(ctx, rules.Version, rules.Settings, "bench", "")
	return err
}

func (w *workshop) close() error {
	w.hc.CloseIdleConnections()
	w.org.Close()
	return errors.Join(w.store.Close(), w.stop())
}

var digitsInBody = regexp.MustCompile(`"raw_digits":"[^"]*"`)

// queue stores one event of each call; every second number is a contact's.
func (w *workshop) queue(ctx context.Context, entries int) error {
	e, err := exampleEvent(ctx)
	if err != nil {
		return err
	}
	errs := make([]error, connections)
	var wait sync.WaitGroup
	for n := range connections {
		wait.Go(func() {
			for i := n; i < entries && errs[n] == nil; i += connections {
				number := fmt.Sprintf("+4416329%05d", 60000+i%40000)
				body := bytes.ReplaceAll(e.body, []byte(e.id), []byte(strconv.FormatInt(nextID(), 10)))
				body = digitsInBody.ReplaceAll(body, []byte(`"raw_digits":"`+number+`"`))
				errs[n] = w.take(ctx, body)
				if i%2 == 0 {
					w.org.Add("Contact", map[string]any{"LastName": number, "Phone": number})
				}
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

func (w *workshop) take(ctx context.Context, body []byte) error {
	e, err := aircall.ParseEnvelope(body)
	if err != nil {
		return err
	}
	return w.store.AddDelivery(ctx, store.Delivery{Hash: e.Hash, Kind: e.Kind, ObjectID: e.ObjectID, Event: e.Event, Body: e.Body, EventAt: e.Timestamp, ReceivedAt: time.Now()})
}

// drain queues calls and lets the worker bring all to their outcome.
func (w *workshop) drain(ctx context.Context, entries int) (took, cpu time.Duration, requests int, err error) {
	if err := w.queue(ctx, entries); err != nil {
		return 0, 0, 0, err
	}
	before, _ := w.org.Usage()
	began, used := time.Now(), cpuTime()
	if err := w.turnOver(ctx, entries); err != nil {
		return 0, 0, 0, err
	}
	took, cpu = time.Since(began), cpuTime()-used
	after, _ := w.org.Usage()
	return took, cpu, after - before, nil
}

// turnOver runs three turns at a time, as the worker itself does.
func (w *workshop) turnOver(ctx context.Context, entries int) error {
	var done atomic.Int64
	var all sync.WaitGroup
	failed := make(chan error, 3)
	for range cap(failed) {
		all.Go(func() {
			for done.Load() < int64(entries) {
				n, err := w.worker.Turn(ctx)
				if err != nil {
					failed <- err
					return
				}
				if n == 0 {
					return
				}
				done.Add(int64(n))
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return err
	default:
	}
	if n := done.Load(); n < int64(entries) {
		return fmt.Errorf("the worker stopped after %d of %d calls", n, entries)
	}
	return nil
}

// cpuTime is what this process has used of the CPUs. Unlike the clock it does
// not count what others do on the machine.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
