package simulator

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Two JSON forms of a call exist. In webhooks an absent thing is a missing
// key; over REST it is null. The key order is that of captured bodies.

const (
	apiHost   = "https://api.aircall.io"
	assetHost = "https://assets.aircall.io"
	mediaHost = "https://media.aircall.example"
	shortHost = "https://short-urls.aircall.io"
)

type eventCall struct {
	ID                    int64             `json:"id"`
	DirectLink            string            `json:"direct_link"`
	Direction             string            `json:"direction"`
	CallUUID              string            `json:"call_uuid"`
	Status                string            `json:"status"`
	MissedCallReason      *string           `json:"missed_call_reason"`
	StartedAt             int64             `json:"started_at"`
	AnsweredAt            *int64            `json:"answered_at"`
	EndedAt               *int64            `json:"ended_at"`
	Duration              int64             `json:"duration"`
	Cost                  string            `json:"cost"`
	HangupCause           *string           `json:"hangup_cause"`
	Voicemail             *string           `json:"voicemail"`
	Recording             *string           `json:"recording"`
	Asset                 *string           `json:"asset"`
	VoicemailShortURL     string            `json:"voicemail_short_url,omitempty"`
	RecordingShortURL     string            `json:"recording_short_url,omitempty"`
	RawDigits             string            `json:"raw_digits"`
	User                  *nestedUser       `json:"user,omitempty"`
	Contact               *wireContact      `json:"contact,omitempty"`
	Number                nestedNumber      `json:"number"`
	Archived              bool              `json:"archived"`
	AssignedTo            *nestedUser       `json:"assigned_to,omitempty"`
	Teams                 []nestedTeam      `json:"teams"`
	Comments              []wireComment     `json:"comments"`
	Tags                  []eventTag        `json:"tags"`
	Participants          []wireParticipant `json:"participants"`
	IVROptions            []wireIVROption   `json:"ivr_options_selected,omitempty"`
	ExternalTransferredTo string            `json:"external_transferred_to,omitempty"`
	ExternalCallerNumber  string            `json:"external_caller_number,omitempty"`
	TransferredTo         *nestedUser       `json:"transferred_to,omitempty"`
	TransferredBy         *nestedUser       `json:"transferred_by,omitempty"`
}

// restCall shows a call over REST. The last three keys are there only when
// the request asked for them.
type restCall struct {
	ID                int64           `json:"id"`
	SID               string          `json:"sid"`
	DirectLink        string          `json:"direct_link"`
	Direction         string          `json:"direction"`
	Status            string          `json:"status"`
	MissedCallReason  *string         `json:"missed_call_reason"`
	StartedAt         int64           `json:"started_at"`
	AnsweredAt        *int64          `json:"answered_at"`
	EndedAt           *int64          `json:"ended_at"`
	Duration          int64           `json:"duration"`
	Voicemail         *string         `json:"voicemail"`
	Recording         *string         `json:"recording"`
	Asset             *string         `json:"asset"`
	RawDigits         string          `json:"raw_digits"`
	User              *wireUser       `json:"user"`
	Contact           *wireContact    `json:"contact"`
	Archived          bool            `json:"archived"`
	AssignedTo        *wireUser       `json:"assigned_to"`
	Tags              []restTag       `json:"tags"`
	TransferredBy     *wireUser       `json:"transferred_by"`
	TransferredTo     *wireUser       `json:"transferred_to"`
	Teams             []nestedTeam    `json:"teams"`
	Number            nestedNumber    `json:"number"`
	Cost              string          `json:"cost"`
	CountryCode       *string         `json:"country_code_a2"`
	PricingType       *string         `json:"pricing_type"`
	Comments          []wireComment   `json:"comments"`
	RecordingShortURL *string         `json:"recording_short_url,omitempty"`
	VoicemailShortURL *string         `json:"voicemail_short_url,omitempty"`
	IVROptions        []wireIVROption `json:"ivr_options_selected,omitempty"`
}

type wireComment struct {
	ID       int64       `json:"id"`
	Content  string      `json:"content"`
	PostedBy *nestedUser `json:"posted_by"`
	PostedAt int64       `json:"posted_at"`
}

type eventTag struct {
	ID       int64           `json:"id"`
	Name     string          `json:"name"`
	TaggedBy json.RawMessage `json:"tagged_by"` // {} for system tags
	TaggedAt int64           `json:"tagged_at"`
}

type restTag struct {
	ID        int64           `json:"id"`
	Name      string          `json:"name"`
	CreatedAt string          `json:"created_at"`
	TaggedBy  json.RawMessage `json:"tagged_by"`
}

type wireParticipant struct {
	ID          int64  `json:"id,omitempty"`
	Name        string `json:"name,omitempty"`
	PhoneNumber string `json:"phone_number,omitempty"`
	Type        string `json:"type"`
}

type wireIVROption struct {
	ID                string `json:"id"`
	Title             string `json:"title"`
	Key               string `json:"key"`
	CreatedAt         string `json:"created_at"`
	TransitionStarted string `json:"transition_started_at"`
	TransitionEnded   string `json:"transition_ended_at"`
}

