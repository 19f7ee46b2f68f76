package simulator

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options shape an org. The zero value is an org that accepts any client.
type Options struct {
	Now        func() time.Time // the clock; nil means the real one
	IndexDelay time.Duration    // search sees a record only so much later

	ClientID     string   // consumer key; empty accepts any
	ClientSecret string   // consumer secret; empty accepts any
	RedirectURIs []string // registered callbacks; empty accepts any https or loopback one

	PersonAccounts      bool
	RotateRefreshTokens bool
	DailyLimit          int    // API requests per day; 0 means 100,000
	BaseURL             string // instance_url; empty takes the host of the request
	TaskExternalID      string // a unique external id on Task, such as Call_Id__c

	Username string // who signs in on the consent page; empty means DefaultUsername
	Password string // empty means DefaultPassword
}

// The integration user of every org that is not told another one.
const (
	DefaultUsername = "integration@example.com"
	DefaultPassword = "ringledger-demo-1"
)

const defaultDailyLimit = 100_000

// Org is a Salesforce org. It is an http.Handler; its methods are safe for
// concurrent use.
type Org struct {
	options Options
	now     func() time.Time
	orgID   string

	mu       sync.RWMutex // guards everything below
	objects  map[string]*sobject
	list     []*sobject
	prefixes map[string]*sobject
	rows     map[string]*record
	cases    int
	search   searchIndex
	shaped   time.Time // when an object last changed its fields
	cursors  map[string]*cursor
	user     *record // the integration user
	sample   bool    // the demo data was seeded and comes back on reset

	faults faults
	oauth  authority
	usage  usage

	late    lateCommits
	closing chan struct{}
	closed  sync.Once
}

// New makes an org with its users, statuses and record types, and no other data.
func New(options Options) *Org {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Username == "" {
		options.Username = DefaultUsername
	}
	if options.Password == "" {
		options.Password = DefaultPassword
	}
	if options.DailyLimit == 0 {
		options.DailyLimit = defaultDailyLimit
	}
	o := &Org{options: options, now: options.Now, orgID: makeID("00D", 1), closing: make(chan struct{})}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.furnish()
	return o
}

// Close waits for what was to be committed late, which then no longer happens.
func (o *Org) Close() {
	o.closed.Do(func() { close(o.closing) })
	o.late.all.Wait()
}

// Reset empties the org as New made it, forgets every token and fault, and
// brings the demo data back when it was there.
func (o *Org) Reset() {
	o.mu.Lock()
	sample := o.sample
	o.furnish()
	o.mu.Unlock()
	if sample {
		SeedDemo(o)
	}
}

func (o *Org) furnish() {
	o.objects, o.prefixes, o.rows = map[string]*sobject{}, map[string]*sobject{}, map[string]*record{}
	o.cursors, o.cases, o.sample = map[string]*cursor{}, 1000, false
	o.search = searchIndex{digits: map[string][]*record{}}
	o.faults.clear()
	o.faults.indexDelay, o.faults.persons = o.options.IndexDelay, o.options.PersonAccounts
	o.faults.rotate = o.options.RotateRefreshTokens
	o.usage.reset(o.options.DailyLimit)
	o.oauth.reset()
	o.list = standardObjects()
	o.shaped = o.stamp()
	for _, s := range o.list {
		s.showPersons = o.faults.persons
		o.objects[lower(s.name)], o.prefixes[s.prefix] = s, s
	}
	if name := o.options.TaskExternalID; name != "" {
		o.objects["task"].add(text(name, 255, customField, externalKey))
	}
	o.furnishRows()
}

// furnishRows adds the rows that every org has.
func (o *Org) furnishRows() {
	o.user = nil
	user := o.seed("User", map[string]any{
		"Username": o.options.Username, "Email": o.options.Username, "FirstName": "Ringledger", "LastName": "Integration",
		"Alias": "ring", "IsActive": true, "TimeZoneSidKey": "Europe/Paris", "LocaleSidKey": "en_US", "LanguageLocaleKey": "en_US",
	})
	o.user = user
	o.seed("Organization", map[string]any{
		"Name": "Fjord & Field (simulated)", "OrganizationType": "Developer Edition", "InstanceName": "SIM1", "IsSandbox": false,
		"TimeZoneSidKey": "Europe/Paris", "LanguageLocaleKey": "en_US", "DefaultLocaleSidKey": "en_US",
	})
	o.setStatuses("TaskStatus", "Task", "Status", englishTaskStatuses)
	o.setStatuses("CaseStatus", "Case", "Status", caseStatuses)
	o.setStatuses("LeadStatus", "Lead", "Status", leadStatuses)
	o.setStatuses("TaskPriority", "Task", "Priority", taskPriorities)
	o.seed("RecordType", map[string]any{"Name": "Person Account", "DeveloperName": "PersonAccount", "SobjectType": "Account", "IsActive": true, "IsPersonType": true})
	o.seed("RecordType", map[string]any{"Name": "Business Account", "DeveloperName": "Business_Account", "SobjectType": "Account", "IsActive": true})
	o.seed("Group", map[string]any{"Name": "Support", "DeveloperName": "Support", "Type": "Queue"})
	o.furnishTimetables()
}

// seed inserts a row past all rules. Its caller holds the lock.
func (o *Org) seed(sobject string, fields map[string]any) *record {
	s, ok := o.objects[lower(sobject)]
	if !ok {
		panic("simulator: no object " + sobject)
	}
	r, fail := o.insert(s, toObject(fields), saving{user: o.user, tx: &txn{}, system: true})
	if fail != nil {
		panic(fmt.Sprintf("simulator: add %s: %s: %s", sobject, fail.code, fail.message))
	}
	return r
}

// toObject takes the values of Go callers; the order does not matter there.
func toObject(fields map[string]any) object {
	in := make(object, 0, len(fields))
	for name, v := range fields {
		in = append(in, member{name, v})
	}
	return in
}

// trouble reports a mistake of the simulator itself.
func (o *Org) trouble(fail *apiError) {
	slog.Error("simulated Salesforce: own write refused", "code", fail.code, "message", fail.message)
}

func (o *Org) nextCaseNumber() string {
	o.cases++
	return fmt.Sprintf("%08d", o.cases)
}

func (o *Org) baseURL(r *http.Request) string {
	if o.options.BaseURL != "" {
		return strings.TrimSuffix(o.options.BaseURL, "/")
	}
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func lower(s string) string { return strings.ToLower(s) }
