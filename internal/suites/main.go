// Command suites runs every check of Ringledger, installs what it can of what
// they need, and ends with a table and one line of totals. It knows the names
// of folders and tools, and nothing of what the program does.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout)
	stop()
	os.Exit(code)
}

// limit is how long one suite may take, installations included, on a machine
// that is busy with other things too.
const limit = 20 * time.Minute

// suite is a group of checks that is run and counted as one.
type suite struct {
	key, name string
	run       func(context.Context, *place) result
}

// runners is how many suites run at once: most tests wait for something, and two
// processors have work for both.
const runners = 2

// order says what runs when: a runner that is free takes the next suite of the
// step, so the longest come first. What others build on has a step of its own, and
// what measures how fast pages are has the machine to itself.
func order() [][]suite {
	return [][]suite{
		{{"build", "build with and without cgo", buildSuite}},
		{
			{"browser", "pages in a browser", browserSuite},
			{"race", "with the race detector", raceSuite},
			{"unit", "unit tests and stories", unitSuite},
			{"postgres", "PostgreSQL", postgresSuite},
			{"faults", "faults", faultsSuite},
			{"pure", "SQLite without cgo", pureSuite},
			{"lint", "vet, lint, secrets in any commit", lintSuite},
			{"fuzz", "fuzz tests", fuzzSuite},
			{"clients", "simulators by foreign clients", clientsSuite},
			{"format", "format, generated files", formatSuite},
		},
		{{"speed", "speed of pages in a browser", speedSuite}},
	}
}

// suites lists all, in the order in which they are told.
func suites() []suite {
	return slices.Concat(order()...)
}

func run(ctx context.Context, args []string, out io.Writer) int {
	flags := flag.NewFlagSet("suites", flag.ContinueOnError)
	flags.SetOutput(out)
	strict := flags.Bool("strict", false, "fail when a suite or a test was skipped, and believe no cached result")
	only := flags.String("only", "", "run these suites only: "+keys(suites()))
	if err := flags.Parse(args); err != nil {
		return 2
	}
	chosen, err := choose(suites(), *only)
	if err != nil {
		fmt.Fprintln(out, err)
		return 2
	}
	p, err := newPlace(ctx, *strict)
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	defer p.close()
	p.prepare(ctx, chosen)
	return report(out, runAll(ctx, order(), chosen, p, out), *strict)
}

// runAll runs those of the steps that were chosen, tells of each as it ends, and
// returns the results in the order of the choice.
func runAll(ctx context.Context, steps [][]suite, chosen []suite, p *place, out io.Writer) []result {
	var mu sync.Mutex // of what is printed, and of results
	results := make([]result, len(chosen))
	one := func(s suite) {
		i := slices.IndexFunc(chosen, func(c suite) bool { return c.key == s.key })
		if i < 0 {
			return
		}
		r := runSuite(ctx, s, p)
		mu.Lock()
		defer mu.Unlock()
		r.tell(out)
		results[i] = r
	}
	for _, step := range steps {
		next := make(chan suite)
		var all sync.WaitGroup
		for range runners {
			all.Go(func() {
				for s := range next {
					one(s)
				}
			})
		}
		for _, s := range step {
			next <- s
		}
		close(next)
		all.Wait()
	}
	return results
}

// runSuite runs one suite. One that panics has failed, and takes neither the
// others with it nor what the run leaves behind.
func runSuite(ctx context.Context, s suite, p *place) (r result) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	begun := time.Now()
	defer func() {
		if panicked := recover(); panicked != nil {
			r = failed("suite", fmt.Errorf("suites: panic: %v\n%s", panicked, debug.Stack()))
		}
		r.suite, r.took = s, time.Since(begun)
	}()
	return s.run(ctx, p)
}

func choose(all []suite, only string) ([]suite, error) {
	if only == "" {
		return all, nil
	}
	var chosen []suite
	for key := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(all, func(s suite) bool { return s.key == strings.TrimSpace(key) })
		if i < 0 {
			return nil, fmt.Errorf("there is no suite %q; there are %s", key, keys(all))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

func keys(all []suite) string {
	var names []string
	for _, s := range all {
		names = append(names, s.key)
	}
	return strings.Join(names, ", ")
}
