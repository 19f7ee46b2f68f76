package simulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Line is a number the company owns.
type Line struct {
	ID       int64
	Name     string
	Number   string // E.164
	Country  string
	TimeZone string

	ivr      bool
	records  bool
	agents   []*User
	language string
	location *time.Location
}

// User is an agent of the account.
type User struct {
	ID    int64
	Name  string
	Email string

	language  string
	timeZone  string
	wrapUp    int
	extension string
	line      *Line // default line
}

type team struct {
	id    int64
	name  string
	users []*User
}

type tag struct {
	id          int64
	name        string
	color       string
	description string // system tags are recognised by it
}

type contact struct {
	id          int64
	first, last string
	company     string
	number      string
	email       string
	createdAt   int64
}

// directory is what changes rarely: lines, people, teams, tags, contacts. One
// is never changed: another takes its place.
type directory struct {
	lines     []*Line
	users     []*User
	teams     []*team
	tags      []*tag
	contacts  []*contact
	people    []Person
	strangers []string // numbers nobody knows, some of which call again
	created   time.Time
}

const companyName = "Northlight Software"

func newDirectory(o Options) *directory {
	d := &directory{people: slices.Clone(o.People), created: o.Now().AddDate(-1, 0, 0).UTC().Truncate(time.Second)}
	d.users = []*User{
		{ID: 1825011, Name: "Camille Roy", Email: "camille.roy@example.com", language: "fr-FR", timeZone: "Europe/Paris", wrapUp: 30},
		{ID: 1825012, Name: "Hugo Petit", Email: "hugo.petit@example.com", language: "fr-FR", timeZone: "Europe/Paris"},
		{ID: 1825013, Name: "Priya Shah", Email: "priya.shah@example.com", language: "en-GB", timeZone: "Europe/London", wrapUp: 15},
		{ID: 1825014, Name: "Dan Cole", Email: "dan.cole@example.com", language: "en-US", timeZone: "America/New_York"},
		{ID: 1825015, Name: "Lena Vogt", Email: "lena.vogt@example.com", language: "en-US", timeZone: "Europe/Paris", wrapUp: 90},
		{ID: 1825016, Name: "Omar Diallo", Email: "omar.diallo@example.com", language: "fr-FR", timeZone: "Europe/Paris"},
	}
	camille, hugo, priya, dan, lena, omar := d.users[0], d.users[1], d.users[2], d.users[3], d.users[4], d.users[5]
	d.lines = []*Line{
		{ID: 1249601, Name: "Support FR", Number: "+33199000010", Country: "FR", TimeZone: "Europe/Paris", language: "fr", ivr: true, records: true, agents: []*User{camille, hugo, lena, omar}},
		{ID: 1249602, Name: "Sales FR", Number: "+33199000011", Country: "FR", TimeZone: "Europe/Paris", language: "fr", agents: []*User{hugo, camille, lena}},
		{ID: 1249603, Name: "Sales UK", Number: "+441632960010", Country: "GB", TimeZone: "Europe/London", language: "en", records: true, agents: []*User{priya, lena}},
		{ID: 1249604, Name: "Sales US", Number: "+12025550110", Country: "US", TimeZone: "America/New_York", language: "en", records: true, agents: []*User{dan, priya}},
	}
	for _, l := range d.lines {
		l.location = location(l.TimeZone)
	}
	for i, u := range d.users {
		u.extension = fmt.Sprintf("%03d", i+1)
		u.line = d.lines[slices.IndexFunc(d.lines, func(l *Line) bool { return slices.Contains(l.agents, u) })]
	}
	d.teams = []*team{
		{id: 88101, name: "Support", users: d.lines[0].agents},
		{id: 88102, name: "Sales France", users: d.lines[1].agents},
		{id: 88103, name: "Sales UK & US", users: []*User{priya, dan, lena}},
	}
	d.tags = accountTags()
	d.fillContacts(rand.New(rand.NewPCG(o.Seed, 0)))
	return d
}

// dir is the directory as it is now.
func (a *Account) dir() *directory { return a.book.Load() }

// AddLine gives the company one more number, on which everybody answers.
func (a *Account) AddLine(id int64, name, number, country, zone string) {
	a.changeDirectory(func(d *directory) {
		d.lines = append(slices.Clone(d.lines), &Line{
			ID: id, Name: name, Number: number, Country: country, TimeZone: zone, language: "en", agents: d.users, location: location(zone),
		})
	})
}

// RemoveLine takes a number away. Its calls stay.
func (a *Account) RemoveLine(id int64) {
	a.changeDirectory(func(d *directory) {
		d.lines = slices.DeleteFunc(slices.Clone(d.lines), func(l *Line) bool { return l.ID == id })
	})
}

