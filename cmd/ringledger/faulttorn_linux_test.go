package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestATornWriteAtTheEndOfTheLogLosesNothing kills the program and leaves at the
// end of SQLite's write-ahead log what a disk leaves that was writing one more
// frame: a part of it, or all of it with a part of its page never written.
func TestATornWriteAtTheEndOfTheLogLosesNothing(t *testing.T) {
	faultSuite(t)
	const logHead, head, frame = 32, 24, 24 + 4096
	for name, torn := range map[string]func(last []byte) []byte{
		"half a frame": func(last []byte) []byte { return last[:frame/2] },
		"a frame whose page is half written": func(last []byte) []byte {
			_, _ = rand.Read(last[head+2048:]) // never fails
			return last
		},
		"a frame of zeros": func([]byte) []byte { return make([]byte, frame) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, quiet)
			h.start()
			s := newSender(h)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ids := s.stream(ctx, 17_000_000, 4, 10*time.Millisecond)
			time.Sleep(time.Second) // of calls
			cancel()
			all := ids()
			h.kill()
			log := filepath.Join(h.data, "ringledger.db-wal")
			written, err := os.ReadFile(log)
			h.must(err)
			last := make([]byte, frame) // when there is none
			end := min(logHead, len(written))
			for end+frame <= len(written) && bytes.Equal(written[end+8:end+16], written[16:24]) { // what is older has another salt
				last = bytes.Clone(written[end:][:frame])
				end += frame
			}
			h.must(os.WriteFile(log, append(written[:end:end], torn(last)...), 0o600))
			h.start()
			h.allIsWell(all, 75*time.Second)
			figure(t, "%d calls acknowledged, 0 lost, 0 doubled", len(s.acked))
		})
	}
}
