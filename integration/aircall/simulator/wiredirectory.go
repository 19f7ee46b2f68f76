package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// nestedUser is the abridged user inside calls and messages of webhooks.
type nestedUser struct {
	ID                 int64  `json:"id"`
	DirectLink         string `json:"direct_link"`
	Name               string `json:"name"`
	Email              string `json:"email"`
	Available          bool   `json:"available"`
	AvailabilityStatus string `json:"availability_status"`
	Language           string `json:"language"`
	WrapUpTime         int    `json:"wrap_up_time"`
}

// wireUser is a user over REST. The numbers stand only in version 1.
type wireUser struct {
	ID                 int64          `json:"id"`
	DirectLink         string         `json:"direct_link"`
	Name               string         `json:"name"`
	Email              string         `json:"email"`
	Available          bool           `json:"available"`
	AvailabilityStatus string         `json:"availability_status"`
	CreatedAt          string         `json:"created_at"`
	Language           string         `json:"language"`
	TimeZone           string         `json:"time_zone"`
	WrapUpTime         int            `json:"wrap_up_time"`
	State              string         `json:"state"`
	Substatus          string         `json:"substatus"`
	Extension          string         `json:"extension"`
	DefaultNumberID    *int64         `json:"default_number_id"`
	Numbers            []nestedNumber `json:"numbers,omitempty"`
}

type nestedNumber struct {
	ID                 int64             `json:"id"`
	DirectLink         string            `json:"direct_link"`
	Name               string            `json:"name"`
	Digits             string            `json:"digits"`
	E164Digits         string            `json:"e164_digits,omitempty"` // webhooks only
	Country            string            `json:"country"`
	TimeZone           string            `json:"time_zone"`
	Open               bool              `json:"open"`
	AvailabilityStatus string            `json:"availability_status"`
	IsIVR              bool              `json:"is_ivr"`
	LiveRecording      bool              `json:"live_recording_activated"`
	Messages           map[string]string `json:"messages"`
}

// wireNumber is a number over REST; its users are filled for one number and
// empty in the list.
type wireNumber struct {
	nestedNumber
	CreatedAt string       `json:"created_at"`
	Priority  *int         `json:"priority"`
	Users     []nestedUser `json:"users"`
}

type nestedTeam struct {
	ID         int64        `json:"id"`
	Name       string       `json:"name"`
	DirectLink string       `json:"direct_link"`
	CreatedAt  string       `json:"created_at,omitempty"`
	Users      []nestedUser `json:"users,omitempty"`
}

type wireTag struct {
	ID          int64   `json:"id"`
	Name        string  `json:"name"`
	Color       string  `json:"color"`
	Description *string `json:"description"`
}

type wireContact struct {
	ID           int64          `json:"id"`
	DirectLink   string         `json:"direct_link"`
	FirstName    *string        `json:"first_name"`
	LastName     *string        `json:"last_name"`
	CompanyName  *string        `json:"company_name"`
	Information  *string        `json:"information"`
	IsShared     bool           `json:"is_shared"`
	CreatedAt    int64          `json:"created_at"`
	UpdatedAt    int64          `json:"updated_at"`
	Emails       []labelledText `json:"emails"`
	PhoneNumbers []labelledText `json:"phone_numbers"`
}

type labelledText struct {
	ID    int64  `json:"id"`
	Label string `json:"label"`
	Value string `json:"value"`
}

func nestUser(u *User) *nestedUser {
	if u == nil {
		return nil
	}
	return &nestedUser{
		ID: u.ID, DirectLink: fmt.Sprintf("%s/v1/users/%d", apiHost, u.ID), Name: u.Name, Email: u.Email,
		Available: true, AvailabilityStatus: "available", Language: u.language, WrapUpTime: u.wrapUp,
	}
}

func nestUsers(users []*User) []nestedUser {
	list := make([]nestedUser, len(users))
	for i, u := range users {
		list[i] = *nestUser(u)
	}
	return list
}

// accountSince is when everything in the account was made, as far as the API
// tells: long ago, and the same on every day.
const accountSince = "2025-11-21T16:58:07.000Z"

func userWire(u *User, version string) *wireUser {
	if u == nil {
		return nil
	}
	return &wireUser{
		ID: u.ID, DirectLink: fmt.Sprintf("%s/%s/users/%d", apiHost, version, u.ID), Name: u.Name, Email: u.Email,
		Available: true, AvailabilityStatus: "available", CreatedAt: accountSince, Language: u.language,
		TimeZone: u.timeZone, WrapUpTime: u.wrapUp, State: "always_opened", Substatus: "always_opened",
		Extension: u.extension, DefaultNumberID: &u.line.ID,
	}
}

func nestNumber(l *Line) nestedNumber {
	messages := make(map[string]string)
	for _, name := range []string{"welcome", "waiting", "ringing_tone", "unanswered_call", "after_hours", "ivr", "voicemail", "closed", "callback_later"} {
		messages[name] = fmt.Sprintf("%s/music/%d/%s.mp3", mediaHost, l.ID, name)
	}
	return nestedNumber{
		ID: l.ID, DirectLink: fmt.Sprintf("%s/v1/numbers/%d", apiHost, l.ID), Name: l.Name, Digits: displayNumber(l.Number),
		E164Digits: l.Number, Country: l.Country, TimeZone: l.TimeZone, Open: true, AvailabilityStatus: "custom",
		IsIVR: l.ivr, LiveRecording: l.records, Messages: messages,
	}
}

func numberWire(l *Line, withUsers bool) wireNumber {
	n := wireNumber{nestedNumber: nestNumber(l), CreatedAt: accountSince, Users: []nestedUser{}}
	n.E164Digits = ""
	if withUsers {
		n.Users = nestUsers(l.agents)
	}
	return n
}

func nestTeams(t *team) []nestedTeam {
	if t == nil {
		return []nestedTeam{}
	}
	return []nestedTeam{{ID: t.id, Name: t.name, DirectLink: teamLink(t)}}
}

func teamWire(t *team) nestedTeam {
	return nestedTeam{ID: t.id, Name: t.name, DirectLink: teamLink(t), CreatedAt: accountSince, Users: nestUsers(t.users)}
}

func teamLink(t *team) string { return apiHost + "/v1/teams/" + strconv.FormatInt(t.id, 10) }

func tagWire(t *tag) wireTag {
	return wireTag{ID: t.id, Name: t.name, Color: t.color, Description: textOrNull(t.description)}
}

func contactWire(c *contact) *wireContact {
	if c == nil {
		return nil
	}
	return &wireContact{
		ID: c.id, DirectLink: fmt.Sprintf("%s/v1/contacts/%d", apiHost, c.id), FirstName: textOrNull(c.first),
		LastName: textOrNull(c.last), CompanyName: textOrNull(c.company), IsShared: true, CreatedAt: c.createdAt,
		UpdatedAt: c.createdAt, Emails: []labelledText{{ID: c.id + 9, Label: "Work", Value: c.email}},
		PhoneNumbers: []labelledText{{ID: c.id + 5, Label: "Main", Value: c.number}},
	}
}

// mustJSON renders this package's own structs, which always can be.
func mustJSON(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("simulator: render: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
