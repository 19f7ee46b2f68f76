package web_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/web"
)

// TestWhatProbersAskForIsNotThere asks for what is looked for on every host:
// files of the source and of the data, consoles, ways out of the static folder.
func TestWhatProbersAskForIsNotThere(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	for _, path := range []string{"/.git/config", "/.git/HEAD", "/.svn/entries", "/.env", "/.DS_Store", "/debug/pprof/", "/debug/vars", "/server-status",
		"/ringledger.db", "/secret.key", "/backup.zip", "/swagger.json", "/graphql", "/phpmyadmin/", "/wp-login.php", "/actuator/env",
		"/static/", "/static/js/", "/static/css", "/static/../secret.key", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fgo.mod",
		"/static/..%5c..%5cgo.mod", "/static//etc/passwd", "/static/%00", "/static/static.go", "//example.org", "/people/..;/", "/webhooks/aircall/"} {
		if got := b.get(path); got.status != http.StatusNotFound || strings.Contains(got.body, "root:") {
			t.Errorf("%s: got %d, want 404", path, got.status)
		}
	}
}

func TestNoMethodIsTakenForAnother(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	for _, path := range []string{"/", "/signin", "/people", "/api/v1/settings", "/nowhere"} {
		for _, method := range []string{http.MethodTrace, http.MethodOptions, http.MethodDelete, http.MethodPatch, "PROPFIND"} {
			got := b.do(method, path, "", "")
			if got.status != http.StatusMethodNotAllowed && got.status != http.StatusNotFound || strings.Contains(got.body, "Cookie") {
				t.Errorf("%s %s: got %d %q, want 405 or 404", method, path, got.status, got.body)
			}
		}
	}
	b.header = http.Header{"X-Http-Method-Override": {"POST"}, "X-Original-Url": {"/signout"}, "X-Rewrite-Url": {"/signout"}}
	if got := b.get("/people?_method=POST&email=eve@example.com&role=admin"); got.status != http.StatusOK {
		t.Errorf("a GET that claims to be another: got %d, want the page", got.status)
	}
	if people, err := s.store.Invitations(context.Background()); err != nil || len(people) != 0 {
		t.Errorf("it invited %v, %v", people, err)
	}
}

// TestAForgedHostLeadsNowhere sends what a poisoned cache or a wrong proxy would.
func TestAForgedHostLeadsNowhere(t *testing.T) {
	s := newSite(t)
	for name, value := range map[string]string{"Host": "evil.example.org", "X-Forwarded-Host": "evil.example.org", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example.org;proto=https"} {
		for _, path := range []string{"/people", "/signin", "/healthz"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.http.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set(name, value)
			if name == "Host" {
				req.Host = value
			}
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			if to := res.Header.Get("Location"); strings.Contains(string(body), "evil.") || strings.Contains(to, "evil.") || strings.HasPrefix(to, "http") {
				t.Errorf("%s: %s in %s shows in the answer, which leads to %q", path, value, name, to)
			}
			if res.Header.Get("Strict-Transport-Security") != "" {
				t.Errorf("%s: %s decided that browsers come over TLS", path, name)
			}
		}
	}
}

// TestARequestWithTwoLengthsIsNotRead sends what servers have read in two ways.
func TestARequestWithTwoLengthsIsNotRead(t *testing.T) {
	s := newSite(t)
	for name, head := range map[string]string{
		"two lengths":            "Content-Length: 5\r\nContent-Length: 6\r\n",
		"an unknown encoding":    "Transfer-Encoding: xchunked\r\n",
		"two encodings":          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
		"a length with a sign":   "Content-Length: +5\r\n",
		"a blank before a colon": "Content-Length : 5\r\n",
	} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.http.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(conn, "POST /language HTTP/1.1\r\nHost: x\r\n"+head+"\r\na=b&cGET /people HTTP/1.1\r\n"); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		_ = conn.Close()
		if res.StatusCode != http.StatusBadRequest && res.StatusCode != http.StatusNotImplemented {
			t.Errorf("%s: got %d, want 400 or 501", name, res.StatusCode)
		}
	}
}

func TestAPlantedSessionIsWorthNothing(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	before := s.cookie(b)
	if got := b.post("/signin", url.Values{"email": {"viewer@example.com"}, "password": {password}}); got.status != http.StatusSeeOther {
		t.Fatalf("signing in again: got %d", got.status)
	}
	if after := s.cookie(b); after == before {
		t.Error("the sign-in kept the token of before")
	}
	for name, cookie := range map[string]string{"the token of before": before, "a token of one's own making": "ringledger=planted", "an empty one": "ringledger="} {
		other := s.browser()
		other.header = http.Header{"Cookie": {cookie}}
		if got := other.get("/activity"); got.status != http.StatusSeeOther {
			t.Errorf("%s: got %d, want the sign-in", name, got.status)
		}
	}
}

// cookie is the session's cookie as the browser sends it.
func (s *site) cookie(b *browser) string {
	u, err := url.Parse(b.base)
	if err != nil {
		s.t.Fatal(err)
	}
	all := b.client.Jar.Cookies(u)
	i := slices.IndexFunc(all, func(c *http.Cookie) bool { return c.Name == "ringledger" })
	if i < 0 {
		s.t.Fatal("there is no session")
	}
	return all[i].Name + "=" + all[i].Value
}

func TestWhoIsRefusedIsInTheLog(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	b.get("/people")
	b.header = http.Header{"Sec-Fetch-Site": {"cross-site"}}
	b.post("/language", url.Values{"lang": {"fr"}})
	guess := s.browser()
	guess.header = http.Header{"Authorization": {"Bearer guessed-key"}}
	guess.get("/api/v1/activity")
	for _, want := range []string{`why=role method=GET route=/people user=1 role=viewer`, `why="another site" method=POST route=/language user=1`, `why="unknown key" method=GET route=/api/v1/activity user=0`} {
		if !strings.Contains(s.logs.String(), want) {
			t.Errorf("the log lacks %q", want)
		}
	}
	if strings.Contains(s.logs.String(), "viewer@example.com") || strings.Contains(s.logs.String(), "guessed-key") {
		t.Error("the log names the person or the key")
	}
}

