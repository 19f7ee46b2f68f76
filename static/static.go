package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed css/*.css js/*.js vendor/*.js vendor/*.woff2 sprite.svg favicon.svg
var sources embed.FS

// Prefix is where the files are served.
const Prefix = "/static/"

// named maps the names in addresses to the files they are made of.
var named = map[string][]string{
	"app.css": {
		"css/reset.css", "css/tokens.css", "css/base.css", "css/layout.css", "css/toast.css", "css/components.css", "css/help.css",
		"css/forms.css", "css/charts.css",
		"css/overview.css", "css/attention.css", "css/activity.css", "css/filter.css", "css/breakdown.css", "css/bulk.css", "css/detail.css", "css/reconciliation.css", "css/rules.css", "css/task.css", "css/start.css", "css/history.css", "css/audit.css", "css/privacy.css", "css/alerts.css", "css/people.css", "css/account.css", "css/narrow.css", "css/print.css", "css/utilities.css",
	},
	"app.js":       {"js/toast.js", "js/app.js", "js/connection.js"},
	"selection.js": {"js/selection.js"},
	"chart.js":     {"js/chart.js"},
	"theme.js":     {"js/theme.js"},
	"rules.js":     {"js/rules.js"},
	"htmx.js":      {"vendor/htmx-2.0.11.min.js"},
	"sse.js":       {"vendor/htmx-ext-sse-2.2.4.min.js"},
	"idiomorph.js": {"vendor/idiomorph-ext-0.8.0.min.js"},
	"inter.woff2":  {"vendor/inter-latin-wght-5.3.0.woff2"},
	"sprite.svg":   {"sprite.svg"},
	"favicon.svg":  {"favicon.svg"},
}

// types are given here, not asked of the machine, which may know others.
var types = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml; charset=utf-8",
	".woff2": "font/woff2",
}

// file is one file as it is served.
type file struct {
	kind   string
	plain  []byte
	packed []byte // gzipped; nil when that saves nothing
}

// all holds the files by name, and version the hash of them all: they name one
// another by relative addresses.
var all, version = load()

func load() (map[string]file, string) {
	files := map[string]file{}
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(named)) {
		content, err := join(sources, named[name])
		if err == nil {
			content, err = slim(name, content)
		}
		if err != nil {
			panic(err) // the files are part of the program; a test always finds this first
		}
		files[name] = file{types[path.Ext(name)], content, pack(content)}
		fmt.Fprintf(sum, "%s %d\n", name, len(content))
		sum.Write(content)
	}
	return files, hex.EncodeToString(sum.Sum(nil))[:12]
}

func join(from fs.FS, parts []string) ([]byte, error) {
	var b bytes.Buffer
	for _, part := range parts {
		content, err := fs.ReadFile(from, part)
		if err != nil {
			return nil, fmt.Errorf("static: join files: %w", err)
		}
		b.Write(content)
		if len(parts) > 1 {
			b.WriteByte('\n')
		}
	}
	return b.Bytes(), nil
}

func pack(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil // the level is a constant that exists
	}
	if _, err := w.Write(content); err != nil || w.Close() != nil || b.Len() > len(content)*9/10 {
		return nil
	}
	return b.Bytes()
}

// URL is the address of a file: static.URL("app.css"). It panics on a name
// that there is no file of.
func URL(name string) string {
	if _, ok := all[name]; !ok {
		panic("static: there is no " + name)
	}
	return Prefix + version + "/" + name
}

// Names lists the files that have an address.
func Names() []string { return slices.Sorted(maps.Keys(all)) }

// Icons lists the names of the sprite's icons.
func Icons() []string {
	var names []string
	for _, part := range strings.Split(string(all["sprite.svg"].plain), `<symbol id="`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		names = append(names, name)
	}
	return names
}

// Handler serves the files under Prefix. Addresses of another version, from a
// page that was open over an upgrade, get today's file and are not kept.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		f, ok := all[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		serve(w, r, f, name, hash == version)
	})
}

func serve(w http.ResponseWriter, r *http.Request, f file, name string, current bool) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if current {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	content, tag := f.plain, `"`+version+"-"+name+`"`
	if f.packed != nil && TakesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		content, tag = f.packed, `"`+version+"-"+name+`-gz"`
	}
	h.Set("ETag", tag)
	if slices.Contains(strings.Split(strings.ReplaceAll(r.Header.Get("If-None-Match"), " ", ""), ","), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(content) // a client that went away needs no answer
}

// TakesGzip reports whether an Accept-Encoding header allows gzip.
func TakesGzip(accepted string) bool {
	for _, one := range strings.Split(accepted, ",") {
		name, params, err := mime.ParseMediaType("x/" + strings.TrimSpace(one))
		if err == nil && (name == "x/gzip" || name == "x/*") {
			q, err := strconv.ParseFloat(params["q"], 64)
			return params["q"] == "" || err == nil && q > 0
		}
	}
	return false
}
