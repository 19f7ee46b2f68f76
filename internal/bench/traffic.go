package main

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"path/filepath"
	"sync"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/salesforce/simulator"
)

// measureTraffic plays two working days of the demo's mix of calls and
// messages, one after the other, and works after every event: nothing shares a
// request, and each late fact is an update of its own. It is the dearest way
// to log a call; a queue is cheaper.
func measureTraffic(ctx context.Context, _ options, dir string, t *table) error {
	w, err := newWorkshop(ctx, filepath.Join(dir, "traffic.db"))
	if err != nil {
		return err
	}
	simulator.SeedDemo(w.org)
	return errors.Join(w.playTraffic(ctx, t), w.close())
}

func (w *workshop) playTraffic(ctx context.Context, t *table) error {
	rules, err := w.store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	rules.Settings.Matching.NoMatch.Create = "lead"
	if _, err := w.store.SaveRules(ctx, rules.Version, rules.Settings, "bench", ""); err != nil {
		return err
	}
	var mu sync.Mutex
	var failed error
	address, closeServer, err := listen(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = w.takeAndWork(ctx, body)
		}
		mu.Lock()
		defer mu.Unlock()
		failed = errors.Join(failed, err)
	}))
	if err != nil {
		return err
	}
	account := aircallsim.New(aircallsim.Options{Seed: 1, Speed: math.Inf(1), Rate: -1, Concurrency: 1, People: peopleOf(simulator.DemoPeople())})
	defer account.Close()
	if _, err := account.AddWebhook("http://"+address+"/", "bench"); err != nil {
		return err
	}
	before, _ := w.org.Usage()
	tasks := w.org.Count("Task")
	calls, err := account.History(ctx, 2, 150)
	if err == nil {
		err = account.Drain(ctx)
	}
	mu.Lock()
	defer mu.Unlock()
	if err := errors.Join(err, closeServer(), failed); err != nil {
		return err
	}
	after, _ := w.org.Usage()
	logged := w.org.Count("Task") - tasks
	t.add("requests to Salesforce, the demo's traffic one event at a time", "%.1f for each logged call (%d requests, %d Tasks of %d calls and messages)",
		float64(after-before)/float64(logged), after-before, logged, calls)
	return nil
}

func (w *workshop) takeAndWork(ctx context.Context, body []byte) error {
	if err := w.take(ctx, body); err != nil {
		return err
	}
	for {
		if n, err := w.worker.Turn(ctx); err != nil || n == 0 {
			return err
		}
	}
}

func peopleOf(known []simulator.Person) []aircallsim.Person {
	out := make([]aircallsim.Person, len(known))
	for i, p := range known {
		out[i] = aircallsim.Person{Name: p.Name, Number: p.Number}
	}
	return out
}
