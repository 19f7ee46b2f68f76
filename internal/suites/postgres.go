package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// postgresFolder is where initdb and pg_ctl are, "" when nowhere.
func postgresFolder() string {
	if path, err := exec.LookPath("pg_ctl"); err == nil {
		return filepath.Dir(path)
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_ctl")
	if err != nil || len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

// postgresSuite runs the tests that have a PostgreSQL half, and those of several
// nodes, against a server of their own. A test that is skipped there, or a server
// nobody asked, is a failure: these tests must not vanish quietly.
func postgresSuite(ctx context.Context, p *place) result {
	var r result
	if postgresFolder() == "" {
		if err := p.debian(); err != nil || postgresFolder() == "" {
			r.skip(fmt.Sprint("PostgreSQL is not installed: ", err))
			return r
		}
	}
	s, err := startPostgres(ctx, p)
	if err != nil {
		r.check("start PostgreSQL", "", err)
		return r
	}
	defer s.stop()
	names, err := testsOfBoth(p.root, onPostgres...)
	if err != nil {
		r.check("tests that run on both databases", "", err)
		return r
	}
	var packages []string
	for _, folder := range onPostgres {
		packages = append(packages, "./"+folder)
	}
	tests := goTest{env: []string{postgresVariable + "=" + s.url}, flags: []string{"-count=1", "-run", only(names) + "/postgres"}, packages: packages}.run(ctx, p)
	for _, why := range tests.why {
		tests.check("test that must run", why, errors.New("was skipped with PostgreSQL there"))
	}
	tests.skipped, tests.why = 0, nil
	r.add(tests)
	if !s.asked() {
		r.check("use of PostgreSQL", "", errors.New("no test connected to the server; do they read "+postgresVariable+"?"))
	}
	return r
}

// postgres is a private server in a folder of its own.
type postgres struct {
	place  *place
	folder string
	url    string
}

func startPostgres(ctx context.Context, p *place) (*postgres, error) {
	folder, err := os.MkdirTemp("", "ringledger-postgres-") // short: a socket's path has 107 bytes
	if err != nil {
		return nil, err
	}
	s := &postgres{place: p, folder: folder}
	if os.Getuid() == 0 {
		if out, err := p.run(ctx, command{args: []string{"chown", "postgres", folder}}); err != nil {
			return nil, fmt.Errorf("%w: %s", err, last(out))
		}
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	if out, err := s.tool(ctx, "initdb", "-D", folder+"/data", "-U", "ringledger", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	options := fmt.Sprintf("-p %s -k %s -c listen_addresses=127.0.0.1 -c log_connections=on -c max_connections=200 -c fsync=off -c full_page_writes=off", port, folder)
	if out, err := s.tool(ctx, "pg_ctl", "start", "-w", "-D", folder+"/data", "-l", folder+"/log", "-o", options); err != nil {
		return nil, fmt.Errorf("pg_ctl start: %w\n%s%s", err, out, s.log())
	}
	s.url = "postgres://ringledger@127.0.0.1:" + port + "/postgres?sslmode=disable"
	return s, nil
}

// tool runs a program of PostgreSQL, which refuses to be root.
func (s *postgres) tool(ctx context.Context, name string, args ...string) (string, error) {
	full := append([]string{filepath.Join(postgresFolder(), name)}, args...)
	if os.Getuid() == 0 {
		full = append([]string{"runuser", "-u", "postgres", "--"}, full...)
	}
	cmd := exec.CommandContext(ctx, full[0], full[1:]...)
	cmd.Dir = s.folder
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) { // the server keeps our pipe open
		err = nil
	}
	return out.String(), err
}

func (s *postgres) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if out, err := s.tool(ctx, "pg_ctl", "stop", "-m", "immediate", "-D", s.folder+"/data"); err != nil {
		fmt.Fprintln(os.Stderr, "suites: stop PostgreSQL:", err, out)
	}
	if err := os.RemoveAll(s.folder); err != nil {
		fmt.Fprintln(os.Stderr, "suites: remove PostgreSQL:", err)
	}
}

func (s *postgres) log() string {
	b, err := os.ReadFile(s.folder + "/log")
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// asked reports whether anybody signed in over TCP; pg_ctl itself uses the
// socket.
func (s *postgres) asked() bool {
	return strings.Contains(s.log(), "connection received: host=127.0.0.1")
}

// freePort is a port that was free a moment ago.
func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}
