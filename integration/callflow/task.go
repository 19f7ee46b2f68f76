package callflow

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// usualLengths are the lengths of Task's text fields in an org not described yet.
func usualLengths() map[string]int {
	return map[string]int{
		"Subject": 255, "CallDisposition": 255, "CallObject": 255, "Description": 32000,
		"Type": 255, "Status": 255, "Priority": 255,
	}
}

// taskFacts is all that the fields of a Task are made from.
type taskFacts struct {
	call     Call
	settings Settings
	flow     Flow
	record   *Record
	related  string // id of the Case or Opportunity
	owner    string
	org      Org
}

// planTask fills the fields of the Task. Values are cut to the lengths of the
// org, and fields it hides are left out; the steps name both.
func planTask(t taskFacts) (TaskPlan, []Step) {
	c, closed := t.call, t.flow.Action != InProgress
	b := newTaskBuilder(t.org)
	due, status := t.due(), t.org.ClosedStatus
	if !closed {
		status = t.org.OpenStatus
		b.text("Priority", t.flow.Priority)
	}
	b.text("TaskSubtype", "Call")
	b.text("Type", "Call")
	b.text("Subject", subjectOf(c, t.settings, t.record))
	b.text("Status", status)
	b.text("ActivityDate", due)
	who, what := t.relations()
	b.text("WhoId", who)
	b.text("WhatId", what)
	b.text("OwnerId", t.owner)
	b.text("CallType", callDirection(c.Direction))
	if c.over() {
		b.number("CallDurationInSeconds", int(c.Talk()/time.Second))
	}
	b.disposition(c)
	b.text("CallObject", c.TaskKey())
	b.text("Description", describe(c, t.settings))
	b.custom(t.settings.Task.Fields, templateValues(c, t.settings, t.record))

	planned := Step{Code: StepTask, Result: "planned", Params: map[string]string{
		"status": status, "due": due, "closed": strconv.FormatBool(closed),
	}}
	return TaskPlan{Closed: closed, Fields: b.fields}, append([]Step{planned}, b.notes()...)
}

// due is the local date of the call, for open Tasks some days later.
func (t taskFacts) due() string {
	local := t.call.moment().In(t.settings.zoneOf(t.call.Line))
	if t.flow.Action == InProgress {
		local = local.AddDate(0, 0, t.flow.DueDays)
	}
	return local.Format(time.DateOnly)
}

// relations are WhoId and WhatId. A Lead allows no WhatId; an Account is one,
// unless its Case or Opportunity is; a Person Account is its contact.
func (t taskFacts) relations() (who, what string) {
	if t.record == nil {
		return "", ""
	}
	r := *t.record
	switch {
	case r.Kind == LeadRecord:
		return r.ID, ""
	case r.Kind == ContactRecord:
		return r.ID, t.related
	case r.Kind == PersonAccountRecord && r.ContactID != "":
		return r.ContactID, t.related
	case t.related != "":
		return "", t.related
	default:
		return "", r.ID
	}
}

func callDirection(d Direction) string {
	if d == Outbound {
		return "Outbound"
	}
	return "Inbound"
}

// taskBuilder collects fields, and what had to give way.
type taskBuilder struct {
	fields  map[string]any
	org     Org
	lengths map[string]int
	known   bool // the org was described: a field without a length is hidden
	leftOut []string
	steps   []Step
}

func newTaskBuilder(o Org) *taskBuilder {
	b := &taskBuilder{fields: map[string]any{}, org: o, lengths: o.TaskFields, known: o.TaskFields != nil}
	if !b.known {
		b.lengths = usualLengths()
	}
	return b
}

// writable reports whether the org takes the field, and remembers when not.
func (b *taskBuilder) writable(field string) bool {
	if _, ok := b.lengths[field]; ok || !b.known {
		return true
	}
	b.leftOut = append(b.leftOut, field)
	return false
}

// text sets a field unless the value is empty.
func (b *taskBuilder) text(field, value string) {
	if value == "" || !b.writable(field) {
		return
	}
	short := cut(value, b.lengths[field])
	if short != value {
		b.trimmed(field, nil)
	}
	b.fields[field] = short
}

func (b *taskBuilder) number(field string, value int) {
	if b.writable(field) {
		b.fields[field] = value
	}
}

// disposition sets the call result, dropping tags from the end until it fits.
func (b *taskBuilder) disposition(c Call) {
	const field = "CallDisposition"
	if !b.writable(field) {
		return
	}
	text, dropped := disposition(c, b.lengths[field])
	if len(dropped) > 0 {
		b.trimmed(field, dropped)
	}
	b.fields[field] = text
}

// custom fills the fields the admin mapped, in a fixed order.
func (b *taskBuilder) custom(templates map[string]string, values map[string]string) {
	for _, field := range slices.Sorted(maps.Keys(templates)) {
		b.typed(field, strings.TrimSpace(clean(fill(templates[field], values))))
	}
}

// typed sets a field to what its type asks for. Salesforce refuses a whole Task
// for a word in a number, so what is none is left out.
func (b *taskBuilder) typed(field, value string) {
	number, boolean := b.org.TaskNumbers[field], b.org.TaskBooleans[field]
	if value == "" || !number && !boolean {
		b.text(field, value)
		return
	}
	if !b.writable(field) {
		return
	}
	if boolean {
		if v, err := strconv.ParseBool(strings.ToLower(value)); err == nil {
			b.fields[field] = v
			return
		}
	} else if v, err := strconv.ParseFloat(value, 64); err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
		b.fields[field] = v
		return
	}
	b.steps = append(b.steps, Step{Code: StepTask, Result: "unfit", Params: map[string]string{"field": field, "value": value}})
}

func (b *taskBuilder) trimmed(field string, dropped []string) {
	params := map[string]string{"field": field, "length": strconv.Itoa(b.lengths[field])}
	result := "field"
	switch field {
	case "CallDisposition":
		result = "disposition"
		params["dropped"] = strings.Join(dropped, ", ")
	case "Subject":
		result = "subject"
	case "Description":
		result = "description"
	}
	b.steps = append(b.steps, Step{Code: StepTrimmed, Result: result, Params: params})
}

// notes are the steps that say what gave way.
func (b *taskBuilder) notes() []Step {
	if len(b.leftOut) == 0 {
		return b.steps
	}
	return append([]Step{{Code: StepTask, Result: "left_out", Params: map[string]string{
		"fields": strings.Join(b.leftOut, ", "),
	}}}, b.steps...)
}
