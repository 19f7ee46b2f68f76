package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// clientsSuite lets clients that others wrote talk to the simulators. Those in
// Go are tests of the simulators' own packages; jsforce needs Node.
func clientsSuite(ctx context.Context, p *place) result {
	var r result
	r.add(goTest{flags: []string{"-run", foreignClients}, packages: []string{"./integration/salesforce/simulator"}}.run(ctx, p))
	if err := p.node(); err != nil {
		r.skip("jsforce: " + err.Error())
		return r
	}
	binary, err := p.binary()
	if err != nil {
		r.check("go build", "", err)
		return r
	}
	org, stop, err := simulateOrg(ctx, binary)
	if err != nil {
		r.check("ringledger simulate salesforce", "", err)
		return r
	}
	defer stop()
	r.add(p.nodeTest(ctx, jsforceFile, "SIM_SALESFORCE_URL="+org))
	return r
}

const (
	foreignClients = "IndependentClient|Goth|OAuth2"
	jsforceFile    = "jsforce.test.mjs"
)

// simulateOrg starts the simulated org as a process of its own and reads its
// address from what it prints.
func simulateOrg(ctx context.Context, binary string) (address string, stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, binary, "simulate", "salesforce", "--listen", "127.0.0.1:0", "--empty")
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "RINGLEDGER_") })
	cmd.Stderr = os.Stderr
	printed, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return "", nil, err
	}
	stop = func() {
		cancel()
		_ = cmd.Wait() // it was killed, and says so
	}
	lines := bufio.NewScanner(printed)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), " org at "); ok {
			return url, stop, nil
		}
	}
	stop()
	return "", nil, errors.New("it ended without telling its address")
}

// browserSuite crawls the demo and uses its forms, in Chromium.
func browserSuite(ctx context.Context, p *place) result {
	files, err := filepath.Glob(filepath.Join(p.root, "browsertest", "*.test.mjs"))
	if err != nil {
		return failed("list of browser tests", err)
	}
	return p.inBrowser(ctx, inOrder(files))
}

// speedSuite measures pages, for which it has the machine to itself.
func speedSuite(ctx context.Context, p *place) result {
	return p.inBrowser(ctx, []string{speedFile})
}

// inBrowser runs files of tests that need Chromium.
func (p *place) inBrowser(ctx context.Context, files []string) result {
	var r result
	if err := p.node(); err != nil {
		r.skip(err.Error())
		return r
	}
	if browser() == "" || !has("java") {
		r.skip("Chromium and Java are needed")
		return r
	}
	parts := p.nodeTests(ctx, files)
	r.figures = again(files, parts, func(file string) *result { return p.nodeTest(ctx, file) })
	for _, part := range parts {
		r.add(part)
	}
	return r
}

// few is the number of failed files beyond which the fault is no chance.
const few = 2

// again runs files of browser tests that failed once more, one by one: a page on a
// busy machine may be late. The second result counts. What failed at first is told
// all the same, for somebody has to see to it.
func again(files []string, parts []*result, run func(file string) *result) (told []string) {
	var broken []int
	for i, part := range parts {
		if part.failed > 0 {
			broken = append(broken, i)
		}
	}
	if len(broken) > few {
		return nil
	}
	for _, i := range broken {
		second := run(files[i])
		if second.failed == 0 {
			told = append(told, files[i]+" failed beside others and passed alone; at first it said:")
			told = append(told, strings.Split(strings.TrimRight(parts[i].output.String(), "\n"), "\n")...)
		}
		parts[i] = second
	}
	return told
}

// Most files of browser tests wait for calls to be placed and logged, so some
// run at once. Those that compute longest begin first.
const (
	abreast   = 3
	speedFile = "lighthouse.test.mjs"
)

var longest = []string{"pages.test.mjs", "gallery.test.mjs"}

// inOrder names the files of the browser's suite, the longest first.
func inOrder(files []string) []string {
	var names []string
	for _, f := range files {
		if name := filepath.Base(f); name != jsforceFile && name != speedFile { // these have suites of their own
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	return names
}

// rank is smaller for what takes longer.
func rank(name string) int {
	if i := slices.Index(longest, name); i >= 0 {
		return i
	}
	return len(longest)
}

// nodeTests runs several files at once, and gives their results in order.
func (p *place) nodeTests(ctx context.Context, names []string) []*result {
	results := make([]*result, len(names))
	free := make(chan struct{}, abreast)
	var all sync.WaitGroup
	for i, name := range names {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			results[i] = p.nodeTest(ctx, name)
		})
	}
	all.Wait()
	return results
}

// nodeTest runs one file of browsertest with the built program at hand.
func (p *place) nodeTest(ctx context.Context, file string, env ...string) *result {
	r := &result{}
	binary, err := p.binary()
	if err != nil {
		r.check("go build", "", err)
		return r
	}
	env = append(env, "TEST_BINARY="+binary, "CHROMIUM="+browser(), "NO_COLOR=1")
	out, err := p.run(ctx, command{dir: "browsertest", env: env, args: []string{"node", "--test", "--test-reporter=tap", file}})
	passed, failed, skipped := countTAP(out)
	r.passed, r.failed = passed, failed
	for range skipped {
		r.skip(file + ": a test skipped itself")
	}
	switch {
	case failed > 0:
		fmt.Fprintf(&r.output, "--- %s\n%s", file, failures(out))
	case err != nil:
		r.check(file, out, err)
	case passed == 0:
		r.check(file, out, errors.New("ran no test"))
	}
	return r
}

// countTAP reads the totals that Node prints at the end.
func countTAP(out string) (passed, failed, skipped int) {
	for line := range strings.SplitSeq(out, "\n") {
		for prefix, n := range map[string]*int{"# pass ": &passed, "# fail ": &failed, "# cancelled ": &failed, "# skipped ": &skipped} {
			if text, ok := strings.CutPrefix(line, prefix); ok {
				if count, err := strconv.Atoi(text); err == nil {
					*n += count
				}
			}
		}
	}
	return passed, failed, skipped
}

// failures leaves out the tests that passed.
func failures(out string) string {
	var b strings.Builder
	skip := false
	for line := range strings.Lines(out) {
		switch trimmed := strings.TrimSpace(line); {
		case strings.HasPrefix(trimmed, "ok "):
			skip = true
		case strings.HasPrefix(trimmed, "not ok "):
			skip = false
		}
		if !skip && !strings.HasPrefix(strings.TrimSpace(line), "# Subtest") {
			b.WriteString(line)
		}
	}
	return b.String()
}
