package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// recordPage is one record with what was done about it.
type recordPage struct {
	Kind    string
	Name    string
	ID      string
	Deleted bool
	Fields  []shownField
	Empty   []shownField
	Tracked bool // has an activity column
	Next    []activity
	Past    []activity
	Related []listing
}

type shownField struct {
	Label, Name, Value string
	URL                string // of the record that a reference names
	Long               bool
}

// activity is one Task in the activity column.
type activity struct {
	URL, Subject, Status, Priority, Owner string
	Due, At, With                         string
	Notes                                 string
	High                                  bool
}

const shownActivities = 100

func (o *Org) showRecord(w http.ResponseWriter, id string) {
	o.mu.RLock()
	full, _ := fullID(id)
	r := o.rows[full]
	if r == nil {
		o.mu.RUnlock()
		o.notFound(w)
		return
	}
	page := &recordPage{Kind: r.of.label, Name: r.name(), ID: r.id, Deleted: r.deleted}
	page.Fields, page.Empty = o.shownFields(r)
	if page.Name == "" {
		page.Name = "(no subject)"
	}
	page.Tracked = slices.Contains([]string{"Contact", "Lead", "Account", "Case", "Opportunity"}, r.of.name)
	if page.Tracked {
		page.Next, page.Past = o.activities(r)
	}
	page.Related = o.related(r)
	kind := r.of.name
	o.mu.RUnlock()
	o.page(w, http.StatusOK, "record", pageData{Title: page.Name, Record: page, Tabs: o.tabs(kind)}, "")
}

// shownFields lists what is filled and, apart, what is not.
func (o *Org) shownFields(r *record) (filled, empty []shownField) {
	for _, f := range r.of.fields {
		if f.person && !r.of.showPersons {
			continue
		}
		v := shownField{Label: f.label, Name: f.name, Value: shown(r.get(f)), Long: f.kind == "textarea"}
		if f.hidden {
			v.Label += " (hidden from the API user)"
		}
		if f.kind == "reference" && v.Value != "" {
			if target := o.rows[v.Value]; target != nil {
				v.URL, v.Value = recordURL(target), target.name()
				v.Label = strings.TrimSuffix(v.Label, " ID")
			}
		}
		if v.Value == "" {
			empty = append(empty, v)
		} else {
			filled = append(filled, v)
		}
	}
	return filled, empty
}

// activities splits the tasks of a record into open and closed ones, newest first.
func (o *Org) activities(r *record) (next, past []activity) {
	tasks := o.objects["task"]
	var rows []*record
	for _, name := range []string{"WhoId", "WhatId", "AccountId"} {
		f := tasks.must(name)
		for _, t := range tasks.table.find(f, r.id) {
			if t.get(f) == r.id && !t.deleted && !t.gone && !contains(rows, t) {
				rows = append(rows, t)
			}
		}
	}
	if contact := r.of.byName["PersonContactId"]; contact != nil && r.get(contact) != nil {
		if person := o.rows[r.text("PersonContactId")]; person != nil {
			return o.activities(person)
		}
	}
	slices.SortStableFunc(rows, func(a, b *record) int {
		if n := compare(b.value("CreatedDate"), a.value("CreatedDate")); n != 0 {
			return n
		}
		return strings.Compare(b.id, a.id)
	})
	for _, t := range rows[:min(len(rows), shownActivities)] {
		if t.is("IsClosed") {
			past = append(past, o.activity(t))
		} else {
			next = append(next, o.activity(t))
		}
	}
	return next, past
}

func (o *Org) activity(t *record) activity {
	a := activity{URL: recordURL(t), Subject: t.name(), Status: t.text("Status"), Priority: t.text("Priority"),
		Due: t.text("ActivityDate"), At: shown(t.value("CreatedDate")), Notes: t.text("Description"), High: t.is("IsHighPriority")}
	if a.Subject == "" {
		a.Subject = "(no subject)"
	}
	if owner := o.rows[t.text("OwnerId")]; owner != nil {
		a.Owner = owner.name()
	}
	if who := o.rows[t.text("WhoId")]; who != nil {
		a.With = who.name()
	}
	return a
}

// related lists the children of a record that people look for.
func (o *Org) related(r *record) []listing {
	var out []listing
	for _, b := range browsed {
		if b.object == "Task" || b.object == "User" {
			continue
		}
		s := o.objects[lower(b.object)]
		for _, f := range s.fields {
			if f.name != r.of.name+"Id" || !pointsTo(f, r.of.name) {
				continue
			}
			l := listing{Label: s.plural, Columns: []string{"Name"}}
			for _, child := range s.table.find(f, r.id) {
				if child.get(f) == r.id && !child.deleted && !child.gone {
					l.Total++
					l.Rows = append(l.Rows, listRow{URL: recordURL(child), Cells: []string{title(child)}})
				}
			}
			if l.Total > 0 {
				out = append(out, l)
			}
		}
	}
	return append(out, o.roles(r)...)
}

// title is a record's name, for a case with what it is about.
func title(r *record) string {
	if r.of.name == "Case" && r.value("Subject") != nil {
		return r.name() + " " + r.text("Subject")
	}
	return r.name()
}

// roles connects contacts and opportunities, which have no direct reference.
func (o *Org) roles(r *record) []listing {
	from, to, label := "ContactId", "OpportunityId", "Opportunities"
	switch r.of.name {
	case "Contact":
	case "Opportunity":
		from, to, label = to, from, "Contact Roles"
	default:
		return nil
	}
	s := o.objects["opportunitycontactrole"]
	l := listing{Label: label, Columns: []string{"Name"}}
	f := s.must(from)
	for _, role := range s.table.find(f, r.id) {
		if target := o.rows[role.text(to)]; target != nil && role.get(f) == r.id && !role.deleted && !role.gone {
			l.Total++
			l.Rows = append(l.Rows, listRow{URL: recordURL(target), Cells: []string{target.name()}})
		}
	}
	if l.Total == 0 {
		return nil
	}
	return []listing{l}
}
