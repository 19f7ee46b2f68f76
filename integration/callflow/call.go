package callflow

import "time"

// Kind tells a call from a message.
type Kind string

// The kinds of entry.
const (
	KindCall    Kind = "call"
	KindMessage Kind = "message"
)

// Direction is seen from the company.
type Direction string

// The two directions.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
)

// Call is everything known about one call or message. Times that did not
// happen are zero. Absent agents, contacts and lines are zero values.
type Call struct {
	Kind      Kind
	ID        string // Aircall's id of the call or message
	Direction Direction

	External Number
	Line     Line
	Agent    Agent   // who talked last; zero when nobody did
	Rang     []Agent // everyone whose phone rang, in order
	Contact  Contact // the Aircall contact, when it has one

	StartedAt  time.Time // for a message: when it was sent or received
	AnsweredAt time.Time
	EndedAt    time.Time

	// Ended says that the provider's closing event has come, so nothing but
	// late facts is still to be expected. EndedEventAt is that event's time.
	Ended        bool
	EndedEventAt time.Time

	MissedReason     string // as Aircall spells it; "" when unknown
	CallbackRequest  bool   // the caller asked to be called back
	VoicemailLeft    bool
	Recording        string // lasting link, behind Aircall's sign-in
	Voicemail        string // lasting link, behind Aircall's sign-in
	Tags             []string
	Comments         []Comment
	Transfers        []Transfer
	Summary          string // AI summary
	InternalByOrigin bool   // Aircall itself says both ends are the company's

	Body    string   // of a message
	Channel string   // "" is SMS or MMS, else "whatsapp"
	Media   []string // file names of a message
	Others  []Number // further outside parties of a group message
	// Undelivered says that a message sent did not arrive, as far as told.
	Undelivered bool
}

// Number is a telephone number as it came and as compared. E164 is empty when
// the caller is anonymous or the digits are no telephone number.
type Number struct {
	Raw  string // as the provider showed it
	E164 string // "+33199001234"
}

// Anonymous reports whether the outside party hid the number.
func (n Number) Anonymous() bool { return n.E164 == "" && !hasDigit(n.Raw) }

// Text is the number to show: E.164 when known, else as it came.
func (n Number) Text() string {
	if n.E164 != "" {
		return n.E164
	}
	return n.Raw
}

func hasDigit(s string) bool {
	for _, r := range s {
		if r >= '0' && r <= '9' {
			return true
		}
	}
	return false
}

// Line is one of the company's own numbers.
type Line struct {
	ID       string
	Name     string
	E164     string
	Country  string // ISO 3166 two letters
	TimeZone string // IANA name
}

// Agent is an Aircall user.
type Agent struct {
	ID    string
	Name  string
	Email string
}

// Contact is what the phone system's own address book says of the caller.
type Contact struct {
	FirstName, LastName, Company, Email string
}

// Comment is a note an agent left on the call.
type Comment struct {
	ID   string
	Text string
	By   string
	At   time.Time
}

// Transfer is one handing-over of the call.
type Transfer struct {
	To     string // agent's name, team or number
	By     string
	Failed bool
	At     time.Time
}

// moment is when the call started, the time it is judged by. A call whose start
// was never told is judged by the first of its times that is known.
func (c Call) moment() time.Time {
	for _, t := range []time.Time{c.StartedAt, c.AnsweredAt, c.EndedAt} {
		if !t.IsZero() {
			return t
		}
	}
	return c.EndedEventAt
}

// Waiting is the time before somebody answered, or before the call ended.
func (c Call) Waiting() time.Duration {
	end := c.AnsweredAt
	if end.IsZero() {
		end = c.EndedAt
	}
	if c.StartedAt.IsZero() || end.Before(c.StartedAt) {
		return 0
	}
	return end.Sub(c.StartedAt)
}

// Talk is the time somebody talked; zero for calls never answered.
func (c Call) Talk() time.Duration {
	if c.AnsweredAt.IsZero() || c.EndedAt.Before(c.AnsweredAt) {
		return 0
	}
	return c.EndedAt.Sub(c.AnsweredAt)
}

// TaskKey is the value that names the entry in Salesforce, in Task.CallObject.
func (c Call) TaskKey() string {
	if c.Kind == KindMessage {
		return "aircall-message:" + c.ID
	}
	return "aircall:" + c.ID
}
