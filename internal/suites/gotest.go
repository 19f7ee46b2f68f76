package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// goTest is one run of go test.
type goTest struct {
	env   []string
	flags []string
	// elsewhere names an environment variable: a test that is skipped for want
	// of it runs in another suite and does not count here.
	elsewhere string
	packages  []string
}

// run runs the tests and counts them.
func (g goTest) run(ctx context.Context, p *place) *result {
	args := []string{"go", "test", "-json", "-timeout", "18m"} // below the limit of a suite
	if p.strict {
		args = append(args, "-count=1")
	}
	args = append(append(args, g.flags...), g.packages...)
	out, err := p.run(ctx, command{env: g.env, args: args})
	r := countEvents(out, g.elsewhere)
	if err != nil && r.failed == 0 {
		r.check(strings.Join(args, " "), out, err)
	}
	if err == nil && r.passed == 0 && r.failed == 0 {
		r.check(strings.Join(args, " "), "", errors.New("ran no test"))
	}
	return r
}

// testEvent is one line of go test -json.
type testEvent struct {
	Action, Package, ImportPath, Test, Output string
}

// tally gathers the events of one run.
type tally struct {
	output map[testName]*strings.Builder
	ended  map[testName]string // pass, fail or skip
	order  []testName
	parent map[testName]bool // has subtests
	failed map[string]bool   // packages with a failed test
}

type testName struct{ pkg, test string }

// countEvents counts the tests that have no subtests, once each, and keeps what
// the failed ones printed.
func countEvents(out, elsewhere string) *result {
	t := &tally{output: map[testName]*strings.Builder{}, ended: map[testName]string{}, parent: map[testName]bool{}, failed: map[string]bool{}}
	var other strings.Builder
	lines := bufio.NewScanner(strings.NewReader(out))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e testEvent
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(&other, lines.Text())
			continue
		}
		t.take(e)
	}
	r := t.result(elsewhere)
	if r.failed > 0 {
		r.output.WriteString(other.String())
	}
	return r
}

func (t *tally) take(e testEvent) {
	name := testName{e.Package, e.Test}
	if name.pkg == "" {
		name.pkg, _, _ = strings.Cut(e.ImportPath, " ")
	}
	switch e.Action {
	case "output", "build-output":
		if t.output[name] == nil {
			t.output[name] = &strings.Builder{}
		}
		t.output[name].WriteString(e.Output)
	case "build-fail":
		e.Action = "fail"
		fallthrough
	case "pass", "fail", "skip":
		if _, known := t.ended[name]; !known {
			t.order = append(t.order, name)
		}
		t.ended[name] = e.Action
		if i := strings.LastIndex(e.Test, "/"); i >= 0 {
			t.parent[testName{e.Package, e.Test[:i]}] = true
		}
	}
}

// result counts. Subtests end before their parents and packages last, so a
// failure is counted where it happened and not again above.
func (t *tally) result(elsewhere string) *result {
	r := &result{}
	for _, name := range t.order {
		if name.test != "" && !t.parent[name] {
			t.count(r, name, elsewhere)
			continue
		}
		if t.ended[name] == "fail" && !t.below(name) {
			t.count(r, name, elsewhere)
		}
	}
	return r
}

// below reports whether a test further down has failed already.
func (t *tally) below(name testName) bool {
	if name.test == "" {
		return t.failed[name.pkg]
	}
	for other, how := range t.ended {
		if how == "fail" && other.pkg == name.pkg && strings.HasPrefix(other.test, name.test+"/") {
			return true
		}
	}
	return false
}

func (t *tally) count(r *result, name testName, elsewhere string) {
	said := ""
	if b := t.output[name]; b != nil {
		said = b.String()
	}
	switch t.ended[name] {
	case "pass":
		r.passed++
	case "skip":
		if elsewhere == "" || !strings.Contains(said, elsewhere) {
			r.skip(name.pkg + " " + name.test + ": " + reason(said))
		}
	default:
		r.failed++
		t.failed[name.pkg] = true
		fmt.Fprintf(&r.output, "--- %s %s\n%s", name.pkg, name.test, said)
	}
}

// reason is what a skipped test said, without its frame.
func reason(said string) string {
	for line := range strings.SplitSeq(said, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "===") || strings.HasPrefix(line, "---") {
			continue
		}
		if _, words, ok := strings.Cut(line, ": "); ok {
			return words
		}
		return line
	}
	return "no reason given"
}
