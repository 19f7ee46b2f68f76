package aircall

import (
	"path"
	"strings"
	"time"

	"ringledger/integration/callflow"
)

// fact is what one event says. What it does not say is zero.
type fact struct {
	event string
	at    time.Time // when Aircall made the event

	direction, status, missedReason string
	rawDigits, externalNumber       string
	started, answered, ended        time.Time
	created, sent                   time.Time

	user, transferredTo, transferredBy callflow.Agent
	transferredAway                    string
	contact                            callflow.Contact
	line                               line
	lineID                             string // of events that give no more of the line
	tags                               []tag
	tagsGiven                          bool
	comments                           []callflow.Comment
	participants                       []participant
	voicemail, asset                   string

	body, template, channel, content string
	media                            []string
}

type line struct {
	callflow.Line
	digits string // for display
}

type tag struct {
	name     string
	bySystem bool
}

type participant struct {
	kind, number string
}

// fact reads one event; ok is false when it is not JSON.
func (r *reader) fact(e Event) (f fact, ok bool) {
	r.reset(e.Body)
	from := len(r.oddities)
	r.object(func(key []byte) {
		switch string(key) {
		case "event":
			f.event = r.id()
		case "timestamp":
			f.at = r.time()
		case "data":
			r.object(func(key []byte) { r.datum(&f, key) })
		default:
			r.skip()
		}
	})
	for i := from; i < len(r.oddities); i++ {
		r.oddities[i].Event = f.event
	}
	if r.err != nil {
		r.oddities = append(r.oddities[:from], Oddity{Event: f.event, Got: "not JSON"})
		return fact{}, false
	}
	if f.at.IsZero() {
		f.at = e.ReceivedAt.UTC()
	}
	return f, true
}

func (r *reader) datum(f *fact, key []byte) {
	switch string(key) {
	case "direction":
		f.direction = r.text()
	case "status":
		f.status = r.text()
	case "missed_call_reason":
		f.missedReason = r.text()
	case "raw_digits":
		f.rawDigits = r.text()
	case "external_number":
		f.externalNumber = r.text()
	case "started_at":
		f.started = r.time()
	case "answered_at":
		f.answered = r.time()
	case "ended_at":
		f.ended = r.time()
	case "created_at":
		f.created = r.time()
	case "sent_at":
		f.sent = r.time()
	default:
		r.party(f, key)
	}
}

// party reads who took part.
func (r *reader) party(f *fact, key []byte) {
	switch string(key) {
	case "user":
		f.user = r.agent()
	case "transferred_to":
		f.transferredTo = r.agent()
	case "transferred_by":
		f.transferredBy = r.agent()
	case "external_transferred_to":
		f.transferredAway = r.text()
	case "contact":
		f.contact = r.contact()
	case "number":
		f.line = r.line()
	case "number_id":
		f.lineID = r.id()
	case "participants", "conference_participants":
		r.list(func() { f.participants = append(f.participants, r.participant()) })
	default:
		r.matter(f, key)
	}
}

// matter reads what was said, left or added.
func (r *reader) matter(f *fact, key []byte) {
	switch string(key) {
	case "tags":
		f.tagsGiven = r.dec.PeekKind() == '['
		r.list(func() { f.tags = append(f.tags, r.tag()) })
	case "comments":
		r.list(func() { f.comments = append(f.comments, r.comment()) })
	case "voicemail":
		f.voicemail = r.text()
	case "asset":
		f.asset = r.text()
	case "body":
		f.body = r.text()
	case "template_content":
		f.template = r.textIfAny()
	case "channel":
		f.channel = r.text()
	case "content": // of AI results, where only a summary is text
		f.content = r.textIfAny()
	case "media_details", "media_url":
		r.listOrOne(func() {
			if name := r.mediaName(); name != "" {
				f.media = append(f.media, name)
			}
		})
	default:
		r.skip()
	}
}

func (r *reader) agent() (a callflow.Agent) {
	r.object(func(key []byte) {
		switch string(key) {
		case "id":
			a.ID = r.id()
		case "name":
			a.Name = strings.TrimSpace(r.text())
		case "email":
			a.Email = strings.TrimSpace(r.text())
		default:
			r.skip()
		}
	})
	return a
}

func (r *reader) contact() (c callflow.Contact) {
	r.object(func(key []byte) {
		switch string(key) {
		case "first_name":
			c.FirstName = strings.TrimSpace(r.text())
		case "last_name":
			c.LastName = strings.TrimSpace(r.text())
		case "company_name":
			c.Company = strings.TrimSpace(r.text())
		case "emails":
			r.list(func() { c.Email = firstOf(c.Email, r.value()) })
		default:
			r.skip()
		}
	})
	return c
}

// value is text, or the value of an object that labels it.
func (r *reader) value() (text string) {
	if r.dec.PeekKind() != '{' {
		return strings.TrimSpace(r.text())
	}
	r.object(func(key []byte) {
		if string(key) == "value" {
			text = strings.TrimSpace(r.text())
		} else {
			r.skip()
		}
	})
	return text
}

func (r *reader) line() (l line) {
	r.object(func(key []byte) {
		switch string(key) {
		case "id":
			l.ID = r.id()
		case "name":
			l.Name = strings.TrimSpace(r.text())
		case "digits":
			l.digits = r.text()
		case "e164_digits":
			l.E164 = r.text()
		case "country":
			l.Country = strings.ToUpper(r.text())
		case "time_zone":
			l.TimeZone = r.text()
		default:
			r.skip()
		}
	})
	return l
}

func (r *reader) tag() (t tag) {
	t.bySystem = true
	if r.dec.PeekKind() == '"' {
		return tag{name: strings.TrimSpace(r.text())}
	}
	r.object(func(key []byte) {
		switch string(key) {
		case "name":
			t.name = strings.TrimSpace(r.text())
		case "tagged_by": // {} for the system's own
			t.bySystem = r.agent() == callflow.Agent{}
		default:
			r.skip()
		}
	})
	return t
}

func (r *reader) comment() (c callflow.Comment) {
	r.object(func(key []byte) {
		switch string(key) {
		case "id":
			c.ID = r.id()
		case "content":
			c.Text = strings.TrimSpace(r.text())
		case "posted_by":
			c.By = nameOf(r.agent())
		case "posted_at":
			c.At = r.time()
		default:
			r.skip()
		}
	})
	return c
}

func (r *reader) participant() (p participant) {
	if kind := r.dec.PeekKind(); kind == '"' || kind == '0' {
		return participant{number: r.text()}
	}
	r.object(func(key []byte) {
		switch string(key) {
		case "type", "participant_type":
			p.kind = r.text()
		case "phone_number":
			p.number = r.text()
		default:
			r.skip()
		}
	})
	return p
}

// mediaName is the name of a file that is given as a URL or as an object.
func (r *reader) mediaName() (name string) {
	if r.dec.PeekKind() == '"' {
		address, _, _ := strings.Cut(r.text(), "?")
		return path.Base("/" + address)
	}
	r.object(func(key []byte) {
		if string(key) == "file_name" {
			name = r.text()
		} else {
			r.skip()
		}
	})
	return name
}

// textIfAny is text where other types are no oddity.
func (r *reader) textIfAny() string {
	if r.dec.PeekKind() == '"' {
		return r.text()
	}
	r.skip()
	return ""
}

// listOrOne takes one value for a list of one.
func (r *reader) listOrOne(element func()) {
	if kind := r.dec.PeekKind(); kind == '"' || kind == '{' {
		element()
		return
	}
	r.list(element)
}

func nameOf(a callflow.Agent) string { return firstOf(a.Name, a.Email, a.ID) }
