package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	postgresVariable = "RINGLEDGER_TEST_POSTGRES_URL"
	faultsVariable   = "RINGLEDGER_TEST_FAULTS"
	// testVariables is how the names of both begin: a test that is skipped for
	// want of one has a suite of its own.
	testVariables = "RINGLEDGER_TEST_"
)

// raced are the packages in which goroutines meet. Those of webFolder meet where
// a test does several things at once.
var raced = []string{"./store/...", "./integration/worker/...", "./integration/connection/...", "./integration/salesforce", "./integration/aircall"}

func buildSuite(ctx context.Context, p *place) result {
	var r result
	if p.cgo {
		out, err := p.run(ctx, command{env: []string{"CGO_ENABLED=1"}, args: []string{"go", "build", "./..."}})
		r.check("go build", out, err)
	} else {
		r.skip("no C compiler for cgo")
	}
	program := filepath.Join(p.temp, "without-cgo")
	out, err := p.run(ctx, command{env: []string{"CGO_ENABLED=0"}, args: []string{"go", "build", "-o", program, "./cmd/ringledger"}})
	r.check("CGO_ENABLED=0 go build", out, err)
	return r
}

func formatSuite(ctx context.Context, p *place) result {
	var r result
	out, err := p.run(ctx, command{args: []string{"git", "ls-files", "--cached", "--others", "--exclude-standard", "*.go"}})
	files := slices.DeleteFunc(strings.Fields(out), func(f string) bool { return !there(filepath.Join(p.root, f)) })
	if err == nil && len(files) > 0 {
		out, err = p.run(ctx, command{args: append([]string{"gofmt", "-l"}, files...)})
		if err == nil && out != "" {
			err = errors.New("these files are not formatted; gofmt -w mends it")
		}
	}
	r.check("gofmt", out, err)

	out, err = p.generated(ctx)
	r.check("go generate", out, err)
	return r
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// generated makes the code of the templates anew, in a copy, and compares it
// with what is committed.
func (p *place) generated(ctx context.Context) (string, error) {
	dir := filepath.Join(p.temp, "views")
	templates, err := filepath.Glob(filepath.Join(p.root, "views", "*.templ"))
	if err != nil || len(templates) == 0 {
		return "", errors.Join(err, errors.New("there are no templates in views"))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	for _, from := range templates {
		text, err := os.ReadFile(from)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(from)), text, 0o600); err != nil {
			return "", err
		}
	}
	if out, err := p.run(ctx, command{args: []string{"go", "tool", "templ", "generate", "-include-version=false", "-path", dir}}); err != nil {
		return out, err
	}
	return compareGenerated(dir, filepath.Join(p.root, "views"))
}

// compareGenerated lists the generated files that differ from the committed.
func compareGenerated(fresh, committed string) (string, error) {
	var differ []string
	for _, dir := range []string{fresh, committed} {
		files, err := filepath.Glob(filepath.Join(dir, "*_templ.go"))
		if err != nil {
			return "", err
		}
		for _, f := range files {
			name := filepath.Base(f)
			a, errA := os.ReadFile(filepath.Join(fresh, name))
			b, errB := os.ReadFile(filepath.Join(committed, name))
			if (errA != nil || errB != nil || string(a) != string(b)) && !slices.Contains(differ, name) {
				differ = append(differ, name)
			}
		}
	}
	if len(differ) > 0 {
		return strings.Join(differ, "\n"), errors.New("these files are not what their templates make; run make generate")
	}
	return "", nil
}

// lintSuite lints the code and looks for secrets in every commit.
func lintSuite(ctx context.Context, p *place) result {
	var r result
	if path, err := p.linter(); err != nil {
		r.skip(err.Error())
	} else {
		out, err := p.run(ctx, command{args: []string{path, "run", "./..."}})
		r.check("golangci-lint", out, err)
	}
	if path, err := p.scanner(); err != nil {
		r.skip(err.Error())
	} else {
		out, err := p.run(ctx, command{args: []string{path, "git", "--no-banner", "--no-color", "--redact", "--verbose", "."}})
		r.check("gitleaks", out, err)
	}
	return r
}

// unitSuite runs what the race suite does not, so that each test runs once;
// without a C compiler there is no race detector, so it runs all.
func unitSuite(ctx context.Context, p *place) result {
	var r result
	if !p.cgo {
		r.add(goTest{packages: []string{"./..."}, elsewhere: testVariables}.run(ctx, p))
		return r
	}
	packages, err := p.packages(ctx, "./...")
	if err != nil {
		r.check("go list", "", err)
		return r
	}
	race, err := p.packages(ctx, append([]string{"./" + webFolder}, raced...)...)
	if err != nil {
		r.check("go list", "", err)
		return r
	}
	packages = slices.DeleteFunc(packages, func(name string) bool { return slices.Contains(race, name) })
	r.add(goTest{packages: packages, elsewhere: testVariables}.run(ctx, p))
	atOnce, err := testsAtOnce(p.root, webFolder)
	if err != nil {
		r.check("tests that do several things at once", "", err)
		return r
	}
	r.add(goTest{flags: []string{"-skip", only(atOnce)}, packages: []string{"./" + webFolder}, elsewhere: testVariables}.run(ctx, p))
	return r
}

// packages expands patterns to import paths.
func (p *place) packages(ctx context.Context, patterns ...string) ([]string, error) {
	out, err := p.run(ctx, command{args: append([]string{"go", "list"}, patterns...)})
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	return strings.Fields(out), nil
}

// raceSuite runs more tests of a package at once than there are processors:
// those of the worker wait most of their time.
func raceSuite(ctx context.Context, p *place) result {
	var r result
	if !p.cgo {
		r.skip("no C compiler for the race detector")
		return r
	}
	atOnce, err := testsAtOnce(p.root, webFolder)
	if err != nil {
		r.check("tests that do several things at once", "", err)
		return r
	}
	env := []string{"CGO_ENABLED=1"}
	r.add(goTest{env: env, flags: []string{"-race", "-parallel", "8"}, packages: raced, elsewhere: postgresVariable}.run(ctx, p))
	r.add(goTest{env: env, flags: []string{"-race", "-run", only(atOnce)}, packages: []string{"./" + webFolder}}.run(ctx, p))
	return r
}

// pureSuite runs the store, and of the worker what is at stake with another
// driver, on the SQLite that needs no C compiler.
func pureSuite(ctx context.Context, p *place) result {
	var r result
	env := []string{"CGO_ENABLED=0"}
	names, err := testsOfBoth(p.root, workerFolder)
	if err != nil {
		r.check("tests that run on both databases", "", err)
		return r
	}
	r.add(goTest{env: env, packages: []string{"./store/..."}, elsewhere: postgresVariable}.run(ctx, p))
	r.add(goTest{env: env, flags: []string{"-run", only(names)}, packages: []string{"./" + workerFolder}, elsewhere: postgresVariable}.run(ctx, p))
	r.add(goTest{env: env, packages: []string{"./internal/arch"}, flags: []string{"-run", "SQLite"}}.run(ctx, p))
	return r
}
