// Command ringledger logs every Aircall call and text message in Salesforce
// the way the admin chose, and shows why. It wires the parts and knows nothing
// of their business.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // office hours need zones, also on a machine that has none

	"github.com/spf13/cobra"
)

// version is set by the build.
var version = "development"

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200) // little memory is alive: a tenth of the CPU is worth more
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// Exit codes of CONTRACT.
const (
	done   = 0
	failed = 1
	misuse = 2
)

// run is the whole program; the tests call it too. The first signal asks for
// an orderly end, the second ends at once.
func run(ctx context.Context, args, environ []string, in io.Reader, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	root := newRoot(environ)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	var use *usageError
	switch {
	case err == nil:
		return done
	case errors.Is(err, errSaid):
		return failed
	case errors.As(err, &use):
		fmt.Fprintln(errs, "ringledger: "+err.Error())
		return misuse
	default:
		fmt.Fprintln(errs, "ringledger: "+err.Error())
		return failed
	}
}

// usageError is wrong usage or configuration.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func misused(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// errSaid ends a command with 1 whose output has told everything.
var errSaid = errors.New("said")

func newRoot(environ []string) *cobra.Command {
	c := &config{}
	root := &cobra.Command{
		Use:           "ringledger",
		Short:         "Logs every Aircall call and text message in Salesforce, and shows why",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.ArbitraryArgs, // else cobra words the mistake, and not as wrong usage
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return misused("there is no command %q; see ringledger --help", args[0])
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return c.read(environ, cmd.Flags())
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	c.addFlags(root.PersistentFlags())
	root.AddCommand(
		serveCommand(c), demoCommand(c), userCommand(c), settingsCommand(c), apiKeyCommand(c), simulateCommand(),
		doctorCommand(c), readyCommand(c), backupCommand(c), migrateCommand(c), auditCommand(c), keyCommand(c), numberCommand(c), configCommand(c), versionCommand(),
	)
	return root
}

// noArgs refuses words nobody asked for as wrong usage.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misused("%s takes no argument, got %q", cmd.CommandPath(), args[0])
	}
	return nil
}

// group makes a command that only has commands below it.
func group(use, short string, below ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: use, Short: short, RunE: func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return misused("%s has no command %q", cmd.CommandPath(), args[0])
		}
		return misused("%s needs a command; see %s --help", cmd.CommandPath(), cmd.CommandPath())
	}}
	g.AddCommand(below...)
	return g
}

func versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), "ringledger "+version)
		return err
	}}
}
