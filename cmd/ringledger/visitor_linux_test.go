package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"strings"
	"time"
)

// visitor is somebody at the pages of a house.
type visitor struct {
	h      *house
	client *http.Client
}

const visitorEmail, visitorPassword = "ada@example.com", "correct horse battery"

// addVisitor gives the house its user. The program must not run yet.
func (h *house) addVisitor() {
	h.t.Helper()
	create := exec.CommandContext(h.t.Context(), h.binary, "user", "create", "--email", visitorEmail, "--role", "viewer", "--password-stdin")
	create.Env, create.Stdin = h.env, strings.NewReader(visitorPassword+"\n")
	if out, err := create.CombinedOutput(); err != nil {
		h.t.Fatalf("user create: %v\n%s", err, out)
	}
}

func newVisitor(h *house) *visitor {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	h.must(err)
	transport := &http.Transport{}
	h.t.Cleanup(transport.CloseIdleConnections)
	return &visitor{h, &http.Client{Jar: jar, Transport: transport, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signIn gives the password and expects to be let in.
func (v *visitor) signIn() {
	v.h.t.Helper()
	answer, err := v.client.PostForm(v.h.url+"/signin", url.Values{"email": {visitorEmail}, "password": {visitorPassword}}) //nolint:noctx // the client has a timeout
	v.h.must(err)
	v.h.must(answer.Body.Close())
	if answer.StatusCode != http.StatusSeeOther || !v.isSignedIn() {
		v.h.t.Errorf("the sign-in answers %d", answer.StatusCode)
	}
}

// isSignedIn reports whether the pages know who it is.
func (v *visitor) isSignedIn() bool {
	v.h.t.Helper()
	answer, err := v.client.Get(v.h.url + "/account") //nolint:noctx // the client has a timeout
	v.h.must(err)
	v.h.must(answer.Body.Close())
	return answer.StatusCode == http.StatusOK
}
