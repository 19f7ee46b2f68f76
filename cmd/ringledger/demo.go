package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/web"

	"github.com/spf13/cobra"
)

// Who signs in to the demo. It listens on loopback and holds invented data.
const (
	demoEmail    = "demo@example.com"
	demoPassword = "ringledger-demo"
)

const (
	demoDays   = 14
	demoPerDay = 40
	demoEvery  = 4 * time.Second
	demoSpeed  = 60
)

func demoCommand(c *config) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Try everything with a simulated Salesforce org and Aircall account",
		Long: "Try everything in one process: the app, a simulated Salesforce org and a simulated Aircall account\n" +
			"that places calls. It is connected through the real OAuth and webhook paths, touches no real service,\n" +
			"and begins anew at every start.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithCancel(cmd.Context())
			defer cancel()
			d := &demo{config: c, log: c.logger(cmd.ErrOrStderr())}
			if !cmd.Flags().Changed("log-level") && c.LogLevel == "info" {
				quiet := *c
				quiet.LogLevel = "warn"
				d.log = quiet.logger(cmd.ErrOrStderr())
			}
			clean, err := d.prepareData(cmd.Flags().Changed("data"))
			if err != nil {
				return err
			}
			return errors.Join(d.run(ctx, cmd), clean())
		},
	}
}

// demo is the app with both simulators in one process.
type demo struct {
	config  *config
	log     *slog.Logger
	app     *app
	org     *salesforcesim.Org
	account *aircallsim.Account
}

// demoMark is the file that tells a demo's folder from a real one.
const demoMark = "ringledger-demo"

// prepareData gives the demo an empty folder: one of its own that is removed
// at the end, or the one asked for, as long as it holds nothing but a demo.
func (d *demo) prepareData(chosen bool) (clean func() error, err error) {
	c := d.config
	if c.DatabaseURL != "" {
		return nil, misused("the demo keeps its data in a folder; unset RINGLEDGER_DATABASE_URL")
	}
	if !chosen {
		if c.Data, err = os.MkdirTemp("", "ringledger-demo-"); err != nil {
			return nil, fmt.Errorf("the demo's folder cannot be made: %w", err)
		}
		return func() error { return os.RemoveAll(c.Data) }, nil
	}
	mark := filepath.Join(c.Data, demoMark)
	_, marked := os.Stat(mark)
	_, used := os.Stat(filepath.Join(c.Data, "ringledger.db"))
	if used == nil && errors.Is(marked, fs.ErrNotExist) {
		return nil, misused("%s holds a database that is not a demo's; choose another folder with --data", c.Data)
	}
	unlock, err := lockData(c) // nobody uses what is removed now
	if err != nil {
		return nil, err
	}
	if err := unlock(); err != nil {
		return nil, fmt.Errorf("unlock the demo's database: %w", err)
	}
	for _, name := range []string{"ringledger.db", "ringledger.db-wal", "ringledger.db-shm"} {
		if err := os.Remove(filepath.Join(c.Data, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("the old demo cannot be removed: %w", err)
		}
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("the demo's folder cannot be made: %w", err)
	}
	return func() error { return nil }, os.WriteFile(mark, nil, 0o600)
}

// forgetDemo takes the mark off a folder that a real server uses, so that no
// later demo begins by emptying it.
func forgetDemo(c *config) error {
	err := os.Remove(filepath.Join(c.Data, demoMark))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the demo's mark cannot be removed: %w", err)
	}
	return nil
}

func (d *demo) run(ctx context.Context, cmd *cobra.Command) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", d.config.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another with --listen", d.config.Listen, err)
	}
	d.config.PublicURL = "http://" + shownAddress(listener.Addr())
	stop, err := d.simulate(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer stop()
	d.app, err = newApp(ctx, d.config, d.log, web.Options{Demo: true, DemoSignIn: demoEmail + " / " + demoPassword})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	ended := make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { ended <- d.app.serveOn(ctx, d.config, listener) }()
	if err := d.fill(ctx); err != nil && ctx.Err() == nil {
		cancel()
		return errors.Join(err, <-ended)
	}
	fmt.Fprintf(cmd.OutOrStdout(), `
  Ringledger demo      %s
  Sign in              %s
  Password             %s

  Simulated Salesforce %s
  Simulated Aircall    %s

  Everything in it is invented and stays on this machine. Ctrl+C ends it.
`, d.config.PublicURL, demoEmail, demoPassword, d.config.SalesforceLoginURL, d.config.AircallAPIURL)
	go d.live(ctx)
	return <-ended
}

