package simulator

var (
	toUser      = []string{"User"}
	toOwner     = []string{"User", "Group"}
	toAccount   = []string{"Account"}
	toContact   = []string{"Contact"}
	leadSources = []string{"Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"}
	relatedTo   = []string{"Account", "Opportunity", "Case", "Campaign"}
)

// standardObjects is the part of the standard data model that this org has.
func standardObjects() []*sobject {
	return []*sobject{
		taskObject(), contactObject(), leadObject(), accountObject(), caseObject(), opportunityObject(),
		newObject("OpportunityContactRole", "Opportunity Contact Role", "00K",
			reference("OpportunityId", []string{"Opportunity"}, createOnly, required),
			reference("ContactId", toContact, required),
			picklist("Role", []string{"Business User", "Decision Maker", "Economic Buyer", "Evaluator", "Influencer", "Other"}),
			flagged("IsPrimary"),
		),
		newObject("Campaign", "Campaigns", "701",
			text("Name", 80, required, nameField), flagged("IsActive"), picklist("Status", []string{"Planned*", "In Progress", "Completed", "Aborted"}),
			reference("OwnerId", toUser),
		),
		userObject(), groupObject(),
		statusObject("TaskStatus", "01R", true), statusObject("CaseStatus", "01T", true), statusObject("TaskPriority", "01Q", false),
		statusObject("LeadStatus", "01S", false), recordTypeObject(), organizationObject(), businessHoursObject(), holidayObject(),
		setupObject("DuplicateRule", "Duplicate Rules", "0Bm", text("MasterLabel", 80, nameField), text("DeveloperName", 80), text("SobjectType", 40), flagged("IsActive")),
	}
}

func taskObject() *sobject {
	s := newObject("Task", "Tasks", "00T",
		reference("WhoId", []string{"Contact", "Lead"}, labelled("Name ID")),
		reference("WhatId", relatedTo, labelled("Related To ID")),
		whole("WhoCount", readOnly), whole("WhatCount", readOnly),
		column("combobox", "Subject", 255, nameField),
		day("ActivityDate", labelled("Due Date Only")),
		picklist("Status", nil, required),
		picklist("Priority", []string{"High", "Normal*", "Low"}, required),
		flagged("IsHighPriority", readOnly),
		reference("OwnerId", toOwner, labelled("Assigned To ID"), onlyFilled),
		area("Description", 32000, labelled("Comments")),
		picklist("Type", []string{"Call", "Email", "Meeting", "Other"}),
		reference("AccountId", toAccount, readOnly),
		flagged("IsClosed", readOnly, labelled("Closed")),
		flagged("IsArchived", readOnly),
		whole("CallDurationInSeconds", labelled("Call Duration")),
		picklist("CallType", []string{"Internal", "Inbound", "Outbound"}, restricted),
		text("CallDisposition", 255, labelled("Call Result")),
		text("CallObject", 255, indexed, labelled("Call Object Identifier")),
		moment("ReminderDateTime"),
		flagged("IsReminderSet"),
		picklist("TaskSubtype", []string{"Task", "Email", "ListEmail", "Call", "Cadence", "LinkedIn"}, restricted, createOnly),
		moment("CompletedDateTime", readOnly),
	)
	s.searchable = true
	return s
}

func contactObject() *sobject {
	s := newObject("Contact", "Contacts", "003",
		reference("AccountId", toAccount),
		text("LastName", 80, required), text("FirstName", 40),
		picklist("Salutation", []string{"Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."}),
		text("Name", 121, readOnly, onlyFilled, nameField, labelled("Full Name")),
		text("MailingStreet", 255), text("MailingCity", 40), text("MailingState", 80), text("MailingPostalCode", 20), text("MailingCountry", 80),
		phone("Phone", labelled("Business Phone")), phone("Fax", labelled("Business Fax")), phone("MobilePhone"), phone("HomePhone"),
		phone("OtherPhone"), phone("AssistantPhone", labelled("Asst. Phone")),
		reference("ReportsToId", toContact),
		email("Email"), text("Title", 128), text("Department", 80),
		picklist("LeadSource", leadSources), day("Birthdate"), area("Description", 32000),
		reference("OwnerId", toUser, onlyFilled),
		flagged("HasOptedOutOfEmail"), flagged("DoNotCall"),
		flagged("IsPersonAccount", readOnly, personField),
		reference("MasterRecordId", toContact, readOnly),
	)
	s.searchable = true
	return s
}

