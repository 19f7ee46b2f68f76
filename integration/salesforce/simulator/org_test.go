package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"ringledger/integration/salesforce/simulator"
)

// site is an org on a real port, with a signed-in client.
type site struct {
	t     *testing.T
	org   *simulator.Org
	url   string
	token string
}

func newSite(t *testing.T, options simulator.Options) *site {
	t.Helper()
	org := simulator.New(options)
	server := httptest.NewServer(org)
	t.Cleanup(func() { server.Close(); org.Close() })
	return &site{t: t, org: org, url: server.URL, token: org.NewSession("")}
}

// reply is an answer, read and decoded.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	text   string
	err    error
}

// call sends a request below /services/data/v66.0 (or to an absolute path that
// begins with two slashes) and reads the answer.
func (s *site) call(method, path string, body any, header ...string) reply {
	s.t.Helper()
	target := s.url + "/services/data/v66.0" + path
	if rest, absolute := strings.CutPrefix(path, "//"); absolute {
		target = s.url + "/" + rest
	}
	var in io.Reader
	if body != nil {
		raw, isRaw := body.(string)
		if !isRaw {
			encoded, err := json.Marshal(body)
			if err != nil {
				s.t.Fatal(err)
			}
			raw = string(encoded)
		}
		in = bytes.NewBufferString(raw)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, target, in)
	if err != nil {
		s.t.Fatal(err)
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return reply{t: s.t, err: err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{t: s.t, status: resp.StatusCode, header: resp.Header, text: string(text), err: err}
}

func (s *site) query(soql string) reply {
	s.t.Helper()
	return s.call("GET", "/query?q="+url.QueryEscape(soql), nil)
}

func (s *site) search(sosl string) reply {
	s.t.Helper()
	return s.call("GET", "/search/?q="+url.QueryEscape(sosl), nil)
}

func (s *site) fail(f simulator.Fault) {
	s.t.Helper()
	if err := s.org.Fail(f); err != nil {
		s.t.Fatal(err)
	}
}

func (r reply) is(status int) reply {
	r.t.Helper()
	if r.err != nil || r.status != status {
		r.t.Fatalf("got status %d (%v), want %d: %s", r.status, r.err, status, r.text)
	}
	return r
}

// refuses checks status and error code, and that the message has the words.
func (r reply) refuses(status int, code, words string) {
	r.t.Helper()
	r.is(status)
	var list []struct{ ErrorCode, Message string }
	if err := json.Unmarshal([]byte(r.text), &list); err != nil || len(list) == 0 {
		r.t.Fatalf("got %s, want an error array", r.text)
	}
	if list[0].ErrorCode != code || !strings.Contains(list[0].Message, words) {
		r.t.Fatalf("got %s, want %s with %q", r.text, code, words)
	}
}

// at walks through the answer: names of members, "0" for list positions.
func (r reply) at(steps ...string) any {
	r.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(r.text), &v); err != nil {
		r.t.Fatalf("no JSON: %v: %s", err, r.text)
	}
	for _, step := range steps {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			n := int(step[0] - '0')
			if n >= len(in) {
				return nil
			}
			v = in[n]
		default:
			return nil
		}
	}
	return v
}

func (r reply) equals(want any, steps ...string) {
	r.t.Helper()
	if got := r.at(steps...); got != want {
		r.t.Fatalf("%s: got %v, want %v in %s", strings.Join(steps, "."), got, want, r.text)
	}
}

func (r reply) id() string {
	r.t.Helper()
	id, _ := r.at("id").(string)
	if len(id) != 18 {
		r.t.Fatalf("no id in %s", r.text)
	}
	return id
}
