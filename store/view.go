package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// View is a filter of the activity list that somebody gave a name.
type View struct {
	ID      int64
	Owner   string // e-mail address of who saved it
	Name    string
	Query   string // as in the address of the list
	Shared  bool   // everybody sees it
	SavedAt time.Time
}

// MaxViews is how many views one person keeps.
const MaxViews = 50

// ErrTooMany is returned when a person has as many as one may keep.
var ErrTooMany = errors.New("too many")

// Views returns a person's own views and those that are shared, by name.
func (s *Store) Views(ctx context.Context, owner string) ([]View, error) {
	return s.readViews(ctx, "owner = ? OR shared = 1 ORDER BY shared DESC, name, id", owner)
}

// View returns one view that the person may see.
func (s *Store) View(ctx context.Context, id int64, owner string) (View, error) {
	found, err := s.readViews(ctx, "id = ? AND (owner = ? OR shared = 1)", id, owner)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return View{}, err
	}
	return found[0], nil
}

func (s *Store) readViews(ctx context.Context, where string, args ...any) ([]View, error) {
	var found []struct {
		ID                 int64
		Owner, Name, Query string
		Shared             int
		SavedAt            int64
	}
	err := s.r.WithContext(ctx).Raw("SELECT id, owner, name, query, shared, saved_at FROM saved_views WHERE "+where, args...).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read views: %w", err)
	}
	out := make([]View, len(found))
	for i, f := range found {
		out[i] = View{f.ID, f.Owner, f.Name, f.Query, f.Shared == 1, fromMicros(f.SavedAt)}
	}
	return out, nil
}

// SaveView keeps a view: a new one when it has no ID yet, whose number is
// returned, else over the one it was. It returns ErrTooMany when the owner has
// MaxViews already.
func (s *Store) SaveView(ctx context.Context, v View) (int64, error) {
	shared := 0
	if v.Shared {
		shared = 1
	}
	if v.ID != 0 {
		res := s.w.WithContext(ctx).Exec("UPDATE saved_views SET name = ?, query = ?, shared = ?, saved_at = ? WHERE id = ?",
			clean(v.Name), clean(v.Query), shared, micros(s.now()), v.ID)
		if res.Error == nil && res.RowsAffected == 0 {
			return 0, ErrNotFound
		}
		return v.ID, wrapped("store: save view", res.Error)
	}
	var ids []int64
	err := s.w.WithContext(ctx).Raw(`INSERT INTO saved_views (owner, name, query, shared, saved_at)
		SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT)
		WHERE (SELECT count(*) FROM saved_views WHERE owner = ?) < ? RETURNING id`,
		clean(v.Owner), clean(v.Name), clean(v.Query), shared, micros(s.now()), v.Owner, MaxViews).Scan(&ids).Error
	if err != nil {
		return 0, fmt.Errorf("store: save view: %w", err)
	}
	if len(ids) == 0 {
		return 0, ErrTooMany
	}
	return ids[0], nil
}

// DeleteView drops a view.
func (s *Store) DeleteView(ctx context.Context, id int64) error {
	res := s.w.WithContext(ctx).Exec("DELETE FROM saved_views WHERE id = ?", id)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	return wrapped("store: delete view", res.Error)
}
