package simulator

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"
)

// Kind names a way to misbehave.
type Kind string

// What happens to whole requests. Each can be limited to a count, a path, a
// method or an object.
const (
	Answer          Kind = "answer"           // Status with Code and Message, or with Body
	HTML503         Kind = "html_503"         // 503 with an HTML page
	MaintenancePage Kind = "maintenance_page" // 200 with an HTML page
	Delay           Kind = "delay"            // the answer comes DelayMS later
	DropBefore      Kind = "drop_before"      // the connection breaks, nothing happened
	DropAfter       Kind = "drop_after"       // the change is made, the answer is lost
	Truncate        Kind = "truncate"         // the change is made, the answer breaks off in the middle
	LateCommit      Kind = "late_commit"      // 504 now, the change is made DelayMS later
	RequestLimit    Kind = "request_limit"    // 403 REQUEST_LIMIT_EXCEEDED
	OrgDown         Kind = "org_down"         // 503 SERVER_UNAVAILABLE for everything, sign-in too
	ServerError     Kind = "server_error"     // 500 UNKNOWN_EXCEPTION, nothing happened
	BadGateway      Kind = "bad_gateway"      // 502 with an HTML page, nothing happened
	GatewayTimeout  Kind = "gateway_timeout"  // the change is made, 504 with an HTML page
	Concurrent      Kind = "concurrent_limit" // 403 REQUEST_LIMIT_EXCEEDED, of requests at one moment
	APIDisabled     Kind = "api_disabled"     // 403 API_DISABLED_FOR_ORG
	SessionRefused  Kind = "session_refused"  // 401 INVALID_SESSION_ID, also for a new session
	Redirect        Kind = "redirect"         // 307 to another host (Body), nothing happened
	Oversize        Kind = "oversize"         // the change is made, the answer has 40 MB
	WrongType       Kind = "wrong_type"       // the change is made, its answer calls itself HTML
	EmptyAnswer     Kind = "empty_answer"     // the change is made, the answer is an empty object
	PartRefused     Kind = "part_refused"     // a part of a Composite gets Status and Code, nothing of it happened
	QueryTimeout    Kind = "query_timeout"    // queries and searches get QUERY_TIMEOUT
)

// What happens at the token endpoint when a token is renewed.
const (
	RefreshError Kind = "refresh_error" // 503 with an HTML page
	LoginRate    Kind = "login_rate"    // rate_limit_exceeded
	IPRestricted Kind = "ip_restricted" // invalid_grant: this address may not
)

// What happens to single records of an Object.
const (
	LockRow        Kind = "lock_row"        // UNABLE_TO_LOCK_ROW for Count rows
	ValidationRule Kind = "validation_rule" // FIELD_CUSTOM_VALIDATION_EXCEPTION (or Code) with Message
	DuplicateRule  Kind = "duplicate_rule"  // DUPLICATES_DETECTED on equal Fields; Mode alert or block
	AssignmentRule Kind = "assignment_rule" // new records go to User

	EntityLocked    Kind = "entity_locked"     // ENTITY_IS_LOCKED: waits for an approval
	EntityDeleted   Kind = "entity_deleted"    // ENTITY_IS_DELETED: what the row refers to
	ReferenceGone   Kind = "reference_gone"    // INVALID_CROSS_REFERENCE_KEY
	NoAccess        Kind = "no_access"         // INSUFFICIENT_ACCESS_OR_READONLY
	NoRelatedAccess Kind = "no_related_access" // INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY
	ApexTrigger     Kind = "apex_trigger"      // CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY with Message
	FlowTrigger     Kind = "flow_trigger"      // CANNOT_EXECUTE_FLOW_TRIGGER with Message
	LookupFilter    Kind = "lookup_filter"     // FIELD_FILTER_VALIDATION_EXCEPTION on Field, while it is filled
	StorageFull     Kind = "storage_full"      // STORAGE_LIMIT_EXCEEDED
	SecurityPolicy  Kind = "security_policy"   // TXN_SECURITY_NO_ACCESS
	ReadOnlyOrg     Kind = "read_only_org"     // INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE
)

