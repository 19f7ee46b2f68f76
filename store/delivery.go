package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"

	"gorm.io/gorm"
)

// Delivery is one webhook body as received, without its token.
type Delivery struct {
	Hash       [32]byte
	Kind       callflow.Kind // "" for events that are neither call nor message
	ObjectID   string        // of the call or message
	Event      string
	Body       []byte
	EventAt    time.Time // as the provider says; zero when unknown
	StartedAt  time.Time // when its call began, where that is known already
	ReceivedAt time.Time
}

const provider = "aircall"

// ErrClosed is returned by AddDelivery after Close.
var ErrClosed = errors.New("store is closed")

type commit struct {
	delivery Delivery
	done     chan error // buffered: the committer never waits for a client
}

// maxGroup bounds one transaction, so that the first of a burst is not kept
// waiting for the last.
const maxGroup = 256

// AddDelivery returns when the delivery is on disk, or was there already.
// Concurrent calls share one transaction. A context that ends early leaves it
// open whether the delivery was kept; the provider then sends it again. So does
// a locked database: who waits behind others' transactions is told in time.
func (s *Store) AddDelivery(ctx context.Context, d Delivery) error {
	ctx, cancel := context.WithTimeout(ctx, commitTimeout)
	defer cancel()
	d.Event, d.ObjectID = clean(d.Event), clean(d.ObjectID)
	c := commit{delivery: d, done: make(chan error, 1)}
	select {
	case s.commits <- c:
	case <-s.quit:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-c.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-s.done:
	}
	select {
	case err := <-c.done: // committed in the last group
		return err
	default:
		return ErrClosed
	}
}

// commitDeliveries writes what is queued, all of it in one transaction, and
// never waits for more: a lone delivery is not delayed.
func (s *Store) commitDeliveries() {
	defer close(s.done)
	group := make([]commit, 0, maxGroup)
	for {
		select {
		case first := <-s.commits:
			group = s.fill(append(group[:0], first))
			s.commitGroup(group)
		case <-s.quit:
			for group = s.fill(group[:0]); len(group) > 0; group = s.fill(group[:0]) {
				s.commitGroup(group)
			}
			return
		}
	}
}

// fill takes what is queued, up to one group.
func (s *Store) fill(group []commit) []commit {
	for len(group) < maxGroup {
		select {
		case c := <-s.commits:
			group = append(group, c)
		default:
			return group
		}
	}
	return group
}

// badRowFails is how quickly a transaction fails for a row that cannot be
// stored. One that fails later failed for the database, locked or gone: asking
// again for each row would keep the senders waiting for nothing.
const badRowFails = time.Second

func (s *Store) commitGroup(group []commit) {
	began := time.Now()
	err := s.writeDeliveries(group)
	if err != nil && len(group) > 1 && time.Since(began) < badRowFails {
		for _, c := range group { // one bad row must not fail its neighbours
			c.done <- s.writeDeliveries([]commit{c})
		}
	} else {
		for _, c := range group {
			c.done <- err
		}
	}
	s.changes.tell()
}

// commitTimeout is below the five seconds Aircall waits for an answer.
const commitTimeout = 4 * time.Second

// busyMillis is how long SQLite waits for another process that holds the file.
// It must end before commitTimeout, which cannot interrupt that wait.
const busyMillis = "3500"

func (s *Store) writeDeliveries(group []commit) error {
	// Not the request's context: a client that hangs up must not undo others.
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		fresh, err := insertDeliveries(tx, group)
		if err != nil || len(fresh) == 0 {
			return err
		}
		return s.touchEntries(tx, group, fresh)
	})
	if err != nil {
		return fmt.Errorf("store: add delivery: %w", err)
	}
	return nil
}

// insertDeliveries returns the hashes that were not there before.
func insertDeliveries(tx *gorm.DB, group []commit) (map[[32]byte]bool, error) {
	args := make([]any, 0, len(group)*8)
	for i := range group {
		d := &group[i].delivery
		args = append(args, provider, d.Hash[:], string(d.Kind), d.ObjectID, d.Event, d.Body, micros(d.EventAt), micros(d.ReceivedAt))
	}
	// The hash is not the first value: GORM takes bytes after a parenthesis for a list.
	insert := "INSERT INTO deliveries (provider, hash, kind, object_id, event, body, event_at, received_at) VALUES " +
		rows("(?,?,?,?,?,?,?,?)", len(group)) + " ON CONFLICT (hash) DO NOTHING RETURNING hash"
	found, err := tx.Raw(insert, args...).Rows() // Scan would write all bodies into a text for its log
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // ends with the transaction at the latest
	fresh := make(map[[32]byte]bool, len(group))
	var hash []byte
	for found.Next() {
		if err := found.Scan(&hash); err != nil {
			return nil, err
		}
		fresh[[32]byte(hash)] = true
	}
	return fresh, found.Err()
}

