package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/web"
)

// aviary gathers secrets that are in use, and everything that must hold none.
type aviary struct {
	t        *testing.T
	canaries map[string]string // by what they are
	looked   map[string][]byte // by where
}

// keep adds a secret; a short one would be found by chance.
func (a *aviary) keep(what, secret string) {
	a.t.Helper()
	if len(secret) < 12 {
		a.t.Fatalf("the canary for the %s has %d characters", what, len(secret))
	}
	a.canaries[what] = secret
}

// search fails for every secret that stands somewhere, as it is or as it is
// written in addresses, in base64 or within JSON.
func (a *aviary) search(where string, content []byte) {
	a.t.Helper()
	a.looked[where] = nil
	for what, secret := range a.canaries {
		if what == hookPath && (strings.HasPrefix(where, "page /connections/aircall") || where == "page /start") {
			continue // whoever connects by hand copies it from there
		}
		for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)), strings.ReplaceAll(secret, "/", `\/`)} {
			if bytes.Contains(content, []byte(form)) {
				a.t.Errorf("the %s stands in %s", what, where)
				break
			}
		}
	}
}

func (a *aviary) searchFile(path string) {
	a.t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		a.t.Fatal(err)
	}
	a.search(filepath.Base(path), content)
}

// cli runs a command of the program beside the server.
func (h *house) cli(stdin string, args ...string) (out string) {
	h.t.Helper()
	cmd := exec.CommandContext(h.t.Context(), h.binary, args...)
	cmd.Env, cmd.Stdin = h.env, strings.NewReader(stdin)
	b, err := cmd.CombinedOutput()
	if err != nil && args[0] != "doctor" {
		h.t.Fatalf("%v: %v: %s", args, err, b)
	}
	return string(b)
}

// release puts the secrets that no door of the running program lets in where
// they belong, and notes those that the connections have.
func (h *house) release(a *aviary) {
	h.t.Helper()
	ctx, st := h.t.Context(), h.open()
	const consumer = "canary-consumer-secret-5e1d"
	h.must(st.ChangeSalesforce(ctx, func(c *store.Salesforce) error { c.ClientSecret = consumer; return nil }))
	hash, err := web.HashPassword("canary second password 91c4")
	h.must(err)
	id, err := st.AddUser(ctx, store.User{Email: "omar@example.com", Role: store.Viewer, Password: hash})
	h.must(err)
	const totp, code = "CANARYTOTPSECRET2345", "canary-recovery-8d2b"
	h.must(st.BeginTwoStep(ctx, id, totp))
	h.must(st.ConfirmTwoStep(ctx, id, totp, 1, []store.Secret{code}))
	h.must(st.Close())
	a.keep("consumer secret", consumer)
	a.keep("TOTP secret", totp)
	a.keep("recovery code", code)
	a.keep("secret key", base64.StdEncoding.EncodeToString(h.key))
	a.keep("API token of Aircall", aircallsim.DefaultAPIToken)
	a.keepTokens(h)
}

// keepTokens notes the tokens as they are now; the program renews them.
func (a *aviary) keepTokens(h *house) {
	a.t.Helper()
	st := h.open()
	defer func() { h.must(st.Close()) }()
	c, err := st.SalesforceConnection(a.t.Context())
	h.must(err)
	n := fmt.Sprint(len(a.canaries))
	a.keep("access token "+n, string(c.AccessToken))
	a.keep("refresh token "+n, string(c.RefreshToken))
	hooks, err := st.Webhooks(a.t.Context())
	h.must(err)
	for _, w := range hooks {
		a.keep(hookPath, string(w.Secret))
		a.keep("token of the webhook", string(w.Token))
	}
}

// hookPath is shown to admins, who give it to Aircall; the token is not.
const hookPath = "path secret of the webhook"

var link = regexp.MustCompile(`(?:href|action|hx-get)="(/[^"#]*)`)

