package store

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// search is a filter that somebody kept: a saved view, or what a replay was
// asked for.
type search struct {
	id          int64
	name, query string
}

// names reports whether the number stands in the search, however it was typed:
// with spaces, dots or brackets, and escaped as addresses are.
func (q search) names(spellings []string) bool {
	texts := []string{q.name}
	_, query, found := strings.Cut(q.query, "?")
	if !found {
		query = q.query
	}
	values, err := url.ParseQuery(query)
	if err != nil { // what could be read is among the values all the same
		texts = append(texts, q.query)
	}
	for _, several := range values {
		texts = append(texts, several...)
	}
	for _, text := range texts {
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, text)
		for _, spelling := range spellings {
			if strings.Contains(digits, spelling) {
				return true
			}
		}
	}
	return false
}

// eraseSearches removes the saved views that name a number, and leaves of such
// an address of a replay the page alone. They are few: people make them.
func (s *Store) eraseSearches(ctx context.Context, spellings []string) error {
	views, err := s.searchesFor(ctx, spellings, "SELECT id, name, query FROM saved_views")
	if err != nil {
		return err
	}
	for _, v := range views {
		if err := s.w.WithContext(ctx).Exec("DELETE FROM saved_views WHERE id = ?", v.id).Error; err != nil {
			return err
		}
	}
	replays, err := s.searchesFor(ctx, spellings, "SELECT id, '', query FROM replays WHERE query <> ''")
	if err != nil {
		return err
	}
	for _, r := range replays {
		page, _, _ := strings.Cut(r.query, "?")
		if err := s.w.WithContext(ctx).Exec("UPDATE replays SET query = ? WHERE id = ?", page, r.id).Error; err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) searchesFor(ctx context.Context, spellings []string, sql string) ([]search, error) {
	found, err := readRows(s.w.WithContext(ctx).Raw(sql), func(q *search) []any { return []any{&q.id, &q.name, &q.query} })
	return slices.DeleteFunc(found, func(q search) bool { return !q.names(spellings) }), err
}
