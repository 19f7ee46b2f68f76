package callflow

import (
	"slices"
	"strconv"
	"strings"
)

// Limits of what settings may ask for.
const (
	maxDueDays    = 365
	maxSettle     = 600
	maxShared     = 2000
	maxTalk       = 3600
	maxTemplate   = 1000
	maxFieldName  = 80
	maxPriority   = 40
	shortestPhone = 3
	longestPhone  = 15
)

// Validate lists what is wrong with the settings, in the order of the settings
// document; nothing when they can be used.
func (s Settings) Validate() []Problem {
	var v validation
	if s.Version != 1 {
		v.value("version", ProblemVersion, strconv.Itoa(s.Version))
	}
	for _, t := range CallTypes() {
		if _, ok := s.Flows[t]; !ok {
			v.add("flows."+string(t), ProblemMissing, nil)
		}
	}
	v.flows("flows", s.Flows)
	v.oneOf("write_when", s.WriteWhen, WriteComplete, WriteAnswered)
	v.within("settle_seconds", s.SettleSeconds, 0, maxSettle)
	v.oneOf("office_hours.log", s.OfficeHours.Log, LogAlways, LogOnlyOpen)
	v.schedule("office_hours.schedule", s.OfficeHours.Schedule)
	v.matching(s.Matching)
	v.oneOf("related.attach", s.Related.Attach, AttachNone, AttachCase, AttachOpportunity)
	v.owner(s.Owner)
	v.task(s.Task)
	v.filters(s.Filters)
	v.lines(s.Lines)
	return v.problems
}

func (v *validation) flows(path string, flows map[CallType]Flow) {
	for _, t := range keys(flows) {
		at := path + "." + string(t)
		if !slices.Contains(CallTypes(), t) {
			v.add(at, ProblemUnknownValue, map[string]string{"value": string(t), "allowed": strings.Join(texts(CallTypes()), ", ")})
			continue
		}
		f := flows[t]
		v.oneOf(at+".action", string(f.Action), string(Completed), string(InProgress), string(DoNothing))
		v.within(at+".due_days", f.DueDays, 0, maxDueDays)
		v.atMost(at+".priority", f.Priority, maxPriority)
	}
}

func (v *validation) schedule(path string, sch Schedule) {
	if _, ok := knownZone(sch.TimeZone); !ok && sch.TimeZone != "" {
		v.value(path+".time_zone", ProblemZone, sch.TimeZone)
	}
	for _, day := range keys(sch.Week) {
		at := path + ".week." + day
		if !slices.Contains(Days(), day) {
			v.add(at, ProblemUnknownValue, map[string]string{"value": day, "allowed": strings.Join(Days(), ", ")})
			continue
		}
		v.intervals(at, sch.Week[day])
	}
	v.nights(path+".week", sch.Week)
	for i, entry := range sch.Holidays {
		if _, _, ok := parseHoliday(entry); !ok {
			v.value(item(path+".holidays", i), ProblemHoliday, entry)
		}
	}
	v.distinct(path+".holidays", sch.Holidays)
	if c := sch.HolidayCountry; c != "" && (len(c) != 2 || strings.ToUpper(c) != c || strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		v.value(path+".holiday_country", ProblemCountry, c)
	}
}

// intervals checks the shifts of one day: none may start before the one before
// it ended.
func (v *validation) intervals(path string, intervals []string) {
	type shift struct {
		from, to int
		text     string
	}
	var earlier []shift
	for i, text := range intervals {
		from, to, ok := parseInterval(text)
		if !ok {
			v.value(item(path, i), ProblemInterval, text)
			continue
		}
		if to < from {
			to += daySeconds
		}
		for _, e := range earlier {
			if from < e.to && e.from < to {
				v.add(item(path, i), ProblemOverlap, map[string]string{"value": text, "other": e.text})
				break
			}
		}
		earlier = append(earlier, shift{from, to, text})
	}
}

// nights checks that no shift begins while one of the day before still runs.
func (v *validation) nights(path string, week map[string][]string) {
	for i, day := range Days() {
		next := Days()[(i+1)%len(Days())]
		for _, night := range week[day] {
			start, end, ok := parseInterval(night)
			if !ok || start < end {
				continue
			}
			for j, text := range week[next] {
				if from, _, ok := parseInterval(text); ok && from < end {
					v.add(item(path+"."+next, j), ProblemOverlap, map[string]string{"value": text, "other": night})
				}
			}
		}
	}
}

