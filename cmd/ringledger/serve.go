package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"ringledger/web"

	"github.com/spf13/cobra"
)

func serveCommand(c *config) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: "Run the server. With nothing set it listens on 127.0.0.1:8080, keeps its data in ./data,\n" +
			"and prints a one-time link to make the first administrator.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			signal.Ignore(syscall.SIGPIPE) // who reads the log may end; calls are taken all the same
			log := c.logger(cmd.ErrOrStderr())
			began := time.Now()
			a, err := newApp(ctx, c, log, web.Options{})
			if err != nil {
				return err
			}
			if err := forgetDemo(c); err != nil {
				return errors.Join(err, a.close())
			}
			listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
			if err != nil {
				if closeErr := a.close(); closeErr != nil {
					log.Error("the store did not close well", "error", closeErr)
				}
				return fmt.Errorf("cannot listen on %s: %w", c.Listen, err)
			}
			log.Info("listening", "address", listener.Addr().String(), "url", c.PublicURL, "version", version, "after", time.Since(began).Round(time.Millisecond).String())
			if c.hidesVisitors(listener.Addr()) {
				log.Warn("a reverse proxy seems to stand before Ringledger and is not trusted: all visitors look like one, and who mistypes a password slows everybody down; set RINGLEDGER_TRUSTED_PROXIES to the proxy's address",
					"url", c.PublicURL, "address", listener.Addr().String())
			}
			if err := a.greet(ctx, cmd); err != nil {
				return err
			}
			return a.serveOn(ctx, c, listener)
		},
	}
}

// hidesVisitors reports whether visitors can only come through a proxy on this
// machine whose word on their addresses is not taken.
func (c *config) hidesVisitors(listener net.Addr) bool {
	public, err := url.Parse(c.PublicURL)
	if err != nil || strings.TrimSpace(c.TrustedProxies) != "" {
		return false
	}
	at, ok := listener.(*net.TCPAddr)
	return ok && at.IP.IsLoopback() && !isLoopback(public.Hostname())
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// greet prints the set-up link while there is no user.
func (a *app) greet(ctx context.Context, cmd *cobra.Command) error {
	if locked := a.store.Locked(); locked != nil {
		return nil //nolint:nilerr // the pages say it; who signs in first can wait
	}
	link, needed, err := a.web.SetupLink(ctx)
	if err != nil || !needed {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "\nMake the first administrator here (the link works once, for one hour):\n\n  %s\n\n", link)
	return err
}
