package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestNoBodyBringsTheServerDown sends everything that the corpus holds, and the
// large bodies also without their length and packed.
func TestNoBodyBringsTheServerDown(t *testing.T) {
	faultSuite(t)
	h := newHouse(t, quiet)
	h.start()
	s := newSender(h)
	for n := range 100 { // the memory of a working program, not of one just started
		s.send(9_000_001 + n)
	}
	before := h.memory()
	bodies := corpus(s.token)
	var grown int
	kept := map[string]bool{}
	for _, b := range bodies {
		if status := s.post(s.url, b.text); status != b.want {
			t.Errorf("%s: got %d, want %d: %.80q", b.name, status, b.want, b.text)
		}
		if b.want == http.StatusOK {
			kept[b.text] = true
		}
		grown = max(grown, h.memory()-before)
	}
	for _, b := range large(s.token) {
		if status := s.request(strings.NewReader(b.text), ""); status != b.want { // a reader without a length is sent in chunks
			t.Errorf("%s in chunks: got %d, want %d", b.name, status, b.want)
		}
		if status := s.request(bytes.NewReader(packed(t, b.text)), "gzip"); status != http.StatusUnsupportedMediaType {
			t.Errorf("%s packed: got %d, want 415", b.name, status)
		}
		grown = max(grown, h.memory()-before)
	}
	if grown > 64<<20 {
		t.Errorf("the program grew by %d MiB, want less than 64", grown>>20)
	}
	if status := h.get("/readyz"); status != http.StatusOK {
		t.Errorf("readiness is %d afterwards", status)
	}
	h.checkEachKept(len(kept) + 100)
	h.holdsNo(s.token)
	h.awaitSettled(100, 30*time.Second)
	h.stop()
	h.keepsSecrets()
	if strings.Contains(h.output.String(), "panic") {
		t.Error("something panicked")
	}
	h.checkIntegrity()
	figure(t, "%d bodies, answers %v, none of 5xx; %d kept; memory grew by %d MiB at most", len(bodies), s.codes, len(kept), grown>>20)
}

// request posts a body without telling its length.
func (s *sender) request(from io.Reader, encoding string) int {
	req, err := http.NewRequestWithContext(s.h.t.Context(), http.MethodPost, s.url, io.MultiReader(from))
	s.h.must(err)
	req.Header.Set("Content-Type", "application/json")
	if encoding != "" {
		req.Header.Set("Content-Encoding", encoding)
	}
	answer, err := s.client.Do(req)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, answer.Body) // the status is what was asked for
	_ = answer.Body.Close()
	return answer.StatusCode
}

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// memory is what the process has in RAM.
func (h *house) memory() int {
	h.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", h.process.Process.Pid))
	h.must(err)
	var all, resident int
	_, err = fmt.Sscan(string(text), &all, &resident)
	h.must(err)
	return resident * os.Getpagesize()
}

// checkEachKept counts what is stored.
func (h *house) checkEachKept(want int) {
	h.t.Helper()
	db := h.readOnly()
	defer func() { h.must(db.Close()) }()
	var n int
	h.must(db.QueryRowContext(h.t.Context(), "SELECT count(*) FROM deliveries WHERE event <> 'call.fetched'").Scan(&n))
	if n != want {
		h.t.Errorf("%d deliveries are stored, want %d", n, want)
	}
}

// holdsNo checks that a secret is in no file of the data folder.
func (h *house) holdsNo(secret string) {
	h.t.Helper()
	files, err := filepath.Glob(filepath.Join(h.data, "*"))
	h.must(err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		h.must(err)
		if bytes.Contains(text, []byte(secret)) {
			h.t.Errorf("%s holds the token", filepath.Base(name))
		}
	}
}
