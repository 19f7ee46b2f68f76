package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// connections is how many keep-alive connections send at once.
const connections = 64

// target is where requests go: an address and the path of the webhook.
type target struct{ address, path string }

// sender is one connection that speaks just enough HTTP, so that the machine
// is busy with the server and not with measuring it.
type sender struct {
	conn   net.Conn
	in     *bufio.Reader
	out    []byte // a whole request, its id patched for each
	idAt   []int
	number []byte
}

func dial(t target, body []byte, id string) (*sender, error) {
	conn, err := net.Dial("tcp", t.address)
	if err != nil {
		return nil, err
	}
	out := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", t.path, t.address, len(body))
	s := &sender{conn: conn, in: bufio.NewReader(conn), number: make([]byte, 0, len(id))}
	head := len(out)
	s.out = append(out, body...)
	for at := head; ; {
		n := bytes.Index(s.out[at:], []byte(id))
		if n < 0 {
			break
		}
		s.idAt = append(s.idAt, at+n)
		at += n + len(id)
	}
	return s, nil
}

func (s *sender) send(id int64) error {
	s.number = strconv.AppendInt(s.number[:0], id, 10)
	for _, at := range s.idAt {
		copy(s.out[at:], s.number)
	}
	if _, err := s.conn.Write(s.out); err != nil {
		return err
	}
	return s.answer()
}

// answer reads one answer and expects 200.
func (s *sender) answer() error {
	line, err := s.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200")) {
		return fmt.Errorf("answered %s", bytes.TrimSpace(line))
	}
	length := 0
	for {
		line, err := s.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return err
			}
		}
	}
	_, err = s.in.Discard(length)
	return err
}

// result is what a run of the load gave.
type result struct {
	perSecond float64
	took      []time.Duration // sorted
}

func (r result) at(q float64) time.Duration {
	if len(r.took) == 0 {
		return 0
	}
	return r.took[min(len(r.took)-1, int(q*float64(len(r.took))))]
}

// nextID gives numbers nobody else gets, of as many digits as Aircall's.
var nextID = func() func() int64 {
	var n atomic.Int64
	n.Store(5_000_000_000)
	return func() int64 { return n.Add(1) }
}()

// flood sends as fast as answers come.
func flood(ctx context.Context, t target, e example, length time.Duration) (result, error) {
	began := time.Now()
	until := began.Add(length)
	return load(t, e, func() (time.Time, bool) {
		now := time.Now()
		return now, now.Before(until) && ctx.Err() == nil
	})
}

// steady sends at a fixed rate, whatever the answers do: what comes late
// counts from when it should have been sent.
func steady(ctx context.Context, t target, e example, rate int, length time.Duration) (result, error) {
	began := time.Now().Add(50 * time.Millisecond)
	var sent atomic.Int64
	most := int64(float64(rate) * length.Seconds())
	return load(t, e, func() (time.Time, bool) {
		n := sent.Add(1)
		at := began.Add(time.Duration(n) * time.Second / time.Duration(rate))
		if n > most || ctx.Err() != nil {
			return at, false
		}
		time.Sleep(time.Until(at))
		return at, true
	})
}

// load runs all connections; next says when a request counts from.
func load(t target, e example, next func() (time.Time, bool)) (result, error) {
	var mu sync.Mutex
	var all []time.Duration
	var errs []error
	var wait sync.WaitGroup
	began := time.Now()
	for range connections {
		s, err := dial(t, e.body, e.id)
		if err != nil {
			return result{}, err
		}
		wait.Go(func() {
			defer func() { _ = s.conn.Close() }() // all its answers were read
			took := make([]time.Duration, 0, 1<<14)
			var failed error
			for from, more := next(); more && failed == nil; from, more = next() {
				failed = s.send(nextID())
				took = append(took, time.Since(from))
			}
			mu.Lock()
			defer mu.Unlock()
			all, errs = append(all, took...), append(errs, failed)
		})
	}
	wait.Wait()
	slices.Sort(all)
	return result{float64(len(all)) / time.Since(began).Seconds(), all}, errors.Join(errs...)
}

// median gives the run in the middle by its rate.
func median(runs []result) result {
	slices.SortFunc(runs, func(a, b result) int { return int(a.perSecond - b.perSecond) })
	return runs[len(runs)/2]
}
