package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// TestBadHTTPIsRefusedAndItsConnectionClosed sends what two servers in a row
// could read in two ways, and after it a request that a stranger would slip in.
func TestBadHTTPIsRefusedAndItsConnectionClosed(t *testing.T) {
	faultSuite(t)
	h := newHouse(t, quiet)
	h.start()
	s := newSender(h)
	address, path := strings.TrimPrefix(h.url, "http://"), strings.TrimPrefix(s.url, h.url)
	const slipped = "GET /slipped-in HTTP/1.1\r\nHost: x\r\n\r\n"
	post := "POST " + path + " HTTP/1.1\r\nHost: " + address + "\r\n"
	all := map[string]string{
		"no HTTP at all":                  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
		"no version":                      "GET /healthz\r\n\r\n",
		"a version of its own":            "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
		"the preface of HTTP/2":           "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"no host":                         "GET /healthz HTTP/1.1\r\n\r\n",
		"two hosts":                       "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"a host with a path":              "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n",
		"a method with a blank":           "GE T /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
		"a control character in the path": "GET /heal\x01thz HTTP/1.1\r\nHost: x\r\n\r\n",
		"a zero byte in a header":         "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n",
		"a header without a name":         "GET /healthz HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n",
		"a header without a colon":        "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A\r\n\r\n",
		"a blank before a colon":          post + "Content-Length : 5\r\n\r\nhello",
		"a first header that is folded":   "GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n",
		"two lengths":                     post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
		"a length with a sign":            post + "Content-Length: +5\r\n\r\nhello",
		"a length below nothing":          post + "Content-Length: -5\r\n\r\nhello",
		"a length in hex":                 post + "Content-Length: 0x5\r\n\r\nhello",
		"a length beyond all":             post + "Content-Length: 99999999999999999999\r\n\r\nhello",
		"an unknown encoding":             post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"two encodings":                   post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"a chunk of no size":              post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
		"a chunk longer than it says":     post + "Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
		"a chunk of a size beyond all":    post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n",
		"a length and chunks":             post + "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"chunks in HTTP/1.0":              strings.Replace(post, "1.1", "1.0", 1) + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a header of 100 KB":              "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 100<<10) + "\r\n\r\n",
		"4,000 headers":                   "GET /healthz HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-A: aaaaaaaaaaaaaaaaa\r\n", 4000) + "\r\n",
		"an address of 100 KB":            "GET /" + strings.Repeat("a", 100<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n",
	}
	for name, bad := range all {
		answer := exchange(t, address, bad+slipped)
		refused := strings.HasPrefix(answer, "HTTP/1.1 4") || strings.HasPrefix(answer, "HTTP/1.0 400") || strings.HasPrefix(answer, "HTTP/1.1 50")
		if answers := strings.Count(answer, "HTTP/1."); !refused || answers != 1 || strings.Contains(answer, "slipped") {
			t.Errorf("%s: %d answers, want one that refuses: %.300q", name, answers, answer)
		}
	}
	var ids []string
	for n := range 20 {
		if status := s.send(16_000_001 + n); status != http.StatusOK {
			t.Errorf("a good sender got %d", status)
		}
		ids = append(ids, fmt.Sprint(16_000_001+n))
	}
	h.allIsWell(ids, 60*time.Second)
	figure(t, "%d kinds of bad HTTP each refused once and cut off, what came after them not read", len(all))
}

// exchange sends bytes and gives what comes until the server closes.
func exchange(t *testing.T, address, all string) string {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // the server has closed it, most likely
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, all) // it may be cut off before all was sent
	answer, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%.100q: the connection stays open after %.100q", all, answer)
	}
	return string(answer)
}
