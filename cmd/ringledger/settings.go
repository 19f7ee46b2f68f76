package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/views"

	"github.com/spf13/cobra"
)

func settingsCommand(c *config) *cobra.Command {
	export := &cobra.Command{Use: "export", Short: "Print the settings in force as YAML", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, c, func(st *store.Store) error {
			rules, err := st.CurrentRules(cmd.Context())
			if err != nil {
				return err
			}
			doc, err := settings.YAML(rules.Settings)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(doc)
			return err
		})
	}}
	validate := &cobra.Command{Use: "validate FILE", Short: "Check a settings document; - is standard input", Args: oneFile, RunE: func(cmd *cobra.Command, args []string) error {
		if _, err := readSettings(cmd, args[0]); err != nil {
			return err
		}
		_, err := fmt.Fprintln(cmd.OutOrStdout(), "The settings are valid.")
		return err
	}}
	var note string
	load := &cobra.Command{Use: "import FILE", Short: "Save a settings document as a new version; - is standard input", Args: oneFile, RunE: func(cmd *cobra.Command, args []string) error {
		s, err := readSettings(cmd, args[0])
		if err != nil {
			return err
		}
		return withStore(cmd, c, func(st *store.Store) error { return importSettings(cmd, st, s, note) })
	}}
	load.Flags().StringVar(&note, "note", "", "why, for the history")
	return group("settings", "The settings document", export, validate, load)
}

func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return misused("%s needs the name of one file", cmd.CommandPath())
	}
	return nil
}

// maxSettings bounds a settings document; a real one has a few kilobytes.
const maxSettings = 1 << 20

// readSettings prints every mistake with its line, like a compiler.
func readSettings(cmd *cobra.Command, name string) (callflow.Settings, error) {
	in := cmd.InOrStdin()
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return callflow.Settings{}, &usageError{err}
		}
		defer f.Close()
		in = f
	}
	doc, err := io.ReadAll(io.LimitReader(in, maxSettings))
	if err != nil {
		return callflow.Settings{}, fmt.Errorf("read %s: %w", name, err)
	}
	s, mistakes := settings.Parse(doc)
	for _, m := range mistakes {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s:%d: %s: %s\n", name, m.Line, m.Path, views.ProblemText(cmd.Context(), m.Code, m.Params))
	}
	if len(mistakes) > 0 {
		return s, errSaid
	}
	return s, nil
}

func importSettings(cmd *cobra.Command, st *store.Store, s callflow.Settings, note string) error {
	ctx := cmd.Context()
	current, err := st.CurrentRules(ctx)
	if err != nil {
		return err
	}
	same, err := sameDocument(current.Settings, s)
	if err != nil {
		return err
	}
	if same {
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "Unchanged: version %d says the same.\n", current.Version)
		return err
	}
	version := current.Version + 1
	row := store.AuditRow{What: store.AuditRulesSaved, Object: fmt.Sprintf("version %d", version), Detail: map[string]string{"note": note}}
	err = together(cmd, st, row, func(st *store.Store) error {
		version, err = st.SaveRules(ctx, current.Version, s, "console", note)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "Saved as version %d.\n", version)
	return err
}

// sameDocument reports whether two settings are written the same.
func sameDocument(a, b callflow.Settings) (bool, error) {
	x, err := settings.YAML(a)
	if err != nil {
		return false, err
	}
	y, err := settings.YAML(b)
	return bytes.Equal(x, y), err
}
