package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"ringledger/store"

	"github.com/spf13/cobra"
)

func keyCommand(c *config) *cobra.Command {
	var dropOld bool
	rotate := &cobra.Command{
		Use:   "rotate",
		Short: "Make a new data key and seal all tokens anew with it, while servers run",
		Long: "Make a new data key and seal all tokens anew with it, in small batches, while servers run.\n" +
			"The secret key stays. With --drop-old the old data keys are removed afterwards. A whole backup\n" +
			"brings its own data keys and opens as before; rows copied out of one into this database do not.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withLedger(cmd, c, func(st *store.Store) error { return rotateKeys(cmd, st, dropOld) })
		},
	}
	rotate.Flags().BoolVar(&dropOld, "drop-old", false, "remove the data keys that seal nothing any more")
	var file string
	change := &cobra.Command{
		Use:   "change",
		Short: "Change the secret key; running servers go on and need the new one at their next start",
		Long: "Change the secret key: the data keys are sealed anew with it, no token is touched. Running servers\n" +
			"go on with what they have opened and need the new key at their next start. Backups of before open\n" +
			"with the old key only, so keep it for as long as them.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withLedger(cmd, c, func(st *store.Store) error { return changeKey(cmd, c, st, file) })
		},
	}
	change.Flags().StringVar(&file, "new-key-file", "", "file with the new key; with the key in the data folder, one is made when it is not given")
	return group("key", "The secret key and the data keys that it seals", rotate, change)
}

func rotateKeys(cmd *cobra.Command, st *store.Store, dropOld bool) error {
	n, err := st.RotateKeys(cmd.Context(), store.AuditRow{Who: "console", What: store.AuditDataKeyRenewed})
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "A new data key is in use; %d values were sealed anew with it.\n", n)
	if !dropOld {
		fmt.Fprintln(cmd.OutOrStdout(), "The old data keys are still there; --drop-old removes them.")
		return nil
	}
	dropped, err := st.DropOldKeys(cmd.Context(), store.AuditRow{Who: "console", What: store.AuditDataKeysDropped})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "Old data keys removed: %d. Whole backups open as before; single rows copied out of one do not.\n", dropped)
	return err
}

func changeKey(cmd *cobra.Command, c *config, st *store.Store, file string) error {
	key, err := c.nextKey(file)
	if err != nil {
		return err
	}
	if c.ownKey() { // on disk before the database needs it
		unlock, err := lockKey(c)
		if err != nil {
			return err
		}
		defer func() { _ = unlock() }() // the end of the process does it too
		if err := os.Remove(c.nextPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("an earlier change cannot be cleared away: %w", err)
		}
		if err := writeDurably(c.nextPath(), encodeKey(key)); err != nil {
			return fmt.Errorf("the new key cannot be written: %w", err)
		}
	}
	if err := st.ChangeKey(cmd.Context(), key, store.AuditRow{Who: "console", What: store.AuditSecretKeyChanged}); err != nil {
		return err
	}
	where := "Set it in RINGLEDGER_SECRET_KEY or RINGLEDGER_SECRET_KEY_FILE of every server before its next start."
	if c.ownKey() {
		old, err := c.takeNext()
		switch inPlace, readErr := c.key(); {
		case errors.Is(err, fs.ErrNotExist) && readErr == nil && bytes.Equal(inPlace, key): // a server that started meanwhile put it there
			old = c.keyPath() + ".before-…"
		case err != nil:
			return fmt.Errorf("the database needs the key in %s now, and it cannot be put into its place: %w", c.nextPath(), err)
		}
		where = "It is in " + c.keyPath() + ", the old one in " + old + "; remove that one with the last backup of before."
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "The secret key was changed. %s\nStart running servers anew: until then they go on with what they have opened. Backups made before open with the old key only.\n", where)
	return err
}

// nextKey is the key to change to.
func (c *config) nextKey(file string) ([]byte, error) {
	if file == "" {
		if !c.ownKey() {
			return nil, misused("key change needs --new-key-file, since the key is not the one in the data folder")
		}
		return newKey(), nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, misused("--new-key-file: %w", err)
	}
	key := decodeKey(string(text))
	if len(key) != 32 {
		return nil, misused("--new-key-file must hold 32 bytes in base64; make them with: head -c 32 /dev/urandom | base64")
	}
	return key, nil
}
