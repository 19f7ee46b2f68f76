package callflow

// Default is the settings of a new installation.
func Default() Settings {
	return Settings{
		Version:       1,
		Flows:         defaultFlows(),
		WriteWhen:     WriteComplete,
		SettleSeconds: 10,
		OfficeHours: OfficeHours{
			Log:             LogAlways,
			IncludeMessages: true,
			Schedule:        Schedule{Week: defaultWeek()},
		},
		Matching: Matching{
			Order:   []RecordKind{ContactRecord, LeadRecord, AccountRecord, PersonAccountRecord},
			Several: SeveralNewest,
			NoMatch: NoMatch{
				Create:   CreateNone,
				WhenNone: WhenNoneSkip,
				LastName: "{number}",
				Company:  "Unknown ({number})",
			},
		},
		Related: Related{Attach: AttachNone},
		Owner:   OwnerRule{Fallback: []string{OwnerConnection}},
		Task:    TaskRule{Description: DescriptionParts()},
		Filters: Filters{
			Lines:         LineSet{All: true},
			IgnoreAgents:  []string{},
			IgnoreNumbers: []string{},
			InternalCalls: InternalSkip,
		},
	}
}

// DescriptionParts lists what a Task's description can hold, in the default order.
func DescriptionParts() []string {
	return []string{PartWaiting, PartTalk, PartRecording, PartVoicemail, PartComments, PartTags, PartTransfers, PartSummary}
}

func defaultFlows() map[CallType]Flow {
	return map[CallType]Flow{
		OutboundAnswered:   {Action: Completed},
		OutboundUnanswered: {Action: Completed},
		InboundAnswered:    {Action: Completed},
		Missed:             {Action: InProgress},
		Voicemail:          {Action: InProgress},
		MessageSent:        {Action: Completed},
		MessageReceived:    {Action: Completed},
	}
}

func defaultWeek() map[string][]string {
	week := map[string][]string{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[day] = []string{"09:00-18:00"}
	}
	return week
}
