package main

import (
	"errors"
	"fmt"

	"ringledger/store"

	"github.com/spf13/cobra"
)

// userTwoStepCommand helps somebody who lost both the phone and the recovery
// codes.
func userTwoStepCommand(c *config) *cobra.Command {
	var email string
	disable := &cobra.Command{Use: "disable-two-step", Short: "Turn off the two-step sign-in of a user who lost their phone", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if email == "" {
			return misused("--email must say whose two-step sign-in it is")
		}
		return withStore(cmd, c, func(st *store.Store) error {
			user, err := st.UserByEmail(cmd.Context(), email)
			if err != nil {
				return aboutUser(err, email)
			}
			err = together(cmd, st, store.AuditRow{What: store.AuditTwoStepOff, Object: user.Email}, func(st *store.Store) error {
				return st.EndTwoStep(cmd.Context(), user.ID)
			})
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("the two-step sign-in of %s is off already", user.Email)
			}
			if err != nil {
				return err
			}
			required, err := st.SecondStep(cmd.Context())
			if err != nil {
				return err
			}
			next := "Their password alone signs them in."
			if required.Of(user.Role) {
				next = "They sign in with their password and set it up again before anything else."
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Turned off the two-step sign-in of %s. %s\n", user.Email, next)
			return err
		})
	}}
	disable.Flags().StringVar(&email, "email", "", "e-mail address of the user")
	return disable
}
