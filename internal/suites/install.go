package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const oldestNode = 20

// missing lists the Debian packages of the tools that the suites want and
// that are not there.
func missing(wanted func(key string) bool) []string {
	var names []string
	want := func(there bool, packages ...string) {
		if !there {
			names = append(names, packages...)
		}
	}
	want(has("gcc") || has("cc") || has("clang"), "gcc", "libc6-dev")
	if wanted("postgres") {
		want(postgresFolder() != "", "postgresql")
	}
	if wanted("faults") {
		want(has("strace"), "strace")
		want(has("xfs_io") && has("mkfs.xfs"), "xfsprogs")
		want(has("mkfs.ext4"), "e2fsprogs")
		want(has("faketime"), "faketime")
		want(has("qemu-x86_64"), "qemu-user")
	}
	if wanted("clients") || wanted("browser") || wanted("speed") {
		want(has("node"), "nodejs")
		want(has("npm"), "npm")
	}
	if wanted("browser") || wanted("speed") {
		want(browser() != "", "chromium-headless-shell", "fonts-liberation")
		want(has("java"), "default-jre-headless")
	}
	return names
}

// browser is the path of Chromium, or of a browser that is one at heart; "" is
// none. The one that has no windows computes least.
func browser() string {
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// installDebian installs packages, which only root of a Debian can.
func (p *place) installDebian(ctx context.Context, packages []string) error {
	if len(packages) == 0 {
		return nil
	}
	list := strings.Join(packages, ", ")
	if os.Getuid() != 0 || !has("apt-get") {
		return fmt.Errorf("install these and run again: %s", list)
	}
	env := []string{"DEBIAN_FRONTEND=noninteractive"}
	if out, err := p.run(ctx, command{env: env, args: []string{"apt-get", "update", "-qq"}}); err != nil {
		return fmt.Errorf("apt-get update: %w: %s", err, last(out))
	}
	args := []string{"apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "-qq", "--no-install-recommends"}
	if out, err := p.run(ctx, command{env: env, args: append(args, packages...)}); err != nil {
		return fmt.Errorf("apt-get install %s: %w: %s", list, err, last(out))
	}
	return nil
}

// goTool is a program of the module proxy that checks the project.
type goTool struct{ name, module, version string }

var (
	linter  = goTool{"golangci-lint", "github.com/golangci/golangci-lint/v2/cmd/golangci-lint", "2.15.0"}
	scanner = goTool{"gitleaks", "github.com/zricethezav/gitleaks/v8", "8.30.1"}
)

// installTool builds a tool once and keeps it with the user's caches.
func (p *place) installTool(ctx context.Context, t goTool) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = filepath.Join(p.root, "bin")
	}
	folder := filepath.Join(cache, "ringledger", t.name+"-"+t.version)
	path := filepath.Join(folder, t.name)
	if there(path) {
		return path, nil
	}
	out, err := p.run(ctx, command{env: []string{"GOBIN=" + folder, "GOFLAGS="}, args: []string{"go", "install", t.module + "@v" + t.version}})
	if err != nil {
		return "", fmt.Errorf("install %s %s: %w: %s", t.name, t.version, err, last(out))
	}
	return path, nil
}

// installNode checks Node's version and installs the packages of browsertest
// exactly as its lock file says. No package may run a script of its own.
func (p *place) installNode(ctx context.Context) error {
	if !has("node") || !has("npm") {
		return fmt.Errorf("missing: Node %d and npm", oldestNode)
	}
	out, err := p.run(ctx, command{args: []string{"node", "--version"}})
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	major, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(out), "v"), ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestNode {
		return fmt.Errorf("too old: Node %s, needed is %d", strings.TrimSpace(out), oldestNode)
	}
	lock := filepath.Join(p.root, "browsertest", "package-lock.json")
	done := filepath.Join(p.root, "browsertest", "node_modules", ".ringledger-lock")
	want, err := os.ReadFile(lock)
	if err != nil {
		return err
	}
	if got, err := os.ReadFile(done); err == nil && slices.Equal(got, want) {
		return nil
	}
	if out, err := p.run(ctx, command{dir: "browsertest", args: []string{"npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"}}); err != nil {
		return fmt.Errorf("npm ci: %w: %s", err, last(out))
	}
	return os.WriteFile(done, want, 0o600)
}

// last is the last line that says something.
func last(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[len(lines)-1]
}
