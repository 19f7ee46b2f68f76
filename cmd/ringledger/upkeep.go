package main

import (
	"fmt"

	"ringledger/store"

	"github.com/spf13/cobra"
)

func backupCommand(c *config) *cobra.Command {
	return &cobra.Command{Use: "backup FILE", Short: "Copy the SQLite database to a new file while the server runs", Args: oneFile, RunE: func(cmd *cobra.Command, args []string) error {
		return withLedger(cmd, c, func(st *store.Store) error {
			if err := st.Backup(cmd.Context(), args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "Copied to %s. Keep the secret key with it: without the key the tokens in it cannot be read.\n", args[0])
			return err
		})
	}}
}

func migrateCommand(c *config) *cobra.Command {
	return &cobra.Command{Use: "migrate", Short: "Bring the database's schema up to date (serve does it too)", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, c, func(*store.Store) error { // opening it migrates
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "The schema is up to date.")
			return err
		})
	}}
}

func configCommand(c *config) *cobra.Command {
	check := &cobra.Command{Use: "check", Short: "Print the configuration in force, secrets hidden", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		for _, s := range c.settings() {
			value := *s.value
			if s.secret && value != "" {
				value = "(set, hidden)"
			}
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s=%s\n", s.name, value); err != nil {
				return err
			}
		}
		return nil
	}}
	return group("config", "The configuration", check)
}