// shownAddress names loopback the way people type it.
func shownAddress(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// simulate starts both simulators on free ports of this machine.
func (d *demo) simulate(ctx context.Context) (stop func(), err error) {
	d.org = salesforcesim.New(salesforcesim.Options{RotateRefreshTokens: true})
	salesforcesim.SeedDemo(d.org)
	orgURL, stopOrg, err := host(ctx, d.org)
	if err != nil {
		return nil, err
	}
	accountListener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		stopOrg()
		return nil, err
	}
	accountURL := "http://" + accountListener.Addr().String()
	d.account = aircallsim.New(aircallsim.Options{Speed: demoSpeed, People: demoPeople(), PublicURL: accountURL, Rate: -1})
	stopAccount := serveHandler(accountListener, d.account)
	d.config.SalesforceLoginURL, d.config.AircallAPIURL = orgURL, accountURL
	return func() {
		d.account.Close()
		d.org.Close()
		stopAccount()
		stopOrg()
	}, nil
}

func host(ctx context.Context, h http.Handler) (address string, stop func(), err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	return "http://" + l.Addr().String(), serveHandler(l, h), nil
}

func serveHandler(l net.Listener, h http.Handler) (stop func()) {
	server := web.HTTPServer(h)
	go func() { _ = server.Serve(l) }() // ends with Close below
	return func() { _ = server.Close() }
}

// fill makes the administrator, saves the demo's rules, and connects both
// sides the way an admin does on the pages.
func (d *demo) fill(ctx context.Context) error {
	hash, err := web.HashPassword(demoPassword)
	if err != nil {
		return err
	}
	const firstRules = "First rules of the demo"
	for _, step := range []struct {
		what   store.AuditCode
		object string
		detail map[string]string
		do     func() error
	}{
		{store.AuditUserCreated, demoEmail, map[string]string{"role": string(store.Admin)}, func() error {
			_, err := d.app.store.AddUser(ctx, store.User{Email: demoEmail, Name: "Marie Laurent", Role: store.Admin, Password: hash})
			return err
		}},
		{store.AuditRulesSaved, "version 2", map[string]string{"note": firstRules}, func() error {
			_, err := d.app.store.SaveRules(ctx, 1, demoRules(), demoEmail, firstRules)
			return err
		}},
		{store.AuditSalesforceConnected, "salesforce", nil, func() error { return d.connectSalesforce(ctx) }},
		{store.AuditAircallConnected, "aircall", map[string]string{"api_id": aircallsim.DefaultAPIID}, func() error {
			return d.app.aircall.Connect(ctx, aircallsim.DefaultAPIID, aircallsim.DefaultAPIToken, "Marie Laurent")
		}},
	} {
		if err := step.do(); err != nil {
			return err
		}
		who := demoEmail
		if step.what == store.AuditUserCreated {
			who = "console"
		}
		if err := d.app.store.AddAudit(ctx, store.AuditRow{Who: who, What: step.what, Object: step.object, Detail: step.detail}); err != nil {
			return err
		}
	}
	return nil
}

// demoRules show every outcome: some calls are skipped, new numbers become
// Leads, and numbers that several people share ask for a choice.
func demoRules() callflow.Settings {
	s := callflow.Default()
	s.SettleSeconds = 2
	s.Flows[callflow.OutboundUnanswered] = callflow.Flow{Action: callflow.DoNothing}
	s.Flows[callflow.Missed] = callflow.Flow{Action: callflow.InProgress, Priority: "High"}
	s.OfficeHours.Schedule.TimeZone = "Europe/Paris"
	s.Matching.Several = callflow.SeveralAsk
	s.Matching.NoMatch.Create = string(callflow.LeadRecord)
	s.Matching.NoMatch.Types = []callflow.CallType{callflow.InboundAnswered, callflow.Missed, callflow.Voicemail, callflow.OutboundAnswered}
	return s
}