// What an admin changed. These stay until cleared.
const (
	HideField       Kind = "hide_field"       // Object.Field is not visible to the user
	ReadOnlyField   Kind = "read_only_field"  // Object.Field cannot be written
	RequiredField   Kind = "required_field"   // Object.Field must be filled; made when missing
	CustomField     Kind = "custom_field"     // adds Object.Field for good; Type, Length, ExternalID
	ShortenField    Kind = "shorten_field"    // Object.Field takes Length characters
	RestrictField   Kind = "restrict_field"   // Object.Field takes only Values
	HideObject      Kind = "hide_object"      // the user may not see Object
	ReadOnlyObject  Kind = "read_only_object" // the user may not write Object
	RecordType      Kind = "record_type"      // adds the record type Field to Object for good, the user's default
	RenameStatuses  Kind = "rename_statuses"  // Task statuses become Statuses, or French ones
	PersonAccounts  Kind = "person_accounts"  // on or off by Off
	IndexDelay      Kind = "index_delay"      // search lags DelayMS behind
	RotateTokens    Kind = "rotate_tokens"    // refresh token rotation on or off by Off
	RefreshConflict Kind = "refresh_conflict" // a refresh takes DelayMS; another one meanwhile is refused
	FrozenUser      Kind = "frozen_user"      // the integration user (or User) can neither sign in nor work
	InactiveUser    Kind = "inactive_user"    // User is deactivated
)

// What happens once, at once.
const (
	ExpireSessions Kind = "expire_sessions" // every access token is dead; refresh tokens live
	RevokeGrants   Kind = "revoke_grants"   // every token is dead
	SetUsage       Kind = "set_usage"       // Used and Limit of the day's API requests
)

