package simulator

// checkTask holds the rules between the fields of a Task.
func (o *Org) checkTask(r *record) *apiError {
	if r.of.name != "Task" {
		return nil
	}
	who := r.text("WhoId")
	if who != "" && o.objectOf(who) == "Lead" && r.value("WhatId") != nil {
		return bad("FIELD_INTEGRITY_EXCEPTION", "field integrity exception: WhoId, WhatId (Related To ID must be blank when Name ID is a lead)").on("WhoId", "WhatId")
	}
	return nil
}

// deriveTask fills status, completion, account and counts of a Task.
func (o *Org) deriveTask(r, before *record) {
	if r.value("Status") == nil && before == nil {
		r.set("Status", o.defaultStatus("TaskStatus"))
	}
	if r.value("TaskSubtype") == nil {
		r.set("TaskSubtype", "Task")
	}
	closed := o.closes("TaskStatus", r.text("Status"))
	switch {
	case !closed:
		r.set("CompletedDateTime", nil)
	case before == nil || !before.is("IsClosed"):
		if r.value("CompletedDateTime") == nil {
			r.set("CompletedDateTime", o.stamp())
		}
	}
	r.set("IsClosed", closed)
	r.set("IsHighPriority", r.text("Priority") == "High")
	r.set("WhoCount", presence(r.value("WhoId")))
	r.set("WhatCount", presence(r.value("WhatId")))
	r.set("AccountId", o.accountOfTask(r))
}

func presence(v any) int64 {
	if v == nil {
		return 0
	}
	return 1
}

// accountOfTask comes from what the Task is about, else from whom it is with.
func (o *Org) accountOfTask(r *record) any {
	if what := o.rows[r.text("WhatId")]; what != nil {
		if what.of.name == "Account" {
			return what.id
		}
		if what.of.name != "Campaign" && what.value("AccountId") != nil {
			return what.value("AccountId")
		}
	}
	if who := o.rows[r.text("WhoId")]; who != nil && who.of.name == "Contact" {
		return who.value("AccountId")
	}
	return nil
}

// closes tells whether a status means that the work is done. Admins rename and
// translate statuses, so only this table knows.
func (o *Org) closes(table, status string) bool {
	for _, r := range o.objects[lower(table)].table.rows {
		if r.text("ApiName") == status {
			return r.is("IsClosed")
		}
	}
	return false
}

func (o *Org) defaultStatus(table string) any {
	for _, r := range o.objects[lower(table)].table.rows {
		if r.is("IsDefault") {
			return r.text("ApiName")
		}
	}
	return nil
}

// setStatuses replaces the values of a status table and of its picklist.
func (o *Org) setStatuses(table, objectName, fieldName string, statuses []Status) {
	s := o.objects[lower(table)]
	for _, r := range s.table.rows {
		delete(o.rows, r.id)
	}
	s.table.rows = nil
	f := o.objects[lower(objectName)].must(fieldName)
	f.values = nil
	for i, st := range statuses {
		label := st.Label
		if label == "" {
			label = st.Name
		}
		row := map[string]any{"ApiName": st.Name, "MasterLabel": label, "IsDefault": st.Default, "SortOrder": i + 1}
		if s.has("IsClosed") {
			row["IsClosed"] = st.Closed
		}
		if s.has("IsConverted") {
			row["IsConverted"] = st.Closed
		}
		if s.has("IsHighPriority") {
			row["IsHighPriority"] = st.Closed
		}
		o.seed(table, row)
		f.values = append(f.values, pickValue{st.Name, label, true, st.Default})
	}
}

// Status is one value of a status picklist, with what it means.
type Status struct {
	Name    string `json:"name"`  // the value the API uses
	Label   string `json:"label"` // what people read; empty means the name
	Closed  bool   `json:"closed"`
	Default bool   `json:"default"`
}

var (
	englishTaskStatuses = []Status{
		{Name: "Not Started", Default: true}, {Name: "In Progress"}, {Name: "Completed", Closed: true},
		{Name: "Waiting on someone else"}, {Name: "Deferred"},
	}
	// frenchTaskStatuses are those of an org whose admin renamed them all.
	frenchTaskStatuses = []Status{
		{Name: "Non commencée", Default: true}, {Name: "En cours"}, {Name: "Terminée", Closed: true}, {Name: "Reportée"},
	}
	caseStatuses = []Status{{Name: "New", Default: true}, {Name: "Working"}, {Name: "Escalated"}, {Name: "Closed", Closed: true}}
	leadStatuses = []Status{
		{Name: "Open - Not Contacted", Default: true}, {Name: "Working - Contacted"},
		{Name: "Closed - Converted", Closed: true}, {Name: "Closed - Not Converted"},
	}
	taskPriorities = []Status{{Name: "High", Closed: true}, {Name: "Normal", Default: true}, {Name: "Low"}}
)
