package salesforce

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// ErrHost says that an address is not one of Salesforce's, so that neither a
// secret nor a token may be sent there.
var ErrHost = errors.New("not a Salesforce address")

// CheckLoginURL reports whether raw may be used as login address: a host of
// salesforce.com over https, or exactly the one the operator has configured,
// which may be on loopback without https.
func CheckLoginURL(raw, configured string) error {
	u, err := origin(raw)
	if err != nil {
		return err
	}
	if c, err := origin(configured); configured != "" && err == nil && c.String() == u.String() {
		if u.Scheme == "https" || loopback(u) {
			return nil
		}
	}
	if u.Scheme == "https" && u.Port() == "" && strings.HasSuffix(u.Hostname(), ".salesforce.com") {
		return nil
	}
	return fmt.Errorf("salesforce: login address %q: %w", raw, ErrHost)
}

// checkInstance reports whether the access token may be sent to instance, the
// address a token answer named. A forged one would carry the token away.
func checkInstance(instance, login string) error {
	u, err := origin(instance)
	if err != nil {
		return err
	}
	host := u.Hostname()
	if u.Scheme == "https" && u.Port() == "" && instanceHost(host) {
		return nil
	}
	if l, err := origin(login); err == nil {
		if loopback(l) && loopback(u) || l.Scheme == "https" && l.String() == u.String() {
			return nil
		}
	}
	return fmt.Errorf("salesforce: instance address %q: %w", instance, ErrHost)
}

// instanceHost knows the API hosts of orgs. The browser's hosts below
// force.com answer no API request, and sites there run customers' own code.
func instanceHost(host string) bool {
	if strings.HasSuffix(host, ".salesforce.com") {
		return true
	}
	if !strings.HasSuffix(host, ".force.com") {
		return false
	}
	for _, browser := range []string{".lightning.force.com", ".visual.force.com", ".secure.force.com", ".vf.force.com"} {
		if strings.HasSuffix(host, browser) {
			return false
		}
	}
	return true
}

// origin reads an address that must be nothing but scheme and host.
func origin(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSuffix(strings.TrimSpace(raw), "/"))
	if err != nil {
		return nil, fmt.Errorf("salesforce: address %q: %w", raw, ErrHost)
	}
	bare := u.User == nil && u.Path == "" && u.RawQuery == "" && u.Fragment == "" && u.Opaque == "" && u.Hostname() != ""
	if !bare || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("salesforce: address %q: %w", raw, ErrHost)
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

func loopback(u *url.URL) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// checkTarget is checkInstance for a whole address.
func checkTarget(address, login string) error {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return fmt.Errorf("salesforce: address: %w", ErrHost)
	}
	return checkInstance(u.Scheme+"://"+u.Host, login)
}