// Fault is one switch. Fields that its kind does not name are ignored.
type Fault struct {
	Kind   Kind   `json:"kind"`
	Count  int    `json:"count,omitempty"`  // next n requests or rows; 0 means until cleared
	Path   string `json:"path,omitempty"`   // only requests whose path or sub-request URL contains this
	Method string `json:"method,omitempty"` // only this method
	Object string `json:"object,omitempty"` // only requests or rows that concern this object

	Status  int    `json:"status,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Body    string `json:"body,omitempty"`
	DelayMS int    `json:"delay_ms,omitempty"`

	Field      string   `json:"field,omitempty"`
	Fields     []string `json:"fields,omitempty"`
	Values     []string `json:"values,omitempty"`
	Mode       string   `json:"mode,omitempty"`
	User       string   `json:"user,omitempty"` // user name, e-mail or id
	Off        bool     `json:"off,omitempty"`
	Type       string   `json:"type,omitempty"`
	Length     int      `json:"length,omitempty"`
	ExternalID bool     `json:"external_id,omitempty"`
	Statuses   []Status `json:"statuses,omitempty"`
	Used       int      `json:"used,omitempty"`
	Limit      int      `json:"limit,omitempty"`
}

func (f *Fault) delay() time.Duration { return time.Duration(f.DelayMS) * time.Millisecond }

func (f *Fault) fieldNames() []string {
	if f.Field != "" {
		return append([]string{f.Field}, f.Fields...)
	}
	return append([]string{}, f.Fields...)
}

// faults are the switches that are on.
type faults struct {
	mu         sync.Mutex
	active     []*Fault
	indexDelay time.Duration
	persons    bool
	rotate     bool
}

func (s *faults) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active = nil
}

func (s *faults) add(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active = append(s.active, &f)
}

func (s *faults) drop(kind Kind) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.active[:0]
	for _, f := range s.active {
		if f.Kind != kind {
			kept = append(kept, f)
		}
	}
	s.active = kept
}

// match finds a switch for an object without using it up.
func (s *faults) match(kind Kind, object string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(kind, object); i >= 0 {
		return s.active[i]
	}
	return nil
}

// take finds a switch for one row of an object and counts it down.
func (s *faults) take(kind Kind, object string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(kind, object)
	if i < 0 {
		return nil
	}
	return s.use(i)
}

func (s *faults) find(kind Kind, object string) int {
	for i, f := range s.active {
		if f.Kind == kind && (f.Object == "" || strings.EqualFold(f.Object, object)) {
			return i
		}
	}
	return -1
}

// takePart finds a switch for a part of a Composite and counts it down.
func (s *faults) takePart(method, target string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.active {
		if f.Kind == PartRefused && f.concerns(method, target) {
			return s.use(i)
		}
	}
	return nil
}

// takeRefusal finds a switch that refuses a row of an object and counts it
// down. filled tells which fields the row fills.
func (s *faults) takeRefusal(object string, filled func(field string) bool) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.active {
		if _, ok := refusals[f.Kind]; !ok || f.Object != "" && !strings.EqualFold(f.Object, object) {
			continue
		}
		if f.Kind != LookupFilter || filled(f.Field) {
			return s.use(i)
		}
	}
	return nil
}

// use counts a switch down and removes it after its last time.
func (s *faults) use(i int) *Fault {
	f := s.active[i]
	if f.Count > 0 {
		f.Count--
		if f.Count == 0 {
			s.active = append(append([]*Fault(nil), s.active[:i]...), s.active[i+1:]...)
		}
	}
	return f
}

// forRequest takes every switch that concerns a whole request. content is
// asked for only when something is switched on.
func (s *faults) forRequest(method string, content func() string, tokenServer bool) []*Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.active) == 0 {
		return nil
	}
	var out []*Fault
	text := content()
	for i := 0; i < len(s.active); i++ {
		f := s.active[i]
		if !f.onRequests() || !f.concerns(method, text) || tokenServer && f.Path == "" && f.Kind != OrgDown {
			continue
		}
		last := f.Count == 1
		out = append(out, s.use(i))
		if last {
			i--
		}
	}
	return out
}

func (f *Fault) onRequests() bool {
	switch f.Kind {
	case Answer, HTML503, MaintenancePage, Delay, DropBefore, DropAfter, Truncate, LateCommit, RequestLimit, OrgDown,
		ServerError, BadGateway, GatewayTimeout, Concurrent, APIDisabled, SessionRefused, Redirect, Oversize, WrongType, EmptyAnswer:
		return true
	}
	return false
}

func (f *Fault) concerns(method, content string) bool {
	return (f.Method == "" || strings.EqualFold(f.Method, method)) &&
		strings.Contains(content, f.Path) && strings.Contains(content, f.Object)
}

func (s *faults) list() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, 0, len(s.active))
	for _, f := range s.active {
		out = append(out, *f)
	}
	return out
}

func (s *faults) delayOfIndex() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.indexDelay
}

func (s *faults) rotates() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rotate
}

// explained describes every kind, for the switch page and for mistyped kinds.
var explained = map[Kind]string{
	Answer: "Answer with status, code and message (or body).", HTML503: "503 with an HTML page.",
	MaintenancePage: "200 with an HTML maintenance page.", Delay: "Answer delay_ms later.",
	DropBefore: "Break the connection before anything happens.", DropAfter: "Make the change, then lose the answer.",
	Truncate: "Make the change, then break the answer off in the middle.", LateCommit: "504 now, make the change delay_ms later.",
	RequestLimit: "403 REQUEST_LIMIT_EXCEEDED (message overrides the text).", OrgDown: "503 SERVER_UNAVAILABLE for everything.",
	LockRow: "UNABLE_TO_LOCK_ROW for count rows of object.", ValidationRule: "Refuse rows of object with message (fields), or with another code.",
	DuplicateRule:  "DUPLICATES_DETECTED for object when fields (default phone and e-mail) are equal; mode alert or block.",
	AssignmentRule: "New rows of object go to user, unless Sforce-Auto-Assign is FALSE.",
	HideField:      "Hide object.field from the API user.", ReadOnlyField: "Make object.field read-only.",
	RequiredField: "Demand object.field on every save; made when missing.", CustomField: "Add object.field of type, length, external_id.",
	RenameStatuses: "Task statuses become statuses, or French ones.", PersonAccounts: "Person accounts on (or off).",
	IndexDelay: "Search sees changes delay_ms later.", RotateTokens: "Refresh token rotation on (or off).",
	RefreshConflict: "A refresh takes delay_ms; a second one meanwhile is refused.", FrozenUser: "Freeze the integration user, or user.",
	InactiveUser: "Deactivate user.", ExpireSessions: "End every access token.", RevokeGrants: "End every token.",
	SetUsage:    "Set used and limit of the day's API requests.",
	ServerError: "500 UNKNOWN_EXCEPTION, nothing happened.", BadGateway: "502 with an HTML page, nothing happened.",
	GatewayTimeout: "Make the change, then answer 504 with an HTML page.", Concurrent: "403 REQUEST_LIMIT_EXCEEDED for too many requests at one moment.",
	APIDisabled: "403 API_DISABLED_FOR_ORG.", SessionRefused: "401 INVALID_SESSION_ID, however new the session.",
	Redirect: "307 to another host (body).", Oversize: "Make the change, then answer 40 MB.", WrongType: "Make the change, then answer as HTML.",
	EmptyAnswer: "Make the change, then answer an empty object.", PartRefused: "Refuse parts of Composites (path, method) with status, code and message.",
	QueryTimeout: "QUERY_TIMEOUT for queries and searches.", RefreshError: "503 with an HTML page when a token is renewed.",
	LoginRate: "rate_limit_exceeded when a token is renewed.", IPRestricted: "invalid_grant, ip restricted, when a token is renewed.",
	EntityLocked: "ENTITY_IS_LOCKED for count rows of object.", EntityDeleted: "ENTITY_IS_DELETED for count rows of object.",
	ReferenceGone: "INVALID_CROSS_REFERENCE_KEY for count rows of object.", NoAccess: "INSUFFICIENT_ACCESS_OR_READONLY for rows of object.",
	NoRelatedAccess: "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY for rows of object that refer to something.",
	ApexTrigger:     "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY for rows of object, with message.", FlowTrigger: "CANNOT_EXECUTE_FLOW_TRIGGER for rows of object, with message.",
	LookupFilter: "FIELD_FILTER_VALIDATION_EXCEPTION for rows of object that fill field.", StorageFull: "STORAGE_LIMIT_EXCEEDED for rows of object.",
	SecurityPolicy: "TXN_SECURITY_NO_ACCESS for rows of object.", ReadOnlyOrg: "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE for every row.",
	ShortenField: "Object.field takes length characters.", RestrictField: "Object.field takes only values.", HideObject: "Hide object from the API user.",
	ReadOnlyObject: "Make object read-only for the API user.", RecordType: "Add the record type field to object, as the user's default.",
}

// Kinds lists every switch by name.
func Kinds() []Kind {
	out := make([]Kind, 0, len(explained))
	for k := range explained {
		out = append(out, k)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}

// Fail switches a fault on. It is what POST /_sim/faults does.
func (o *Org) Fail(f Fault) error {
	if _, ok := explained[f.Kind]; !ok {
		return fmt.Errorf("simulator: fault: no kind %q", f.Kind)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.apply(f)
}

// Clear switches every fault of a kind off.
func (o *Org) Clear(kind Kind) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lift(kind)
}

// ClearAll switches every fault off.
func (o *Org) ClearAll() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, k := range Kinds() {
		o.lift(k)
	}
}

// Faults lists what is switched on.
func (o *Org) Faults() []Fault { return o.faults.list() }

func parseFault(body []byte) (Fault, error) {
	var f Fault
	if err := json.Unmarshal(body, &f); err != nil {
		return f, fmt.Errorf("simulator: fault: read: %w", err)
	}
	return f, nil
}
