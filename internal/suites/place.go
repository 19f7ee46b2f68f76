package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// place is where the suites run: the folders, and the tools as they become
// ready. Installations go on in the background while earlier suites run.
type place struct {
	root   string // of the repository
	temp   string // removed at the end
	strict bool

	cgo     bool                   // a C compiler is there
	debian  func() error           // Debian packages are installed
	linter  func() (string, error) // path of golangci-lint
	scanner func() (string, error) // path of gitleaks
	node    func() error           // Node and its packages are there
	binary  func() (string, error)
	closed  []func()
}

func newPlace(ctx context.Context, strict bool) (*place, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(out)))
	temp, err := os.MkdirTemp("", "ringledger-suites-")
	if err != nil {
		return nil, err
	}
	return &place{root: root, temp: temp, strict: strict}, nil
}

func (p *place) close() {
	for _, f := range slices.Backward(p.closed) {
		f()
	}
	if err := os.RemoveAll(p.temp); err != nil {
		fmt.Fprintln(os.Stderr, "suites: clean up:", err)
	}
}

// prepare starts the installations that the chosen suites will ask for.
func (p *place) prepare(ctx context.Context, chosen []suite) {
	wanted := func(key string) bool { return slices.ContainsFunc(chosen, func(s suite) bool { return s.key == key }) }
	p.debian = sync.OnceValue(func() error { return p.installDebian(ctx, missing(wanted)) })
	p.linter = sync.OnceValues(func() (string, error) { return p.installTool(ctx, linter) })
	p.scanner = sync.OnceValues(func() (string, error) { return p.installTool(ctx, scanner) })
	p.node = sync.OnceValue(func() error { return errors.Join(p.debian(), p.installNode(ctx)) })
	p.binary = sync.OnceValues(func() (string, error) { return p.buildBinary(ctx) })
	if !has("gcc") && !has("cc") && !has("clang") {
		_ = p.debian() // its error is told by the suites that miss something
	}
	p.cgo = has("gcc") || has("cc") || has("clang")
	go func() { _ = p.debian() }() // whoever needs it asks again and gets the error
	if wanted("clients") || wanted("browser") || wanted("speed") {
		go func() { _ = p.node() }()
	}
	if wanted("lint") {
		go func() {
			_, _ = p.linter() // whoever needs it asks again and gets the error
			_, _ = p.scanner()
		}()
	}
}

func has(tool string) bool {
	_, err := exec.LookPath(tool)
	return err == nil
}

// command is one program to run.
type command struct {
	dir  string
	env  []string // besides our own
	args []string
}

// goFlags are those of every go command: what is compiled does not depend on the folder, so
// another clone takes it from the cache.
var goFlags = strings.TrimSpace(os.Getenv("GOFLAGS") + " -trimpath")

// run returns what the command printed, on both streams. A command that is
// told to end and does not is killed.
func (p *place) run(ctx context.Context, c command) (string, error) {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Dir = filepath.Join(p.root, c.dir)
	cmd.Env = append(append(os.Environ(), "GOFLAGS="+goFlags), c.env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if ctx.Err() != nil {
		err = fmt.Errorf("took too long or was interrupted: %w", ctx.Err())
	}
	return out.String(), err
}

// buildBinary builds the program as it is shipped, for the tests that use it
// from outside.
func (p *place) buildBinary(ctx context.Context) (string, error) {
	path := filepath.Join(p.temp, "ringledger")
	out, err := p.run(ctx, command{args: []string{"go", "build", "-o", path, "./cmd/ringledger"}})
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
}