// eventCall renders a call for the event of one step. During the ringing
// events the agent under "user" is the one who is rung.
func (a *Account) eventCall(c *call, s step) eventCall {
	user := c.user
	if s.rung != nil {
		user = s.rung
	}
	e := eventCall{
		ID: c.id, DirectLink: apiHost + "/v1/calls/" + strconv.FormatInt(c.id, 10), Direction: c.direction, CallUUID: c.uuid,
		Status: c.status, MissedCallReason: textOrNull(c.reason), StartedAt: c.startedAt, AnsweredAt: timeOrNull(c.answered),
		EndedAt: timeOrNull(c.endedAt), Duration: c.duration(), Cost: "0.0", RawDigits: displayNumber(c.number),
		User: nestUser(user), Contact: contactWire(c.contact), Number: nestNumber(c.line), AssignedTo: nestUser(c.assignedTo),
		Teams: nestTeams(c.team), Comments: commentWires(c.comments), Tags: eventTags(c.tags), Participants: participants(c, user),
		TransferredTo: nestUser(c.transferredTo), TransferredBy: nestUser(c.transferredBy),
	}
	e.Voicemail, e.Recording, e.Asset = a.media(c)
	switch s.event {
	case "call.ivr_option_selected":
		e.IVROptions = ivrWires(c.ivr)
	case "call.external_transferred":
		e.ExternalTransferredTo, e.ExternalCallerNumber = c.externalTo, c.externalCaller
	case "call.comm_assets_generated":
		e.RecordingShortURL, e.VoicemailShortURL = shortURL(c, "recording", c.recording), shortURL(c, "voicemail", c.voicemail)
	}
	if s.forgets {
		e.TransferredBy = nil
	}
	return e
}

func (a *Account) restCall(c *call, want callExtras) restCall {
	r := restCall{
		ID: c.id, SID: c.uuid, DirectLink: apiHost + "/v1/calls/" + strconv.FormatInt(c.id, 10), Direction: c.direction,
		Status: c.status, MissedCallReason: textOrNull(c.reason), StartedAt: c.startedAt, AnsweredAt: timeOrNull(c.answered),
		EndedAt: timeOrNull(c.endedAt), Duration: c.duration(), RawDigits: displayNumber(c.number), User: userWire(c.user, "v1"),
		AssignedTo: userWire(c.assignedTo, "v1"), Tags: restTags(c.tags), TransferredBy: userWire(c.transferredBy, "v1"),
		TransferredTo: userWire(c.transferredTo, "v1"), Teams: nestTeams(c.team), Number: nestNumber(c.line), Cost: "0",
		Comments: commentWires(c.comments),
	}
	r.Voicemail, r.Recording, r.Asset = a.media(c)
	if want.contact {
		r.Contact = contactWire(c.contact)
	}
	if want.shortURLs {
		r.RecordingShortURL = textOrNull(shortURL(c, "recording", c.recording))
		r.VoicemailShortURL = textOrNull(shortURL(c, "voicemail", c.voicemail))
	}
	if want.timeline {
		r.IVROptions = ivrWires(c.ivr)
	}
	return r
}

// media are the voicemail and recording links, which expire, and the asset
// link, which lasts.
func (a *Account) media(c *call) (voicemail, recording, asset *string) {
	assets, files := assetHost, mediaHost
	if a.opts.PublicURL != "" {
		assets, files = a.opts.PublicURL, a.opts.PublicURL
	}
	link := func(what string) (*string, *string) {
		file := fmt.Sprintf("%s/media/%d/%s.mp3?X-Amz-Expires=600&X-Amz-Signature=%x", files, c.id, what, a.opts.Now().UnixNano())
		return &file, textOrNull(fmt.Sprintf("%s/calls/%d/%s", assets, c.id, what))
	}
	switch {
	case c.voicemail:
		voicemail, asset = link("voicemail")
	case c.recording:
		recording, asset = link("recording")
	}
	return voicemail, recording, asset
}

func shortURL(c *call, what string, there bool) string {
	if !there {
		return ""
	}
	return fmt.Sprintf("%s/v1/%s-%s-%s", shortHost, c.uuid[2:10], what, c.uuid[10:22])
}

func participants(c *call, user *User) []wireParticipant {
	list := []wireParticipant{}
	if c.contact != nil {
		list = append(list, wireParticipant{ID: c.contact.id, Name: c.contact.first + " " + c.contact.last, Type: "contact"})
	} else {
		list = append(list, wireParticipant{PhoneNumber: displayNumber(c.number), Type: "external"})
	}
	if user != nil {
		list = append(list, wireParticipant{ID: user.ID, Name: user.Name, Type: "user"})
	}
	return list
}

func commentWires(comments []comment) []wireComment {
	list := make([]wireComment, len(comments))
	for i, c := range comments {
		list[i] = wireComment{ID: c.id, Content: c.content, PostedBy: nestUser(c.by), PostedAt: c.at}
	}
	return list
}

func eventTags(tags []callTag) []eventTag {
	list := make([]eventTag, len(tags))
	for i, t := range tags {
		list[i] = eventTag{ID: t.tag.id, Name: t.tag.name, TaggedBy: taggedBy(t.by), TaggedAt: t.at}
	}
	return list
}

func restTags(tags []callTag) []restTag {
	list := make([]restTag, len(tags))
	for i, t := range tags {
		list[i] = restTag{ID: t.tag.id, Name: t.tag.name, CreatedAt: isoTime(t.at), TaggedBy: taggedBy(t.by)}
	}
	return list
}

func taggedBy(u *User) json.RawMessage {
	if u == nil {
		return json.RawMessage("{}")
	}
	return mustJSON(nestUser(u))
}

func ivrWires(options []ivrOption) []wireIVROption {
	var list []wireIVROption
	for _, o := range options {
		list = append(list, wireIVROption{
			ID: o.id, Title: o.title, Key: o.key, CreatedAt: isoTime(o.at),
			TransitionStarted: isoTime(o.at), TransitionEnded: isoTime(o.at + 1),
		})
	}
	return list
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func timeOrNull(unix int64) *int64 {
	if unix == 0 {
		return nil
	}
	return &unix
}

// isoTime is the ISO 8601 form of Aircall, with milliseconds.
func isoTime(unix int64) string { return time.Unix(unix, 0).UTC().Format("2006-01-02T15:04:05.000Z") }
