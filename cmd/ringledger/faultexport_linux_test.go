package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestExportsAndReadersWhoDoNotReadHinderNoGoodSender has people take the whole
// list as a file, one after the other and two at once, while somebody asks for it
// and reads nothing of the answer.
func TestExportsAndReadersWhoDoNotReadHinderNoGoodSender(t *testing.T) {
	entries, lasts := 20_000, 8*time.Second
	if faultSuite(t) {
		entries, lasts = 100_000, time.Minute
	}
	h := newHouse(t, quiet)
	h.addVisitor()
	h.fill(entries)
	h.start()
	v := newVisitor(h)
	v.signIn()
	slow := make(chan time.Duration, 1)
	go func() { slow <- v.readsNothing("/activity.csv", 2*time.Minute) }()
	s := newSender(h)
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	ids := s.stream(ctx, 18_000_000, 4, 20*time.Millisecond)
	var wait sync.WaitGroup
	var mu sync.Mutex
	exports := 0
	for range 2 {
		wait.Go(func() {
			for ctx.Err() == nil {
				lines := v.lines("/activity.csv")
				mu.Lock()
				exports++
				mu.Unlock()
				if lines < entries {
					t.Errorf("a file has %d lines, want at least %d", lines, entries)
				}
			}
		})
	}
	wait.Wait()
	all := ids()
	if p99 := s.percentile(99); p99 > 4*time.Second || s.codes[http.StatusOK] != len(all) {
		t.Errorf("good senders waited %s and got %v", p99, s.codes)
	}
	held := <-slow
	if held < 20*time.Second || held > 90*time.Second { // sooner, and it was all sent
		t.Errorf("who read nothing was kept for %s, want half a minute", held)
	}
	h.awaitSettled(len(all), 60*time.Second)
	h.stop()
	h.keepsSecrets()
	h.checkKept(s)
	h.checkIntegrity()
	tasks := h.tasks()
	for _, id := range all {
		if n := len(tasks["aircall:"+id]); n != 1 {
			t.Errorf("call %s has %d Tasks", id, n)
		}
	}
	figure(t, "%d files of %d lines taken; meanwhile %d calls acknowledged, p50 %s, p99 %s, slowest %s; who read nothing was cut off after %s", exports, entries, len(s.acked),
		s.percentile(50).Round(time.Millisecond), s.percentile(99).Round(time.Millisecond), s.worst.Round(time.Millisecond), held.Round(time.Second))
}

// fill gives the list so many calls of today that ask for nothing, and as a file
// more bytes than the kernel takes for somebody who does not read.
func (h *house) fill(entries int) {
	h.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(h.data, "ringledger.db"))
	h.must(err)
	defer func() { h.must(db.Close()) }()
	now := time.Now().Add(-time.Hour).UnixMicro()
	_, err = db.ExecContext(h.t.Context(), `INSERT INTO entries (provider, kind, object_id, first_at, updated_at, started_at, outcome, reason, line_name)
		WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?)
		SELECT 'aircall', 'call', 'old-' || n, ?, ?, ? - n, 'skipped', 'internal', ? FROM c`, entries, now, now, now, strings.Repeat("Support ", 60))
	h.must(err)
}

// lines counts those of a file that is taken whole.
func (v *visitor) lines(path string) int {
	patient := *v.client
	patient.Timeout = 3 * time.Minute          // two files at once, on a machine that is busy with other things too
	answer, err := patient.Get(v.h.url + path) //nolint:noctx // the client has a timeout
	if err != nil {
		v.h.t.Error(err)
		return 0
	}
	defer func() { _ = answer.Body.Close() }() // read to its end
	all, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		v.h.t.Errorf("%s: %d, %v", path, answer.StatusCode, err)
	}
	return bytes.Count(all, []byte("\n"))
}

// readsNothing asks for a page, leaves its answer where it is, and tells how long
// the server waited for that.
func (v *visitor) readsNothing(path string, most time.Duration) time.Duration {
	small := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}}
	began := time.Now()
	conn, err := small.DialContext(v.h.t.Context(), "tcp", strings.TrimPrefix(v.h.url, "http://"))
	if err != nil {
		v.h.t.Error(err)
		return 0
	}
	defer func() { _ = conn.Close() }() // the server has closed it, most likely
	base, err := url.Parse(v.h.url)
	if err != nil {
		v.h.t.Error(err)
		return 0
	}
	var cookies []string
	for _, c := range v.client.Jar.Cookies(base) {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", path, base.Host, strings.Join(cookies, "; ")); err != nil {
		v.h.t.Error(err)
	}
	for time.Since(began) < most && isHeld(v.h.t, conn) {
		time.Sleep(250 * time.Millisecond) // a poll with a deadline
	}
	return time.Since(began)
}

// isHeld reports whether the server still holds its end of a connection. Its
// client cannot tell: before the news come all the bytes that it does not read.
func isHeld(t *testing.T, conn net.Conn) bool {
	all, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Error(err)
	}
	port := func(a net.Addr) string { return fmt.Sprintf(":%04X", a.(*net.TCPAddr).Port) }
	for line := range strings.Lines(string(all)) {
		f := strings.Fields(line)
		if len(f) > 3 && strings.HasSuffix(f[1], port(conn.RemoteAddr())) && strings.HasSuffix(f[2], port(conn.LocalAddr())) {
			return f[3] == "01" // established
		}
	}
	return false
}
