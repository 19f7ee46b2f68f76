package simulator

import "strings"

// checkDuplicates applies the duplicate rule of an object, when there is one.
// Alert lets a client through that says allowSave=true, block never does.
func (o *Org) checkDuplicates(r, before *record, how saving) *apiError {
	f := o.faults.match(DuplicateRule, r.of.name)
	if f == nil || before != nil {
		return nil
	}
	blocks := strings.EqualFold(f.Mode, "block")
	if how.allowSave && !blocks {
		return nil
	}
	matches := o.duplicatesOf(r, f.fieldNames())
	if len(matches) == 0 {
		return nil
	}
	o.faults.take(DuplicateRule, r.of.name)
	fail := bad("DUPLICATES_DETECTED", "Use one of these records?")
	fail.duplicate = duplicateResult(r.of, matches, !blocks)
	return fail
}

// duplicatesOf compares the named fields; numbers by their digits.
func (o *Org) duplicatesOf(r *record, names []string) []*record {
	if len(names) == 0 {
		names = []string{"Phone", "MobilePhone", "Email"}
	}
	var out []*record
	for _, name := range names {
		f, ok := r.of.field(name)
		if !ok {
			continue
		}
		wanted, _ := r.get(f).(string)
		if wanted == "" {
			continue
		}
		if f.kind == "phone" {
			out = appendNew(out, o.sameNumber(r.of, digitsOf(wanted)), r)
		} else {
			out = appendNew(out, o.byKey(r.of, f, wanted), r)
		}
	}
	return out
}

// sameNumber looks in every phone field of an object. Duplicate rules do not
// wait for the search index.
func (o *Org) sameNumber(s *sobject, digits string) []*record {
	var out []*record
	for _, f := range s.visible() {
		if f.kind != "phone" {
			continue
		}
		for _, r := range s.table.rows {
			if v, _ := r.get(f).(string); v != "" && digitsOf(v) == digits && !r.deleted {
				out = append(out, r)
			}
		}
	}
	return out
}

func appendNew(list, more []*record, except *record) []*record {
	for _, r := range more {
		if r != except && !contains(list, r) {
			list = append(list, r)
		}
	}
	return list
}

func duplicateResult(s *sobject, matches []*record, allowSave bool) object {
	records := []any{}
	for _, m := range matches {
		records = append(records, object{
			{"additionalInformation", []any{}}, {"fieldDiffs", []any{}}, {"matchConfidence", 100.0},
			{"record", object{{"attributes", attributes(m, "v66.0")}, {"Id", m.id}}},
		})
	}
	return object{
		{"allowSave", allowSave}, {"duplicateRule", "Standard_" + s.name + "_Duplicate_Rule"}, {"duplicateRuleEntityType", s.name},
		{"errorMessage", "Use one of these records?"},
		{"matchResults", []any{object{
			{"entityType", s.name}, {"errors", []any{}}, {"matchEngine", "FuzzyMatchEngine"}, {"matchRecords", records},
			{"rule", "Standard_" + s.name + "_Match_Rule_v1_1"}, {"size", len(records)}, {"success", true},
		}}},
	}
}
