package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind says what happens in a generated call.
type Kind string

// The kinds of call an account can be asked for.
const (
	InboundAnswered      Kind = "inbound_answered"
	OutboundAnswered     Kind = "outbound_answered"
	OutboundUnanswered   Kind = "outbound_unanswered"
	Missed               Kind = "missed" // the agents did not answer
	NoAvailableAgent     Kind = "no_available_agent"
	ShortAbandoned       Kind = "short_abandoned"
	AbandonedInIVR       Kind = "abandoned_in_ivr"
	MissedWithoutReason  Kind = "missed_without_reason"
	OutOfOpeningHours    Kind = "out_of_opening_hours"
	Voicemail            Kind = "voicemail"
	VoicemailClosed      Kind = "voicemail_closed" // left outside opening hours
	Transferred          Kind = "transferred"
	UnsuccessfulTransfer Kind = "unsuccessful_transfer"
	ExternalTransfer     Kind = "external_transfer"
	Declined             Kind = "declined" // several agents rung, some decline, one answers
	IVR                  Kind = "ivr"      // an option selected, then answered
	CallbackRequest      Kind = "callback_request"
	Anonymous            Kind = "anonymous" // answered, the number withheld
	AnonymousMissed      Kind = "anonymous_missed"
	Internal             Kind = "internal"   // from one of the company's own lines
	Unfinished           Kind = "unfinished" // its closing events never come
)

// Kinds are all kinds of call, in the order the page offers them.
func Kinds() []Kind {
	return []Kind{
		InboundAnswered, OutboundAnswered, OutboundUnanswered, Missed, Voicemail, Transferred, UnsuccessfulTransfer,
		ExternalTransfer, Declined, IVR, CallbackRequest, NoAvailableAgent, OutOfOpeningHours, VoicemailClosed,
		ShortAbandoned, AbandonedInIVR, MissedWithoutReason, Anonymous, AnonymousMissed, Internal, Unfinished,
	}
}

// menu tells whether the caller hears a menu of the line.
func (k Kind) menu() bool { return k == IVR || k == AbandonedInIVR }

func (k Kind) outbound() bool { return k == OutboundAnswered || k == OutboundUnanswered }

func (k Kind) answered() bool {
	return slices.Contains([]Kind{
		InboundAnswered, OutboundAnswered, Transferred, UnsuccessfulTransfer, ExternalTransfer, Declined, IVR, Anonymous,
		Internal, Unfinished,
	}, k)
}

// ErrSpec is returned for a call or message that cannot be placed as asked.
var ErrSpec = errors.New("simulator: cannot be placed as asked")

// CallSpec describes a call to place. What is left out is chosen.
type CallSpec struct {
	Kind   Kind
	Number string // E.164 of the outside party, or "anonymous"
	Line   string // name, id or number
	Agent  string // e-mail, name or id
	// At is when the call begins. Without it a call ends about now: played
	// faster than life, it began as long ago as it lasts, so that its
	// timestamps are realistic and never in the future.
	At   time.Time
	Ring time.Duration
	Talk time.Duration
	Hold time.Duration // how long the caller is put on hold; 0 is not at all
	// TransferTo is the agent (or for an external transfer the number) the
	// call is handed to.
	TransferTo string
	Tags       []string
	Comment    string
	AssignTo   string // the agent the call is assigned to afterwards
	Summary    string // an AI summary that comes later
	// Late is how long after the call the tags, comment and assignment come;
	// 0 is right after it.
	Late time.Duration
	// Plain places the call as asked, without tags, comments, hold or summary
	// of the generator's own.
	Plain bool
}

// wireSpec is a CallSpec on /_sim/calls; durations are seconds.
type wireSpec struct {
	Type       Kind     `json:"type"`
	Number     string   `json:"number"`
	Line       string   `json:"line"`
	Agent      string   `json:"agent"`
	At         int64    `json:"at"`
	Ring       int64    `json:"ring"`
	Talk       int64    `json:"talk"`
	Hold       int64    `json:"hold"`
	TransferTo string   `json:"transfer_to"`
	Tags       []string `json:"tags"`
	Comment    string   `json:"comment"`
	AssignTo   string   `json:"assign_to"`
	Summary    string   `json:"summary"`
	Late       int64    `json:"late"`
	Plain      bool     `json:"plain"`
}

