package main

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

const (
	fuzzVariable = "RINGLEDGER_TEST_FUZZ"
	fuzzShort    = "1s"
)

// fuzzTarget is a fuzz test and the folder it is in.
type fuzzTarget struct{ folder, name string }

// fuzzSuite lets each fuzz test draw new cases for a short while, or for as long
// as the environment says.
func fuzzSuite(ctx context.Context, p *place) result {
	var r result
	targets, err := fuzzTargets(p.root)
	if err != nil {
		r.check("fuzz tests", "", err)
		return r
	}
	long := cmp.Or(os.Getenv(fuzzVariable), fuzzShort)
	for _, t := range targets {
		out, err := p.run(ctx, command{args: []string{
			"go", "test", "-run", "^$", "-fuzz", only([]string{t.name}), "-fuzztime", long, "-fuzzminimizetime", "10x", "./" + t.folder,
		}})
		r.check(t.name, out, err)
		if drawn := cases.FindAllStringSubmatch(out, -1); err == nil && drawn != nil {
			r.figures = append(r.figures, fmt.Sprintf("%s: %s cases in %s, none failed", t.name, drawn[len(drawn)-1][1], long))
		}
	}
	return r
}

// cases finds how many cases a fuzz test has tried so far.
var cases = regexp.MustCompile(`execs: (\d+)`)

// fuzzTargets lists all fuzz tests, so that none is forgotten.
func fuzzTargets(root string) ([]fuzzTarget, error) {
	var targets []fuzzTarget
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != root):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Fuzz") {
				targets = append(targets, fuzzTarget{filepath.ToSlash(folder), f.Name.Name})
			}
		}
		return nil
	})
	if err == nil && len(targets) == 0 {
		err = fmt.Errorf("there are none below %s", root)
	}
	return targets, err
}
