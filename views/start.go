package views

import "strconv"

// The codes of the steps of the set-up.
const (
	StepApp        = "app"
	StepSalesforce = "salesforce"
	StepPreflight  = "preflight"
	StepAircall    = "aircall"
	StepEvent      = "event"
	StepRules      = "rules"
)

// StartPage is the way from nothing to the first logged call.
type StartPage struct {
	Steps          []StartStep
	Preflight      []Preflight // what keeps the check of the org from being green
	Unchecked      bool        // the org is connected and was not looked at yet
	HasApp         bool
	AircallProblem bool // Aircall was connected and does not send what it should
	CallbackURL    string
	WebhookURL     string // "" while there is none
	LastCallURL    string // the newest entry, when there is one
	LiveURL        string
	TestCall       *TestCall // nil before both sides are connected
}

// StartStep is whether a step is done, with a fact about it.
type StartStep struct {
	Code   string
	Done   bool
	Detail string
}

// Progress is how many of the steps are done: "3/6"; "" when all are.
func Progress(steps []StartStep) string {
	if doneSteps(steps) == len(steps) {
		return ""
	}
	return strconv.Itoa(doneSteps(steps)) + "/" + strconv.Itoa(len(steps))
}

func doneSteps(steps []StartStep) int {
	n := 0
	for _, s := range steps {
		if s.Done {
			n++
		}
	}
	return n
}

// now reports whether a step is the one to do now: the first that is not done.
// What it asks for is the only primary button of the page.
func (m StartPage) now(code string) bool {
	for _, s := range m.Steps {
		if !s.Done {
			return s.Code == code
		}
	}
	return false
}

func (m StartPage) allDone() bool { return doneSteps(m.Steps) == len(m.Steps) }

// step is the step of a code, with its place in the order.
func (m StartPage) step(code string) (StartStep, int) {
	for i, s := range m.Steps {
		if s.Code == code {
			return s, i
		}
	}
	return StartStep{Code: code}, 0
}

// scope is a right that the app needs, by its name in Salesforce's list.
type scope struct{ ID, Name string }

// TestCall is how far a call got that somebody makes to see it arrive.
type TestCall struct {
	Watching bool
	Since    Moment
	Late     bool // nothing came for so long that something is wrong

	URL     string // the entry; "" while none came
	Who     string
	Type    string
	Outcome string
	Reason  string
	Detail  map[string]string
	Judged  bool
	HasTask bool
	TaskURL string // in Salesforce

	// What to look at when nothing comes.
	Listening bool   // an active webhook is there
	Company   string // of the Aircall account
	Address   string // what Aircall must reach
}
