package main

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestAProgramOutOfFileDescriptorsRecovers lets twice as many clients connect
// and say nothing as the program may have files open.
func TestAProgramOutOfFileDescriptorsRecovers(t *testing.T) {
	faultSuite(t, "prlimit")
	h := newHouse(t, quiet)
	if took, ok := h.startUnder("prlimit", "--nofile=64:64"); !ok {
		t.Fatalf("the program did not start in %s", took)
	}
	s := newSender(h)
	var silent []net.Conn
	for range 128 {
		conn, err := net.DialTimeout("tcp", strings.TrimPrefix(h.url, "http://"), 5*time.Second)
		h.must(err)
		silent = append(silent, conn)
	}
	began := time.Now()
	var ids []string
	for n := range 50 {
		for deadline := time.Now().Add(30 * time.Second); s.send(10_000_001+n) != http.StatusOK; {
			if time.Now().After(deadline) {
				t.Fatalf("no call was taken any more: %v", s.codes)
			}
			time.Sleep(50 * time.Millisecond) // the pause between tries
		}
		ids = append(ids, fmt.Sprint(10_000_001+n))
	}
	back := time.Since(began)
	for _, conn := range silent {
		_ = conn.Close() // most were closed by the program
	}
	h.allIsWell(ids, 60*time.Second)
	figure(t, "128 silent connections at 64 file descriptors; 50 calls acknowledged, the last after %s", back.Round(time.Millisecond))
}