func (d *demo) connectSalesforce(ctx context.Context) error {
	conn := d.app.salesforce
	if err := conn.SaveApp(ctx, d.config.SalesforceLoginURL, "demo-consumer-key", "demo-consumer-secret"); err != nil {
		return err
	}
	authorize, state, verifier, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	back, err := salesforcesim.Consent(ctx, authorize, salesforcesim.DefaultUsername, salesforcesim.DefaultPassword)
	if err != nil {
		return err
	}
	u, err := url.Parse(back)
	if err != nil {
		return err
	}
	if u.Query().Get("state") != state || !strings.HasPrefix(back, conn.RedirectURI()) {
		return errors.New("the simulated org sent the browser somewhere else")
	}
	return conn.Finish(ctx, u.Query().Get("code"), verifier, "Marie Laurent")
}

// live fills the past and then keeps the telephone ringing.
func (d *demo) live(ctx context.Context) {
	if err := d.past(ctx); err != nil && ctx.Err() == nil {
		d.log.Warn("the demo's history is incomplete", "error", err)
	}
	if err := d.interrupt(ctx); err != nil && ctx.Err() == nil {
		d.log.Warn("the demo's interruption is not mended", "error", err)
	}
	// The check of the start saw half of the history.
	if err := d.app.store.AddCheck(ctx, "", 0); err != nil && !errors.Is(err, store.ErrConflict) && ctx.Err() == nil {
		d.log.Warn("the demo's calls are not compared", "error", err)
	}
	d.account.Run(ctx, demoEvery)
}

// past plays two weeks of calls, then some of the last hour that need a
// person: from a number that two contacts share, and three that a validation
// rule of the org refuses, so that there is something to mend and to replay.
func (d *demo) past(ctx context.Context) error {
	if _, err := d.account.History(ctx, demoDays, demoPerDay); err != nil {
		return err
	}
	shared, single := byContacts(salesforcesim.DemoPeople())
	if err := d.lastHour(ctx, shared); err != nil {
		return err
	}
	if err := d.settled(ctx); err != nil {
		return err
	}
	err := d.org.Fail(salesforcesim.Fault{Kind: salesforcesim.ValidationRule, Object: "Task",
		Message: "Calls with a key account need a follow-up date."})
	if err != nil {
		return err
	}
	if err := d.lastHour(ctx, single[:3]); err != nil {
		return err
	}
	err = d.settled(ctx)
	d.org.Clear(salesforcesim.ValidationRule)
	return err
}

// lastHour places one answered call for each number.
func (d *demo) lastHour(ctx context.Context, numbers []string) error {
	for n, number := range numbers {
		at := time.Now().Add(-time.Duration(20+7*n) * time.Minute)
		if _, err := d.account.PlaceCall(ctx, aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: number, At: at, Plain: true}); err != nil {
			return err
		}
	}
	return nil
}

// byContacts tells the numbers that several contacts share from the others.
func byContacts(people []salesforcesim.Person) (shared, single []string) {
	contacts := map[string]int{}
	for _, p := range people {
		if p.Object == "Contact" {
			contacts[p.Number]++
		}
	}
	for _, number := range sortedNames(contacts) {
		if contacts[number] > 1 {
			shared = append(shared, number)
		} else {
			single = append(single, number)
		}
	}
	return shared, single
}

// settled waits until the history has been delivered and judged, late events of
// what failed too: nothing waits but for a call that goes on.
func (d *demo) settled(ctx context.Context) error {
	if err := d.account.Drain(ctx); err != nil {
		return err
	}
	for {
		open, err := d.app.store.ListEntries(ctx, store.Filter{Outcomes: []callflow.Outcome{callflow.Waiting, callflow.Failed}, Limit: 100})
		soon := time.Now().Add(time.Minute)
		due := func(e store.Entry) bool { return !e.DueAt.IsZero() && e.DueAt.Before(soon) }
		if err != nil && !errors.Is(err, store.ErrTooBroad) || err == nil && !slices.ContainsFunc(open.Entries, due) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