func leadObject() *sobject {
	s := newObject("Lead", "Leads", "00Q",
		text("LastName", 80, required), text("FirstName", 40),
		picklist("Salutation", []string{"Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."}),
		text("Name", 121, readOnly, onlyFilled, nameField, labelled("Full Name")),
		text("Title", 128), text("Company", 255, required),
		text("Street", 255), text("City", 40), text("State", 80), text("PostalCode", 20), text("Country", 80),
		phone("Phone"), phone("MobilePhone"), phone("Fax"), email("Email"), column("url", "Website", 255),
		area("Description", 32000), picklist("LeadSource", leadSources),
		picklist("Status", []string{"Open - Not Contacted*", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"}, required),
		picklist("Industry", []string{"Construction", "Education", "Finance", "Healthcare", "Retail", "Technology"}),
		picklist("Rating", []string{"Hot", "Warm", "Cold"}),
		reference("OwnerId", toOwner, onlyFilled),
		flagged("DoNotCall"),
		flagged("IsConverted", readOnly), day("ConvertedDate", readOnly),
		reference("ConvertedAccountId", toAccount, readOnly), reference("ConvertedContactId", toContact, readOnly),
		reference("ConvertedOpportunityId", []string{"Opportunity"}, readOnly),
		flagged("IsUnreadByOwner", preset(true)),
		reference("MasterRecordId", []string{"Lead"}, readOnly),
	)
	s.searchable = true
	return s
}

func accountObject() *sobject {
	s := newObject("Account", "Accounts", "001",
		text("Name", 255, required, nameField, labelled("Account Name")),
		picklist("Type", []string{"Prospect", "Customer - Direct", "Customer - Channel", "Channel Partner / Reseller", "Other"}),
		reference("RecordTypeId", []string{"RecordType"}),
		reference("ParentId", toAccount),
		text("BillingStreet", 255), text("BillingCity", 40), text("BillingState", 80), text("BillingPostalCode", 20), text("BillingCountry", 80),
		phone("Phone", labelled("Account Phone")), phone("Fax", labelled("Account Fax")), column("url", "Website", 255),
		picklist("Industry", []string{"Construction", "Education", "Finance", "Healthcare", "Retail", "Technology"}),
		money("AnnualRevenue"), whole("NumberOfEmployees"), area("Description", 32000),
		reference("OwnerId", toUser, onlyFilled), text("AccountNumber", 40, lookedUp),
		text("FirstName", 40, personField), text("LastName", 80, personField), picklist("Salutation", []string{"Mr.", "Ms.", "Mrs.", "Dr."}, personField),
		flagged("IsPersonAccount", readOnly, personField), reference("PersonContactId", toContact, readOnly, personField),
		phone("PersonMobilePhone", personField), phone("PersonHomePhone", personField), phone("PersonOtherPhone", personField),
		phone("PersonAssistantPhone", personField), email("PersonEmail", personField), text("PersonTitle", 80, personField),
		reference("MasterRecordId", toAccount, readOnly),
	)
	s.searchable = true
	return s
}

func caseObject() *sobject {
	s := newObject("Case", "Cases", "500",
		text("CaseNumber", 30, readOnly, onlyFilled, nameField, lookedUp),
		reference("ContactId", toContact), reference("AccountId", toAccount),
		text("SuppliedName", 80), text("SuppliedPhone", 40), text("SuppliedEmail", 80),
		picklist("Type", []string{"Problem", "Feature Request", "Question"}),
		picklist("Status", nil), picklist("Reason", []string{"Installation", "Performance", "Billing", "Other"}),
		picklist("Origin", []string{"Phone", "Email", "Web"}), text("Subject", 255), picklist("Priority", []string{"High", "Medium*", "Low"}),
		area("Description", 32000), flagged("IsClosed", readOnly), moment("ClosedDate", readOnly), flagged("IsEscalated"),
		reference("OwnerId", toOwner, onlyFilled),
		phone("ContactPhone", readOnly), phone("ContactMobile", readOnly), email("ContactEmail", readOnly), phone("ContactFax", readOnly),
		area("Comments", 4000),
	)
	s.searchable = true
	return s
}

func opportunityObject() *sobject {
	s := newObject("Opportunity", "Opportunities", "006",
		reference("AccountId", toAccount), text("Name", 120, required, nameField), area("Description", 32000),
		picklist("StageName", []string{"Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Proposal/Price Quote", "Negotiation/Review", "Closed Won", "Closed Lost"}, required),
		money("Amount"), decimal("Probability"), day("CloseDate", required),
		picklist("Type", []string{"Existing Customer - Upgrade", "New Customer"}), text("NextStep", 255), picklist("LeadSource", leadSources),
		flagged("IsClosed", readOnly), flagged("IsWon", readOnly),
		reference("OwnerId", toUser, onlyFilled), reference("ContactId", toContact, createOnly), reference("CampaignId", []string{"Campaign"}),
	)
	s.searchable = true
	return s
}

func userObject() *sobject {
	s := newObject("User", "Users", "005",
		text("Username", 80, required, lookedUp, externalUsername), text("LastName", 80, required), text("FirstName", 40),
		text("Name", 121, readOnly, onlyFilled, nameField), email("Email", required), text("Alias", 8), text("Title", 80), phone("Phone"), phone("MobilePhone"),
		flagged("IsActive"), picklist("UserType", []string{"Standard*", "PowerPartner", "CspLitePortal", "AutomatedProcess", "Guest"}, readOnly),
		text("TimeZoneSidKey", 40), text("LocaleSidKey", 40), text("LanguageLocaleKey", 40), text("ProfileId", 18),
		reference("ManagerId", toUser), text("CompanyName", 80), text("Department", 80),
	)
	s.searchable = true
	return s
}

func externalUsername(f *field) { f.unique = true }

func groupObject() *sobject {
	return setupObject("Group", "Groups", "00G", text("Name", 40, nameField), text("DeveloperName", 80), picklist("Type", []string{"Queue", "Regular"}), text("Email", 255))
}

// statusObject holds the values of a picklist with what they mean.
func statusObject(name, prefix string, closes bool) *sobject {
	fields := []*field{
		text("MasterLabel", 255, nameField), text("ApiName", 255), whole("SortOrder"), flagged("IsDefault"),
	}
	switch {
	case closes:
		fields = append(fields, flagged("IsClosed"))
	case name == "TaskPriority":
		fields = append(fields, flagged("IsHighPriority"))
	default:
		fields = append(fields, flagged("IsConverted"))
	}
	return setupObject(name, spaced(name), prefix, fields...)
}

func recordTypeObject() *sobject {
	return setupObject("RecordType", "Record Types", "012",
		text("Name", 80, nameField), text("DeveloperName", 80), text("SobjectType", 40), flagged("IsActive"), flagged("IsPersonType"), text("Description", 255))
}

func organizationObject() *sobject {
	return setupObject("Organization", "Organizations", "00D",
		text("Name", 80, nameField), text("OrganizationType", 40), text("InstanceName", 10), flagged("IsSandbox"),
		text("TimeZoneSidKey", 40), text("LanguageLocaleKey", 40), text("DefaultLocaleSidKey", 40), text("NamespacePrefix", 15))
}

func businessHoursObject() *sobject {
	fields := []*field{text("Name", 80, nameField), flagged("IsActive"), flagged("IsDefault"), text("TimeZoneSidKey", 40)}
	for _, d := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"} {
		fields = append(fields, timeOfDay(d+"StartTime"), timeOfDay(d+"EndTime"))
	}
	return setupObject("BusinessHours", "Business Hours", "01m", fields...)
}

func holidayObject() *sobject {
	return setupObject("Holiday", "Holidays", "0C0",
		text("Name", 80, nameField), text("Description", 255), day("ActivityDate"), flagged("IsAllDay"),
		whole("StartTimeInMinutes"), whole("EndTimeInMinutes"), flagged("IsRecurrence"),
		day("RecurrenceStartDate"), day("RecurrenceEndDateOnly"), picklist("RecurrenceType", []string{"RecursDaily", "RecursEveryWeekday", "RecursMonthly", "RecursMonthlyNth", "RecursWeekly", "RecursYearly", "RecursYearlyNth"}),
		whole("RecurrenceInterval"), whole("RecurrenceDayOfWeekMask"), whole("RecurrenceDayOfMonth"), text("RecurrenceInstance", 20), text("RecurrenceMonthOfYear", 20))
}
