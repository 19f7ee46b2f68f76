package views

import (
	"context"
	"strings"
)

// HereReconciliation is the navigation entry of "Every call accounted for".
const HereReconciliation = "reconciliation"

// ReconciliationPage tells of each day whether every call is accounted for.
type ReconciliationPage struct {
	Spans   []ReconciledSpan
	Zone    string
	Total   ReconciledRow // Calls 0 and no Days = nothing was counted yet
	Days    []ReconciledRow
	Lines   []ReconciledRow
	Agents  []ReconciledRow
	Lacking []LackingTask
	More    bool // there are more of them than are listed
	Check   *Check
	Address string // of the page as it stands
	CSV     string
	Aircall bool // Aircall's list can be asked for
	// Unlisted says that the list of some of the days was not asked for.
	Unlisted bool
}

// ReconciledSpan switches how many days are shown.
type ReconciledSpan struct {
	Days    int
	URL     string
	Current bool
}

// ReconciledRow counts calls.
type ReconciledRow struct {
	Name, URL                                                  string
	Calls, Listed, Logged, Skipped, Person, Waiting, Accounted int
	Found, Deleted, Missing, Doubled, Healed                   int
	WaitingURL                                                 string
	Unlisted                                                   bool // Aircall's list of that day was not asked for
}

// Open counts the calls that are not accounted for.
func (r ReconciledRow) Open() int { return r.Calls - r.Accounted }

// LackingTask is a call that has no Task any more, or one too many.
type LackingTask struct {
	URL, Number string
	At          Moment
	Doubled     bool
}

// Check is the last comparison.
type Check struct {
	State                           string // waiting, running, done
	By                              string // who asked; "" = nobody need
	At                              Moment
	Done                            int // of 100, while it goes on
	Found, Added, Completed, Unread int
	Looked, Lacking, Healed         int
	Problem                         string // a sentence: what could not be compared
	Again                           Moment
}

// Open reports whether the check goes on.
func (c *Check) Open() bool { return c != nil && c.State != "done" }

// accountedText is "12,345 of 12,345 calls accounted for".
func accountedText(ctx context.Context, accounted, calls int) string {
	return T(ctx, "reconciliation.accounted", "accounted", Number(ctx, accounted), "calls", Number(ctx, calls))
}

// reconciledColumns are the counts of a table, in its order.
func reconciledColumns() []string {
	return []string{"calls", "listed", "logged", "found", "skipped", "person", "deleted", "waiting", "missing", "healed", "accounted"}
}

func (r ReconciledRow) counts() []int {
	return []int{r.Calls, r.Listed, r.Logged, r.Found, r.Skipped, r.Person, r.Deleted, r.Waiting, r.Missing + r.Doubled, r.Healed}
}

// checkFigures says what a check has brought so far.
func checkFigures(ctx context.Context, c *Check) string {
	figures := []string{T(ctx, "backfill.found", "count", c.Found)}
	for _, f := range []struct {
		key string
		n   int
	}{{"backfill.added", c.Added}, {"backfill.completed", c.Completed}, {"reconciliation.looked", c.Looked}, {"reconciliation.lacked", c.Lacking}, {"reconciliation.healed", c.Healed}} {
		if f.n > 0 {
			figures = append(figures, T(ctx, f.key, "count", f.n))
		}
	}
	return strings.Join(figures, ", ")
}

// CheckProblem says what a check could not compare.
func CheckProblem(ctx context.Context, code string) string {
	return T(ctx, keyOr("problem.reconciliation_"+code, "problem.reconciliation_salesforce_refused", ""))
}
