package store

// PersonalColumns are the columns that tell of the people behind numbers, by
// table, and KnownFacts those that an export shows beside them.
func PersonalColumns() (person, facts map[string][]string) {
	person, facts = map[string][]string{}, map[string][]string{}
	for _, p := range places() {
		person[p.table] = append(person[p.table], p.person...)
		facts[p.table] = append(facts[p.table], p.facts...)
	}
	return person, facts
}
