package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// openPostgres gives one pool for what is written and one for pages, whose
// statements end when they take too long: no page keeps a webhook waiting.
func openPostgres(ctx context.Context, url string) (writer, readers *gorm.DB, err error) {
	commit, err := durability(ctx, url)
	if err != nil {
		return nil, nil, err
	}
	// What holds at the start goes on to hold, whatever becomes of the server's default.
	url = withParameter(url, "synchronous_commit", commit)
	// A generic plan walks a large ledger from the wrong end.
	url = withParameter(url, "plan_cache_mode", "force_custom_plan")
	if writer, err = openPostgresPool(url, 12); err != nil {
		return nil, nil, err
	}
	readers, err = openPostgresPool(withParameter(url, "statement_timeout", "5000"), 8)
	return writer, readers, err
}

// withParameter sets a parameter that the URL does not set itself.
func withParameter(url, name, value string) string {
	if strings.Contains(url, name+"=") {
		return url
	}
	sep := "?"
	if strings.Contains(url, "?") {
		sep = "&"
	}
	return url + sep + name + "=" + value
}

func openPostgresPool(url string, conns int) (*gorm.DB, error) {
	g, err := gorm.Open(postgres.New(postgres.Config{DSN: url}), gormConfig())
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	db, err := g.DB()
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns / 2)
	for _, on := range []interface {
		Register(string, func(*gorm.DB)) error
	}{g.Callback().Row().Before("gorm:row"), g.Callback().Raw().Before("gorm:raw")} {
		if err := on.Register("ringledger:askable", func(tx *gorm.DB) { allAskable(tx.Statement.Vars) }); err != nil {
			return nil, fmt.Errorf("postgres: %w", err)
		}
	}
	return g, nil
}
