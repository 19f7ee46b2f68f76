package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/web"

	"github.com/spf13/cobra"
)

func simulateCommand() *cobra.Command {
	return group("simulate", "Simulated Salesforce and Aircall, for trying things out", simulateSalesforce(), simulateAircall())
}

func simulateSalesforce() *cobra.Command {
	var listen string
	var empty, persons bool
	var delay time.Duration
	cmd := &cobra.Command{Use: "salesforce", Short: "Run a simulated Salesforce org with a record browser", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		org := salesforcesim.New(salesforcesim.Options{IndexDelay: delay, PersonAccounts: persons})
		defer org.Close()
		if !empty {
			salesforcesim.SeedDemo(org)
		}
		return simulate(cmd, listen, org, func(address string) {
			fmt.Fprintf(cmd.OutOrStdout(), "Simulated Salesforce org at %s\n  sign in as %s with %s; any consumer key and secret will do\n",
				address, salesforcesim.DefaultUsername, salesforcesim.DefaultPassword)
		})
	}}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8090", "address to listen on")
	cmd.Flags().BoolVar(&empty, "empty", false, "begin without sample records")
	cmd.Flags().BoolVar(&persons, "person-accounts", false, "the org has Person Accounts")
	cmd.Flags().DurationVar(&delay, "index-delay", 0, "how much later the search knows a new record")
	return cmd
}

func simulateAircall() *cobra.Command {
	var listen, api string
	var every time.Duration
	var speed float64
	cmd := &cobra.Command{Use: "aircall", Short: "Run a simulated Aircall account that places calls", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		id, token, ok := strings.Cut(api, ":")
		if !ok || id == "" || token == "" {
			return misused("--api must be the API id and token, as id:token")
		}
		account := aircallsim.New(aircallsim.Options{APIID: id, APIToken: token, Speed: speed, People: demoPeople(), PublicURL: "http://" + listen})
		defer account.Close()
		if every > 0 {
			go account.Run(cmd.Context(), every)
		}
		return simulate(cmd, listen, account, func(address string) {
			fmt.Fprintf(cmd.OutOrStdout(), "Simulated Aircall account at %s\n  API id %s, API token %s\n", address, id, token)
		})
	}}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8091", "address to listen on")
	cmd.Flags().StringVar(&api, "api", aircallsim.DefaultAPIID+":"+aircallsim.DefaultAPIToken, "API id and token that REST callers must present, as id:token")
	cmd.Flags().DurationVar(&every, "every", 5*time.Second, "a new call this often; 0 = only calls placed on the page")
	cmd.Flags().Float64Var(&speed, "speed", 60, "how much faster than life a call goes by")
	return cmd
}

// simulate serves a simulator until the command ends.
func simulate(cmd *cobra.Command, listen string, h http.Handler, ready func(address string)) error {
	ctx := cmd.Context()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", listen, err)
	}
	server := web.HTTPServer(h)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	ready("http://" + listener.Addr().String())
	select {
	case <-ctx.Done():
	case err = <-ended:
	}
	end, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer stop()
	err = errors.Join(err, server.Shutdown(end))
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// demoPeople are the people of the simulated org, for the account to call.
func demoPeople() []aircallsim.Person {
	var out []aircallsim.Person
	for _, p := range salesforcesim.DemoPeople() {
		out = append(out, aircallsim.Person{Name: p.Name, Number: p.Number})
	}
	return out
}
