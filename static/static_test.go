package static_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ringledger/static"
)

func ask(t *testing.T, method, url string, header ...string) *http.Response {
	t.Helper()
	s := httptest.NewServer(static.Handler())
	t.Cleanup(s.Close)
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryFileIsServedForEverWithItsType(t *testing.T) {
	types := map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
		".svg": "image/svg+xml; charset=utf-8", ".woff2": "font/woff2",
	}
	for _, name := range static.Names() {
		resp := ask(t, http.MethodGet, static.URL(name))
		if resp.StatusCode != http.StatusOK || len(body(t, resp.Body)) == 0 {
			t.Errorf("%s: got %d or nothing", name, resp.StatusCode)
		}
		if got, want := resp.Header.Get("Content-Type"), types[filepath.Ext(name)]; got != want {
			t.Errorf("%s: got type %q, want %q", name, got, want)
		}
		if resp.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", name, resp.Header)
		}
	}
}

func TestTheStyleComesGzippedToWhoTakesThat(t *testing.T) {
	plain := body(t, ask(t, http.MethodGet, static.URL("app.css")).Body)
	resp := ask(t, http.MethodGet, static.URL("app.css"), "Accept-Encoding", "br, gzip;q=0.8")
	if resp.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("got %v", resp.Header)
	}
	r, err := gzip.NewReader(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := body(t, r); got != plain {
		t.Error("the gzipped style is another than the plain one")
	}
	if got := ask(t, http.MethodGet, static.URL("app.css"), "Accept-Encoding", "gzip;q=0").Header.Get("Content-Encoding"); got != "" {
		t.Errorf("refused gzip was sent: %q", got)
	}
}

func TestAKnownFileIsNotSentAgain(t *testing.T) {
	tag := ask(t, http.MethodGet, static.URL("app.js")).Header.Get("ETag")
	if resp := ask(t, http.MethodGet, static.URL("app.js"), "If-None-Match", tag); resp.StatusCode != http.StatusNotModified {
		t.Errorf("got %d, want 304", resp.StatusCode)
	}
}

func TestAnAddressOfAnotherVersionIsNotKept(t *testing.T) {
	resp := ask(t, http.MethodGet, "/static/000000000000/app.css")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("got %d, %v", resp.StatusCode, resp.Header)
	}
}

func TestUnknownFilesAndOtherMethodsAreRefused(t *testing.T) {
	for _, url := range []string{"/static/", "/static/x/none.css", "/static/x/../static.go", "/static/vendor/VENDOR.md", static.URL("app.css") + "/x"} {
		if resp := ask(t, http.MethodGet, url); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", url, resp.StatusCode)
		}
	}
	if resp := ask(t, http.MethodPost, static.URL("app.css")); resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: got %d, want 405", resp.StatusCode)
	}
}

func TestVendoredFilesAreAsRecorded(t *testing.T) {
	record, err := os.ReadFile("vendor/VENDOR.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| (\\S+) \\|.*`([0-9a-f]{64})`").FindAllStringSubmatch(string(record), -1)
	if len(rows) != 6 {
		t.Fatalf("got %d rows, want 6", len(rows))
	}
	for _, row := range rows {
		files, err := filepath.Glob(filepath.Join("vendor", row[1]))
		if err != nil || len(files) == 0 {
			t.Errorf("%s is not there", row[1])
		}
		slices.Sort(files)
		sum := sha256.New()
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sum.Write(content)
		}
		if got := hex.EncodeToString(sum.Sum(nil)); got != row[2] {
			t.Errorf("%s: got %s, want %s", row[1], got, row[2])
		}
	}
}

func TestOurScriptsNeedNoEval(t *testing.T) {
	for _, name := range []string{"js/app.js", "js/theme.js"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, forbidden := range []string{"eval(", "new Function", "innerHTML", ".style."} {
			if strings.Contains(string(content), forbidden) {
				t.Errorf("%s uses %s", name, forbidden)
			}
		}
	}
}
