package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestServeWarnsOfAProxyThatIsNotTrusted(t *testing.T) {
	for _, try := range []struct {
		public, proxies string
		warns           bool
	}{
		{"https://calls.example.com", "", true},
		{"https://calls.example.com", "127.0.0.1", false},
		{"http://localhost:8080", "", false},
		{"http://[::1]:8080", "", false},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		var said bytes.Buffer
		// The set-up link is printed after the warning would be, and ends the server.
		code := run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--public-url", try.public, "--trusted-proxies", try.proxies},
			[]string{"RINGLEDGER_DATA=" + t.TempDir()}, strings.NewReader(""), ending{cancel}, &said)
		if code != done || strings.Contains(said.String(), "RINGLEDGER_TRUSTED_PROXIES") != try.warns {
			t.Errorf("%+v: exit %d, says\n%s", try, code, said.String())
		}
	}
}

// ending ends the server that writes to it.
type ending struct{ end func() }

func (e ending) Write(p []byte) (int, error) {
	e.end()
	return len(p), nil
}
