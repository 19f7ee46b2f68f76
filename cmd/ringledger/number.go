package main

import (
	"bufio"
	"errors"

	"ringledger/integration/phone"
	"ringledger/store"

	"github.com/spf13/cobra"
)

func numberCommand(c *config) *cobra.Command {
	export := &cobra.Command{
		Use:   "export NUMBER",
		Short: "Write everything that is known of a number as JSON",
		Long: "Write everything that is known of a number to the standard output as JSON, for the person who asks:\n" +
			"what erasing it takes out, and apart what names it and stays. The number has its country, as +33 1 99 00 12 34.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return misused("number export needs one number")
			}
			number, ok := phone.Parse(args[0], "")
			if !ok {
				return misused("that is no number; write it with its country, as +33 1 99 00 12 34")
			}
			return withLedger(cmd, c, func(st *store.Store) error {
				row := store.AuditRow{What: store.AuditKnownTaken, Object: "••" + number[len(number)-2:]}
				if err := together(cmd, st, row, func(*store.Store) error { return nil }); err != nil {
					return err
				}
				w := bufio.NewWriter(cmd.OutOrStdout())
				err := st.WriteKnown(cmd.Context(), w, number, phone.Spellings(number, phone.Region(number)))
				return errors.Join(err, w.Flush())
			})
		},
	}
	return group("number", "What is known of a telephone number", export)
}
