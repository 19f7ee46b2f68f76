package web_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ringledger/store"
	"ringledger/web"
)

// concrete replaces the parameters of a route.
func concrete(path string) string {
	return strings.NewReplacer(":id", "1", ":session", "x", ":token", "x", ":secret", "x", "*", "none").Replace(path)
}

func TestEveryRouteIsInTheTable(t *testing.T) {
	s := newSite(t)
	needs := s.server.Needs()
	for _, key := range s.server.RouteKeys() {
		if needs[key] == "" {
			t.Errorf("%s is answered and not in the table", key)
		}
	}
}

func TestRolesMayWhatTheTableSaysAndNoMore(t *testing.T) {
	s := newSite(t)
	rank := map[string]int{"anyone": 0, "person": 1, "viewer": 1, "editor": 2, "admin": 3}
	browsers := []*browser{s.browser(), s.user(store.Viewer), s.user(store.Editor), s.user(store.Admin)}
	for key, need := range s.server.Needs() {
		method, path, _ := strings.Cut(key, " ")
		if path == "/events" || path == "/signout" || path == "/signin" || path == "/signin/code" || path == "/people/:id/deactivate" || path == "/people/:id/sessions/end" {
			continue // a stream, and what changes who one is
		}
		for level, b := range browsers {
			got := b.do(method, concrete(path), "application/x-www-form-urlencoded", "")
			refused := got.status == http.StatusForbidden || got.status == http.StatusUnauthorized ||
				got.status == http.StatusSeeOther && strings.HasPrefix(got.location(), "/signin")
			if want := level < rank[need]; refused != want {
				t.Errorf("%s asks for %s, level %d: got %d (%s)", key, need, level, got.status, got.location())
			}
		}
	}
}

func TestChangesFromAnotherSiteAreRefused(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	for key := range s.server.Needs() {
		method, path, _ := strings.Cut(key, " ")
		if method == http.MethodGet || method == http.MethodHead {
			continue
		}
		for name, header := range map[string]http.Header{
			"Sec-Fetch-Site": {"Sec-Fetch-Site": {"cross-site"}},
			"same site":      {"Sec-Fetch-Site": {"same-site"}},
			"Origin":         {"Origin": {"https://evil.example.com"}},
			"no Origin":      {"Origin": {"null"}},
		} {
			b.header = header
			if got := b.do(method, concrete(path), "application/x-www-form-urlencoded", ""); got.status != http.StatusForbidden {
				t.Errorf("%s by %s: got %d, want 403", key, name, got.status)
			}
		}
	}
	for name, header := range map[string]http.Header{"own page": {"Sec-Fetch-Site": {"same-origin"}, "Origin": {s.http.URL}}, "own Origin": {"Origin": {s.http.URL}}, "no browser": {}} {
		b.header = header
		if got := b.post("/language", url.Values{"lang": {"fr"}}); got.status != http.StatusSeeOther {
			t.Errorf("%s: got %d, want 303", name, got.status)
		}
	}
}

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	paths := []string{"/nowhere"}
	for key := range s.server.Needs() {
		method, path, _ := strings.Cut(key, " ")
		if method == http.MethodGet && path != "/events" {
			paths = append(paths, concrete(path))
		}
	}
	for _, path := range paths {
		h := b.get(path).header
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "object-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy %q lacks %s", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy %q allows too much", path, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if !strings.HasPrefix(path, "/static/") && !strings.Contains(h.Get("Cache-Control"), "no-store") {
			t.Errorf("%s may be kept: %q", path, h.Get("Cache-Control"))
		}
		if h.Get("X-Request-Id") == "" || h.Get("Server") != "" {
			t.Errorf("%s: request id %q, server %q", path, h.Get("X-Request-Id"), h.Get("Server"))
		}
	}
	if got := b.get("/connections/salesforce").header.Get("Content-Security-Policy"); !strings.Contains(got, "https://*.salesforce.com") {
		t.Errorf("the form that leads to Salesforce is not allowed to: %q", got)
	}
}

func TestHTTPSMakesCookiesAndHeadersStrict(t *testing.T) {
	s := newSite(t, func(o *web.Options, _ *providers) { o.PublicURL = "https://ringledger.example.com" })
	hash, err := web.HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.AddUser(t.Context(), store.User{Email: "ada@example.com", Role: store.Admin, Password: hash}); err != nil {
		t.Fatal(err)
	}
	got := s.browser().post("/signin", url.Values{"email": {"ada@example.com"}, "password": {password}})
	cookies := got.header.Values("Set-Cookie")
	i := slices.IndexFunc(cookies, func(c string) bool { return strings.HasPrefix(c, "__Host-ringledger=") })
	if i < 0 {
		t.Fatalf("got %q, want a __Host- cookie", cookies)
	}
	for _, flag := range []string{"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookies[i], flag) {
			t.Errorf("the cookie %q lacks %s", cookies[i], flag)
		}
	}
	if got.header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS over https")
	}
}

