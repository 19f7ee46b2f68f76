package alert

import (
	"encoding/json"
	"fmt"
	"time"
)

// The kinds of alerts.
const (
	SalesforceGrant   = "salesforce_grant" // it has to be connected again
	SalesforceDown    = "salesforce_down"
	SalesforceRefuses = "salesforce_refuses"
	SalesforceLimit   = "salesforce_limit" // the day's requests are used up
	AircallKey        = "aircall_key"      // it refuses the key
	AircallDown       = "aircall_down"
	AircallWebhook    = "aircall_webhook" // it was switched off
	Failures          = "failures"
	Silence           = "silence"
	Queue             = "queue"
	Digest            = "digest" // told once a day
	Test              = "test"   // told when somebody asks
)

// Kinds lists what begins and ends, in the order it is looked at.
func Kinds() []string {
	return []string{SalesforceGrant, SalesforceDown, SalesforceRefuses, SalesforceLimit, AircallKey, AircallDown, AircallWebhook, Failures, Silence, Queue}
}

// The states that are told.
const (
	Began = "began"
	Lasts = "lasts"
	Ended = "ended"
	Daily = "daily"
	Asked = "asked" // of a test
)

// Message is what is told of an alert.
type Message struct {
	Alert   string    `json:"alert"`
	State   string    `json:"state"`
	ID      int64     `json:"id,omitempty"` // of the alert: the same from its beginning to its end
	At      time.Time `json:"at"`
	BeganAt time.Time `json:"began_at,omitzero"`
	EndedAt time.Time `json:"ended_at,omitzero"`
	Facts
}

// Facts are what is counted of an alert.
type Facts struct {
	Count   int     `json:"count,omitempty"`   // calls
	Over    int     `json:"over,omitempty"`    // the limit that was passed
	Minutes int     `json:"minutes,omitempty"` // without an event, or of waiting
	Digest  *Report `json:"digest,omitempty"`
}

// Report is a day in figures.
type Report struct {
	Day       string  `json:"day"`
	Received  int     `json:"received"`
	Logged    int     `json:"logged"`
	Skipped   int     `json:"skipped"`
	Choice    int     `json:"needs_choice"`
	Waiting   int     `json:"waiting"`
	Failed    int     `json:"failed"`
	Resolved  int     `json:"resolved"`
	Calls     int     `json:"compared"` // with Aircall's list and Salesforce
	Accounted int     `json:"accounted"`
	APIUsed   int     `json:"api_used"`
	APIMax    int     `json:"api_max"` // 0 = it is not known
	Questions int     `json:"questions"`
	Causes    []Cause `json:"causes,omitempty"` // of failed calls that are open, of whatever day
	More      bool    `json:"more_causes,omitempty"`
}

// Cause is what keeps some calls from being logged.
type Cause struct {
	Key    string `json:"key"`
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// Text is a message in words.
type Text struct {
	Subject string
	Lines   []string
	Link    string // where to look
}

// Words puts a message into words of a language, with the times of a zone.
type Words func(language string, zone *time.Location, m Message) Text

func (m Message) encode() (string, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("alert: keep message: %w", err)
	}
	return string(b), nil
}

func readMessage(body string) (m Message, err error) {
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return m, fmt.Errorf("alert: read message: %w", err)
	}
	return m, nil
}
