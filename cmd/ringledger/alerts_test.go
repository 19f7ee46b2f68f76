package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
)

// mailServer takes everything that is said to it, on this machine.
func mailServer(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { greet(conn) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		all.Wait()
	})
	return l.Addr().String()
}

func greet(conn net.Conn) {
	defer conn.Close()
	say := func(text string) { fmt.Fprintf(conn, "%s\r\n", text) }
	say("220 here")
	for in := bufio.NewScanner(conn); in.Scan(); {
		switch verb, _, _ := strings.Cut(in.Text(), " "); verb {
		case "EHLO":
			say("250-here")
			say("250 AUTH PLAIN")
		case "AUTH":
			say("235 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func TestTheDoctorAsksTheMailServerWhenOneIsSet(t *testing.T) {
	data := newLedger(t)
	mail := []string{"--smtp-server", mailServer(t), "--smtp-from", "ringledger@example.com", "--smtp-user", "ops", "--smtp-password", "canary-mail-password"}
	_, out, _ := command(t, data, "", append([]string{"doctor"}, mail...)...)
	if !strings.Contains(out, "ok    mail") || strings.Contains(out, "canary-mail-password") {
		t.Errorf("got %s", out)
	}
	_, out, _ = command(t, data, "", "doctor", "--smtp-server", "127.0.0.1:1", "--smtp-from", "ringledger@example.com")
	if !strings.Contains(out, "WRONG mail") || !strings.Contains(out, "RINGLEDGER_SMTP_SERVER") {
		t.Errorf("got %s", out)
	}
	if _, out, _ = command(t, data, "", append([]string{"config", "check"}, mail...)...); !strings.Contains(out, "RINGLEDGER_SMTP_USER") || strings.Contains(out, "canary-mail-password") {
		t.Errorf("got %s", out)
	}
}

func TestAMailServerThatCannotBeUsedIsSaidAtTheStart(t *testing.T) {
	for _, wrong := range [][]string{
		{"--smtp-server", "smtp.example.com"},
		{"--smtp-server", "smtp.example.com", "--smtp-from", "ops"},
		{"--smtp-server", "https://smtp.example.com", "--smtp-from", "ops@example.com"},
		{"--smtp-server", "smtp.example.com:0", "--smtp-from", "ops@example.com"},
		{"--smtp-server", "smtp.example.com", "--smtp-from", "ops@example.com", "--smtp-user", "ops"},
	} {
		if code, _, errs := command(t, t.TempDir(), "", append([]string{"migrate"}, wrong...)...); code != misuse || !strings.Contains(errs, "RINGLEDGER_SMTP_") {
			t.Errorf("%v: exit %d, %q; want 2 and the variable", wrong, code, errs)
		}
	}
}
