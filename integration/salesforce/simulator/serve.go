package simulator

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	maxBody   = 50 << 20
	maxHeader = 16_384 // URI and headers together
)

// answer is a finished HTTP answer.
type answer struct {
	status int
	header http.Header
	body   []byte
	kind   string // for the counters
	cost   int
}

func jsonAnswer(kind string, status int, body any) answer {
	a := answer{status: status, header: http.Header{}, kind: kind}
	if body != nil {
		a.header.Set("Content-Type", "application/json;charset=UTF-8")
		a.body = appendJSON(nil, body)
	}
	return a
}

func htmlAnswer(status int, page string) answer {
	return answer{status: status, header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}, body: []byte(page)}
}

// ServeHTTP answers for the whole org: API, sign-in, record browser, switches.
func (o *Org) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := "/" + strings.TrimLeft(r.URL.Path, "/") // goth asks for //id/...
	switch {
	case strings.HasPrefix(path, "/_sim"):
		o.serveSwitches(w, r, path)
	case path == "/services/oauth2/authorize":
		o.serveAuthorize(w, r)
	case strings.HasPrefix(path, "/services/"), strings.HasPrefix(path, "/id/"), strings.HasPrefix(path, "/.well-known/"):
		o.serveAPI(w, r, path)
	default:
		o.serveBrowser(w, r, path)
	}
}

// serveAPI reads the request, lets the faults have their way, and answers.
func (o *Org) serveAPI(w http.ResponseWriter, r *http.Request, path string) {
	started := time.Now()
	if len(r.URL.RequestURI())+headerSize(r.Header) > maxHeader {
		o.send(w, r, path, started, answer{status: http.StatusRequestURITooLong, kind: "refused"})
		return
	}
	body, err := readBody(w, r)
	if err != nil {
		o.send(w, r, path, started, jsonAnswer("refused", http.StatusRequestEntityTooLarge, []any{bad("REQUEST_TOO_LARGE", "The request body cannot be read").rest()}))
		return
	}
	work := func() answer { return o.api(r, path, body) }
	content := func() string { return contentOf(r, path, body) }
	for _, f := range o.faults.forRequest(r.Method, content, !strings.HasPrefix(path, "/services/data/")) {
		work = o.misbehave(r.Context(), f, work)
	}
	o.send(w, r, path, started, work())
}

// contentOf is what a fault may be limited by: the path with its query and, for
// requests that hold others, the body.
func contentOf(r *http.Request, path string, body []byte) string {
	content := path
	if q, err := url.QueryUnescape(r.URL.RawQuery); err == nil && q != "" {
		content += "?" + q
	}
	if strings.Contains(path, "/composite") {
		content += " " + string(body)
	}
	return content
}

func headerSize(h http.Header) int {
	n := 0
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v) + 4
		}
	}
	return n
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil || r.ContentLength == 0 {
		return nil, nil
	}
	var in io.Reader = http.MaxBytesReader(w, r.Body, maxBody)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		in = io.LimitReader(z, maxBody)
	}
	if r.ContentLength > 0 && r.ContentLength < maxBody && r.Header.Get("Content-Encoding") == "" {
		body := make([]byte, r.ContentLength)
		_, err := io.ReadFull(in, body)
		return body, err
	}
	return io.ReadAll(in)
}

// Broken answers travel as statuses that no server sends.
const (
	breakConnection = -1
	breakInMiddle   = -2
)

func (o *Org) send(w http.ResponseWriter, r *http.Request, path string, started time.Time, a answer) {
	o.usage.note(Request{At: o.now(), Kind: a.kind, Method: r.Method, Path: path, Status: a.status, Cost: a.cost, Duration: time.Since(started)})
	if a.status == breakConnection {
		panic(http.ErrAbortHandler) // closes the connection without an answer
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		w.Header().Del("Content-Length")
	}
	if a.status == breakInMiddle {
		w.WriteHeader(http.StatusOK)
		w.Write(a.body[:len(a.body)/2])       //nolint:errcheck // the connection is about to break anyway
		http.NewResponseController(w).Flush() //nolint:errcheck // likewise
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		w.Write(a.body) //nolint:errcheck // the client went away
	}
}

func (o *Org) limited(message string) answer {
	if message == "" {
		message = "TotalRequests Limit exceeded."
	}
	a := jsonAnswer("refused", http.StatusForbidden, []any{refuse(http.StatusForbidden, "REQUEST_LIMIT_EXCEEDED", "%s", message).rest()})
	a.header.Set("Sforce-Limit-Info", o.usage.header())
	return a
}

// pause waits in real time, whatever the org's clock says: it is the client
// that is to notice.
func (o *Org) pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	case <-o.closing:
	}
}

const (
	maintenancePage = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Maintenance</title></head><body><h1>We are down for maintenance</h1><p>Sorry for the inconvenience. We'll be back shortly.</p></body></html>\n"
	badGatewayPage  = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
	gatewayPage     = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Gateway Timeout</title></head><body><h1>504 Gateway Timeout</h1></body></html>\n"
)
