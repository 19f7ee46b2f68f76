package simulator

import "strconv"

// intelligence is what the AI made of a call: a summary, topics or a
// transcription, told apart by the form of its content.
type intelligence struct {
	ID            int64             `json:"id"`
	CallID        any               `json:"call_id"` // a number in events, text over REST: Aircall has both
	CallUUID      string            `json:"call_uuid"`
	NumberID      int64             `json:"number_id"`
	Type          string            `json:"type"`
	CallCreatedAt string            `json:"call_created_at"`
	CreatedAt     string            `json:"created_at"`
	AIGenerated   bool              `json:"ai_generated"`
	Participants  []wireParticipant `json:"participants"`
	Content       any               `json:"content"`
}

type transcription struct {
	Language   string          `json:"language"`
	Utterances []wireUtterance `json:"utterances"`
}

type wireUtterance struct {
	StartTime       float64 `json:"start_time"`
	EndTime         float64 `json:"end_time"`
	Text            string  `json:"text"`
	ParticipantType string  `json:"participant_type"`
	UserID          int64   `json:"user_id,omitempty"`
	PhoneNumber     string  `json:"phone_number,omitempty"`
}

func summaryEvent(c *call) intelligence {
	i := intelligenceOf(c, 1, c.summary)
	i.CallID = c.id
	return i
}

func intelligenceOf(c *call, nth int64, content any) intelligence {
	return intelligence{
		ID: c.id%10_000_000*10 + nth, CallID: strconv.FormatInt(c.id, 10), CallUUID: c.uuid, NumberID: c.line.ID, Type: "call",
		CallCreatedAt: isoTime(c.startedAt), CreatedAt: isoTime(c.intelligentAt), AIGenerated: true,
		Participants: participants(c, c.user), Content: content,
	}
}

func transcriptionOf(c *call) transcription {
	t := transcription{Language: c.line.language}
	for _, u := range c.transcript {
		w := wireUtterance{StartTime: u.start, EndTime: u.end, Text: u.text, ParticipantType: "external"}
		switch {
		case u.agent && c.user != nil:
			w.ParticipantType, w.UserID = "internal", c.user.ID
		case c.number != anonymous:
			w.PhoneNumber = c.number
		}
		t.Utterances = append(t.Utterances, w)
	}
	return t
}
