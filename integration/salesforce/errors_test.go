package salesforce_test

import (
	"net/http"
	"slices"
	"testing"

	"ringledger/integration/salesforce"
)

func TestEveryCodeSaysWhatToDo(t *testing.T) {
	refused, field := salesforce.Refused, salesforce.FieldRefused
	for _, c := range []struct {
		code, message string
		fields        []string
		want          salesforce.Kind
		about         []string
	}{
		{"UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId", nil, salesforce.Unknown, nil},
		{"SERVER_UNAVAILABLE", "", nil, salesforce.Unknown, nil},
		{"UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", nil, salesforce.Busy, nil},
		{"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "TaskTrigger: execution of BeforeInsert caused by: System.NullPointerException", nil, refused, nil},
		{"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "TaskTrigger: execution of AfterInsert caused by: System.DmlException: UNABLE_TO_LOCK_ROW, unable to obtain", nil, salesforce.Busy, nil},
		{"CANNOT_EXECUTE_FLOW_TRIGGER", "We can't save this record because the \"X\" process failed", nil, refused, nil},
		{"FIELD_CUSTOM_VALIDATION_EXCEPTION", "Say why you called", []string{"Description"}, refused, []string{"Description"}},
		{"REQUIRED_FIELD_MISSING", "Required fields are missing: [Reason__c]", []string{"Reason__c"}, refused, []string{"Reason__c"}},
		{"STRING_TOO_LONG", "Subject: data value too large: ... (max length=255)", []string{"Subject"}, refused, []string{"Subject"}},
		{"MAX_TASK_DESCRIPTION_EXCEEEDED", "", nil, refused, nil},
		{"INVALID_FIELD", "No such column 'Call_Id__c' on sobject of type Task", nil, field, []string{"Call_Id__c"}},
		{"INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: Type. Please check the security settings", []string{"Type"}, field, []string{"Type"}},
		{"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Call Type: bad value for restricted picklist field: X", []string{"CallType"}, field, []string{"CallType"}},
		{"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Call Type: bad value for restricted picklist field: X", nil, refused, nil},
		{"FIELD_FILTER_VALIDATION_EXCEPTION", "Value does not exist or does not match filter criteria.", []string{"Product__c"}, field, []string{"Product__c"}},
		{"INVALID_EMAIL_ADDRESS", "Email: invalid email address: ada@", []string{"Email"}, field, []string{"Email"}},
		{"INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", nil, salesforce.Gone, nil},
		{"INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", []string{"OwnerId"}, salesforce.OwnerRefused, []string{"OwnerId"}},
		{"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights on cross-reference id: 005000000000001", nil, salesforce.OwnerRefused, nil},
		{"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights on cross-reference id: 500000000000001", nil, field, []string{"WhatId"}},
		{"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights on cross-reference id: 003000000000001", nil, refused, nil},
		{"INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", nil, salesforce.Misconfigured, nil},
		{"ENTITY_IS_DELETED", "entity is deleted", nil, salesforce.Gone, nil},
		{"NOT_FOUND", "The requested resource does not exist", nil, salesforce.Gone, nil},
		{"ENTITY_IS_LOCKED", "", nil, refused, nil},
		{"ENTITY_IS_ARCHIVED", "", nil, refused, nil},
		{"INACTIVE_OWNER_OR_USER", "operation performed with inactive user [005] as owner of contact", nil, salesforce.OwnerRefused, nil},
		{"OP_WITH_INVALID_USER_TYPE_EXCEPTION", "Operation not valid for this user type", nil, salesforce.OwnerRefused, nil},
		{"FIELD_INTEGRITY_EXCEPTION", "field integrity exception: WhoId, WhatId (a lead has no related record)", []string{"WhoId", "WhatId"}, field, []string{"WhatId"}},
		{"FIELD_INTEGRITY_EXCEPTION", "Name ID: id value of incorrect type: 001", []string{"WhoId"}, refused, []string{"WhoId"}},
		{"MALFORMED_ID", "Related To ID: id value of incorrect type: 003", []string{"WhatId"}, salesforce.Gone, []string{"WhatId"}},
		{"CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", nil, salesforce.Gone, nil},
		{"DUPLICATE_VALUE", "duplicate value found: Call_Id__c duplicates value on record with id: 00T000000000001", nil, salesforce.Duplicate, []string{"Call_Id__c"}},
		{"INVALID_PERSON_ACCOUNT_OPERATION", "", nil, refused, nil},
		{"STORAGE_LIMIT_EXCEEDED", "storage limit exceeded", nil, salesforce.Misconfigured, nil},
		{"LIMIT_EXCEEDED", "", nil, salesforce.Misconfigured, nil},
		{"TXN_SECURITY_NO_ACCESS", "", nil, salesforce.Misconfigured, nil},
		{"ALL_OR_NONE_OPERATION_ROLLED_BACK", "", nil, salesforce.Busy, nil},
		{"PROCESSING_HALTED", "", nil, salesforce.Busy, nil},
		{"INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", "", nil, salesforce.Down, nil},
		{"TOO_MANY_APEX_REQUESTS", "", nil, salesforce.Busy, nil},
		{"SOMETHING_NEW_IN_WINTER", "the org's own words", nil, refused, nil},
	} {
		o := newOrg(t, composite(t, func(sub) (int, any) {
			return http.StatusOK, []map[string]any{{"success": false, "errors": []map[string]any{{"statusCode": c.code, "message": c.message, "fields": c.fields}}}}
		}))
		results, err := o.client.WriteTasks(soon(t), oneTask())
		if err != nil {
			t.Fatal(err)
		}
		e := results[0].Err
		if e == nil || e.Kind != c.want || e.Code != c.code || e.Message != c.message || !slices.Equal(e.Fields, c.about) {
			t.Errorf("%s %q: got %+v, want %s about %v", c.code, c.message, e, c.want, c.about)
		}
		if e.Uncertain != (c.want == salesforce.Unknown) {
			t.Errorf("%s: uncertain is %v", c.code, e.Uncertain)
		}
		if c.code == "DUPLICATE_VALUE" && !slices.Equal(e.Duplicates, []string{"00T000000000001EAA"}) {
			t.Errorf("duplicates: got %v", e.Duplicates)
		}
	}
}

func TestRefusalsOfAWholeRequestSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		want   salesforce.Kind
	}{
		{403, "API_DISABLED_FOR_ORG", salesforce.Misconfigured},
		{403, "API_CURRENTLY_DISABLED", salesforce.Misconfigured},
		{403, "INSUFFICIENT_ACCESS", salesforce.Misconfigured},
		{401, "INVALID_AUTH_HEADER", salesforce.Misconfigured},
		{404, "NOT_FOUND", salesforce.Misconfigured},
		{410, "UNSUPPORTED_API_VERSION", salesforce.Misconfigured},
		{400, "JSON_PARSER_ERROR", salesforce.Refused},
		{405, "METHOD_NOT_ALLOWED", salesforce.Refused},
		{503, "ORG_IN_MAINTENANCE", salesforce.Down},
		{400, "ORG_LOCKED", salesforce.Down},
		{418, "SOMETHING_NEW", salesforce.Refused},
		{500, "SOMETHING_NEW", salesforce.Unknown},
	} {
		o := newOrg(t, refuses(c.status, c.code, "words"))
		_, err := o.client.WriteTasks(soon(t), oneTask())
		if e := kindOf(t, err, c.want); e.Status != c.status || e.Code != c.code || e.Purpose != "write_tasks" {
			t.Errorf("error: %+v", e)
		}
		want := c.want
		if want == salesforce.Unknown {
			want = salesforce.Busy
		}
		_, err = o.client.Limits(soon(t))
		kindOf(t, err, want)
	}
}