func (v *validation) matching(m Matching) {
	kinds := []string{string(ContactRecord), string(LeadRecord), string(AccountRecord), string(PersonAccountRecord)}
	if len(m.Order) == 0 {
		v.add("matching.order", ProblemNoRecords, nil)
	}
	v.listOf("matching.order", texts(m.Order), kinds...)
	v.oneOf("matching.several", m.Several, SeveralNewest, SeveralOldest, SeveralAsk)
	v.within("matching.shared_number_over", m.SharedNumberOver, 0, maxShared)
	for _, object := range keys(m.ExtraPhoneFields) {
		at := "matching.extra_phone_fields." + object
		v.oneOf(at, object, "Contact", "Lead", "Account")
		for i, name := range m.ExtraPhoneFields[object] {
			v.field(item(at, i), name)
		}
		v.distinct(at, m.ExtraPhoneFields[object])
	}
	v.oneOf("matching.no_match.create", m.NoMatch.Create, append([]string{CreateNone}, kinds...)...)
	v.listOf("matching.no_match.types", texts(m.NoMatch.Types), texts(CallTypes())...)
	v.oneOf("matching.no_match.when_none", m.NoMatch.WhenNone, WhenNoneSkip, WhenNoneNoRecord)
	v.template("matching.no_match.last_name", m.NoMatch.LastName)
	v.template("matching.no_match.company", m.NoMatch.Company)
}

func (v *validation) owner(o OwnerRule) {
	seen := map[string]bool{}
	for _, agent := range keys(o.Map) {
		at := "owner.map." + agent
		v.email(at, agent)
		v.email(at, o.Map[agent])
		if seen[foldEmail(agent)] {
			v.value(at, ProblemRepeated, agent)
		}
		seen[foldEmail(agent)] = true
	}
	v.listOf("owner.fallback", o.Fallback, OwnerRecord, OwnerConnection)
}

func (v *validation) task(t TaskRule) {
	for _, ct := range keys(t.Subjects) {
		at := "task.subjects." + string(ct)
		v.oneOf(at, string(ct), texts(CallTypes())...)
		v.template(at, t.Subjects[ct])
	}
	v.listOf("task.description", t.Description, DescriptionParts()...)
	for _, name := range keys(t.Fields) {
		at := "task.fields." + name
		v.field(at, name)
		if OwnField(name) {
			v.value(at, ProblemReservedField, name)
		}
		v.template(at, t.Fields[name])
	}
}

// OwnField reports whether the rules themselves fill a field of the Task.
func OwnField(name string) bool {
	return slices.ContainsFunc(ownFields(), func(own string) bool { return strings.EqualFold(own, name) })
}

// ownFields are the fields that the rules fill, which no template may.
func ownFields() []string {
	return []string{
		"Id", "TaskSubtype", "Type", "Subject", "Status", "Priority", "ActivityDate", "WhoId", "WhatId", "OwnerId",
		"CallType", "CallDurationInSeconds", "CallDisposition", "CallObject", "Description",
	}
}

func (v *validation) filters(f Filters) {
	if !f.Lines.All {
		v.distinct("filters.lines", f.Lines.IDs)
	}
	v.notBlank("filters.lines", f.Lines.IDs)
	v.notBlank("filters.ignore_agents", f.IgnoreAgents)
	v.distinct("filters.ignore_agents", f.IgnoreAgents)
	for i, entry := range f.IgnoreNumbers {
		n := compactNumber(entry)
		digits := strings.TrimPrefix(n, "+")
		national := !strings.HasPrefix(n, "+") && len(digits) > longestShortCode
		if national || len(digits) < shortestPhone || len(digits) > longestPhone {
			v.value(item("filters.ignore_numbers", i), ProblemNumber, entry)
		}
	}
	v.distinct("filters.ignore_numbers", f.IgnoreNumbers)
	v.oneOf("filters.internal_calls", f.InternalCalls, InternalSkip, InternalLog)
	v.within("filters.min_talk_seconds", f.MinTalkSeconds, 0, maxTalk)
}

// longestShortCode is where digits without a country stop being a short code.
const longestShortCode = 6

func (v *validation) notBlank(path string, values []string) {
	for i, value := range values {
		if strings.TrimSpace(value) == "" {
			v.add(item(path, i), ProblemMissing, nil)
		}
	}
}

func (v *validation) lines(lines map[string]LineRule) {
	for _, id := range keys(lines) {
		path := "lines." + id
		if strings.TrimSpace(id) == "" {
			v.add(path, ProblemMissing, nil)
		}
		v.flows(path+".flows", lines[id].Flows)
		hours := lines[id].OfficeHours
		if hours == nil {
			continue
		}
		if hours.Log != "" {
			v.oneOf(path+".office_hours.log", hours.Log, LogAlways, LogOnlyOpen)
		}
		if hours.Schedule != nil {
			v.schedule(path+".office_hours.schedule", *hours.Schedule)
		}
	}
}
