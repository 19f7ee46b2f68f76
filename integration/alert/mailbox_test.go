package alert_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"mime"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// mailbox is a mail server that keeps what it is given.
type mailbox struct {
	t        *testing.T
	listener net.Listener
	secure   *tls.Config // nil = it speaks in the clear
	roots    *x509.CertPool
	password string   // asked for; "" = none
	refuses  []string // addresses, for good
	mute     bool     // takes the connection and says nothing

	mu    sync.Mutex
	lines []string // everything that was said to it in the clear
	got   []letter
}

type letter struct{ to, subject, id, body string }

func (m *mailbox) open(host string) *mailbox {
	m.t.Helper()
	var err error
	if m.listener, err = net.Listen("tcp", host+":0"); err != nil {
		m.t.Fatal(err)
	}
	var all sync.WaitGroup
	var open sync.Map
	all.Go(func() {
		for {
			conn, err := m.listener.Accept()
			if err != nil {
				return
			}
			open.Store(conn, true)
			all.Go(func() { m.serve(conn) })
		}
	})
	m.t.Cleanup(func() {
		_ = m.listener.Close()
		open.Range(func(conn, _ any) bool { return conn.(net.Conn).Close() != nil || true })
		all.Wait()
	})
	return m
}

// certified gives the server a certificate for its address.
func (m *mailbox) certified(host string) *mailbox {
	m.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		m.t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP(host)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		m.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		m.t.Fatal(err)
	}
	m.roots = x509.NewCertPool()
	m.roots.AddCert(cert)
	m.secure = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	return m
}

func (m *mailbox) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if m.mute {
		_, _ = conn.Read(make([]byte, 1)) // until the other side goes away
		return
	}
	in, clear, signedIn, to := bufio.NewReader(conn), true, false, ""
	say := func(text string) { _, _ = fmt.Fprintf(conn, "%s\r\n", text) }
	say("220 mailbox")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		if clear {
			m.mu.Lock()
			m.lines = append(m.lines, line)
			m.mu.Unlock()
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-mailbox")
			if m.secure != nil && clear {
				say("250-STARTTLS")
			}
			say("250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, m.secure)
			in, clear = bufio.NewReader(conn), false
		case "AUTH":
			_, coded, _ := strings.Cut(rest, " ")
			plain, _ := base64.StdEncoding.DecodeString(coded)
			if signedIn = strings.HasSuffix(string(plain), "\x00"+m.password); signedIn {
				say("235 ok")
			} else {
				say("535 5.7.8 who are you")
			}
		case "RCPT":
			to = strings.Trim(strings.TrimPrefix(rest, "TO:"), "<>")
			switch {
			case slices.Contains(m.refuses, to):
				say("550 5.1.1 nobody of that name")
			case m.password != "" && !signedIn:
				say("530 5.7.0 sign in")
			default:
				say("250 ok")
			}
		case "DATA":
			say("354 go on")
			m.keep(in, to)
			say("250 kept")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (m *mailbox) keep(in *bufio.Reader, to string) {
	var text strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		text.WriteString(line)
	}
	tells(m.t, text.String())
	msg, err := mail.ReadMessage(strings.NewReader(text.String()))
	if err != nil {
		m.t.Error(err)
		return
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		m.t.Error(err)
	}
	_, body, _ := strings.Cut(text.String(), "\r\n\r\n")
	m.mu.Lock()
	defer m.mu.Unlock()
	m.got = append(m.got, letter{to: to, subject: subject, id: msg.Header.Get("Message-Id"), body: body})
}

func (m *mailbox) letters() []letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.got)
}

func (m *mailbox) heard() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.lines, "\n")
}
