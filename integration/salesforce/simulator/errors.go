package simulator

import (
	"fmt"
	"net/http"
)

// apiError is a refusal in Salesforce's words. The same error has two shapes:
// "errorCode" in REST bodies, "statusCode" in rows of a collection.
type apiError struct {
	status    int
	code      string
	message   string
	fields    []string
	duplicate object // the matches of a duplicate rule
}

func refuse(status int, code, format string, args ...any) *apiError {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	return &apiError{status: status, code: code, message: format}
}

// bad is the usual refusal, with 400.
func bad(code, format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, code, format, args...)
}

func (e *apiError) on(fields ...string) *apiError {
	e.fields = append(e.fields, fields...)
	return e
}

// rest is the member of the array that REST answers with.
func (e *apiError) rest() object {
	var o object
	if e.duplicate != nil {
		// Salesforce spells it like this.
		o = append(o, member{"duplicateResut", e.duplicate})
	}
	o = append(o, member{"message", e.message}, member{"errorCode", e.code})
	if e.fields != nil {
		o = append(o, member{"fields", e.fields})
	}
	return o
}

// row is the answer for one record of a collection.
func (e *apiError) row() object {
	fields := e.fields
	if fields == nil {
		fields = []string{}
	}
	failure := object{{"statusCode", e.code}, {"message", e.message}, {"fields", fields}}
	return object{{"success", false}, {"errors", []any{failure}}}
}

func noSuchResource() *apiError {
	return refuse(http.StatusNotFound, "NOT_FOUND", "The requested resource does not exist")
}

func wrongMethod(method string) *apiError {
	return refuse(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "HTTP Method '%s' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE", method)
}
