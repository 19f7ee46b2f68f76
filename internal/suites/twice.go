package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// The folders whose tests do not all run in one suite.
const (
	storeFolder      = "store"
	workerFolder     = "integration/worker"
	connectionFolder = "integration/connection"
	alertFolder      = "integration/alert"
	programFolder    = "cmd/ringledger"
	webFolder        = "web"
)

// onPostgres are the folders with tests for PostgreSQL.
var onPostgres = []string{storeFolder, workerFolder, connectionFolder, alertFolder, programFolder}

// only is the pattern for these tests and no others.
func only(names []string) string { return "^(" + strings.Join(names, "|") + ")$" }

// testsOfBoth lists the tests of folders that run on every database, or on
// PostgreSQL alone: those that hand what they do to each, or to a function of
// storetest that runs it there. The others would be the same on another
// database, and are run once.
func testsOfBoth(root string, folders ...string) ([]string, error) {
	return testsCalling(root, []string{"each", "Each", "OnPostgres", "OnServer"}, folders...)
}

// testsCalling lists the tests of folders that call one of these functions.
func testsCalling(root string, called []string, folders ...string) ([]string, error) {
	all, err := functionsOfTests(root, folders...)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range all {
		if f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") && calls(f, called) {
			names = append(names, f.Name.Name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no test of %v calls %v", folders, called)
	}
	slices.Sort(names)
	return names, nil
}

// functionsOfTests are the functions and methods in the test files of folders.
func functionsOfTests(root string, folders ...string) ([]*ast.FuncDecl, error) {
	var all []*ast.FuncDecl
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
					all = append(all, f)
				}
			}
		}
	}
	return all, nil
}

func calls(f *ast.FuncDecl, called []string) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			found = found || slices.Contains(called, fun.Name)
		case *ast.SelectorExpr:
			found = found || slices.Contains(called, fun.Sel.Name)
		}
		return true
	})
	return found
}
