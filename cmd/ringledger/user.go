package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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
		hash, err := readPassword(cmd)
		if err != nil {
			return err
		}
		if name == "" {
			name, _, _ = strings.Cut(email, "@")
		}
		return withStore(cmd, c, func(st *store.Store) error {
			row := store.AuditRow{What: store.AuditUserCreated, Object: email, Detail: map[string]string{"role": role}}
			err := together(cmd, st, row, func(st *store.Store) error {
				_, err := st.AddUser(cmd.Context(), store.User{Email: email, Name: name, Role: store.Role(role), Password: hash})
				return err
			})
			if errors.Is(err, store.ErrConflict) {
				return fmt.Errorf("there is a user with the e-mail address %s already", email)
			}
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
	return group("user", "Users", create, userListCommand(c), userPasswordCommand(c), userResetCommand(c), userTwoStepCommand(c), userRemoveCommand(c))
}

func userListCommand(c *config) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the users", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, c, func(st *store.Store) error {
			users, err := st.Users(cmd.Context())
			if err != nil {
				return err
			}
			return table(cmd.OutOrStdout(), "EMAIL\tROLE\tSTATE\tNAME\tMADE\tLAST SEEN", users, func(u store.User) string {
				return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", u.Email, u.Role, stateOf(u), u.Name, day(u.CreatedAt), day(u.SeenAt))
			})
		})
	}}
}

func stateOf(u store.User) string {
	if u.DeactivatedAt.IsZero() {
		return "active"
	}
	return "deactivated"
}

func userPasswordCommand(c *config) *cobra.Command {
	var email string
	var stdin bool
	password := &cobra.Command{Use: "reset-password", Aliases: []string{"password"}, Short: "Give a user another password and end their sessions", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		switch {
		case email == "":
			return misused("--email must say whose password it is")
		case !stdin:
			return misused("give the password on standard input with --password-stdin")
		}
		hash, err := readPassword(cmd)
		if err != nil {
			return err
		}
		return withStore(cmd, c, func(st *store.Store) error {
			err := together(cmd, st, store.AuditRow{What: store.AuditPasswordChanged, Object: email}, func(st *store.Store) error {
				return st.SetUserPassword(cmd.Context(), email, hash)
			})
			if err != nil {
				return aboutUser(err, email)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Changed the password of %s and ended their sessions.\n", email)
			return err
		})
	}}
	password.Flags().StringVar(&email, "email", "", "e-mail address of the user")
	password.Flags().BoolVar(&stdin, "password-stdin", false, "read the password from standard input")
	return password
}

func userResetCommand(c *config) *cobra.Command {
	var email string
	reset := &cobra.Command{Use: "reset", Short: "Print a link with which a user sets a new password, once, within a day", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if email == "" {
			return misused("--email must say whose password it is")
		}
		return withStore(cmd, c, func(st *store.Store) error {
			u, err := findUser(cmd, st, email)
			if err != nil {
				return err
			}
			if !u.DeactivatedAt.IsZero() {
				return fmt.Errorf("%s is deactivated; an admin reactivates them at %s/people", u.Email, strings.TrimRight(c.PublicURL, "/"))
			}
			var token store.Secret
			err = together(cmd, st, store.AuditRow{What: store.AuditResetOpened, Object: u.Email}, func(st *store.Store) (err error) {
				token, err = st.OpenReset(cmd.Context(), u.ID)
				return err
			})
			if err != nil {
				return aboutUser(err, email)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), strings.TrimRight(c.PublicURL, "/")+"/reset/"+string(token))
			return err
		})
	}}
	reset.Flags().StringVar(&email, "email", "", "e-mail address of the user")
	return reset
}

func userRemoveCommand(c *config) *cobra.Command {
	var email string
	remove := &cobra.Command{Use: "remove", Short: "Remove a user and end their sessions", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if email == "" {
			return misused("--email must say who is to be removed")
		}
		return withStore(cmd, c, func(st *store.Store) error {
			err := together(cmd, st, store.AuditRow{What: store.AuditUserRemoved, Object: email}, func(st *store.Store) error {
				return st.RemoveUser(cmd.Context(), email)
			})
			if err != nil {
				return aboutUser(err, email)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Removed %s and ended their sessions.\n", email)
			return err
		})
	}}
	remove.Flags().StringVar(&email, "email", "", "e-mail address of the user")
	return remove
}

// together makes a change and writes down that the console made it: both, or
// neither.
func together(cmd *cobra.Command, st *store.Store, row store.AuditRow, change func(*store.Store) error) error {
	row.Who = "console"
	return st.Together(cmd.Context(), func(st *store.Store) error {
		if err := change(st); err != nil {
			return err
		}
		return st.AddAudit(cmd.Context(), row)
	})
}

// findUser finds somebody by address, also who is deactivated.
func findUser(cmd *cobra.Command, st *store.Store, email string) (store.User, error) {
	users, err := st.Users(cmd.Context())
	if err != nil {
		return store.User{}, err
	}
	for _, u := range users {
		if strings.EqualFold(u.Email, strings.TrimSpace(email)) {
			return u, nil
		}
	}
	return store.User{}, aboutUser(store.ErrNotFound, email)
}

// aboutUser words what the store refused.
func aboutUser(err error, email string) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("there is no user with the e-mail address %s; see ringledger user list", email)
	case errors.Is(err, store.ErrLastAdmin):
		return fmt.Errorf("%s is the only admin; make another first", email)
	}
	return err
}

// readPassword reads a new password and returns its hash.
func readPassword(cmd *cobra.Command) (hash string, err error) {
	password, err := readLine(cmd.InOrStdin())
	if err != nil {
		return "", err
	}
	if hash, err = web.HashPassword(password); err != nil {
		return "", &usageError{err}
	}
	return hash, nil
}

func readLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read standard input: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// withLedger opens a store that is there already, for a command that looks after
// one. In the wrong folder it would else make an empty one and find it well.
func withLedger(cmd *cobra.Command, c *config, do func(*store.Store) error) error {
	if file, ok := strings.CutPrefix(c.databaseURL(), "sqlite:"); ok {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no database at %s: give the folder of the one you mean in RINGLEDGER_DATA or --data, as the server has it", file)
		}
	}
	return withStore(cmd, c, do)
}

// withStore opens the store for one command. A server may be running: SQLite
// lets the command wait its turn.
func withStore(cmd *cobra.Command, c *config, do func(*store.Store) error) error {
	st, err := c.openStore(cmd.Context(), c.logger(cmd.ErrOrStderr()), false)
	if err != nil {
		return err
	}
	return errors.Join(do(st), st.Close())
}
