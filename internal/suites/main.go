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
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout)
	stop()
	os.Exit(code)
}

// limit is how long one suite may take, installations included.
const limit = 12 * time.Minute

// suite is a group of checks that is run and counted as one.
type suite struct {
	key, name string
	run       func(context.Context, *place) result
}

func suites() []suite {
	return []suite{
		{"build", "build with and without cgo", buildSuite},
		{"format", "vet, format, generated files", formatSuite},
		{"lint", "lint, secrets in any commit", lintSuite},
		{"unit", "unit tests and stories", unitSuite},
		{"race", "with the race detector", raceSuite},
		{"pure", "SQLite without cgo", pureSuite},
		{"postgres", "PostgreSQL", postgresSuite},
		{"faults", "faults", faultsSuite},
		{"fuzz", "fuzz tests", fuzzSuite},
		{"clients", "simulators by foreign clients", clientsSuite},
		{"browser", "pages in a browser", browserSuite},
	}
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
	var results []result
	for _, s := range chosen {
		results = append(results, runSuite(ctx, s, p, out))
	}
	return report(out, results, *strict)
}

// runSuite runs one suite and prints one line for it, with everything that
// its failed parts said below.
func runSuite(ctx context.Context, s suite, p *place, out io.Writer) result {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	begun := time.Now()
	r := s.run(ctx, p)
	r.suite, r.took = s, time.Since(begun)
	fmt.Fprintf(out, "%-8s %s (%d passed, %d failed, %d skipped, %.0f s)\n", r.verdict(), s.name, r.passed, r.failed, r.skipped, r.took.Seconds())
	for _, line := range r.figures {
		fmt.Fprintln(out, "        ", line)
	}
	if r.failed > 0 {
		fmt.Fprintln(out, strings.TrimRight(r.output.String(), "\n"))
	}
	return r
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
