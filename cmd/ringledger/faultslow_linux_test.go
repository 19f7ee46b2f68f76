package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestSlowSendersAreClosedAndOthersServed opens hundreds of connections that
// send their headers or their body byte by byte.
func TestSlowSendersAreClosedAndOthersServed(t *testing.T) {
	faultSuite(t)
	h := newHouse(t, quiet)
	h.start()
	s := newSender(h)
	address, path := strings.TrimPrefix(h.url, "http://"), strings.TrimPrefix(s.url, h.url)
	var wait sync.WaitGroup
	var mu sync.Mutex
	var longest time.Duration
	open, left := 0, 0
	for n := range 700 {
		begin := "POST " + path + " HTTP/1.1\r\nHost: " + address + "\r\nX-Slow: "
		if n >= 400 { // the headers are sent at once, the body is not
			begin = "POST " + path + " HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{"
		}
		wait.Go(func() {
			lasted, closed, err := drip(address, begin, 25*time.Second)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			open++
			longest = max(longest, lasted)
			if !closed {
				left++
			}
		})
	}
	var ids []string
	for n := range 100 { // five seconds while all of them hang on
		if status := s.send(6_000_001 + n); status != http.StatusOK {
			t.Errorf("a good sender got %d", status)
		}
		ids = append(ids, fmt.Sprint(6_000_001+n))
		time.Sleep(50 * time.Millisecond) // twenty calls a second
	}
	p99 := s.percentile(99)
	wait.Wait()
	if left > 0 || longest > 17*time.Second {
		t.Errorf("%d of %d slow connections were left open, the longest for %s", left, open, longest)
	}
	if p99 > time.Second {
		t.Errorf("good senders waited %s", p99)
	}
	h.allIsWell(ids, 60*time.Second)
	figure(t, "%d slow connections all closed within %s; 100 good calls acknowledged meanwhile, p99 %s", open, longest.Round(time.Millisecond), p99.Round(time.Millisecond))
}

// drip sends a beginning and then a byte each half second, until the server
// ends the connection or the time is up.
func drip(address, begin string, most time.Duration) (lasted time.Duration, closed bool, err error) {
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return 0, false, err
	}
	defer func() { _ = conn.Close() }() // the server has closed it, most likely
	began := time.Now()
	if _, err := io.WriteString(conn, begin); err != nil {
		return 0, true, err
	}
	buffer := make([]byte, 512)
	for time.Since(began) < most {
		if err := conn.SetReadDeadline(time.Now().Add(500 * time.Millisecond)); err != nil {
			return 0, false, err
		}
		if _, err := conn.Read(buffer); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return time.Since(began), true, nil
		}
		if _, err := io.WriteString(conn, "x"); err != nil {
			return time.Since(began), true, nil //nolint:nilerr // closed is what was waited for
		}
	}
	return most, false, nil
}

// TestAFloodOfWrongTokensHindersNoGoodSender lets strangers guess as fast as
// they can from the address that good calls come from.
func TestAFloodOfWrongTokensHindersNoGoodSender(t *testing.T) {
	faultSuite(t)
	h := newHouse(t, quiet)
	h.start()
	good, bad := newSender(h), newSender(h)
	bad.token = "a-token-that-was-guessed"
	done := make(chan struct{})
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if n%2 == 0 {
					bad.post(bad.url, bad.call(1))
				} else {
					bad.post(h.url+"/webhooks/aircall/guessed", bad.call(1))
				}
			}
		})
	}
	var ids []string
	for n := range 200 {
		if status := good.send(7_000_001 + n); status != http.StatusOK {
			t.Errorf("a good sender got %d", status)
		}
		ids = append(ids, fmt.Sprint(7_000_001+n))
		time.Sleep(20 * time.Millisecond) // fifty calls a second
	}
	close(done)
	wait.Wait()
	strangers := 0
	for status, n := range bad.codes {
		strangers += n
		if status != http.StatusUnauthorized && status != http.StatusNotFound && status != http.StatusTooManyRequests {
			t.Errorf("%d strangers got %d", n, status)
		}
	}
	if bad.codes[http.StatusTooManyRequests] < strangers/2 {
		t.Errorf("strangers got %v: they were not slowed down", bad.codes)
	}
	if p99 := good.percentile(99); p99 > time.Second {
		t.Errorf("good senders waited %s", p99)
	}
	h.allIsWell(ids, 60*time.Second)
	figure(t, "%d wrong tokens and addresses refused, %d of them by 429; 200 good calls acknowledged meanwhile, p99 %s", strangers, bad.codes[http.StatusTooManyRequests], good.percentile(99).Round(time.Millisecond))
}