// walk follows the links of all pages, and searches each.
func (a *aviary) walk(hc *http.Client, base string) (pages int) {
	a.t.Helper()
	seen := map[string]bool{"/signout": true, "/events": true}
	for todo := []string{"/", "/readyz", "/healthz", "/metrics", "/api/v1/activity", "/api/v1/settings", "/nowhere"}; len(todo) > 0 && pages < 150; todo = todo[1:] {
		path := todo[0]
		if bare, _, _ := strings.Cut(path, "?"); seen[path] || seen[bare] || strings.HasPrefix(path, "/static/") {
			continue
		}
		seen[path] = true
		answer, err := hc.Get(base + path)
		if err != nil {
			a.t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.Body.Close() != nil {
			a.t.Fatal(err)
		}
		pages++
		a.search("page "+path, slices.Concat(body, fmt.Append(nil, answer.Header["Location"])))
		for _, m := range link.FindAllSubmatch(body, -1) {
			todo = append(todo, strings.ReplaceAll(string(m[1]), "&amp;", "&"))
		}
	}
	return pages
}

// keyFromFile gives the program its key in a file, so that its environment holds
// none, and has it log everything.
func (h *house) keyFromFile() {
	h.t.Helper()
	keyFile := filepath.Join(h.t.TempDir(), "key")
	h.must(os.WriteFile(keyFile, []byte(encodeKey(h.key)), 0o600))
	for i, v := range h.env {
		if strings.HasPrefix(v, "RINGLEDGER_SECRET_KEY=") {
			h.env[i] = "RINGLEDGER_SECRET_KEY_FILE=" + keyFile
		}
		if strings.HasPrefix(v, "RINGLEDGER_LOG_LEVEL=") {
			h.env[i] = "RINGLEDGER_LOG_LEVEL=debug"
		}
	}
}

// talk has strangers fail at every door, and a program and Salesforce succeed
// and fail.
func (h *house) talk(a *aviary, apiKey string, post func(string, url.Values) int) {
	t := h.t
	t.Helper()
	// A program with its key, and strangers with secrets that are none here.
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/api/v1/activity", http.NoBody)
	h.must(err)
	ask.Header.Set("Authorization", "Bearer "+apiKey)
	answer, err := http.DefaultClient.Do(ask)
	h.must(err)
	h.must(answer.Body.Close())
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the API: got %d", answer.StatusCode)
	}
	hook := h.account.Webhooks()[0]
	a.keep("token of a stranger", "canary-forged-token-51")
	a.keep("path of a stranger", "canary-forged-path-88")
	h.deliver(hook.URL, "canary-forged-token-51", 1)
	h.deliver(h.url+"/webhooks/aircall/canary-forged-path-88", hook.Token, 2)
	h.ask("/setup/canary-forged-path-88")

	// Calls, one that Salesforce refuses, and a session that ends and is renewed.
	h.must(h.org.Fail(salesforcesim.Fault{Kind: salesforcesim.ValidationRule, Object: "Task", Count: 1, Message: "refused"}))
	for n := range 4 {
		_, err := h.account.StartCall(aircallsim.CallSpec{Kind: aircallsim.Kinds()[n], Number: fmt.Sprintf("+44163296%04d", 210+n), Line: "Support FR", Ring: time.Second, Talk: 20 * time.Second})
		h.must(err)
	}
	h.awaitTasks(2, 10*time.Second)
	h.must(h.org.Fail(salesforcesim.Fault{Kind: salesforcesim.ExpireSessions}))
	if got := post("/connections/salesforce/check", nil); got != http.StatusSeeOther {
		t.Errorf("check: got %d", got)
	}
	a.keepTokens(h)
	h.must(h.org.Fail(salesforcesim.Fault{Kind: salesforcesim.RevokeGrants}))
	post("/connections/salesforce/check", nil)
}

func TestNoSecretStandsAnywhereInTheClear(t *testing.T) {
	h := newHouse(t, aircallsim.Options{Speed: 200, Rate: -1})
	a := &aviary{t: t, canaries: map[string]string{}, looked: map[string][]byte{}}
	h.keyFromFile()
	h.release(a)
	const password, wrong = "canary-password-77ab-long", "canary-mistyped-password-03"
	a.keep("password", password)
	a.keep("mistyped password", wrong)
	outputs := h.cli(password+"\n", "user", "create", "--email", "ada@example.com", "--role", "admin", "--password-stdin")
	apiKey := strings.TrimSpace(h.cli("", "apikey", "create", "--name", "monitor", "--role", "viewer"))
	a.keep("API key", apiKey)
	h.start()
	process := h.process.Process.Pid
	server := h.output

	jar, err := cookiejar.New(nil)
	h.must(err)
	hc := &http.Client{Jar: jar, Transport: &http.Transport{}, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer hc.CloseIdleConnections()
	post := func(path string, form url.Values) int {
		answer, err := hc.PostForm(h.url+path, form)
		h.must(err)
		h.must(answer.Body.Close())
		return answer.StatusCode
	}
	post("/signin", url.Values{"email": {"ada@example.com"}, "password": {wrong}})
	if got := post("/signin", url.Values{"email": {"ada@example.com"}, "password": {password}}); got != http.StatusSeeOther {
		t.Fatalf("sign-in: got %d", got)
	}
	base, err := url.Parse(h.url)
	h.must(err)
	for _, c := range jar.Cookies(base) {
		if strings.HasSuffix(c.Name, "ringledger") {
			a.keep("session", c.Value)
		}
	}
	h.talk(a, apiKey, post)

	copied := filepath.Join(t.TempDir(), "copy.db")
	outputs += h.cli("", "doctor") + h.cli("", "backup", copied) + h.cli("", "config", "check") + h.cli("", "audit", "verify") + h.cli("", "settings", "export")
	if pages := a.walk(hc, h.url); pages < 40 {
		t.Errorf("only %d pages were looked at", pages)
	}
	database := filepath.Join(h.data, "ringledger.db")
	for _, path := range []string{database, database + "-wal", database + "-shm", copied} {
		a.searchFile(path)
	}
	a.search("the output of commands", []byte(outputs))
	if runtime.GOOS == "linux" {
		for _, part := range []string{"cmdline", "environ"} {
			a.searchFile(fmt.Sprintf("/proc/%d/%s", process, part))
		}
	}
	h.stop()
	if !strings.Contains(server.String(), "level=DEBUG") {
		t.Error("the log holds no line at debug")
	}
	a.search("the log", server.Bytes())
	t.Logf("%d secrets, %d places", len(a.canaries), len(a.looked))
}
