package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

const (
	// announceAtMost is the pause between two announcements of one node: a
	// burst of changes wakes the others once. PostgreSQL lets one transaction
	// of the whole database at a time commit with a notification, so none
	// travels with a delivery.
	announceAtMost = 100 * time.Millisecond
	announceTakes  = 2 * time.Second
	// lookAnyway is how often a node that cannot hear behaves as if it had.
	lookAnyway = 5 * time.Second
	// silence is how long nothing is heard before the connection is tried: one
	// whose other end is gone says nothing either.
	silence      = 15 * time.Second
	answersIn    = 5 * time.Second
	longestRetry = 5 * time.Second
)

// nodes tells the other nodes that something changed, and hears it from them.
// What is told is the name of the teller alone, with a mark when the webhooks
// changed: whoever hears it looks for itself.
type nodes struct {
	url     string
	name    string // of this node, for its own announcements come back too
	channel string
	db      *gorm.DB
	log     *slog.Logger
	heard   func(webhooks bool)

	changed  chan struct{} // something is to be announced
	webhooks atomic.Bool   // and it is about the webhooks
	stop     context.CancelFunc
	end      chan struct{} // closed to end the announcer, after the last announcement
	all      sync.WaitGroup
}

const webhooksMark = " webhooks"

// joinNodes begins to tell and to hear.
func (s *Store) joinNodes(ctx context.Context, url string) error {
	// Stores in different schemas of one database have nothing to tell each other.
	var channel string
	err := s.w.WithContext(ctx).Raw("SELECT 'ringledger_' || oid::text FROM pg_namespace WHERE nspname = current_schema()").Scan(&channel).Error
	if err != nil || channel == "" {
		return fmt.Errorf("store: join the nodes: the schema is not known: %w", errors.Join(err, ErrNotFound))
	}
	listening, stop := context.WithCancel(context.Background())
	n := &nodes{
		url: withParameter(url, "application_name", listenerName), name: rand.Text(), channel: channel, db: s.w, log: s.log,
		heard: s.hear, changed: make(chan struct{}, 1), stop: stop, end: make(chan struct{}),
	}
	s.nodes, s.changes.beyond = n, n.changed
	n.all.Go(n.announce)
	n.all.Go(func() { n.listen(listening) })
	return nil
}

// listenerName is how the connection that hears shows in pg_stat_activity.
const listenerName = "ringledger-listener"

// hear passes on what another node changed.
func (s *Store) hear(webhooks bool) {
	if webhooks {
		s.webhookChanges.Add(1)
		s.webhooks.Store(nil)
	}
	s.changes.hear()
}

// leave announces what is still untold and ends both goroutines.
func (n *nodes) leave() {
	n.stop()
	close(n.end)
	n.all.Wait()
}

// announce tells the others, at once after a quiet time and otherwise seldom.
// What could not be told is told again, unless the node ends.
func (n *nodes) announce() {
	for {
		select {
		case <-n.changed:
		case <-n.end:
			select {
			case <-n.changed:
				n.tell()
			default:
			}
			return
		}
		if !n.tell() {
			select { // nothing is lost: the others look by themselves meanwhile
			case n.changed <- struct{}{}:
			default:
			}
		}
		select {
		case <-n.end: // the last announcement is made above
		case <-time.After(announceAtMost):
		}
	}
}

func (n *nodes) tell() bool {
	ctx, cancel := context.WithTimeout(context.Background(), announceTakes)
	defer cancel()
	payload, news := n.name, n.webhooks.Swap(false)
	if news {
		payload += webhooksMark
	}
	err := n.db.WithContext(ctx).Exec("SELECT pg_notify(?, ?)", n.channel, payload).Error
	if err != nil && news {
		n.webhooks.Store(true)
	}
	return err == nil
}

// listen hears until ctx ends, and connects anew when the connection is lost.
func (n *nodes) listen(ctx context.Context) {
	retry, looked := announceAtMost, time.Now()
	for ctx.Err() == nil {
		heard, err := n.hearUntilLost(ctx)
		if ctx.Err() != nil {
			return
		}
		if heard {
			retry, looked = announceAtMost, time.Now()
			n.log.Warn("the connection that hears what other nodes change was lost; the ledger is looked at every few seconds until it is back", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(retry):
		}
		retry = min(2*retry, longestRetry)
		if time.Since(looked) >= lookAnyway {
			looked = time.Now()
			n.heard(true)
		}
	}
}

// hearUntilLost holds one connection; heard is false when there was none. What
// was changed before it listened is told to nobody, so it begins with a look.
func (n *nodes) hearUntilLost(ctx context.Context) (heard bool, err error) {
	conn, err := n.connect(ctx)
	if err != nil {
		return false, err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = conn.Close(ctx) // nothing is in flight on it
	}()
	n.heard(true)
	for {
		payload, err := n.next(ctx, conn)
		if err != nil {
			return true, err
		}
		if teller, webhooks := strings.CutSuffix(payload, webhooksMark); teller != "" && teller != n.name {
			n.heard(webhooks)
		}
	}
}

func (n *nodes) connect(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, answersIn)
	defer cancel()
	conn, err := pgx.Connect(ctx, n.url)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{n.channel}.Sanitize()); err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return conn, nil
}

// next gives what is heard; "" after a long silence in which the connection
// still answered.
func (n *nodes) next(ctx context.Context, conn *pgx.Conn) (string, error) {
	quiet, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	heard, err := conn.WaitForNotification(quiet)
	if err == nil {
		return heard.Payload, nil
	}
	if ctx.Err() != nil || quiet.Err() == nil {
		return "", err
	}
	answer, stop := context.WithTimeout(ctx, answersIn)
	defer stop()
	return "", conn.Ping(answer)
}
