package simulator

import (
	"encoding/json"
	"fmt"
)

// wireMessage is the data of message events. Its times are unix milliseconds.
type wireMessage struct {
	ID             string         `json:"id"`
	DirectLink     string         `json:"direct_link"`
	Direction      string         `json:"direction"`
	ExternalNumber string         `json:"external_number"`
	RawDigits      string         `json:"raw_digits"`
	Body           string         `json:"body"`
	Status         string         `json:"status"`
	Channel        *string        `json:"channel"`
	Origin         string         `json:"origin"`
	MediaDetails   []messageMedia `json:"media_details"`
	CreatedAt      int64          `json:"created_at"`
	SentAt         int64          `json:"sent_at"`
	UpdatedAt      int64          `json:"updated_at"`
	Number         nestedNumber   `json:"number"`
	Contact        *wireContact   `json:"contact,omitempty"`
	User           *nestedUser    `json:"user,omitempty"`
}

type messageMedia struct {
	FileName     string `json:"file_name"`
	FileType     string `json:"file_type"`
	PresignedURL string `json:"presigned_url"`
}

// whatsAppFields stand beside the others in WhatsApp messages.
type whatsAppFields struct {
	TemplateContent  *string `json:"template_content"`
	Type             string  `json:"type"`
	ParentID         *string `json:"parent_id"`
	MessageCategory  string  `json:"whatsapp_message_category"`
	MessageType      string  `json:"whatsapp_message_type"`
	RecipientCountry string  `json:"recipient_country"`
}

// groupMessage is the data of group_message events. Its times are ISO 8601.
type groupMessage struct {
	ID           string       `json:"id"`
	Conversation string       `json:"group_conversation_id"`
	Direction    string       `json:"direction"`
	Participants []string     `json:"participants"`
	Body         string       `json:"body"`
	Status       string       `json:"status"`
	CreatedAt    string       `json:"created_at"`
	Number       nestedNumber `json:"number"`
	User         *nestedUser  `json:"user,omitempty"`
}

// messageData renders a message. The caller holds the lock.
func (a *Account) messageData(m *message) json.RawMessage {
	direction, user := "inbound", (*User)(nil)
	if m.kind.outbound() {
		direction, user = "outbound", m.user
	}
	if m.kind.group() {
		g := groupMessage{
			ID: m.id, Conversation: m.group, Direction: direction, Participants: []string{bareDigits(m.line.Number), bareDigits(m.number)},
			Body: m.body, Status: m.status, CreatedAt: isoTime(m.sentAt.Unix()), Number: nestNumber(m.line), User: nestUser(user),
		}
		for _, o := range m.others {
			g.Participants = append(g.Participants, bareDigits(o))
		}
		return mustJSON(g)
	}
	w := wireMessage{
		ID: m.id, DirectLink: fmt.Sprintf("%s/v1/numbers/%d/messages/%s", apiHost, m.line.ID, m.id), Direction: direction,
		ExternalNumber: displayNumber(m.number), RawDigits: bareDigits(m.number), Body: m.body, Status: m.status, Origin: "native",
		MediaDetails: []messageMedia{}, CreatedAt: m.sentAt.UnixMilli(), SentAt: m.sentAt.UnixMilli(), UpdatedAt: m.changed.UnixMilli(),
		Number: nestNumber(m.line), Contact: contactWire(a.dir().contactOf(m.number)), User: nestUser(user),
	}
	if m.kind == MMSReceived {
		w.MediaDetails = append(w.MediaDetails, messageMedia{
			FileName: "photo.jpg", FileType: "image/jpeg",
			PresignedURL: mediaHost + "/messages/" + m.id + "/photo.jpg?X-Amz-Expires=600&X-Amz-Signature=simulated",
		})
	}
	if !m.kind.whatsApp() {
		return mustJSON(w)
	}
	channel := "whatsapp"
	w.Channel = &channel
	return mustJSON(whatsAppMessage{wireMessage: w, whatsAppFields: whatsAppFields{
		Type: "text", MessageCategory: "utility", MessageType: "regular", RecipientCountry: countryOf(m.number),
	}})
}

type whatsAppMessage struct {
	wireMessage
	whatsAppFields
}
