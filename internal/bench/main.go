// Command bench measures Ringledger on the machine it runs on and prints one
// table: webhooks acknowledged, beside a handler that stores nothing and one
// that commits each by itself; the worker; memory and start of the real
// program; the activity list of a large ledger, and its comparison with
// Salesforce. What is compared runs side by side in rounds, so that a busy
// machine slows all alike. It is for people who change the engine and refuses
// to be part of the product.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"text/tabwriter"
	"time"
)

// options are what the flags say.
type options struct {
	rounds  int
	length  time.Duration
	entries int
	parts   string
	ledger  int
	keep    string
	pages   string
	profile string
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 3, "rounds of each comparison; the median counts")
	flag.DurationVar(&o.length, "length", 4*time.Second, "how long one round sends")
	flag.IntVar(&o.entries, "entries", 20_000, "calls queued for the worker")
	flag.StringVar(&o.parts, "parts", "ingest,steady,worker,traffic,program", "what to measure; activity and checks, which make a ledger of a gigabyte, only when asked for")
	flag.IntVar(&o.ledger, "ledger", 1_000_000, "entries of the ledger whose list is read")
	flag.StringVar(&o.keep, "keep", "", "keep that ledger in this file, or read it from there when it exists")
	flag.StringVar(&o.pages, "pages", "", "read only those of its pages whose name has this in it")
	flag.StringVar(&o.profile, "profile", "", "write a CPU profile to this file")
	flag.Parse()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200) // as the program has it
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer func() {
			pprof.StopCPUProfile()
			if err := f.Close(); err != nil {
				fmt.Fprintln(os.Stderr, "bench: profile:", err)
			}
		}()
	}
	dir, err := os.MkdirTemp("", "ringledger-bench-")
	if err != nil {
		return err
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, "bench: clean up:", err)
		}
	}()
	var t table
	for _, p := range []struct {
		name    string
		measure func(context.Context, options, string, *table) error
	}{{"ingest", measureIngest}, {"steady", measureSteady}, {"worker", measureWorker}, {"traffic", measureTraffic}, {"program", measureProgram}, {"activity", measureActivity}, {"checks", measureChecks}} {
		if !strings.Contains(o.parts, p.name) {
			continue
		}
		if err := p.measure(ctx, o, dir, &t); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return t.print()
}

// table collects the lines that are printed at the end.
type table struct{ lines [][2]string }

func (t *table) add(what, format string, args ...any) {
	value := fmt.Sprintf(format, args...)
	fmt.Fprintf(os.Stderr, "%s: %s\n", what, value)
	t.lines = append(t.lines, [2]string{what, value})
}

func (t *table) print() error {
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		load = []byte("unknown")
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s, %d CPUs, load %s\n\n", runtime.Version(), runtime.NumCPU(), strings.Join(strings.Fields(string(load))[:1], ""))
	for _, l := range t.lines {
		fmt.Fprintf(w, "%s\t%s\n", l[0], l[1])
	}
	return w.Flush()
}
