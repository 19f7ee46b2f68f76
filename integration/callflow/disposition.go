package callflow

import "strings"

// disposition is the text of "Call Result": aircall, the tags, the direction,
// whether the call was answered, the line's digits, the missed-call reason. To
// fit a length it gives up tags from the end, then other parts from the end,
// and never half of one.
func disposition(c Call, length int) (text string, dropped []string) {
	head := []string{"aircall"}
	var tags []string
	for _, tag := range c.Tags {
		if tag = oneLine(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	tail := dispositionTail(c)
	joined := func() string {
		all := append(append(append([]string{}, head...), tags...), tail...)
		return strings.Join(all, ", ")
	}
	for text = joined(); cut(text, length) != text; text = joined() {
		switch {
		case len(tags) > 0:
			dropped = append([]string{tags[len(tags)-1]}, dropped...)
			tags = tags[:len(tags)-1]
		case len(tail) > 0:
			dropped = append([]string{tail[len(tail)-1]}, dropped...)
			tail = tail[:len(tail)-1]
		default:
			return cut(text, length), append(dropped, text)
		}
	}
	return text, dropped
}

// dispositionTail is what follows the tags. A message is neither answered nor not.
func dispositionTail(c Call) []string {
	tail := []string{strings.ToLower(callDirection(c.Direction))}
	switch {
	case c.Kind == KindMessage:
	case c.AnsweredAt.IsZero():
		tail = append(tail, "unanswered_call")
	default:
		tail = append(tail, "answered_call")
	}
	if digits := strings.TrimPrefix(c.Line.E164, "+"); digits != "" {
		tail = append(tail, digits)
	}
	if c.MissedReason != "" && c.AnsweredAt.IsZero() {
		tail = append(tail, oneLine(c.MissedReason))
	}
	return tail
}
