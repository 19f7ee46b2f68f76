package main

import (
	"fmt"

	"ringledger/store"

	"github.com/spf13/cobra"
)

func apiKeyCommand(c *config) *cobra.Command {
	var name, role string
	create := &cobra.Command{Use: "create", Short: "Make a key for the JSON API and print it once", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		switch {
		case name == "":
			return misused("--name must say what the key is for")
		case !store.Role(role).Valid():
			return misused("--role must be admin, editor or viewer")
		}
		return withStore(cmd, c, func(st *store.Store) error {
			key, err := st.AddAPIKey(cmd.Context(), name, store.Role(role))
			if err != nil {
				return err
			}
			err = st.AddAudit(cmd.Context(), store.AuditRow{Who: "console", What: "api_key.created", Object: name, Detail: map[string]string{"role": role}})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), string(key))
			return err
		})
	}}
	create.Flags().StringVar(&name, "name", "", "what the key is for")
	create.Flags().StringVar(&role, "role", "viewer", "admin, editor or viewer")
	return group("apikey", "Keys for the JSON API", create)
}
