package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"ringledger/integration/aircall"
	"ringledger/integration/connection"
	"ringledger/integration/salesforce"
	"ringledger/store"
	"ringledger/views"

	"github.com/spf13/cobra"
)

func doctorCommand(c *config) *cobra.Command {
	return &cobra.Command{Use: "doctor", Short: "Test database, key, audit log and both connections, and say what to do", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		d := doctor{out: cmd.OutOrStdout()}
		err := withLedger(cmd, c, func(st *store.Store) error {
			d.well("database", "opens, its schema is up to date, and the key fits")
			d.risks(cmd.Context(), st)
			d.log(st)
			d.audit(cmd.Context(), st)
			d.salesforce(cmd.Context(), c, st)
			d.aircall(cmd.Context(), c, st)
			d.mail(cmd.Context(), c)
			return nil
		})
		if err != nil {
			d.ill("database", err.Error(), "check RINGLEDGER_DATABASE_URL, RINGLEDGER_DATA and RINGLEDGER_SECRET_KEY")
		}
		if d.ills > 0 {
			return errSaid
		}
		return nil
	}}
}

// doctor prints one line for each finding, and what to do below it.
type doctor struct {
	out  io.Writer
	ills int
}

func (d *doctor) well(part, finding string) { fmt.Fprintf(d.out, "ok    %-11s %s\n", part, finding) }

func (d *doctor) ill(part, finding, remedy string) {
	d.ills++
	fmt.Fprintf(d.out, "WRONG %-11s %s\n      %-11s -> %s\n", part, finding, "", remedy)
}

// risks are settings of the database's server that only its owner can change.
func (d *doctor) risks(ctx context.Context, st *store.Store) {
	off, err := st.Risks(ctx)
	if err != nil {
		d.ill("database", err.Error(), "check that the database can be read")
	}
	for _, name := range off {
		d.advise("database", name+" is off: a power cut at the server can damage the ledger", "have the server's owner set "+name+" = on")
	}
}

// log is SQLite's, before a change is in the database file.
func (d *doctor) log(st *store.Store) {
	size, err := st.LogSize()
	if err != nil {
		d.ill("database", err.Error(), "check that the folder of the database can be read")
	} else if size >= store.LogLimit {
		d.advise("database", fmt.Sprintf("its write-ahead log has grown to %d MB and fills the disk if this lasts", size>>20),
			"end programs that read the database without a pause (a copy, a console); if none does, see whether the disk fails")
	}
}

// audit shows the head of the chain: written down elsewhere, it proves later
// that no rows were cut off at the end.
func (d *doctor) audit(ctx context.Context, st *store.Store) {
	n, head, err := st.CheckAudit(ctx)
	switch {
	case errors.Is(err, store.ErrAuditBroken):
		d.ill("audit", err.Error(), "somebody wrote to the database past Ringledger; compare the audit table with a backup")
	case err != nil:
		d.ill("audit", err.Error(), "check that the database can be read")
	case n == 0:
		d.well("audit", "nothing was written down yet")
	default:
		d.well("audit", fmt.Sprintf("the chain of %d rows is whole; its head is %.8x", n, head))
	}
}

// advise is for what works and could work better.
func (d *doctor) advise(part, finding, remedy string) {
	fmt.Fprintf(d.out, "note  %-11s %s\n      %-11s -> %s\n", part, finding, "", remedy)
}

func (d *doctor) salesforce(ctx context.Context, c *config, st *store.Store) {
	conn := connection.NewSalesforce(connection.SalesforceOptions{
		Store: st, HTTP: outgoing(), LoginURL: c.SalesforceLoginURL, PublicURL: c.PublicURL, APIVersion: c.SalesforceAPIVersion,
	})
	info, err := conn.RefreshOrg(ctx)
	page := c.PublicURL + "/connections/salesforce"
	switch {
	case errors.Is(err, salesforce.ErrNotConnected):
		d.ill("salesforce", "is not connected", "connect it at "+page)
		return
	case errors.Is(err, salesforce.ErrReconnect):
		d.ill("salesforce", "the sign-in has ended; calls are held and nothing is lost", "reconnect at "+page)
		return
	case err != nil:
		d.ill("salesforce", err.Error(), "check that this machine reaches Salesforce, then look at "+page)
		return
	}
	state, usage, err := conn.State(ctx)
	if err != nil {
		d.ill("salesforce", err.Error(), "look at "+page)
		return
	}
	d.well("salesforce", fmt.Sprintf("connected as %s; API requests today %d of %d", state.UserEmail, usage.Used, usage.Max))
	rules, err := st.CurrentRules(ctx)
	if err != nil {
		d.ill("salesforce", err.Error(), "see whether the rules can be read")
		return
	}
	checks, _ := info.Preflight(rules.Settings, false)
	for _, check := range checks {
		d.problems(ctx, check.Problems, page)
	}
}

func (d *doctor) problems(ctx context.Context, problems []salesforce.PreflightProblem, page string) {
	for _, p := range problems {
		finding := views.PreflightTitle(ctx, p.Code, p.Params)
		if p.Severity == salesforce.Blocking {
			d.ill("salesforce", finding, "the preflight list says how to mend it: "+page)
		} else {
			d.advise("salesforce", finding, "the preflight list says how: "+page)
		}
	}
}

func (d *doctor) aircall(ctx context.Context, c *config, st *store.Store) {
	conn := connection.NewAircall(connection.AircallOptions{Store: st, HTTP: outgoing(), APIURL: c.AircallAPIURL, PublicURL: c.PublicURL})
	page := c.PublicURL + "/connections/aircall"
	client, err := conn.Client(ctx)
	if errors.Is(err, connection.ErrNotConnected) {
		state, _, stateErr := conn.State(ctx)
		if stateErr == nil && state.ByHand {
			d.well("aircall", "webhook entered by hand; there is no key to ask with")
			return
		}
		d.ill("aircall", "is not connected", "connect it at "+page)
		return
	}
	if err == nil {
		err = client.Ping(ctx)
	}
	var refused *aircall.Error
	switch {
	case errors.As(err, &refused) && refused.Kind == aircall.WrongKey:
		d.ill("aircall", "refuses the API key", "make a new key in Aircall and enter it at "+page)
	case err != nil:
		d.ill("aircall", err.Error(), "check that this machine reaches "+c.AircallAPIURL)
	default:
		d.webhook(ctx, client, conn, page)
	}
}

// mail signs in to the mail server of alerts, when one is set.
func (d *doctor) mail(ctx context.Context, c *config) {
	if !c.smtp().Ready() {
		return
	}
	if err := c.smtp().CheckServer(ctx); err != nil {
		d.ill("mail", err.Error(), "check RINGLEDGER_SMTP_SERVER, RINGLEDGER_SMTP_USER and RINGLEDGER_SMTP_PASSWORD")
		return
	}
	d.well("mail", c.SMTPServer+" takes e-mails for alerts")
}

func (d *doctor) webhook(ctx context.Context, client *aircall.Client, conn *connection.Aircall, page string) {
	_, known, err := conn.State(ctx)
	if err != nil {
		d.ill("aircall", err.Error(), "look at "+page)
		return
	}
	hooks, err := client.Webhooks(ctx)
	if err != nil {
		d.ill("aircall", err.Error(), "look at "+page)
		return
	}
	for _, h := range hooks {
		for _, k := range known {
			if h.ID == k.RemoteID && h.Active {
				d.well("aircall", "the key works and the webhook is active")
				return
			}
		}
	}
	d.ill("aircall", "our webhook is missing or switched off at Aircall", "choose \"Check now\" at "+page+"; the server mends it")
}
