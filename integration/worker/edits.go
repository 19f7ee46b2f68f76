package worker

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf16"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

// leaveEdited takes out of the changes what somebody else changed first, and
// what stands there already. In a description that a person added to, our own
// lines are brought up to date and the others stay.
func (i *item) leaveEdited(stands map[string]any, org salesforce.OrgInfo) {
	var edited []string
	for f, planned := range i.changed {
		now, wrote := normal(stands[f]), normal(i.entry.Wrote[f])
		if _, known := i.entry.Wrote[f]; !known {
			wrote = normal(filledIn(org, f))
		}
		switch {
		case same(now, normal(planned)):
			delete(i.changed, f)
			i.owns(f, planned)
		case same(now, wrote), wrote != nil && same(now, nil) && i.entry.Wrote[f] == nil:
		default: // also where we wrote nothing
			merged, ok := "", false
			if f == "Description" {
				merged, ok = mergeLines(text(now), text(wrote), text(planned), org.Org.TaskFields[f])
			}
			if ok && merged != text(now) {
				i.changed[f] = merged
				i.owns(f, planned)
				continue
			}
			delete(i.changed, f)
			edited = append(edited, f)
		}
	}
	if len(edited) > 0 {
		slices.Sort(edited)
		if _, planned := i.decision.Task.Fields["WhatId"]; !planned && slices.Contains(edited, "WhoId") {
			delete(i.changed, "WhatId") // it stays with a person's choice, not with the Lead
		}
		i.step("unchanged", "edited", map[string]string{"fields": strings.Join(edited, ", ")})
	}
	i.stayRelated(stands)
}

// movesToLead reports whether the changes move a Task to a Lead, where it could
// be tied to something that we do not know of.
func (i *item) movesToLead(org callflow.Org) bool {
	_, moves := i.changed["WhoId"]
	_, known := org.TaskFields["WhatId"]
	return moves && known && i.decision.Record != nil && i.decision.Record.Kind == callflow.LeadRecord
}

// stayRelated keeps a Task where it is that would move to a Lead while somebody
// tied it to a record of their choice: Salesforce takes no Task on both, and
// the tie is theirs.
func (i *item) stayRelated(stands map[string]any) {
	what := text(stands["WhatId"])
	_, cleared := i.changed["WhatId"]
	_, moves := i.changed["WhoId"]
	if what == "" || cleared || !moves || i.decision.Record == nil || i.decision.Record.Kind != callflow.LeadRecord {
		return
	}
	delete(i.changed, "WhoId")
	i.step("unchanged", "related", map[string]string{"id": what, "name": i.decision.Record.Name})
}

// empty takes back what we wrote into a text that the call has nothing for any
// more: its last tag was removed. It leaves alone what the rules do not fill. A
// Task that moves to a Lead leaves the Case or Opportunity that it was tied to:
// Salesforce takes no Task on both.
func (i *item) empty(org callflow.Org) {
	fields := append(slices.Collect(maps.Keys(i.rules.Settings.Task.Fields)), "Description")
	if r := i.decision.Record; r != nil && r.Kind == callflow.LeadRecord {
		fields = append(fields, "WhatId")
	}
	for _, f := range fields {
		_, planned := i.decision.Task.Fields[f]
		_, writable := org.TaskFields[f]
		if !planned && writable && !i.dropped[f] && text(i.entry.Wrote[f]) != "" {
			i.changed[f] = nil
		}
	}
}

// filledIn is what Salesforce itself puts into a field of a Task that is made
// without it.
func filledIn(org salesforce.OrgInfo, field string) any {
	if value := org.Objects["Task"].Fields[field].Default; value != "" {
		return value
	}
	return nil
}

// keepAgent lets the entry tell, until its Task is brought up to date, whose
// call it was when the Task was written.
func (i *item) keepAgent() {
	if i.entry.TaskID != "" {
		i.entry.AgentID, i.entry.AgentName = i.before.AgentID, i.before.AgentName
	}
}

// keepOwner leaves the Task with the agent it was written for, though his user
// may have left since: only another agent, or a replay, moves it.
func (i *item) keepOwner() {
	owner, wrote := i.entry.Wrote["OwnerId"]
	found := slices.ContainsFunc(i.decision.Steps, func(s callflow.Step) bool {
		return s.Code == callflow.StepOwner && (s.Result == "agent_email" || s.Result == "mapped")
	})
	if !wrote || found || i.entry.Replay != "" || i.before.AgentID == "" || i.before.AgentID != i.call.Agent.ID {
		return
	}
	i.decision.Task.Fields = maps.Clone(i.decision.Task.Fields)
	i.decision.Task.Fields["OwnerId"] = owner
}

// tellWhere keeps in the entry what its Task refers to: what was just written,
// else what was read there, else what it knew.
func (i *item) tellWhere(written map[string]any) {
	for n, known := range []*string{&i.entry.WhoID, &i.entry.WhatID, &i.entry.OwnerID} {
		if v, sent := written[references[n]]; sent {
			*known = text(v)
		} else if v, read := i.stands[references[n]]; read {
			*known = text(v)
		} else if *known == "" {
			*known = text(i.entry.Wrote[references[n]])
		}
	}
}

// owns remembers what of a field is ours, when that is not what is sent.
func (i *item) owns(field string, value any) {
	if i.ours == nil {
		i.ours = map[string]any{}
	}
	i.ours[field] = value
}

// normal undoes what Salesforce does to texts when it stores them.
func normal(v any) any {
	if s, ok := v.(string); ok {
		return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	}
	return v
}

// mergeLines brings our lines of a text up to date that a person changed too:
// lines we no longer have go, new ones come behind the line they follow, else
// to the end. A text without any line of ours is the person's, and so is one
// that would become too long.
func mergeLines(stands, wrote, planned string, length int) (string, bool) {
	now, old, wanted := strings.Split(stands, "\n"), strings.Split(wrote, "\n"), strings.Split(planned, "\n")
	ours := func(line string) bool { return line != "" && slices.Contains(now, line) }
	if wrote == "" || !slices.ContainsFunc(old, ours) {
		return "", false
	}
	out := slices.DeleteFunc(slices.Clone(now), func(line string) bool {
		return line != "" && slices.Contains(old, line) && !slices.Contains(wanted, line)
	})
	for n, line := range wanted {
		if slices.Contains(old, line) || slices.Contains(out, line) {
			continue
		}
		at := len(out)
		for before := n - 1; before >= 0; before-- {
			if found := slices.Index(out, wanted[before]); found >= 0 {
				at = found + 1
				break
			}
		}
		out = slices.Insert(out, at, line)
	}
	merged := strings.Join(out, "\n")
	if length > 0 && len(utf16.Encode([]rune(merged))) > length {
		return "", false
	}
	return merged, true
}

// kept ends the entry: its Task cannot be changed any more, and stays as it
// stands. It is not tried again: only a person can unlock it.
func (i *item) kept(why string, e *salesforce.Error) {
	params := map[string]string{"id": i.entry.TaskID, "code": "", "message": ""}
	if e != nil {
		params["code"], params["message"] = e.Code, e.Message
	}
	i.step("unchanged", why, params)
	i.finish(callflow.Logged, i.entry.Reason, i.entry.Detail)
}

// untouchable tells why Salesforce lets nobody change the Task.
func untouchable(e *salesforce.Error) (why string, ok bool) {
	switch e.Code {
	case "ENTITY_IS_LOCKED":
		return "locked", true
	case "ENTITY_IS_ARCHIVED":
		return "archived", true
	}
	return "", false
}
