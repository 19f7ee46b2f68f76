package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAFailedWriteOrSyncIsNeverAcknowledged(t *testing.T) {
	long := faultSuite(t, "strace")
	for _, c := range []struct{ name, inject string }{
		{"EIO of fsync", "fsync:error=EIO:when=20+10"},
		{"ENOSPC of pwrite64", "pwrite64:error=ENOSPC:when=200+50"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, quiet)
			h.start() // the schema is made on a sound disk
			h.stop()
			s := newSender(h)
			if took, ok := h.startUnder(traced(c.inject, filepath.Join(t.TempDir(), "trace"))...); !ok {
				t.Fatalf("the program did not start in %s", took)
			}
			lasts := 6 * time.Second
			if long {
				lasts = time.Minute
			}
			ctx, cancel := context.WithTimeout(t.Context(), lasts+time.Minute)
			defer cancel()
			ended := s.stream(ctx, 2_000_000, 4, 20*time.Millisecond)
			time.Sleep(lasts)
			for s.count(http.StatusServiceUnavailable) == 0 && ctx.Err() == nil { // a slow disk syncs for many at once
				time.Sleep(100 * time.Millisecond)
			}
			cancel()
			all := ended()
			if s.codes[http.StatusServiceUnavailable] == 0 || s.codes[0] > 0 {
				t.Errorf("answers %v: want some 503, and each request answered", s.codes)
			}
			h.again() // on a sound disk
			h.allIsWell(all, 75*time.Second)
			figure(t, "%d calls acknowledged, %d answers 503, 0 lost, 0 doubled", len(s.acked), s.codes[http.StatusServiceUnavailable])
		})
	}
}

// systemTool runs a tool of the system and fails the test when it fails: where
// mounts are refused, the fault was not tried.
func systemTool(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// mounted gives a folder on a file system of its own until the test ends.
func mounted(t *testing.T, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	systemTool(t, append(append([]string{"mount"}, args...), dir)...)
	t.Cleanup(func() {
		if out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "umount", "-l", dir).CombinedOutput(); err != nil { //nolint:gosec // the folder is ours
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	chunk := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(chunk)
	}
	if closed := f.Close(); !errors.Is(err, syscall.ENOSPC) || closed != nil {
		t.Fatalf("fill: %v, %v", err, closed)
	}
}

func TestAFullDiskIsAnswered503AndRecoversWithoutRestart(t *testing.T) {
	long := faultSuite(t, "mount", "umount")
	disk := mounted(t, "-t", "tmpfs", "-o", "size=16m", "ringledger-fault")
	data := filepath.Join(disk, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	h := newHouseIn(t, quiet, data)
	h.start()
	s := newSender(h)
	ballast := filepath.Join(disk, "ballast")
	id, acked := 3_000_000, []string(nil)
	send := func() int {
		id++
		return s.send(id)
	}
	for range 50 {
		if status := send(); status != http.StatusOK {
			t.Fatalf("got %d before the disk was full", status)
		}
	}
	fill(t, ballast)
	full := false
	for n := 0; n < 5000 && !full; n++ { // the log of SQLite has some room left
		full = send() == http.StatusServiceUnavailable
	}
	if !full {
		t.Fatalf("a full disk was never told: %v", s.codes)
	}
	fill(t, ballast) // what a failed transaction gave back
	for range 20 {
		if status := send(); status != http.StatusServiceUnavailable && status != http.StatusOK {
			t.Errorf("got %d with the disk full", status)
		}
	}
	for _, path := range []string{"/healthz", "/signin"} {
		if status := h.get(path); status != http.StatusOK && status != http.StatusSeeOther {
			t.Errorf("%s: got %d with the disk full", path, status)
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for send() != http.StatusOK {
		time.Sleep(10 * time.Millisecond) // a poll; the time is what is measured
	}
	back := time.Since(began)
	if back > time.Second {
		t.Errorf("the first 200 came %s after there was room again, want 1 s", back)
	}
	for id := range s.acked {
		acked = append(acked, id)
	}
	for n := 3_000_001; n <= id; n++ { // Aircall sends again what was refused
		if !s.acked[strconv.Itoa(n)] {
			if status := s.send(n); status != http.StatusOK {
				t.Errorf("call %d: got %d afterwards", n, status)
			}
			acked = append(acked, strconv.Itoa(n))
		}
	}
	if long {
		h.awaitSettled(len(acked), 4*time.Minute) // calls that were in hand wait for the end of their lease
	} else {
		h.again()
	}
	h.allIsWell(acked, 75*time.Second)
	figure(t, "%d calls acknowledged, %d answers 503, first 200 after %s, 0 lost, 0 doubled", len(acked), s.codes[http.StatusServiceUnavailable], back.Round(time.Millisecond))
}

// get asks for a page and gives its status.
func (h *house) get(path string) int {
	h.t.Helper()
	hc := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer hc.CloseIdleConnections()
	answer, err := hc.Get(h.url + path) //nolint:noctx // the client has a timeout
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, answer.Body) // the status is what was asked for
	_ = answer.Body.Close()
	return answer.StatusCode
}
