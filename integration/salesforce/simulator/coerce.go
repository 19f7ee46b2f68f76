package simulator

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// coerce turns a JSON value into the value of a field, or says why it cannot.
func coerce(f *field, v any) (any, *apiError) {
	if v == nil {
		if f.kind == "boolean" {
			return false, nil
		}
		return nil, nil
	}
	switch f.kind {
	case "boolean":
		return coerceBool(v)
	case "int":
		return coerceInt(f, v)
	case "double", "currency", "percent":
		return coerceFloat(v)
	case "date":
		return coerceDate(v)
	case "datetime":
		return coerceMoment(v)
	case "reference", "id":
		return coerceID(f, v)
	}
	s, ok := v.(string)
	if !ok {
		return nil, unparsable("string", v)
	}
	return coerceText(f, s, v)
}

// unparsable is what the JSON reader of Salesforce says of a wrong type.
func unparsable(wanted string, v any) *apiError {
	token := "START_OBJECT"
	text := ""
	switch v := v.(type) {
	case string:
		token, text = "VALUE_STRING", v
	case bool:
		token, text = "VALUE_"+strings.ToUpper(strconv.FormatBool(v)), strconv.FormatBool(v)
	case number:
		token, text = "VALUE_NUMBER_INT", string(v)
		if strings.ContainsAny(text, ".eE") {
			token = "VALUE_NUMBER_FLOAT"
		}
	case []any:
		token = "START_ARRAY"
	}
	return bad("JSON_PARSER_ERROR", "Cannot deserialize instance of %s from %s value %s or request may be missing a required field at [line:1, column:1]", wanted, token, text)
}

// coerceText hands back boxed, which is s as it came, when nothing had to be
// cut off: rows come by the thousand, and a new box each is a cost.
func coerceText(f *field, s string, boxed any) (any, *apiError) {
	if f.kind != "textarea" {
		if t := strings.TrimSpace(s); len(t) != len(s) {
			s, boxed = t, t
		}
	}
	if s == "" {
		return nil, nil
	}
	if f.length > 0 && len(s) > f.length && utf8.RuneCountInString(s) > f.length {
		return nil, bad("STRING_TOO_LONG", "%s: data value too large: %s (max length=%d)", f.label, s, f.length).on(f.name)
	}
	switch {
	case f.kind == "email" && !plausibleEmail(s):
		return nil, bad("INVALID_EMAIL_ADDRESS", "%s: invalid email address: %s", f.label, s).on(f.name)
	case f.kind == "picklist":
		return coercePick(f, s, boxed)
	}
	return boxed, nil
}

func plausibleEmail(s string) bool {
	name, domain, ok := strings.Cut(s, "@")
	return ok && name != "" && strings.Contains(domain, ".") && !strings.ContainsAny(s, " ,;<>()") &&
		!strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".") && !strings.Contains(domain, "@")
}

// coercePick gives the value its canonical case. Only a restricted picklist
// refuses a value that is not in its list.
func coercePick(f *field, s string, boxed any) (any, *apiError) {
	for _, p := range f.values {
		if p.active && p.value == s {
			return boxed, nil
		}
		if p.active && strings.EqualFold(p.value, s) {
			return p.value, nil
		}
	}
	if f.restricted {
		return nil, bad("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "%s: bad value for restricted picklist field: %s", f.label, s).on(f.name)
	}
	return boxed, nil
}

func coerceBool(v any) (any, *apiError) {
	switch v {
	case true, "true", number("1"):
		return true, nil
	case false, "false", number("0"):
		return false, nil
	}
	return nil, unparsable("boolean", v)
}

func coerceInt(f *field, v any) (any, *apiError) {
	n, ok := toFloat(v)
	if !ok || n != float64(int64(n)) {
		return nil, unparsable("int", v)
	}
	if n > 99999999 || n < -99999999 {
		return nil, bad("NUMBER_OUTSIDE_VALID_RANGE", "%s: value outside of valid range on numeric field: %s", f.label, strconv.FormatInt(int64(n), 10)).on(f.name)
	}
	return int64(n), nil
}

func coerceFloat(v any) (any, *apiError) {
	n, ok := toFloat(v)
	if !ok {
		return nil, unparsable("double", v)
	}
	return n, nil
}

func toFloat(v any) (float64, bool) {
	var text string
	switch v := v.(type) {
	case number:
		text = string(v)
	case string:
		text = v
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// coerceDate keeps a date as text, so that no time zone can shift it.
func coerceDate(v any) (any, *apiError) {
	s, ok := v.(string)
	if !ok {
		return nil, unparsable("date", v)
	}
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return v, nil
	}
	if at, ok := parseMoment(s); ok {
		return at.Format(time.DateOnly), nil
	}
	return nil, unparsable("date", v)
}

func coerceMoment(v any) (any, *apiError) {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Truncate(time.Second), nil
	case string:
		if at, ok := parseMoment(v); ok {
			return at.UTC().Truncate(time.Second), nil
		}
	}
	return nil, unparsable("datetime", v)
}

// parseMoment reads the forms that Salesforce takes, with and without colon in the offset.
func parseMoment(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700", "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func coerceID(f *field, v any) (any, *apiError) {
	s, ok := v.(string)
	if !ok {
		return nil, unparsable("reference", v)
	}
	if s == "" {
		return nil, nil
	}
	id, ok := fullID(s)
	if !ok {
		return nil, bad("MALFORMED_ID", "%s: id value of incorrect type: %s", f.label, s).on(f.name)
	}
	if id == s {
		return v, nil
	}
	return id, nil
}
