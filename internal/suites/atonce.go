package main

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// testsAtOnce lists the tests of a folder that do several things at once, by
// themselves or by a function of the tests that they call.
func testsAtOnce(root, folder string) ([]string, error) {
	all, err := functionsOfTests(root, folder)
	if err != nil {
		return nil, err
	}
	spreading := []string{"Go"} // of a sync.WaitGroup, and the names of those who call it
	for grew := true; grew; {
		grew = false
		for _, f := range all {
			if !slices.Contains(spreading, f.Name.Name) && (spreads(f) || calls(f, spreading)) {
				spreading, grew = append(spreading, f.Name.Name), true
			}
		}
	}
	names := slices.DeleteFunc(spreading, func(name string) bool { return !strings.HasPrefix(name, "Test") })
	if len(names) == 0 {
		return nil, fmt.Errorf("no test of %s does several things at once", folder)
	}
	slices.Sort(names)
	return names, nil
}

// spreads reports whether a function has a go statement.
func spreads(f *ast.FuncDecl) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		_, is := n.(*ast.GoStmt)
		found = found || is
		return true
	})
	return found
}
