package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// result is what came of one suite.
type result struct {
	suite                   suite
	passed, failed, skipped int
	why                     []string     // why something was skipped
	figures                 []string     // what was measured, a line each
	output                  bytes.Buffer // not a strings.Builder, which must not be copied
	took                    time.Duration
}

// verdict is the suite's result in one word.
func (r *result) verdict() string {
	switch {
	case r.failed > 0:
		return "FAILED"
	case r.passed == 0:
		return "skipped"
	default:
		return "passed"
	}
}

// check counts one command as one test.
func (r *result) check(name string, output string, err error) {
	if err == nil {
		r.passed++
		return
	}
	r.failed++
	fmt.Fprintf(&r.output, "--- %s: %v\n%s\n", name, err, strings.TrimRight(output, "\n"))
}

// failed is a suite that could not begin.
func failed(name string, err error) result {
	var r result
	r.check(name, "", err)
	return r
}

// skip counts one thing that could not be run, and says why.
func (r *result) skip(why string) {
	r.skipped++
	r.why = append(r.why, why)
}

// add takes in the counts of a part of the suite.
func (r *result) add(part *result) {
	r.passed += part.passed
	r.failed += part.failed
	r.skipped += part.skipped
	r.why = append(r.why, part.why...)
	r.output.WriteString(part.output.String())
}

// tell prints one line for the suite, with what it measured and everything that
// its failed parts said below.
func (r *result) tell(out io.Writer) {
	fmt.Fprintf(out, "%-8s %s (%d passed, %d failed, %d skipped, %.0f s)\n", r.verdict(), r.suite.name, r.passed, r.failed, r.skipped, r.took.Seconds())
	for _, line := range r.figures {
		fmt.Fprintln(out, "        ", line)
	}
	if r.failed > 0 {
		fmt.Fprintln(out, strings.TrimRight(r.output.String(), "\n"))
	}
}

// report prints the table and the line of totals, and returns the exit code.
func report(out io.Writer, results []result, strict bool) int {
	var passed, failed, skipped int
	fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintln(table, "suite\t| result\t| tests\t| seconds\t| why skipped")
	for i := range results {
		r := &results[i]
		passed, failed, skipped = passed+r.passed, failed+r.failed, skipped+r.skipped
		fmt.Fprintf(table, "%s\t| %s\t| %d\t| %.1f\t| %s\n", r.suite.name, r.verdict(), r.passed+r.failed, r.took.Seconds(), strings.Join(r.why, "; "))
	}
	if err := table.Flush(); err != nil {
		return 1
	}
	fmt.Fprintf(out, "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	if failed > 0 || strict && skipped > 0 {
		return 1
	}
	return 0
}
