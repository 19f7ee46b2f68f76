package main

import (
	"os/exec"
	"strings"
	"testing"

	aircallsim "ringledger/integration/aircall/simulator"
)

func TestAContainerLearnsWhetherItsServerIsReady(t *testing.T) {
	h := newHouse(t, aircallsim.Options{})
	ready := func(listen string) (string, error) {
		cmd := exec.CommandContext(t.Context(), h.binary, "ready")
		cmd.Env = append(h.env, listen)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	port := h.url[strings.LastIndex(h.url, ":"):]
	everywhere := "RINGLEDGER_LISTEN=0.0.0.0" + port
	h.start()
	if out, err := ready(everywhere); err != nil || !strings.Contains(out, `"status":"ok"`) {
		t.Errorf("beside a server that is ready: %v: %s", err, out)
	}
	h.stop()
	if out, err := ready(everywhere); err == nil || !strings.Contains(out, "no server answers at 127.0.0.1"+port) {
		t.Errorf("beside none: %v: %s", err, out)
	}
	h.keyless("")
	h.startLocked()
	if out, err := ready(everywhere); err == nil || !strings.Contains(out, "rests until the key is right") {
		t.Errorf("beside a server that is locked: %v: %s", err, out)
	}
	h.stop()
}