func TestUnknownPathsMethodsAndHead(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	for path, want := range map[string]int{"/nowhere": 404, "/activity/999": 404, "/activity/x": 404, "/rules/": 404, "/setup/none": 404} {
		if got := b.get(path); got.status != want {
			t.Errorf("%s: got %d, want %d", path, got.status, want)
		}
	}
	if got := b.do(http.MethodPut, "/activity", "", ""); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("PUT /activity: got %d, allowed %q; want 405 and GET, HEAD", got.status, got.header.Get("Allow"))
	}
	if got := b.do(http.MethodHead, "/activity", "", ""); got.status != http.StatusOK || got.body != "" {
		t.Errorf("HEAD /activity: got %d with %d bytes, want 200 and none", got.status, len(got.body))
	}
	if got := b.do(http.MethodHead, "/events", "", ""); got.status != http.StatusOK {
		t.Errorf("HEAD /events: got %d, want 200", got.status)
	}
}

func TestAPanicIsAPageAndIsCounted(t *testing.T) {
	s := newSite(t)
	s.server.Break("/break")
	b := s.browser()
	got := b.get("/break")
	if got.status != http.StatusInternalServerError || strings.Contains(got.body, "canary") || !strings.Contains(got.body, got.header.Get("X-Request-Id")) {
		t.Errorf("got %d: %s; want a page with the request's id", got.status, got.body)
	}
	if !strings.Contains(b.get("/metrics").body, "ringledger_http_panics_total 1") {
		t.Error("the panic is not counted")
	}
}

func TestHealthAndMetrics(t *testing.T) {
	alive := true
	s := newSite(t, func(o *web.Options, _ *providers) { o.WorkerAlive = func() bool { return alive } })
	b := s.browser()
	if got := b.get("/healthz"); got.status != http.StatusOK {
		t.Errorf("healthz: got %d", got.status)
	}
	if got := b.get("/readyz"); got.status != http.StatusOK || !strings.Contains(got.body, `"worker":"ok"`) {
		t.Errorf("readyz: got %d %s", got.status, got.body)
	}
	alive = false
	if got := b.get("/readyz"); got.status != http.StatusServiceUnavailable || strings.Contains(got.body, `"worker":"ok"`) {
		t.Errorf("readyz without a worker: got %d %s", got.status, got.body)
	}
	if got := b.get("/metrics"); got.status != http.StatusOK || !strings.Contains(got.body, "ringledger_webhooks_total") {
		t.Errorf("metrics from this machine: got %d", got.status)
	}
	b.header = http.Header{"X-Forwarded-For": {"203.0.113.9"}}
	if got := b.get("/metrics"); got.status == http.StatusOK {
		t.Error("a stranger behind a proxy reads the metrics")
	}
}

func TestForwardedAddressIsBelievedFromNamedProxies(t *testing.T) {
	s := newSite(t, func(o *web.Options, _ *providers) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	b := s.browser()
	b.header = http.Header{"X-Forwarded-For": {"6.6.6.6, 203.0.113.9"}}
	b.get("/signin")
	if logged := s.logs.String(); !strings.Contains(logged, "address=203.0.113.9") || strings.Contains(logged, "6.6.6.6") {
		t.Error("want the address that the proxy saw, and none that was written before it")
	}
}

func TestLanguageIsRemembered(t *testing.T) {
	s := newSite(t)
	stranger := s.browser()
	stranger.header = http.Header{"Accept-Language": {"fr-CA, en;q=0.5"}}
	if got := stranger.get("/signin").page(t).Find("html").AttrOr("lang", ""); got != "fr" {
		t.Errorf("a browser that asks for French: got %q", got)
	}
	if got := stranger.get("/signin?lang=en"); got.status != http.StatusSeeOther || got.location() != "/signin" {
		t.Errorf("got %d to %q, want the page without the wish", got.status, got.location())
	}
	if got := stranger.get("/signin").page(t).Find("html").AttrOr("lang", ""); got != "en" {
		t.Errorf("after choosing English: got %q", got)
	}
	b := s.user(store.Viewer)
	if got := b.post("/language", url.Values{"lang": {"fr"}, "back": {"/activity"}}); got.location() != "/activity" {
		t.Errorf("got to %q, want back", got.location())
	}
	u, err := s.store.UserByEmail(t.Context(), "viewer@example.com")
	if err != nil || u.Locale != "fr" {
		t.Errorf("got %q, %v; want the choice kept with the person", u.Locale, err)
	}
	if got := b.get("/activity").page(t).Find("html").AttrOr("lang", ""); got != "fr" {
		t.Errorf("the page is in %q, want fr", got)
	}
}

func TestAddressIsNotTakenFromWhoeverWritesIt(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.header = http.Header{"X-Forwarded-For": {"6.6.6.6"}, "X-Real-Ip": {"6.6.6.6"}}
	b.get("/healthz")
	if strings.Contains(s.logs.String(), "6.6.6.6") {
		t.Error("a forged address was believed")
	}
}
