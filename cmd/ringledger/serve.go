package main

import (
	"context"
	"errors"
	"fmt"
	"net"
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
			log.Info("listening", "address", listener.Addr().String(), "url", c.PublicURL, "version", version, "after", time.Since(began).Round(time.Millisecond))
			if err := a.greet(ctx, cmd); err != nil {
				return err
			}
			return a.serveOn(ctx, c, listener)
		},
	}
}

// greet prints the set-up link while there is no user.
func (a *app) greet(ctx context.Context, cmd *cobra.Command) error {
	link, needed, err := a.web.SetupLink(ctx)
	if err != nil || !needed {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "\nMake the first administrator here (the link works once, for one hour):\n\n  %s\n\n", link)
	return err
}
