package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// settle is how long the program is left alone before its memory is read.
const settle = 3 * time.Second

// measureProgram builds the real program, starts it on a new and on an old
// database, and reads its memory while nothing happens.
func measureProgram(ctx context.Context, o options, dir string, t *table) error {
	binary := filepath.Join(dir, "ringledger")
	if out, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/ringledger").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	t.add("binary", "%.1f MB", float64(info.Size())/1e6)
	var fresh, again []time.Duration
	var memory int
	for n := range o.rounds {
		data := filepath.Join(dir, "data"+strconv.Itoa(n))
		for _, took := range []*[]time.Duration{&fresh, &again} {
			d, kb, err := startOnce(ctx, binary, data, took == &again && n == o.rounds-1)
			if err != nil {
				return err
			}
			*took, memory = append(*took, d), max(memory, kb)
		}
	}
	slices.Sort(fresh)
	slices.Sort(again)
	t.add("start to first page, new database", "%s", ms(fresh[len(fresh)/2]))
	t.add("start to first page, old database", "%s", ms(again[len(again)/2]))
	t.add("memory when idle (RSS)", "%.1f MB", float64(memory)/1000)
	return nil
}

// startOnce gives the time from the start to the sign-in or set-up page, and
// the memory in kB when it is asked for.
func startOnce(ctx context.Context, binary, data string, weigh bool) (time.Duration, int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // finds a free port
	if err != nil {
		return 0, 0, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return 0, 0, err
	}
	p := exec.CommandContext(ctx, binary, "serve", "--listen", address, "--data", data, "--public-url", "http://"+address, "--log-level", "warn")
	began := time.Now()
	if err := p.Start(); err != nil {
		return 0, 0, err
	}
	took, err := firstPage("http://"+address+"/signin", began)
	memory := 0
	if err == nil && weigh {
		time.Sleep(settle)
		memory, err = residentKB(p.Process.Pid)
	}
	if stopErr := p.Process.Signal(syscall.SIGTERM); err == nil {
		err = stopErr
	}
	if waitErr := p.Wait(); err == nil {
		err = waitErr
	}
	return took, memory, err
}

func firstPage(url string, began time.Time) (time.Duration, error) {
	hc := &http.Client{Transport: &http.Transport{}, Timeout: time.Second}
	defer hc.CloseIdleConnections()
	for time.Since(began) < 20*time.Second {
		answer, err := hc.Get(url)
		if err == nil {
			if err := answer.Body.Close(); err != nil {
				return 0, err
			}
			if answer.StatusCode == http.StatusOK {
				return time.Since(began), nil
			}
		}
		time.Sleep(time.Millisecond)
	}
	return 0, fmt.Errorf("no page at %s", url)
}

func residentKB(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strconv.Atoi(strings.Fields(v)[0])
		}
	}
	return 0, fmt.Errorf("no VmRSS of process %d", pid)
}
