package callflow

import (
	"strings"
)

// describe is the Task's description: plain lines, one for each fact of the
// chosen parts, and first of all what a message said.
func describe(c Call, s Settings) string {
	var lines []string
	add := func(label, text string) {
		if text = strings.TrimSpace(clean(text)); text != "" {
			lines = append(lines, label+": "+text)
		}
	}
	if c.Kind == KindMessage {
		lines = messageLines(c)
	}
	for _, part := range s.Task.Description {
		switch part {
		case PartWaiting:
			if c.Kind != KindMessage && !(c.AnsweredAt.IsZero() && c.EndedAt.IsZero()) {
				add("Waiting time", spoken(c.Waiting()))
			}
		case PartTalk:
			if c.over() && !c.AnsweredAt.IsZero() {
				add("Talk time", spoken(c.Talk()))
			}
		case PartRecording:
			add("Recording", c.Recording)
		case PartVoicemail:
			add("Voicemail", c.Voicemail)
		case PartComments:
			for _, comment := range c.Comments {
				add(commentLabel(comment, s, c.Line), comment.Text)
			}
		case PartTags:
			add("Tags", oneLine(strings.Join(c.Tags, ", ")))
		case PartTransfers:
			for _, transfer := range c.Transfers {
				add("Transfer", transferText(transfer))
			}
		case PartSummary:
			add("Summary", c.Summary)
		}
	}
	return strings.Join(lines, "\n")
}

func messageLines(c Call) []string {
	var lines []string
	if body := strings.TrimSpace(clean(c.Body)); body != "" {
		lines = append(lines, body)
	}
	if len(c.Media) > 0 {
		lines = append(lines, "Attachments: "+oneLine(strings.Join(c.Media, ", ")))
	}
	if len(c.Others) > 0 {
		lines = append(lines, "Other participants: "+oneLine(strings.Join(c.others(), ", ")))
	}
	if c.Undelivered {
		lines = append(lines, "Delivery: failed")
	}
	return lines
}

func commentLabel(comment Comment, s Settings, l Line) string {
	var from []string
	if by := oneLine(comment.By); by != "" {
		from = append(from, by)
	}
	if !comment.At.IsZero() {
		from = append(from, comment.At.In(s.zoneOf(l)).Format("2006-01-02 15:04"))
	}
	if len(from) == 0 {
		return "Comment"
	}
	return "Comment (" + strings.Join(from, ", ") + ")"
}

func transferText(t Transfer) string {
	text := "to " + t.To
	if t.To == "" {
		text = "to somebody"
	}
	if t.By != "" {
		text += " by " + t.By
	}
	if t.Failed {
		text += " (failed)"
	}
	return oneLine(text)
}
