package main

import (
	"errors"
	"fmt"
	"slices"

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
			var key store.Secret
			row := store.AuditRow{What: store.AuditKeyCreated, Object: name, Detail: map[string]string{"role": role}}
			err := together(cmd, st, row, func(st *store.Store) (err error) {
				key, err = st.AddAPIKey(cmd.Context(), name, store.Role(role), "console")
				return err
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), string(key))
			return err
		})
	}}
	create.Flags().StringVar(&name, "name", "", "what the key is for")
	create.Flags().StringVar(&role, "role", "viewer", "admin, editor or viewer")
	return group("apikey", "Keys for the JSON API", create, apiKeyListCommand(c), apiKeyRevokeCommand(c))
}

func apiKeyListCommand(c *config) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the keys, the newest first, without their values", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, c, func(st *store.Store) error {
			keys, err := st.APIKeys(cmd.Context())
			if err != nil {
				return err
			}
			return table(cmd.OutOrStdout(), "ID\tNAME\tROLE\tMADE\tLAST USED\tREVOKED", keys, func(k store.APIKey) string {
				return fmt.Sprintf("%d\t%s\t%s\t%s\t%s\t%s", k.ID, k.Name, k.Role, day(k.CreatedAt), day(k.UsedAt), day(k.RevokedAt))
			})
		})
	}}
}

func apiKeyRevokeCommand(c *config) *cobra.Command {
	var name string
	var id int64
	revoke := &cobra.Command{Use: "revoke", Short: "End a key at once", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if (name == "") == (id == 0) {
			return misused("say which key with --name or with --id; see ringledger apikey list")
		}
		return withStore(cmd, c, func(st *store.Store) error {
			key, err := findAPIKey(cmd, st, name, id)
			if err != nil {
				return err
			}
			row := store.AuditRow{What: store.AuditKeyRevoked, Object: key.Name, Detail: map[string]string{"role": string(key.Role)}}
			err = together(cmd, st, row, func(st *store.Store) error { return st.RevokeAPIKey(cmd.Context(), key.ID) })
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Revoked the key %s.\n", key.Name)
			return err
		})
	}}
	revoke.Flags().StringVar(&name, "name", "", "what the key is for")
	revoke.Flags().Int64Var(&id, "id", 0, "number of the key in the list, when several have the name")
	return revoke
}

// findAPIKey finds the one key that is meant, among those not revoked.
func findAPIKey(cmd *cobra.Command, st *store.Store, name string, id int64) (store.APIKey, error) {
	keys, err := st.APIKeys(cmd.Context())
	if err != nil {
		return store.APIKey{}, err
	}
	keys = slices.DeleteFunc(keys, func(k store.APIKey) bool {
		return !k.RevokedAt.IsZero() || k.ID != id && (name == "" || k.Name != name)
	})
	switch len(keys) {
	case 0:
		return store.APIKey{}, errors.New("there is no such key; see ringledger apikey list")
	case 1:
		return keys[0], nil
	default:
		return store.APIKey{}, fmt.Errorf("%d keys are called %s; say which with --id", len(keys), name)
	}
}
