package store

import (
	"fmt"
	"strings"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// openPostgres plans each query for its own values: a generic plan walks a
// large ledger from the wrong end.
func openPostgres(url string) (*gorm.DB, error) {
	if !strings.Contains(url, "plan_cache_mode=") {
		sep := "?"
		if strings.Contains(url, "?") {
			sep = "&"
		}
		url += sep + "plan_cache_mode=force_custom_plan"
	}
	g, err := gorm.Open(postgres.New(postgres.Config{DSN: url}), gormConfig())
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	db, err := g.DB()
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(8)
	return g, nil
}
