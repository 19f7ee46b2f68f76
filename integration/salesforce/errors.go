package salesforce

import (
	"errors"
	"strconv"
	"strings"
)

// Kind says what is to be done about an error.
type Kind string

// The kinds of error.
const (
	Unknown       Kind = "unknown"       // a write that may have happened: look it up before writing again
	NotSent       Kind = "not_sent"      // never reached Salesforce: send again
	Busy          Kind = "busy"          // wait seconds: locks, concurrency, a read Salesforce stumbled over
	Limited       Kind = "limited"       // the org's daily requests are used up: wait long
	Down          Kind = "down"          // maintenance, or a read without an answer: hold everything
	Reconnect     Kind = "reconnect"     // the grant is dead: a person must sign in again
	NotConnected  Kind = "not_connected" // there is no grant
	FieldRefused  Kind = "field_refused" // write again without Fields
	Duplicate     Kind = "duplicate"     // the record exists: use Duplicates
	Gone          Kind = "gone"          // deleted, merged or converted: match again
	OwnerRefused  Kind = "owner_refused" // choose another owner
	Refused       Kind = "refused"       // only a person can help; Message has Salesforce's words
	Misconfigured Kind = "misconfigured" // the org, the user's permissions or our app's settings
)

// Error is what went wrong with a request, or with one row of it.
type Error struct {
	Kind       Kind
	Code       string   // Salesforce's errorCode; "" when it sent none
	Message    string   // Salesforce's own words, else ours
	Fields     []string // API names of the fields it is about
	Duplicates []string // ids of the records that exist already
	Status     int      // HTTP status; 0 when there was no answer
	Purpose    string   // what the request was for
	// Uncertain says of a write that it may have been carried out all the
	// same: look it up before it is sent again, whatever the Kind.
	Uncertain bool
	Err       error // the cause, when Salesforce did not answer
}

// Error names the purpose, the code and Salesforce's words.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("salesforce: ")
	if e.Purpose != "" {
		b.WriteString(e.Purpose + ": ")
	}
	switch {
	case e.Code != "":
		b.WriteString(e.Code + ": " + e.Message)
	case e.Message != "":
		b.WriteString(e.Message)
	default:
		b.WriteString(string(e.Kind))
	}
	if e.Code == "" && e.Status != 0 {
		b.WriteString(" (HTTP " + strconv.Itoa(e.Status) + ")")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// MaybeDone reports whether what was asked for may have been carried out, now
// or in a while, though it had no good answer.
func (e *Error) MaybeDone() bool { return e.Kind == Unknown || e.Uncertain }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the Kind of the first *Error in the chain of err; "" for others.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// apiError is one error as Salesforce writes it. REST answers name its code
// errorCode, rows of a collection statusCode.
type apiError struct {
	ErrorCode  string   `json:"errorCode"`
	StatusCode string   `json:"statusCode"`
	Message    string   `json:"message"`
	Fields     []string `json:"fields"`
	// REST spells the key without its l, the SOAP schema with it.
	DuplicateResut  *duplicateResult `json:"duplicateResut"`
	DuplicateResult *duplicateResult `json:"duplicateResult"`
}

type duplicateResult struct {
	MatchResults []struct {
		MatchRecords []struct {
			Record struct {
				ID string `json:"Id"`
			} `json:"record"`
		} `json:"matchRecords"`
	} `json:"matchResults"`
}

func (a apiError) code() string {
	if a.ErrorCode != "" {
		return a.ErrorCode
	}
	return a.StatusCode
}

func (a apiError) duplicates() []string {
	var ids []string
	seen := map[string]bool{}
	for _, d := range []*duplicateResult{a.DuplicateResut, a.DuplicateResult} {
		if d == nil {
			continue
		}
		for _, result := range d.MatchResults {
			for _, match := range result.MatchRecords {
				if id := match.Record.ID; id != "" && !seen[id] {
					seen[id] = true
					ids = append(ids, id)
				}
			}
		}
	}
	return ids
}

// typed turns Salesforce's error into ours. Of several the first counts: the
// others mostly repeat it. write tells a write from a read, and row the error
// of one row from that of a whole request.
func typed(list []apiError, status int, write, row bool) *Error {
	if len(list) == 0 {
		return statusError(status, write)
	}
	a := list[0]
	e := &Error{
		Code: a.code(), Message: a.Message, Status: status,
		Fields: a.Fields, Duplicates: a.duplicates(),
	}
	classify(e, write, row)
	return e
}

// statusError is for an answer that says nothing but its status.
func statusError(status int, write bool) *Error {
	e := &Error{Status: status, Message: "Salesforce gave no reason"}
	e.Kind = kindOfStatus(status, write)
	e.Uncertain = write && e.Kind == Unknown
	return e
}

func kindOfStatus(status int, write bool) Kind {
	switch {
	case status == 401 || status == 410:
		return Misconfigured
	case status == 429:
		return Busy
	case status == 500 && !write:
		return Busy // Salesforce stumbled over this very request
	case status >= 500 || status == 408 || status < 300:
		return lost(write)
	default:
		return Refused
	}
}

// lost is the kind of a request that had no answer to rely on: a write may
// have happened, a read tells that the org is not there.
func lost(write bool) Kind {
	if write {
		return Unknown
	}
	return Down
}

// asError makes any error an *Error. What is none of ours never left.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: NotSent, Message: "not sent", Err: err}
}