// touchEntries makes the calls of new deliveries due, creating their entries.
func (s *Store) touchEntries(tx *gorm.DB, group []commit, fresh map[[32]byte]bool) error {
	type touched struct {
		first time.Time
		start time.Time
		n     int
	}
	type object struct {
		kind callflow.Kind
		id   string
	}
	objects := map[object]*touched{}
	order := make([]object, 0, len(group))
	for i := range group {
		d := &group[i].delivery
		if d.Kind == "" || d.ObjectID == "" || !fresh[d.Hash] {
			continue
		}
		delete(fresh, d.Hash) // the same body twice in one group counts once
		key := object{d.Kind, d.ObjectID}
		t := objects[key]
		if t == nil {
			t = &touched{first: d.ReceivedAt, start: firstOf(d.StartedAt, d.EventAt, d.ReceivedAt)}
			objects[key] = t
			order = append(order, key)
		}
		t.n++
	}
	if len(order) == 0 {
		return nil
	}
	slices.SortFunc(order, func(a, b object) int { // the order of inOrder
		return cmp.Or(strings.Compare(string(a.kind), string(b.kind)), strings.Compare(a.id, b.id))
	})
	args := make([]any, 0, len(order)*8)
	for _, k := range order {
		t := objects[k]
		args = append(args, provider, string(k.kind), k.id, micros(t.first), t.n, micros(t.first), micros(t.first), micros(t.start))
	}
	return tx.Exec("INSERT INTO entries (provider, kind, object_id, due_at, events, first_at, updated_at, started_at) VALUES "+
		rows("(?,?,?,?,?,?,?,?)", len(order))+
		` ON CONFLICT (provider, kind, object_id) DO UPDATE SET
			due_at = CASE WHEN entries.due_at IS NULL OR entries.due_at > excluded.due_at THEN excluded.due_at ELSE entries.due_at END,
			events = entries.events + excluded.events, revision = entries.revision + 1, updated_at = excluded.updated_at,
			resolved_at = 0, resolved_by = ''`, args...).Error
}

// firstOf is the first of these times that is known.
func firstOf(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

func rows(row string, n int) string {
	return row + strings.Repeat(","+row, n-1)
}

// StoredEvent is a delivery as kept.
type StoredEvent struct {
	ID         int64
	Kind       callflow.Kind
	ObjectID   string
	Event      string
	Body       []byte
	EventAt    time.Time
	ReceivedAt time.Time
}

type deliveryRow struct {
	ID         int64
	Kind       string
	ObjectID   string
	Event      string
	Body       []byte
	EventAt    int64
	ReceivedAt int64
}

func (r *deliveryRow) columns() []any {
	return []any{&r.ID, &r.Kind, &r.ObjectID, &r.Event, &r.Body, &r.EventAt, &r.ReceivedAt}
}

func (r deliveryRow) plain() StoredEvent {
	return StoredEvent{r.ID, callflow.Kind(r.Kind), r.ObjectID, r.Event, r.Body, fromMicros(r.EventAt), fromMicros(r.ReceivedAt)}
}

// EventsOf returns the deliveries of one call or message in the order received.
func (s *Store) EventsOf(ctx context.Context, kind callflow.Kind, objectID string) ([]StoredEvent, error) {
	all, err := s.EventsOfAll(ctx, kind, []string{objectID})
	return all[objectID], err
}

// EventsOfAll returns the deliveries of many objects of one kind, by id.
func (s *Store) EventsOfAll(ctx context.Context, kind callflow.Kind, objectIDs []string) (map[string][]StoredEvent, error) {
	out := make(map[string][]StoredEvent, len(objectIDs))
	if len(objectIDs) == 0 {
		return out, nil
	}
	found, err := readRows(s.r.WithContext(ctx).Raw(`SELECT id, kind, object_id, event, body, event_at, received_at FROM deliveries
		WHERE kind = ? AND object_id IN ? ORDER BY id`, string(kind), objectIDs), (*deliveryRow).columns)
	if err != nil {
		return nil, fmt.Errorf("store: read deliveries: %w", err)
	}
	for _, r := range found {
		out[r.ObjectID] = append(out[r.ObjectID], r.plain())
	}
	return out, nil
}

// LastDelivery tells when the last webhook came; zero when none has. What we
// asked for ourselves is none.
func (s *Store) LastDelivery(ctx context.Context) (time.Time, error) {
	var us *int64
	err := s.r.WithContext(ctx).Raw("SELECT received_at FROM deliveries WHERE event <> 'call.fetched' ORDER BY id DESC LIMIT 1").Scan(&us).Error
	if err != nil || us == nil {
		return time.Time{}, err
	}
	return fromMicros(*us), nil
}
