package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"ringledger/store"

	"github.com/spf13/cobra"
)

func auditCommand(c *config) *cobra.Command {
	var head string
	verify := &cobra.Command{
		Use:   "verify",
		Short: "Walk the chain of the audit log and name the first row that does not fit",
		Long: "Walk the chain of the audit log, also while the server runs, and name the first row that was\n" +
			"changed, moved or taken out. Rows cut off at the end are only found with --head: a head that\n" +
			"was kept elsewhere, such as one that the server wrote to its log.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			kept, err := hex.DecodeString(head)
			if err != nil || len(kept) > 0 && len(kept) < 8 {
				return misused("--head must be at least 16 hexadecimal digits of a head, got %q", head)
			}
			return withLedger(cmd, c, func(st *store.Store) error { return verifyAudit(cmd, st, kept) })
		},
	}
	verify.Flags().StringVar(&head, "head", "", "a head of the chain that was kept elsewhere, or its first 16 digits")
	return group("audit", "The audit log", verify)
}

func verifyAudit(cmd *cobra.Command, st *store.Store, kept []byte) error {
	out := cmd.OutOrStdout()
	found, err := st.CheckAuditSince(cmd.Context(), kept)
	var broken *store.AuditBreakError
	switch {
	case errors.As(err, &broken):
		fmt.Fprintf(out, "BROKEN: %s.\n%d rows before it are as they were written. Compare the table with a backup.\n", broken, found.Rows-found.After)
		return errSaid
	case errors.Is(err, store.ErrAuditCut):
		fmt.Fprintf(out, "CUT: %s.\nThe %d rows that are there fit one another. Compare the table with a backup.\n", store.ErrAuditCut, found.Rows)
		return errSaid
	case errors.Is(err, store.ErrHeadTooOld):
		fmt.Fprintf(out, "UNSURE: %s.\nThe rows %d to %d that are there fit one another. Try a head that was kept after %s.\nhead %x\n",
			store.ErrHeadTooOld, found.After+1, found.Rows, found.CutAt.UTC().Format(time.DateTime+" MST"), found.Head)
		return errSaid
	case err != nil:
		return err
	case found.After > 0:
		fmt.Fprintf(out, "The audit log is whole: rows %d to %d; those before were removed by their age.\nhead %x\n", found.After+1, found.Rows, found.Head)
	default:
		fmt.Fprintf(out, "The audit log is whole: %d rows.\n", found.Rows)
		if found.Rows > 0 {
			fmt.Fprintf(out, "head %x\n", found.Head)
		}
	}
	if found.Known > 0 {
		fmt.Fprintf(out, "The head that was kept is that of row %d.\n", found.Known)
	}
	return nil
}
