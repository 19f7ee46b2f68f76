package callflow

// Settings is one version of the admin's rules. The JSON names are the
// settings document of CONTRACT; a missing key has the value of Default.
type Settings struct {
	Version       int                 `json:"version"` // of the document's format, always 1
	Flows         map[CallType]Flow   `json:"flows"`
	WriteWhen     string              `json:"write_when"` // complete | answered
	SettleSeconds int                 `json:"settle_seconds"`
	OfficeHours   OfficeHours         `json:"office_hours"`
	Matching      Matching            `json:"matching"`
	Related       Related             `json:"related"`
	Owner         OwnerRule           `json:"owner"`
	Task          TaskRule            `json:"task"`
	Filters       Filters             `json:"filters"`
	Lines         map[string]LineRule `json:"lines,omitzero"` // by Aircall number id
}

// Action is what a flow does with its calls.
type Action string

// The three actions.
const (
	Completed  Action = "completed"   // the Task is closed: "Past Activities"
	InProgress Action = "in_progress" // the Task is open: "Next Steps"
	DoNothing  Action = "do_nothing"  // nothing is written
)

// Flow is what to do with one call type.
type Flow struct {
	Action   Action `json:"action"`
	DueDays  int    `json:"due_days,omitzero"` // open Tasks: days after the call
	Priority string `json:"priority,omitzero"` // open Tasks: "High", "Normal", "Low"; "" = the org's default
}

// OfficeHours says which calls are logged by the time they started.
type OfficeHours struct {
	Log             string   `json:"log"` // always | only_open
	IncludeMessages bool     `json:"include_messages"`
	Schedule        Schedule `json:"schedule"`
}

// Values of OfficeHours.Log.
const (
	LogAlways   = "always"
	LogOnlyOpen = "only_open"
)

// Schedule is a weekly timetable with holidays. Without a time zone it is read
// in the zone of the line.
type Schedule struct {
	TimeZone       string              `json:"time_zone"`
	Week           map[string][]string `json:"week,omitzero"`     // mon..sun -> "09:00-12:30"; a missing day is closed; "22:00-06:00" runs over midnight
	Holidays       []string            `json:"holidays,omitzero"` // "2026-12-25" or "2026-08-03/2026-08-14"
	HolidayCountry string              `json:"holiday_country,omitzero"`
}

// Values of Settings.WriteWhen.
const (
	WriteComplete = "complete"
	WriteAnswered = "answered"
)

// Matching says how the external number finds its record.
type Matching struct {
	Order            []RecordKind        `json:"order"`
	Several          string              `json:"several"` // newest | oldest | ask
	SharedNumberOver int                 `json:"shared_number_over"`
	ExtraPhoneFields map[string][]string `json:"extra_phone_fields,omitzero"`
	NoMatch          NoMatch             `json:"no_match"`
}

// Values of Matching.Several.
const (
	SeveralNewest = "newest"
	SeveralOldest = "oldest"
	SeveralAsk    = "ask"
)

// NoMatch says what happens with a number that is not in Salesforce.
type NoMatch struct {
	Create   string     `json:"create"`         // none | contact | lead | account | person_account
	Types    []CallType `json:"types,omitzero"` // absent = all
	WhenNone string     `json:"when_none"`      // skip | log_without_record
	LastName string     `json:"last_name"`
	Company  string     `json:"company"`
}

// Values of NoMatch.
const (
	CreateNone       = "none"
	WhenNoneSkip     = "skip"
	WhenNoneNoRecord = "log_without_record"
)

// Related ties the Task to an open Case or Opportunity as well.
type Related struct {
	Attach                   string `json:"attach"` // none | case | opportunity
	CreateCase               bool   `json:"create_case"`
	CreateCaseForNewContacts bool   `json:"create_case_for_new_contacts"`
	ForAccounts              bool   `json:"for_accounts"`
	CreateOpportunity        bool   `json:"create_opportunity"`
}

// Values of Related.Attach.
const (
	AttachNone        = "none"
	AttachCase        = "case"
	AttachOpportunity = "opportunity"
)

// OwnerRule says who owns the Task.
type OwnerRule struct {
	Map      map[string]string `json:"map,omitzero"` // agent's e-mail -> Salesforce user's e-mail
	Fallback []string          `json:"fallback"`     // record_owner, connection_user
}

// Values of OwnerRule.Fallback.
const (
	OwnerRecord     = "record_owner"
	OwnerConnection = "connection_user"
)

// TaskRule says what stands in the Task.
type TaskRule struct {
	Subjects    map[CallType]string `json:"subjects,omitzero"` // absent = the default subject
	Description []string            `json:"description"`
	Fields      map[string]string   `json:"fields,omitzero"` // API name -> template
}

// Parts of TaskRule.Description.
const (
	PartWaiting   = "waiting_time"
	PartTalk      = "talk_time"
	PartRecording = "recording"
	PartVoicemail = "voicemail"
	PartComments  = "comments"
	PartTags      = "tags"
	PartTransfers = "transfers"
	PartSummary   = "summary"
)

// Filters keeps calls out of Salesforce.
type Filters struct {
	Lines          LineSet  `json:"lines"` // all, or ids
	IgnoreAgents   []string `json:"ignore_agents"`
	IgnoreNumbers  []string `json:"ignore_numbers"`
	InternalCalls  string   `json:"internal_calls"` // skip | log
	MinTalkSeconds int      `json:"min_talk_seconds"`
}

// Values of Filters.InternalCalls.
const (
	InternalSkip = "skip"
	InternalLog  = "log"
)

// LineSet is "all" or a list of Aircall number ids. Its JSON form is either.
type LineSet struct {
	All bool
	IDs []string
}

// LineRule is what one line does differently; nil means as everywhere.
type LineRule struct {
	Flows       map[CallType]Flow `json:"flows,omitzero"`
	OfficeHours *LineHours        `json:"office_hours,omitzero"`
}

// LineHours overrides the office hours of one line, key by key. A schedule with
// a week of its own is complete in itself; one without keeps the common week and
// changes only the zone and the holidays it names.
type LineHours struct {
	Log             string    `json:"log,omitzero"`
	IncludeMessages *bool     `json:"include_messages,omitzero"`
	Schedule        *Schedule `json:"schedule,omitzero"`
}
