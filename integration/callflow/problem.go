package callflow

// Problem is one mistake in the settings. Path is dotted, as the settings
// document and the forms name it: "flows.missed.action".
type Problem struct {
	Path   string
	Code   string
	Params map[string]string
}

// Codes of problems.
const (
	ProblemVersion             = "unsupported_version"   // value
	ProblemMissing             = "missing"               // a value must be given
	ProblemNoRecords           = "no_records"            // one kind of record must be chosen
	ProblemUnknownValue        = "unknown_value"         // value, allowed
	ProblemOutOfRange          = "out_of_range"          // value, min, max
	ProblemTooLong             = "too_long"              // max
	ProblemRepeated            = "repeated"              // value
	ProblemZone                = "unknown_zone"          // value
	ProblemInterval            = "bad_interval"          // value
	ProblemOverlap             = "overlapping_intervals" // value, other
	ProblemHoliday             = "bad_holiday"           // value
	ProblemCountry             = "bad_country"           // value
	ProblemEmail               = "bad_email"             // value
	ProblemNumber              = "bad_number"            // value
	ProblemFieldName           = "bad_field_name"        // value
	ProblemReservedField       = "reserved_field"        // value
	ProblemPlaceholder         = "unknown_placeholder"   // value, allowed
	ProblemUnclosedPlaceholder = "unclosed_placeholder"  // value
)

// ProblemCodes lists every code of a Problem with the names of its params.
func ProblemCodes() map[string][]string {
	return map[string][]string{
		ProblemVersion:             {"value"},
		ProblemMissing:             {},
		ProblemNoRecords:           {},
		ProblemUnknownValue:        {"value", "allowed"},
		ProblemOutOfRange:          {"value", "min", "max"},
		ProblemTooLong:             {"max"},
		ProblemRepeated:            {"value"},
		ProblemZone:                {"value"},
		ProblemInterval:            {"value"},
		ProblemOverlap:             {"value", "other"},
		ProblemHoliday:             {"value"},
		ProblemCountry:             {"value"},
		ProblemEmail:               {"value"},
		ProblemNumber:              {"value"},
		ProblemFieldName:           {"value"},
		ProblemReservedField:       {"value"},
		ProblemPlaceholder:         {"value", "allowed"},
		ProblemUnclosedPlaceholder: {"value"},
	}
}
