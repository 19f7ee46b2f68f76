package callflow

import "strconv"

// FlowFor is what the settings say about a call type on a line: the line's own
// flow as a whole when it has one, else the common one.
func (s Settings) FlowFor(line string, t CallType) (f Flow, ownOfLine bool) {
	if own, ok := s.Lines[line].Flows[t]; ok && own.Action != "" {
		return own, true
	}
	if f, ok := s.Flows[t]; ok && f.Action != "" {
		return f, false
	}
	return defaultFlows()[t], false
}

// judgeFlow applies the flow of the call's type.
func judgeFlow(c Call, s Settings, t CallType) (Flow, Step) {
	f, own := s.FlowFor(c.Line.ID, t)
	params := map[string]string{"type": string(t), "scope": scope(own), "line": lineName(c.Line)}
	if f.Action == InProgress {
		params["due_days"] = strconv.Itoa(f.DueDays)
		params["priority"] = f.Priority
	}
	return f, Step{Code: StepFlow, Result: string(f.Action), Params: params}
}

// scope names whose rule applied: the line's own or the one for all lines.
func scope(ownOfLine bool) string {
	if ownOfLine {
		return "line"
	}
	return "all"
}

// lineName is what to call a line in a sentence.
func lineName(l Line) string {
	switch {
	case l.Name != "":
		return l.Name
	case l.E164 != "":
		return l.E164
	default:
		return l.ID
	}
}
