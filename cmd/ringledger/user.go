package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"ringledger/store"
	"ringledger/web"

	"github.com/spf13/cobra"
)

func userCommand(c *config) *cobra.Command {
	var email, name, role string
	var stdin bool
	create := &cobra.Command{Use: "create", Short: "Make a user; the password is read from standard input", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		switch {
		case !strings.Contains(email, "@"):
			return misused("--email must be an e-mail address")
		case !store.Role(role).Valid():
			return misused("--role must be admin, editor or viewer")
		case !stdin:
			return misused("give the password on standard input with --password-stdin")
		}
		password, err := readLine(cmd.InOrStdin())
		if err != nil {
			return err
		}
		hash, err := web.HashPassword(password)
		if err != nil {
			return &usageError{err}
		}
		if name == "" {
			name, _, _ = strings.Cut(email, "@")
		}
		return withStore(cmd, c, func(st *store.Store) error {
			_, err := st.AddUser(cmd.Context(), store.User{Email: email, Name: name, Role: store.Role(role), Password: hash})
			if errors.Is(err, store.ErrConflict) {
				return fmt.Errorf("there is a user with the e-mail address %s already", email)
			}
			if err != nil {
				return err
			}
			err = st.AddAudit(cmd.Context(), store.AuditRow{Who: "console", What: "user.created", Object: email, Detail: map[string]string{"role": role}})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Made the %s %s.\n", role, email)
			return err
		})
	}}
	create.Flags().StringVar(&email, "email", "", "e-mail address to sign in with")
	create.Flags().StringVar(&name, "name", "", "name to show; the e-mail's first part when empty")
	create.Flags().StringVar(&role, "role", "viewer", "admin, editor or viewer")
	create.Flags().BoolVar(&stdin, "password-stdin", false, "read the password from standard input")
	return group("user", "Users", create)
}

func readLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read standard input: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// withStore opens the store for one command. A server may be running: SQLite
// lets the command wait its turn.
func withStore(cmd *cobra.Command, c *config, do func(*store.Store) error) error {
	key, err := c.key()
	if err != nil {
		return err
	}
	st, err := store.Open(cmd.Context(), store.Options{URL: c.databaseURL(), Key: key, Logger: c.logger(cmd.ErrOrStderr())})
	if err != nil {
		return err
	}
	return errors.Join(do(st), st.Close())
}
