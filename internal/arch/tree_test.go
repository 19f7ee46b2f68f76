package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	module = "ringledger"
	root   = "../.."
)

// source is one Go file of the repository.
type source struct {
	path      string // from the root, with slashes
	pkg       string // folder of the file, from the root
	test      bool
	generated bool
	file      *ast.File
	fset      *token.FileSet
}

// imports are the paths that the file imports.
func (s source) imports() []string {
	var out []string
	for _, i := range s.file.Imports {
		out = append(out, strings.Trim(i.Path.Value, `"`))
	}
	return out
}

// line is where a node stands.
func (s source) line(n ast.Node) string { return s.fset.Position(n.Pos()).String() }

var readSources = sync.OnceValues(func() ([]source, error) {
	var out []source
	paths, err := walk(".go")
	for _, path := range paths {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, filepath.Join(root, path), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		out = append(out, source{
			path: path, pkg: filepath.ToSlash(filepath.Dir(path)), test: strings.HasSuffix(path, "_test.go"),
			generated: ast.IsGenerated(file), file: file, fset: fset,
		})
	}
	return out, err
})

// sources are all Go files of the repository, generated ones too.
func sources(t *testing.T) []source {
	t.Helper()
	all, err := readSources()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// walk lists the files with one of the endings that belong to the repository
// and were written here.
func walk(endings ...string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if slices.Contains([]string{".git", "bin", "data", "browsertest/node_modules", "static/vendor", "artifacts", "coverage"}, rel) {
				return filepath.SkipDir
			}
			return nil
		}
		if slices.Contains(endings, filepath.Ext(rel)) {
			out = append(out, rel)
		}
		return nil
	})
	return out, err
}
