package salesforce

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// maxAnswer bounds an answer; the describes of an org's six objects, the
// largest there is, stay below a fifth of it.
const maxAnswer = 32 << 20

// trip is one request and its answer.
type trip struct {
	purpose     string
	method      string
	address     string // whole
	statement   string // what a query string says in clear, for the log
	token       string // bearer; "" = none
	contentType string
	header      http.Header
	body        []byte
	write       bool // a lost answer means that something may have happened
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// isPage reports whether a page meant for people came instead of data: what
// maintenance and gateways answer, with any status.
func (a answer) isPage() bool {
	kind := a.header.Get("Content-Type")
	if strings.Contains(kind, "html") {
		return true
	}
	return !strings.Contains(kind, "json") && bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<"))
}

// send makes the request. Its error is always an *Error that tells whether the
// request left: only then may something have happened.
func (t trip) send(ctx context.Context, hc *http.Client) (answer, error) {
	began := time.Now()
	var left atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { left.Store(true) },
	})
	a, err := t.roundTrip(ctx, hc)
	var failed error
	if err != nil {
		failed = t.failure(a, err, left.Load())
	}
	if l := logOf(ctx); l != nil {
		l.add(t, a, failed, began)
	}
	return a, failed
}

func (t trip) roundTrip(ctx context.Context, hc *http.Client) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, t.method, t.address, bytes.NewReader(t.body))
	if err != nil {
		return answer{}, err
	}
	for name, values := range t.header {
		req.Header[name] = values
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "ringledger")
	if t.token != "" {
		req.Header.Set("Authorization", "Bearer "+t.token)
	}
	if len(t.body) > 0 {
		req.Header.Set("Content-Type", t.contentType)
	}
	res, err := hc.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	body, err := readAnswer(res)
	return answer{status: res.StatusCode, header: res.Header, body: body}, err
}

var errTooLong = errors.New("the answer is too long")

func readAnswer(res *http.Response) ([]byte, error) {
	var buf bytes.Buffer
	if n := res.ContentLength; n > 0 && n <= maxAnswer {
		buf.Grow(int(n) + bytes.MinRead)
	}
	if _, err := buf.ReadFrom(io.LimitReader(res.Body, maxAnswer+1)); err != nil {
		return buf.Bytes(), fmt.Errorf("read answer: %w", err)
	}
	if buf.Len() > maxAnswer {
		return buf.Bytes()[:maxAnswer], errTooLong
	}
	return buf.Bytes(), nil
}

// failure types an error of the way there and back.
func (t trip) failure(a answer, err error, left bool) *Error {
	e := &Error{Purpose: t.purpose, Status: a.status, Err: bare(err)}
	if !left {
		e.Kind, e.Message = NotSent, "Salesforce was not reached"
		return e
	}
	e.Kind, e.Message = lost(t.write), "the answer was lost"
	e.Uncertain = t.write
	return e
}

// bare drops the address that net/http puts before its errors: it may hold a
// search statement, and with it a telephone number.
func bare(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

// plain is hc without redirects and cookies: a token never follows an address
// that an answer names.
func plain(hc *http.Client) *http.Client {
	c := http.Client{Transport: sharedTransport}
	if hc != nil {
		c = *hc
	}
	c.Jar = nil
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// sharedTransport serves who brings no client of their own. Salesforce is one
// host, so what matters is that its connections stay open between batches.
var sharedTransport = newTransport()

func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    32,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    5 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		WriteBufferSize:        64 << 10,
		ReadBufferSize:         64 << 10,
	}
}
