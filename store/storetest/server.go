package storetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// OnPostgres runs a test that only makes sense where several nodes share a
// database: as the subtest "postgres", on a new schema. Without a server it is
// skipped, and says which variable names one.
func OnPostgres(t *testing.T, test func(t *testing.T, db *DB)) {
	t.Helper()
	server := os.Getenv(PostgresVariable)
	if server == "" {
		t.Skip("needs a PostgreSQL server in " + PostgresVariable)
	}
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t, server)) })
}

// OnServer runs a test that stops, starts and changes a PostgreSQL server: one
// of its own, so that no other test meets it. It is skipped where OnPostgres is.
func OnServer(t *testing.T, test func(t *testing.T, server *Server), options ...string) {
	t.Helper()
	if os.Getenv(PostgresVariable) == "" {
		t.Skip("runs where " + PostgresVariable + " names a server")
	}
	t.Run("postgres", func(t *testing.T) { test(t, newServer(t, options)) })
}

// Server is a private PostgreSQL server in a folder of its own.
type Server struct {
	URL    string
	t      testing.TB
	folder string
	bin    string
	start  string   // options of its start
	as     []string // runs a program as somebody else
}

func newServer(t testing.TB, options []string) *Server {
	t.Helper()
	s := &Server{t: t, bin: postgresFolder()}
	if s.bin == "" {
		t.Skip("PostgreSQL's pg_ctl is not installed")
	}
	var err error
	if s.folder, err = os.MkdirTemp("", "ringledger-pg-"); err != nil { // short: a socket's path has 107 bytes
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(s.folder) }) // a folder of the system's own
	if os.Getuid() == 0 {                            // the tools refuse to be root
		s.run("chown", "postgres", s.folder)
		s.as = []string{"runuser", "-u", "postgres", "--"}
	}
	port := freePort(t)
	s.URL = "postgres://ringledger@127.0.0.1:" + port + "/postgres?sslmode=disable"
	s.start = strings.Join(append([]string{"-p " + port, "-k " + s.folder, "-c listen_addresses=127.0.0.1"}, options...), " ")
	s.tool("initdb", "-D", s.folder+"/data", "-U", "ringledger", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	s.Start()
	t.Cleanup(func() { s.Stop("immediate") })
	return s
}

// Start starts the server and waits until it answers.
func (s *Server) Start() {
	s.t.Helper()
	s.tool("pg_ctl", "start", "-w", "-D", s.folder+"/data", "-l", s.folder+"/log", "-o", s.start)
}

// Stop ends the server: "fast" in order, "immediate" as a crash does.
func (s *Server) Stop(mode string) {
	s.t.Helper()
	s.tool("pg_ctl", "stop", "-w", "-m", mode, "-D", s.folder+"/data")
}

// Reload has the server take over changed settings, and waits until it has.
func (s *Server) Reload() {
	s.t.Helper()
	s.tool("pg_ctl", "reload", "-D", s.folder+"/data")
	time.Sleep(200 * time.Millisecond) // nobody tells when its backends have read them
}

// DB is the server's own database. Its schema comes with the first Open.
func (s *Server) DB() *DB { return &DB{URL: s.URL, Key: newKey(), Clock: newClock(), t: s.t} }

// tool runs a program of PostgreSQL.
func (s *Server) tool(name string, args ...string) {
	s.t.Helper()
	s.run(append(append(slices.Clone(s.as), filepath.Join(s.bin, name)), args...)...)
}

// run keeps what the program says in a file: a server keeps the pipe of its
// starter open.
func (s *Server) run(args ...string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	said, err := os.CreateTemp("", "ringledger-said-")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = errors.Join(said.Close(), os.Remove(said.Name())) }() // a folder of the system's own
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.folder, said, said
	if err := cmd.Run(); err != nil {
		text, readErr := os.ReadFile(said.Name())
		s.t.Errorf("%s: %v %v\n%s", strings.Join(args, " "), err, readErr, text)
	}
}

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

// freePort is a port that was free a moment ago.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // the port is free again either way
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// With is the database's address with one more parameter.
func (d *DB) With(name, value string) string {
	d.t.Helper()
	u, err := url.Parse(d.URL)
	if err != nil {
		d.t.Fatal(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}
