package callflow

import "time"

// RecordKind is the sort of record a number can belong to.
type RecordKind string

// The record kinds of the settings document.
const (
	ContactRecord       RecordKind = "contact"
	LeadRecord          RecordKind = "lead"
	AccountRecord       RecordKind = "account"
	PersonAccountRecord RecordKind = "person_account"
)

// Record is one Salesforce record that a Task can stand on.
type Record struct {
	Kind      RecordKind `json:"kind"`
	ID        string     `json:"id"` // 18 characters; of a Person Account the Account's id
	Name      string     `json:"name"`
	AccountID string     `json:"account_id,omitempty"`
	// AccountName is the name of AccountID, when it was asked for: a shared
	// number is logged on the Account its records have in common.
	AccountName string `json:"account_name,omitempty"`
	ContactID   string `json:"contact_id,omitempty"` // of a Person Account: PersonContactId
	OwnerID     string `json:"owner_id,omitempty"`
	Created     bool   `json:"created,omitempty"` // made by Ringledger for this very call
}

// Candidate is a record one of whose phone fields holds the external number.
type Candidate struct {
	Record
	Field      string    `json:"field"` // API name of the phone field that matched
	Value      string    `json:"value"` // as it stands in Salesforce
	ModifiedAt time.Time `json:"modified_at"`
	Converted  bool      `json:"converted,omitempty"` // a converted Lead; its ContactID and AccountID are what it became
	// From is the id of the converted Lead, or of the record merged into this
	// one, by which this record was found.
	From string `json:"from,omitempty"`
}

// Verdict is why a candidate was or was not chosen.
type Verdict string

// The verdicts on candidates.
const (
	VerdictChosen    Verdict = "chosen"
	VerdictKindLater Verdict = "kind_later" // its kind comes later in the order
	VerdictNotListed Verdict = "not_listed" // its kind is not in the order
	VerdictOlder     Verdict = "older"      // another was modified more recently
	VerdictNewer     Verdict = "newer"      // the oldest was asked for
	VerdictConverted Verdict = "converted"  // a converted Lead whose Contact is gone or hidden
	VerdictFollowed  Verdict = "followed"   // a converted Lead, judged as the Contact it became
	VerdictAsk       Verdict = "ask"        // a person is to choose
	VerdictShared    Verdict = "shared"     // one of many with this number
	VerdictShadow    Verdict = "shadow"     // the contact of a Person Account that is listed itself
	VerdictNotPicked Verdict = "not_picked" // a person chose another, or one was just made
)

// Judged is a candidate with its verdict, for the trace.
type Judged struct {
	Candidate
	Verdict Verdict `json:"verdict"`
}

// NewRecord is a record to create for a number that is not in Salesforce.
// Fields are API names with their values, ready for the sObject of Kind; only
// the record type of a Person Account is for the one who creates it to add.
type NewRecord struct {
	Kind   RecordKind
	Name   string
	Fields map[string]string
}

// NewRelated is a Case or Opportunity to create. Fields are API names.
type NewRelated struct {
	Object string // "Case" or "Opportunity"
	Name   string
	Fields map[string]string
}

// User is a Salesforce user who may own a Task.
type User struct {
	ID    string
	Name  string
	Email string
}