// UnmarshalJSON reads the form that /_sim/calls takes.
func (s *CallSpec) UnmarshalJSON(b []byte) error {
	var w wireSpec
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return err
	}
	seconds := func(n int64) time.Duration { return time.Duration(n) * time.Second }
	*s = CallSpec{
		Kind: w.Type, Number: w.Number, Line: w.Line, Agent: w.Agent, Ring: seconds(w.Ring), Talk: seconds(w.Talk),
		Hold: seconds(w.Hold), TransferTo: w.TransferTo, Tags: w.Tags, Comment: w.Comment, AssignTo: w.AssignTo,
		Summary: w.Summary, Late: seconds(w.Late), Plain: w.Plain,
	}
	s.At = unixTime(w.At)
	return nil
}

// unixTime is the zero time for 0, which means that none was given.
func unixTime(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// plot is a CallSpec with every choice made.
type plot struct {
	kind       Kind
	number     string
	line       *Line
	agent      *User
	ring, talk int64
	hold       int64
	handTo     *User
	handNumber string
	tags       []*tag
	comment    string
	assignTo   *User
	summary    string
	late       int64
}

// plotOf turns the words of a spec into things of the account.
func (a *Account) plotOf(s CallSpec) (plot, error) {
	p := plot{
		kind: s.Kind, number: s.Number, ring: int64(s.Ring.Seconds()), talk: int64(s.Talk.Seconds()),
		hold: int64(s.Hold.Seconds()), comment: s.Comment, summary: s.Summary, late: int64(s.Late.Seconds()),
	}
	if s.Kind != "" && !slices.Contains(Kinds(), s.Kind) {
		return p, fmt.Errorf("%w: there is no type %q", ErrSpec, s.Kind)
	}
	if p.ring < 0 || p.talk < 0 || p.hold < 0 || p.late < 0 {
		return p, fmt.Errorf("%w: a duration is negative", ErrSpec)
	}
	if err := checkNumber(s.Number); err != nil {
		return p, err
	}
	var err error
	if p.line, err = a.wantedLine(s.Line); err != nil {
		return p, err
	}
	if p.agent, err = a.wantedUser(s.Agent); err != nil {
		return p, err
	}
	if p.assignTo, err = a.wantedUser(s.AssignTo); err != nil {
		return p, err
	}
	if s.Kind == ExternalTransfer {
		if err := checkNumber(s.TransferTo); err != nil {
			return p, err
		}
		p.handNumber = s.TransferTo
	} else if p.handTo, err = a.wantedUser(s.TransferTo); err != nil {
		return p, err
	}
	for _, name := range s.Tags {
		p.tags = append(p.tags, a.wantedTag(name))
	}
	return p, nil
}

// checkNumber refuses what Aircall would not show as a number.
func checkNumber(s string) error {
	digits, plus := strings.CutPrefix(s, "+")
	isNumber := plus && len(digits) >= 4 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
	if s == "" || s == anonymous || isNumber {
		return nil
	}
	return fmt.Errorf("%w: %q is not a number in E.164 form", ErrSpec, s)
}

func (a *Account) wantedLine(s string) (*Line, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // nothing wanted, nothing found
	}
	if l := a.dir().lineNamed(s); l != nil {
		return l, nil
	}
	return nil, fmt.Errorf("%w: there is no line %q", ErrSpec, s)
}

func (a *Account) wantedUser(s string) (*User, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // nobody wanted, nobody found
	}
	if u := a.dir().userNamed(s); u != nil {
		return u, nil
	}
	return nil, fmt.Errorf("%w: there is no agent %q", ErrSpec, s)
}

// wantedTag is a tag of the account, or one made on the spot.
func (a *Account) wantedTag(name string) *tag {
	if t := a.dir().tagNamed(name); t != nil {
		return t
	}
	id := int64(2_740_000)
	for _, r := range name {
		id = (id*31+int64(r))%900_000 + 2_740_000
	}
	return &tag{id: id, name: name, color: "#8B8D98"}
}
