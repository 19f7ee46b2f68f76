package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"ringledger/store"
)

// measureChecks compares a large ledger with a simulated org that holds the
// Tasks of its last days. Aircall is not connected: reading its list costs a
// request for 50 calls and has no part in what a large ledger costs.
func measureChecks(ctx context.Context, o options, dir string, t *table) error {
	file := filepath.Join(dir, "checks.db")
	if o.keep != "" {
		file = o.keep
	}
	filled, err := openLedger(file, o.ledger, func() (*store.Store, error) {
		return store.Open(ctx, store.Options{URL: "sqlite:" + file, Key: make([]byte, 32)})
	})
	if err == nil {
		err = filled.Close()
	}
	if err != nil {
		return err
	}
	w, err := newWorkshop(ctx, file)
	if err != nil {
		return err
	}
	err = w.furnishTasks(ctx)
	for _, what := range []string{"the first", "the next"} {
		if err == nil {
			err = w.check(ctx, fmt.Sprintf("check: %s, %d entries", what, o.ledger), t)
		}
	}
	return errors.Join(err, w.close())
}

// furnishTasks puts the Tasks of the last three days into the org.
func (w *workshop) furnishTasks(ctx context.Context) error {
	var last store.WrittenEntry
	for {
		entries, err := w.store.ToLookFor(ctx, time.Now().AddDate(0, 0, -3), true, last, 1000)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			w.org.Add("Task", map[string]any{"Subject": "Call", "CallObject": "aircall:" + e.ObjectID})
		}
		last = entries[len(entries)-1]
	}
}

// check makes one check and tells what it took.
func (w *workshop) check(ctx context.Context, what string, t *table) error {
	if err := w.store.AddCheck(ctx, "", 0); err != nil {
		return err
	}
	before, _ := w.org.Usage()
	grown := heapGrowth()
	began, used := time.Now(), cpuTime()
	did, err := w.worker.FillGap(ctx)
	took, cpu, heap := time.Since(began), cpuTime()-used, grown()
	if err != nil {
		return err
	}
	all, err := w.store.Checks(ctx, 1)
	if err != nil || !did || len(all) == 0 {
		return errors.Join(err, errors.New("no check was made"))
	}
	after, _ := w.org.Usage()
	t.add(what, "%s (CPU %s), %d Tasks looked for, %d missing, %d requests to Salesforce, heap grew by %.1f MB at most with the simulated org",
		took.Round(time.Millisecond), cpu.Round(time.Millisecond), all[0].Looked, all[0].Lacking, after-before, float64(heap)/1e6)
	return nil
}

// heapGrowth watches the heap until its result is asked for.
func heapGrowth() func() uint64 {
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	least, most := now.HeapAlloc, now.HeapAlloc
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-stopped
		return most - least
	}
}
