package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestNothingAcknowledgedIsLostByAPowerCut takes the file system away as a cut
// of the power does: what was not yet on the device is gone. That kill -9 does
// not show, for the kernel keeps what it was given.
func TestNothingAcknowledgedIsLostByAPowerCut(t *testing.T) {
	long := faultSuite(t, "mount", "umount", "truncate", "mkfs.xfs", "mkfs.ext4", "xfs_io")
	cuts := 1
	if long {
		cuts = 10
	}
	for _, system := range []struct {
		name, size string
		mkfs       []string
	}{
		{"xfs", "300M", []string{"mkfs.xfs", "-q", "-f"}},
		{"ext4", "64M", []string{"mkfs.ext4", "-q", "-F"}},
	} {
		t.Run(system.name, func(t *testing.T) {
			t.Parallel()
			image := filepath.Join(t.TempDir(), "disk")
			systemTool(t, "truncate", "-s", system.size, image)
			systemTool(t, append(system.mkfs, image)...)
			if out, err := exec.CommandContext(t.Context(), "losetup", "-f").CombinedOutput(); err != nil {
				t.Skipf("no power was cut: this machine gives no loop device: %s", out)
			}
			disk := mounted(t, "-o", "loop", image)
			data := filepath.Join(disk, "data")
			if err := os.Mkdir(data, 0o700); err != nil {
				t.Fatal(err)
			}
			h := newHouseIn(t, quiet, data)
			systemTool(t, "sync", "-f", data) // what the admin did before is not what is tried
			s := newSender(h)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			h.start()
			ids := s.stream(ctx, 4_000_000, 4, 10*time.Millisecond)
			for range cuts {
				time.Sleep(2 * time.Second) // of load, then the cut
				h.freeze()
				systemTool(t, "xfs_io", "-x", "-c", "shutdown", disk)
				h.kill()
				h.keepsSecrets()
				systemTool(t, "umount", disk)
				systemTool(t, "mount", "-o", "loop", image, disk)
				h.checkIntegrity()
				h.checkKept(s)
				h.start()
			}
			cancel()
			h.allIsWell(ids(), 75*time.Second)
			figure(t, "%d power cuts, %d calls acknowledged, 0 lost, 0 doubled", cuts, len(s.acked))
		})
	}
}

// freeze keeps the program from doing anything more: without power nothing is
// acknowledged. What it asked the kernel for goes on.
func (h *house) freeze() {
	h.t.Helper()
	h.must(h.process.Process.Signal(syscall.SIGSTOP))
	stopped := func() bool {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", h.process.Process.Pid))
		h.must(err)
		for _, thread := range threads {
			text, err := os.ReadFile(thread)
			h.must(err)
			if _, state, _ := strings.Cut(string(text), ") "); state[0] != 'T' && state[0] != 'D' {
				return false
			}
		}
		return len(threads) > 0
	}
	for deadline := time.Now().Add(20 * time.Second); !stopped(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatal("the program does not stand still")
		}
	}
}

// checkKept checks that every acknowledged call is in the database, right after
// a cut and before anybody sends it again.
func (h *house) checkKept(s *sender) {
	h.t.Helper()
	s.mu.Lock()
	acked := make([]string, 0, len(s.acked))
	for id := range s.acked {
		acked = append(acked, id)
	}
	s.mu.Unlock()
	db := h.readOnly()
	defer func() { h.must(db.Close()) }()
	found, err := db.QueryContext(h.t.Context(), "SELECT object_id FROM deliveries")
	h.must(err)
	defer func() { h.must(found.Close()) }()
	kept := map[string]bool{}
	for found.Next() {
		var id string
		h.must(found.Scan(&id))
		kept[id] = true
	}
	h.must(found.Err())
	lost := 0
	for _, id := range acked {
		if !kept[id] {
			lost++
		}
	}
	if lost > 0 {
		h.t.Errorf("%d of %d acknowledged calls were lost", lost, len(acked))
	}
}
