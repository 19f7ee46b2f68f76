package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

const (
	readyWait = 4 * time.Second // the server itself takes at most 2 s
	readyMost = 64 << 10        // bytes of its answer
)

// readyCommand is what a container asks itself: there is no shell in it, and no curl.
func readyCommand(c *config) *cobra.Command {
	return &cobra.Command{Use: "ready", Short: "Ask the server that runs here whether it is ready, for health checks of containers", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		address, err := localAddress(c.Listen)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, "http://"+address+"/readyz", nil)
		if err != nil {
			return misused("RINGLEDGER_LISTEN: %w", err)
		}
		client := http.Client{Timeout: readyWait, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("no server answers at %s; is it running, and is RINGLEDGER_LISTEN the same for both? %w", address, err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(io.LimitReader(res.Body, readyMost))
		if err != nil {
			return fmt.Errorf("read the answer of %s: %w", address, err)
		}
		said := strings.TrimSpace(string(body))
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("the server is not ready: %s", said)
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), said)
		return err
	}}
}

// localAddress is where a server that listens on this address is reached from
// the same machine.
func localAddress(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", misused("RINGLEDGER_LISTEN is %q; it must look like 127.0.0.1:8080", listen)
	}
	if host == "" {
		return net.JoinHostPort("127.0.0.1", port), nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		if ip.Is6() {
			return net.JoinHostPort("::1", port), nil
		}
		return net.JoinHostPort("127.0.0.1", port), nil
	}
	return listen, nil
}