// AddUser hires an agent.
func (a *Account) AddUser(id int64, name, email string) {
	a.changeDirectory(func(d *directory) {
		d.users = append(slices.Clone(d.users), &User{ID: id, Name: name, Email: email, language: "en-GB", timeZone: "Europe/London", extension: "099", line: d.lines[0]})
	})
}

// RemoveUser lets an agent go. Calls keep the name.
func (a *Account) RemoveUser(id int64) {
	a.changeDirectory(func(d *directory) {
		d.users = slices.DeleteFunc(slices.Clone(d.users), func(u *User) bool { return u.ID == id })
	})
}

func (a *Account) changeDirectory(change func(*directory)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	d := *a.dir()
	change(&d)
	a.book.Store(&d)
}

// location falls back to UTC on a machine without a time zone database: a
// simulated call at the wrong hour is better than none.
func location(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return l
}

// callbackTag is the system tag of a caller who asked to be called back.
const callbackTag = "Callback Request"

func accountTags() []*tag {
	tags := []*tag{
		{name: callbackTag, color: "#29C8FF", description: "queue_callback"},
		{name: "Called Back", color: "#B285D1", description: "queue_called_back"},
		{name: "Conference", color: "#000000", description: "conference"},
		{name: "Follow Up", color: "#ff7d03", description: "follow_up_self_assign"},
		{name: "Voicemail Drop", color: "#FCBB26", description: "voicemail_drop"},
		{name: "Voice Virtual Agent", color: "#00B388", description: "voice_virtual_agent"},
		{name: "billing", color: "#FF5733"}, {name: "demo", color: "#4DA3FF"},
		{name: "follow-up", color: "#FFB800"}, {name: "urgent", color: "#E5484D"},
		{name: "renewal", color: "#30A46C"}, {name: "résiliation", color: "#8E4EC6"},
		{name: "support-niveau-2", color: "#12A594"}, {name: "wrong number", color: "#8B8D98"},
	}
	for i, t := range tags {
		t.id = int64(2733981 + i)
	}
	return tags
}

// fillContacts makes the numbers nobody knows and the address book: a third of
// the people, and some of the strangers so that a new record can be named.
func (d *directory) fillContacts(rng *rand.Rand) {
	for len(d.strangers) < 45 {
		n := inventedNumber(rng, []string{"FR", "GB", "US"}[len(d.strangers)%3])
		if !d.taken(n) {
			d.strangers = append(d.strangers, n)
		}
	}
	for i, p := range d.people {
		if i%3 == 0 {
			d.addContact(p.Name, "", p.Number)
		}
	}
	names := []string{"Inès Moreau", "Thomas Bailey", "Grace Holt", "Yanis Lefort", "Elin Sandberg", "Marcus Reed", "Aïcha Benali", "Zoë O'Neill", "Paul Girard"}
	companies := []string{"Atelier Moreau", "Bailey & Sons", "Holt Analytics", "", "Sandberg Import", "Reed Robotics", "", "O'Neill Travel", "Girard Frères"}
	for i, name := range names {
		d.addContact(name, companies[i], d.strangers[i*4])
	}
}

func (d *directory) taken(number string) bool {
	return slices.Contains(d.strangers, number) ||
		slices.ContainsFunc(d.people, func(p Person) bool { return p.Number == number }) ||
		slices.ContainsFunc(d.lines, func(l *Line) bool { return l.Number == number })
}

func (d *directory) addContact(name, company, number string) {
	first, last, _ := strings.Cut(name, " ")
	d.contacts = append(d.contacts, &contact{
		id: int64(482393544 + 17*len(d.contacts)), first: first, last: last, company: company, number: number,
		email: "contact" + strconv.Itoa(len(d.contacts)+1) + "@example.org", createdAt: d.created.Unix(),
	})
}

func (d *directory) contactOf(number string) *contact {
	for _, c := range d.contacts {
		if c.number == number {
			return c
		}
	}
	return nil
}

// lineNamed finds a line by its name, id or number.
func (d *directory) lineNamed(s string) *Line {
	for _, l := range d.lines {
		if strings.EqualFold(l.Name, s) || strconv.FormatInt(l.ID, 10) == s || l.Number == s {
			return l
		}
	}
	return nil
}

// userNamed finds an agent by e-mail, name or id.
func (d *directory) userNamed(s string) *User {
	for _, u := range d.users {
		if strings.EqualFold(u.Email, s) || strings.EqualFold(u.Name, s) || strconv.FormatInt(u.ID, 10) == s {
			return u
		}
	}
	return nil
}

func (d *directory) tagNamed(name string) *tag {
	for _, t := range d.tags {
		if strings.EqualFold(t.name, name) {
			return t
		}
	}
	return nil
}

// nameOf is what the page calls an outside number.
func (d *directory) nameOf(number string) string {
	for _, p := range d.people {
		if p.Number == number {
			return p.Name
		}
	}
	if c := d.contactOf(number); c != nil {
		return c.first + " " + c.last
	}
	return ""
}
