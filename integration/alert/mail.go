package alert

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringledger/store"

	smtp "github.com/wneessen/go-mail"
)

// SMTP says how e-mails are sent.
type SMTP struct {
	Server   string // host, or host:port; "" = none are sent
	User     string // "" = the server asks for none
	Password store.Secret
	From     string
	Roots    *x509.CertPool // whose certificates are believed; nil = the system's
}

const (
	submission = 587 // begins in the clear and changes to TLS
	implicit   = 465 // TLS from the first byte
	mailTime   = 15 * time.Second
	// mostMail bounds what is sent: a digest has a few hundred bytes.
	mostMail = 64 << 10
)

// Ready reports whether e-mails can be sent.
func (s SMTP) Ready() bool { return s.Server != "" && s.From != "" }

// Check says what is wrong with the values, without asking the server.
func (s SMTP) Check() error {
	if s.Server == "" {
		return nil
	}
	if _, _, err := s.address(); err != nil {
		return err
	}
	if !IsAddress(s.From) {
		return errors.New("the sender's e-mail address is missing or wrong")
	}
	if (s.User == "") != (s.Password == "") {
		return errors.New("user and password belong together")
	}
	return nil
}

// IsAddress reports whether a text is one e-mail address and nothing else.
func IsAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && !strings.ContainsAny(text, " ,;\"\r\n")
}

func (s SMTP) address() (host string, port int, err error) {
	host, text, err := net.SplitHostPort(s.Server)
	if err != nil {
		if strings.ContainsAny(s.Server, ":/ ") {
			return "", 0, errors.New("the server must look like smtp.example.com or smtp.example.com:587")
		}
		return s.Server, submission, nil
	}
	port, err = strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 || host == "" {
		return "", 0, errors.New("the server must look like smtp.example.com or smtp.example.com:587")
	}
	return host, port, nil
}

// inClear reports whether the server is this machine, so that nobody listens in
// between. Every other one must have TLS.
func inClear(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// client speaks to the server until ctx ends, in the middle of a word if it must.
func (s SMTP) client(ctx context.Context) (*smtp.Client, error) {
	host, port, err := s.address()
	if err != nil {
		return nil, err
	}
	secure := &tls.Config{ServerName: host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	policy, auth := smtp.TLSMandatory, smtp.SMTPAuthAutoDiscover
	if port == implicit || inClear(host) { // there is no change to TLS on the way
		policy, auth = smtp.NoTLS, smtp.SMTPAuthPlain
	}
	dial := func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{Timeout: connecting}).DialContext(dialing, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() }) // whoever reads from it is told
		if port != implicit {
			return conn, nil
		}
		safe := tls.Client(conn, secure)
		return safe, safe.HandshakeContext(dialing)
	}
	options := []smtp.Option{smtp.WithPort(port), smtp.WithTimeout(mailTime), smtp.WithTLSConfig(secure), smtp.WithTLSPolicy(policy), smtp.WithDialContextFunc(dial)}
	if s.User != "" {
		options = append(options, smtp.WithSMTPAuth(auth), smtp.WithUsername(s.User), smtp.WithPassword(string(s.Password)))
	}
	return smtp.NewClient(host, options...)
}

// CheckServer signs in to the server and sends nothing.
func (s SMTP) CheckServer(ctx context.Context) error {
	if err := s.Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	c, err := s.client(ctx)
	if err != nil {
		return fmt.Errorf("alert: mail server: %w", err)
	}
	if err := c.DialWithContext(ctx); err != nil {
		return fmt.Errorf("alert: mail server: %w", err)
	}
	if err := c.Close(); err != nil {
		return fmt.Errorf("alert: mail server: %w", err)
	}
	return nil
}

// letter is one e-mail, the same for all who get it.
type letter struct {
	id, host string // of its Message-ID, the same when it is sent again
	text     Text
	at       time.Time
}

// between separates those who were told.
const between = ", "

// send sends a letter to everybody who has not got it, each on their own: an
// address that the server refuses for good keeps nobody else from being told.
func (s SMTP) send(ctx context.Context, recipients []string, told string, l letter) sent {
	out := sent{told: told}
	has := strings.Split(told, between)
	if told == "" {
		has = nil
	}
	if !s.Ready() {
		out.err = ErrNoChannel
		return out
	}
	c, err := s.client(ctx)
	if err == nil {
		err = c.DialWithContext(ctx)
	}
	if err != nil {
		out.err = fmt.Errorf("alert: mail server: %w", err)
		return out
	}
	defer func() { _ = c.Close() }() // the server has said of each letter whether it took it
	var refused, failed []error
	for _, to := range recipients {
		if slices.Contains(has, to) {
			continue
		}
		msg, err := s.message(to, l)
		if err == nil {
			err = c.Send(msg)
		}
		var e *smtp.SendError
		switch {
		case err == nil:
			has = append(has, to)
		case errors.As(err, &e) && e.Reason == smtp.ErrSMTPRcptTo && !e.IsTemp():
			refused = append(refused, err)
		default:
			failed = append(failed, err)
		}
	}
	out.told = strings.Join(has, between)
	switch {
	case len(failed) > 0 || len(has) == 0:
		out.err = fmt.Errorf("alert: send mail: %w", oneLine(append(failed, refused...)))
	case len(refused) > 0:
		out.problem = oneLine(refused).Error()
	}
	out.answer = out.told
	return out
}

// oneLine joins errors for a table.
func oneLine(all []error) error {
	texts := make([]string, len(all))
	for i, err := range all {
		texts[i] = strings.Join(strings.Fields(err.Error()), " ")
	}
	return errors.New(strings.Join(texts, "; "))
}

func (s SMTP) message(to string, l letter) (*smtp.Msg, error) {
	m := smtp.NewMsg()
	if err := errors.Join(m.FromFormat("Ringledger", s.From), m.To(to)); err != nil {
		return nil, fmt.Errorf("alert: write mail: %w", err)
	}
	body := strings.Join(append(slices.Clone(l.text.Lines), "", l.text.Link, ""), "\n")
	if len(body) > mostMail {
		return nil, fmt.Errorf("alert: write mail: %d bytes are too many", len(body))
	}
	m.Subject("[Ringledger] " + l.text.Subject)
	m.SetMessageIDWithValue("ringledger-" + l.id + "@" + l.host)
	m.SetDateWithValue(l.at)
	m.SetUserAgent("Ringledger")
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(smtp.TypeTextPlain, body)
	return m, nil
}
