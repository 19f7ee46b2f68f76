package salesforce

import (
	"regexp"
	"slices"
	"strings"
)

// kindOfCode is what to do about the codes whose meaning does not depend on
// their message. The others are judged in classify.
var kindOfCode = map[string]Kind{
	"INVALID_SESSION_ID":  Busy, // of one part of a request; the next request renews it
	"INVALID_AUTH_HEADER": Misconfigured,

	"API_DISABLED_FOR_ORG":      Misconfigured,
	"API_CURRENTLY_DISABLED":    Misconfigured,
	"INSUFFICIENT_ACCESS":       Misconfigured,
	"FUNCTIONALITY_NOT_ENABLED": Misconfigured,
	"UNSUPPORTED_API_VERSION":   Misconfigured,
	"INVALID_TYPE":              Misconfigured,
	"STORAGE_LIMIT_EXCEEDED":    Misconfigured,
	"LIMIT_EXCEEDED":            Misconfigured,

	"INSUFFICIENT_ACCESS_OR_READONLY": Misconfigured,

	"UNABLE_TO_LOCK_ROW":                Busy,
	"TOO_MANY_APEX_REQUESTS":            Busy,
	"EXCEEDED_QUOTA":                    Busy,
	"QUERY_TIMEOUT":                     Busy,
	"PROCESSING_HALTED":                 Busy, // not done because of a neighbour
	"BATCH_PROCESSING_HALTED":           Busy,
	"ALL_OR_NONE_OPERATION_ROLLED_BACK": Busy,

	"ORG_IN_MAINTENANCE": Down,
	"ORG_LOCKED":         Down,
	"INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": Down,

	"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": Refused,
	"CANNOT_EXECUTE_FLOW_TRIGGER":          Refused,
	"FIELD_CUSTOM_VALIDATION_EXCEPTION":    Refused,
	"REQUIRED_FIELD_MISSING":               Refused,
	"STRING_TOO_LONG":                      Refused,
	"MAX_TASK_DESCRIPTION_EXCEEEDED":       Refused, // so spelled in the schema
	"MAX_TASK_DESCRIPTION_EXCEEDED":        Refused,
	"ENTITY_IS_LOCKED":                     Refused,
	"ENTITY_IS_ARCHIVED":                   Refused,
	"INVALID_PERSON_ACCOUNT_OPERATION":     Refused,
	"JSON_PARSER_ERROR":                    Refused,
	"MISSING_ARGUMENT":                     Refused,
	"METHOD_NOT_ALLOWED":                   Refused,
	"MALFORMED_QUERY":                      Refused,
	"MALFORMED_SEARCH":                     Refused,
	"INVALID_SEARCH":                       Refused,
	"QUERY_TOO_COMPLICATED":                Refused,

	"INVALID_FIELD":                           FieldRefused,
	"INVALID_FIELD_FOR_INSERT_UPDATE":         FieldRefused,
	"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": FieldRefused,
	"FIELD_FILTER_VALIDATION_EXCEPTION":       FieldRefused,
	"INVALID_EMAIL_ADDRESS":                   FieldRefused,
	"NUMBER_OUTSIDE_VALID_RANGE":              FieldRefused,
	"INVALID_TYPE_ON_FIELD_IN_RECORD":         FieldRefused,
	"FIELD_INTEGRITY_EXCEPTION":               FieldRefused,

	"INACTIVE_OWNER_OR_USER":              OwnerRefused,
	"OP_WITH_INVALID_USER_TYPE_EXCEPTION": OwnerRefused,

	"INVALID_CROSS_REFERENCE_KEY":  Gone,
	"ENTITY_IS_DELETED":            Gone,
	"MALFORMED_ID":                 Gone,
	"NOT_FOUND":                    Gone,
	"CANNOT_UPDATE_CONVERTED_LEAD": Gone,

	"DUPLICATES_DETECTED": Duplicate,
	"DUPLICATE_VALUE":     Duplicate,
}

