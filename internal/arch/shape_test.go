package arch

import (
	"bytes"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	longestFile     = 400
	longestFunction = 80
)

func TestEachPackageHasOneComment(t *testing.T) {
	comments, packages := map[string]int{}, map[string]string{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		packages[s.pkg] = s.file.Name.Name
		if s.file.Doc != nil && !s.generated {
			comments[s.pkg]++
			if text := s.file.Doc.Text(); !strings.HasPrefix(text, "Package "+s.file.Name.Name+" ") && !strings.HasPrefix(text, "Command ") {
				t.Errorf("%s: the comment begins %.40q", s.path, text)
			}
		}
	}
	for pkg := range packages {
		if comments[pkg] != 1 {
			t.Errorf("%s has %d package comments", pkg, comments[pkg])
		}
	}
}

func TestNoPackageIsNamedForEverything(t *testing.T) {
	for _, s := range sources(t) {
		if slices.Contains([]string{"util", "utils", "common", "models", "types", "helpers", "misc", "base"}, s.file.Name.Name) {
			t.Errorf("%s: a package is a noun for what it gives", s.path)
		}
	}
}

func TestFilesAreShort(t *testing.T) {
	paths, err := walk(".go", ".templ", ".mjs")
	if err != nil {
		t.Fatal(err)
	}
	generated := map[string]bool{}
	for _, s := range sources(t) {
		generated[s.path] = s.generated
	}
	for _, path := range paths {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte("\n")); n >= longestFile && !generated[path] {
			t.Errorf("%s has %d lines, the limit is %d", path, n, longestFile)
		}
	}
}

func TestFunctionsAreShort(t *testing.T) {
	for _, s := range sources(t) {
		if s.generated {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1; n > longestFunction {
				t.Errorf("%s: %s has %d lines, the limit is %d", s.line(f), f.Name.Name, n, longestFunction)
			}
		}
	}
}

func TestReceiversAreOneLetter(t *testing.T) {
	for _, s := range sources(t) {
		if s.generated {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv != nil && len(f.Recv.List[0].Names) == 1 && len(f.Recv.List[0].Names[0].Name) != 1 {
				t.Errorf("%s: the receiver is %s", s.line(f), f.Recv.List[0].Names[0].Name)
			}
		}
	}
}

func TestNothingRunsBeforeMain(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: there is no init here", s.line(f))
			}
		}
	}
}
