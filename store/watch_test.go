package store

import (
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"
)

// Asked is a statement as the database gets it.
type Asked struct {
	SQL  string
	Args []any
	// Until is when the reading is given up; zero is never.
	Until time.Time
}

// Watch collects what a store asks of its readers from now on. Tests look at
// how the database answers it.
func Watch(s *Store) *[]Asked {
	var all []Asked
	err := s.r.Callback().Row().After("gorm:row").Register("watch", func(tx *gorm.DB) {
		until, _ := tx.Statement.Context.Deadline()
		all = append(all, Asked{tx.Statement.SQL.String(), slices.Clone(tx.Statement.Vars), until})
	})
	if err != nil {
		panic(err) // the name is taken: one store is watched twice
	}
	return &all
}

// CommitsHow is what the connections that write have for synchronous_commit.
func CommitsHow(t *testing.T, s *Store) (how string) {
	t.Helper()
	if err := s.w.Raw("SHOW synchronous_commit").Scan(&how).Error; err != nil {
		t.Fatal(err)
	}
	return how
}