// classify sets the Kind of an error that Salesforce has named. It completes
// Fields and Duplicates from the message where the answer left them out.
func classify(e *Error, write, row bool) {
	kind, known := kindOfCode[e.Code]
	switch {
	case known:
		e.Kind = kind
	case e.Code == "SERVER_UNAVAILABLE":
		e.Kind = lost(write)
	case e.Code == "UNKNOWN_EXCEPTION":
		e.Kind = kindOfStatus(500, write)
	case e.Code == "REQUEST_LIMIT_EXCEEDED":
		e.Kind = kindOfLimit(e.Message)
	case e.Code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY":
		e.Kind = kindOfCrossReference(e)
	case strings.HasPrefix(e.Code, "TXN_SECURITY"):
		e.Kind = Misconfigured
	default:
		e.Kind = kindOfStatus(max(e.Status, 400), write)
	}
	refine(e, row)
	e.Uncertain = write && e.Kind == Unknown
}

// refine looks at the message and the fields where the code alone misleads.
func refine(e *Error, row bool) {
	switch e.Kind {
	case Refused:
		if strings.Contains(e.Message, "UNABLE_TO_LOCK_ROW") {
			e.Kind = Busy // the customer's own Apex or flow met a lock
		}
	case FieldRefused:
		e.Fields = fieldsOf(e)
		switch {
		case len(e.Fields) == 0:
			e.Kind = Refused // nothing to leave out
		case slices.Equal(e.Fields, []string{"OwnerId"}):
			e.Kind = OwnerRefused
		case e.Code == "FIELD_INTEGRITY_EXCEPTION":
			integrity(e)
		}
	case Gone:
		if slices.Equal(e.Fields, []string{"OwnerId"}) || strings.Contains(e.Message, ": 005") {
			e.Kind = OwnerRefused
		}
		if e.Code == "NOT_FOUND" && !row {
			e.Kind = Misconfigured // the address itself, not a record
		}
	case Duplicate:
		if id := firstGroup(duplicateID, e.Message); len(e.Duplicates) == 0 && id != nil {
			e.Duplicates = []string{fullID(id[0])}
		}
		if len(e.Fields) == 0 {
			e.Fields = firstGroup(duplicateField, e.Message)
		}
	}
}

// kindOfLimit tells the daily limit from the one on requests at one moment;
// both come with the same code.
func kindOfLimit(message string) Kind {
	if strings.Contains(message, "Concurrent") {
		return Busy
	}
	return Limited
}

// kindOfCrossReference judges a reference that the user, or the owner, may not
// see: another owner helps when it is the owner's, leaving the field out when
// it is a named one.
func kindOfCrossReference(e *Error) Kind {
	switch {
	case slices.Contains(e.Fields, "OwnerId"), strings.Contains(e.Message, ": 005"):
		return OwnerRefused
	case len(e.Fields) > 0:
		return FieldRefused
	default:
		return Refused
	}
}

// integrity judges FIELD_INTEGRITY_EXCEPTION: a Lead's Task has no WhatId, and
// leaving that one out is the only cure there is.
func integrity(e *Error) {
	if slices.Contains(e.Fields, "WhatId") || strings.Contains(e.Message, "WhatId") {
		e.Fields = []string{"WhatId"}
		return
	}
	e.Kind = Refused
}

var (
	duplicateID    = regexp.MustCompile(`record with id: ([A-Za-z0-9]{15,18})`)
	duplicateField = regexp.MustCompile(`duplicate value found: ([A-Za-z0-9_]+) duplicates value`)
	missingColumn  = regexp.MustCompile(`No such column '([A-Za-z0-9_.]+)'`)
	relationship   = regexp.MustCompile(`relationship '([A-Za-z0-9_]+)' in field path`)
	closedFields   = regexp.MustCompile(`Unable to create/update fields: ([A-Za-z0-9_, ]+)`)
)

// fieldsOf reads the fields an error is about, from its list or its message.
func fieldsOf(e *Error) []string {
	if len(e.Fields) > 0 {
		return e.Fields
	}
	if found := firstGroup(missingColumn, e.Message); found != nil {
		return found
	}
	if found := firstGroup(relationship, e.Message); found != nil {
		return found
	}
	var fields []string
	for _, group := range firstGroup(closedFields, e.Message) {
		for name := range strings.SplitSeq(group, ",") {
			if name = strings.TrimSpace(name); name != "" {
				fields = append(fields, name)
			}
		}
	}
	if fields == nil && strings.Contains(e.Message, "WhatId") {
		fields = []string{"WhatId"}
	}
	return fields
}

func firstGroup(re *regexp.Regexp, s string) []string {
	if m := re.FindStringSubmatch(s); m != nil {
		return []string{m[1]}
	}
	return nil
}
