package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestADatabaseThatCannotBeUsedEndsTheStartAndStaysAsItIs damages the file of a
// ledger and then puts it on a disk that takes no writes.
func TestADatabaseThatCannotBeUsedEndsTheStartAndStaysAsItIs(t *testing.T) {
	faultSuite(t, "mount", "umount")
	disk := mounted(t, "-t", "tmpfs", "-o", "size=64m", "ringledger-fault")
	data := filepath.Join(disk, "data")
	h := newHouseIn(t, quiet, data)
	h.start()
	h.stop()
	file := filepath.Join(data, "ringledger.db")
	sound, err := os.ReadFile(file)
	h.must(err)
	systemTool(t, "mount", "-o", "remount,ro", disk)
	h.refusesToStart("read-only file system")
	systemTool(t, "mount", "-o", "remount,rw", disk)
	damaged := bytes.Clone(sound)
	_, err = rand.Read(damaged[3*4096 : 33*4096])
	h.must(err)
	h.must(os.WriteFile(file, damaged, 0o600))
	h.refusesToStart("malformed")
	after, err := os.ReadFile(file)
	h.must(err)
	if !bytes.Equal(after, damaged) {
		t.Error("the damaged file was changed")
	}
	h.must(os.WriteFile(file, sound, 0o600))
	h.start()
	h.stop()
	figure(t, "a read-only disk and a damaged file were refused, the file kept as it was")
}

// refusesToStart checks that the program ends by itself, says why, and prints
// no secret.
func (h *house) refusesToStart(why string) {
	h.t.Helper()
	serve := exec.CommandContext(h.t.Context(), h.binary, "serve")
	serve.Env = h.env
	out, err := serve.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != failed || !strings.Contains(string(out), why) {
		h.t.Errorf("got %v and %q, want an end with %q", err, out, why)
	}
	h.output = bytes.NewBuffer(out)
	h.keepsSecrets()
}
