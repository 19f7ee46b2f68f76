package store

import (
	"context"
	"errors"
)

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

// MigrateTo takes the schema of a database no further than one version, as a
// program of then would, or one that was killed in the middle.
func MigrateTo(ctx context.Context, url string, version int64) error {
	s := &Store{}
	if err := s.connect(ctx, url); err != nil {
		return err
	}
	p, err := s.migrator()
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return errors.Join(err, s.disconnect())
}

// Versions are those of the schema, the first one first.
func Versions(ctx context.Context, url string) (all []int64, err error) {
	s := &Store{}
	if err := s.connect(ctx, url); err != nil {
		return nil, err
	}
	p, err := s.migrator()
	if err == nil {
		for _, source := range p.ListSources() {
			all = append(all, source.Version)
		}
	}
	return all, errors.Join(err, s.disconnect())
}