func TestALinkOfAnotherSiteChangesNoLanguage(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	b.header = http.Header{"Sec-Fetch-Site": {"cross-site"}}
	if got := b.get("/account?lang=fr"); got.status != http.StatusOK || !strings.Contains(got.body, `lang="fr"`) || got.header.Get("Set-Cookie") != "" {
		t.Errorf("got %d and cookies %q, want the page in French and nothing kept", got.status, got.header.Get("Set-Cookie"))
	}
	b.header = http.Header{}
	if got := b.get("/account"); !strings.Contains(got.body, `lang="en"`) {
		t.Error("the language was kept")
	}
}

func TestEveryCookieOverTLSIsOfThisHostOnly(t *testing.T) {
	s := newSite(t, func(o *web.Options, _ *providers) { o.PublicURL = "https://ringledger.example.com" })
	s.user(store.Admin)
	b := s.browser()
	signedIn := b.post("/signin", url.Values{"email": {"admin@example.com"}, "password": {password}}).header.Values("Set-Cookie")
	if len(signedIn) == 0 {
		t.Fatal("the sign-in sent no cookie")
	}
	session, _, _ := strings.Cut(signedIn[0], ";")
	b.header = http.Header{"Cookie": {session}} // a browser would not send it without TLS
	var all []string
	for _, got := range []answer{b.get("/audit.csv"), b.post("/language", url.Values{"lang": {"fr"}}), b.get("/activity?lang=en")} {
		all = append(all, got.header.Values("Set-Cookie")...)
	}
	if len(all) < 3 {
		t.Errorf("got %q, want cookies of a file and of the language", all)
	}
	for _, cookie := range all {
		if !strings.HasPrefix(cookie, "__Host-") || !strings.Contains(cookie, "; Secure") || !strings.Contains(cookie, "; SameSite=") || strings.Contains(cookie, "Domain") {
			t.Errorf("%q may be set by another host", cookie)
		}
	}
	for _, path := range []string{"/signin", "/nowhere", "/healthz", "/webhooks/aircall/guess", "/api/v1/activity"} {
		h := b.get(path).header
		if h.Get("Strict-Transport-Security") == "" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: got %q", path, h)
		}
	}
}

// TestTextOfOthersIsNeverMarkup puts what would run, or would be a template,
// into every text that comes from Aircall and Salesforce.
func TestTextOfOthersIsNeverMarkup(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>' onmouseover='alert(3) {{7*7}} ${7*7} javascript:alert(4) </textarea></title>`
	entry := s.told("9001", evil, evil)
	paths := []string{"/", "/activity", path(entry), "/attention", "/activity?q=" + url.QueryEscape(evil), "/rules/test?number=" + url.QueryEscape(evil),
		"/signin?next=" + url.QueryEscape(evil), "/audit?who=" + url.QueryEscape(evil), "/activity?cause=" + url.QueryEscape(evil)}
	seen := 0
	for _, p := range paths {
		got := b.get(p)
		if strings.Contains(got.body, "alert(") {
			seen++
		}
		doc := got.page(t)
		if n := doc.Find("script:not([src]), img, [onerror], [onmouseover], [href^='javascript:'], [src^='javascript:'], iframe, object, embed").Length(); n > 0 {
			t.Errorf("%s: the text became %d elements or attributes", p, n)
		}
	}
	if seen < 4 {
		t.Errorf("%d pages show the text: is it there at all?", seen)
	}
}

func TestAPasswordThatManyWouldTryIsRefused(t *testing.T) {
	for _, listed := range []string{"1qaz2wsx3edc", "QWERTYqwerty", "leavemealone", "123456789987654321", "websolutions"} {
		if _, err := web.HashPassword(listed); err == nil {
			t.Errorf("%q is in a list of breached passwords and was taken", listed)
		}
	}
	s := newSite(t)
	path := s.setupPath()
	for _, named := range []string{"Aircall-2027-!!", "salesforce.8812", "ada.lovelace1815", "Analytical2027!"} {
		form := url.Values{"email": {"ada.lovelace@analytical.example.com"}, "name": {"Ada"}, "password": {named}}
		if got := s.browser().post(path, form); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%q: got %d, want 422", named, got.status)
		}
	}
	form := url.Values{"email": {"ada.lovelace@analytical.example.com"}, "name": {"Ada"}, "password": {"analytical aircall tiger lamp"}}
	if got := s.browser().post(path, form); got.status != http.StatusSeeOther {
		t.Errorf("a long one that also names the house: got %d, want 303", got.status)
	}
}

// TestAnotherOrgIsNotConnectedInPlaceOfTheFirst signs in at an org while the
// calls of before stand in another.
func TestAnotherOrgIsNotConnectedInPlaceOfTheFirst(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	back := c.signInToSalesforce(b)
	const first = "00D000000000999EAA"
	err := c.store.ChangeSalesforce(t.Context(), func(s *store.Salesforce) error { s.OrgID = first; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if got := b.get(back); got.status != http.StatusBadRequest {
		t.Errorf("coming back from another org: got %d, want 400", got.status)
	}
	conn, err := c.store.SalesforceConnection(t.Context())
	if err != nil || conn.OrgID != first || conn.Connected() {
		t.Errorf("got %q connected %v, %v; want the org of before and no connection", conn.OrgID, conn.Connected(), err)
	}
}
