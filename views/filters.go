package views

import (
	"strconv"
	"strings"

	"ringledger/integration/callflow"
)

func filterValues(v map[string][]string, f callflow.Filters) {
	v["filters.lines"] = f.Lines.IDs
	if f.Lines.All {
		v["filters.lines"] = []string{"all"}
	}
	v["filters.ignore_agents"] = f.IgnoreAgents
	v["filters.ignore_numbers"] = f.IgnoreNumbers
	v["filters.internal_calls"] = []string{f.InternalCalls}
	v["filters.min_talk_seconds"] = []string{strconv.Itoa(f.MinTalkSeconds)}
}

func relatedValues(v map[string][]string, r callflow.Related) {
	v["related.attach"] = []string{r.Attach}
	for name, on := range map[string]bool{
		"create_case": r.CreateCase, "create_case_for_new_contacts": r.CreateCaseForNewContacts,
		"for_accounts": r.ForAccounts, "create_opportunity": r.CreateOpportunity,
	} {
		v["related."+name] = []string{strconv.FormatBool(on)}
	}
}

// numbers are the ignored numbers, one a line.
func (m FiltersPage) numbers() string {
	return strings.Join(m.Form.All("filters.ignore_numbers"), "\n")
}
