package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ringledger/store"
	"ringledger/views"
)

// unwritten are the routes that change something and write nothing down, each
// with the reason.
var unwritten = map[string]string{
	"POST /language":                       "how a person reads the pages concerns nobody else",
	"POST /account/two-step":               "makes a key that opens nothing before it is confirmed, which is written down",
	"POST /activity/replay":                "says what a replay would do and asks for none",
	"POST /rules/task/preview":             "shows a Task and writes none",
	"POST /connections/salesforce/connect": "leads to Salesforce; coming back is written down",
	"POST /connections/salesforce/check":   "asks the org what it is like",
	"POST /connections/aircall/check":      "asks Aircall; a webhook that it repairs is written down there",
}

func TestEveryRouteThatChangesSomethingWritesItDown(t *testing.T) {
	calls := callGraph(t)
	for _, r := range (&Server{}).routes() {
		if r.method == http.MethodGet {
			continue
		}
		route := r.method + " " + r.path
		name := runtime.FuncForPC(reflect.ValueOf(r.handler).Pointer()).Name()
		name = strings.TrimSuffix(name[strings.LastIndex(name, ".")+1:], "-fm")
		written := reaches(calls, name, "auditRow", map[string]bool{})
		if reason := unwritten[route]; written == (reason != "") {
			t.Errorf("%s (%s): written down %v, and the reason not to is %q", route, name, written, reason)
		}
	}
}

// callGraph lists which methods of the server each function names.
func callGraph(t *testing.T) map[string][]string {
	t.Helper()
	graph := map[string][]string{}
	for _, file := range sources(t, ".") {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if f, ok := n.(*ast.SelectorExpr); ok && isServer(f.X) {
					graph[fn.Name.Name] = append(graph[fn.Name.Name], f.Sel.Name)
				}
				return true
			})
		}
	}
	return graph
}

func isServer(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "s"
}

func reaches(graph map[string][]string, from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(graph[from], func(next string) bool { return reaches(graph, next, to, seen) })
}

// sources reads the Go files under a folder that are part of the program.
func sources(t *testing.T, folder string) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "node_modules" {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		files[path] = file
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files under %s, %v", len(files), folder, err)
	}
	return files
}

func TestEverythingThatIsWrittenDownHasWords(t *testing.T) {
	for _, code := range store.AuditCodes() {
		for _, key := range []string{"audit.did.", "audit.kind."} {
			if !views.Known(key + string(code)) {
				t.Errorf("there are no words for %s%s", key, code)
			}
		}
	}
	for _, g := range store.AuditGroups() {
		if !views.Known("audit.group." + g.Name) {
			t.Errorf("there are no words for the group %s", g.Name)
		}
	}
	constants := constantsOfAudit(t)
	for _, code := range store.AuditCodes() {
		if !slices.Contains(constants, string(code)) {
			t.Errorf("%s is no constant", code)
		}
	}
	if len(constants) != len(store.AuditCodes()) {
		t.Errorf("%d constants, of which %d stand in the catalogue", len(constants), len(store.AuditCodes()))
	}
	found := 0
	for path, file := range sources(t, "..") {
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				codes, facts := auditedIn(fn)
				found += len(codes)
				for _, code := range codes {
					if !store.AuditCode(code).Known() {
						t.Errorf("%s: %s writes %q, which is not in the catalogue of codes", path, fn.Name.Name, code)
					}
				}
				for _, fact := range facts {
					if !views.Known("audit.fact." + fact) {
						t.Errorf("%s: %s writes the detail %q, which has no words", path, fn.Name.Name, fact)
					}
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("found only %d places that write", found)
	}
}

// constantsOfAudit reads the values of the codes from their declaration.
func constantsOfAudit(t *testing.T) []string {
	t.Helper()
	var all []string
	ast.Inspect(sources(t, "../store")["../store/auditcode.go"], func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			all = append(all, literals(v.Values...)...)
		}
		return true
	})
	return all
}

// auditedIn finds the codes that a function writes, and the names of the
// details beside them.
func auditedIn(fn *ast.FuncDecl) (codes, facts []string) {
	writes := false
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && ((f.Sel.Name == "audit" || f.Sel.Name == "auditRow") && len(n.Args) == 5 || f.Sel.Name == "audited" && len(n.Args) == 6) {
				writes, codes = true, append(codes, auditCode(n.Args[2])...)
			}
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "auditIn" && len(n.Args) == 6 {
				writes, codes = true, append(codes, auditCode(n.Args[3])...)
			}
		case *ast.CompositeLit:
			if f, ok := n.Type.(*ast.SelectorExpr); ok && f.Sel.Name == "AuditRow" {
				for _, e := range n.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == "What" {
						writes, codes = true, append(codes, auditCode(kv.Value)...)
					}
				}
			}
		}
		return true
	})
	if !writes {
		return nil, nil
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok {
			if m, ok := lit.Type.(*ast.MapType); ok && isString(m.Key) && isString(m.Value) {
				for _, e := range lit.Elts {
					facts = append(facts, literals(e.(*ast.KeyValueExpr).Key)...)
				}
			}
		}
		return true
	})
	return codes, facts
}

// auditCode is the code that an expression stands for: a text, or a constant of
// the catalogue, which is counted as one that is known.
func auditCode(e ast.Expr) []string {
	if f, ok := e.(*ast.SelectorExpr); ok && strings.HasPrefix(f.Sel.Name, "Audit") {
		return []string{string(store.AuditSignIn)}
	}
	return literals(e)
}

func isString(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "string"
}

func literals(all ...ast.Expr) []string {
	var out []string
	for _, e := range all {
		if b, ok := e.(*ast.BasicLit); ok && b.Kind == token.STRING {
			if text, err := strconv.Unquote(b.Value); err == nil {
				out = append(out, text)
			}
		}
	}
	return out
}
