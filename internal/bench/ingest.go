package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"ringledger/integration/aircall"
	"ringledger/store"
	"ringledger/web"

	"github.com/labstack/echo/v4"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

const (
	pathSecret = "bench"
	hookPath   = "/webhooks/aircall/" + pathSecret
)

// server is one of the handlers that are compared.
type server struct {
	name string
	target
	close func() error
}

func listen(h http.Handler) (string, func() error, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := web.HTTPServer(h)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	return listener.Addr().String(), func() error {
		err := s.Close()
		if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}, nil
}

// ours is Ringledger's handler with its store.
func ours(ctx context.Context, file string) (server, error) {
	st, err := store.Open(ctx, store.Options{URL: "sqlite:" + file, Key: make([]byte, 32)})
	if err != nil {
		return server{}, err
	}
	if err := st.AddWebhook(ctx, pathSecret); err != nil {
		return server{}, err
	}
	if err := st.SetWebhookToken(ctx, pathSecret, exampleToken, "1"); err != nil {
		return server{}, err
	}
	w, err := web.New(web.Options{Store: st, PublicURL: "http://localhost", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return server{}, err
	}
	address, closeServer, err := listen(w.Handler())
	return server{"Ringledger", target{address, hookPath}, func() error {
		w.Close()
		return errors.Join(closeServer(), st.Close())
	}}, err
}

// bare reads the body and answers: what Echo and the machine can do at most.
func bare() (server, error) {
	e := echo.New()
	e.POST("/webhooks/aircall/:secret", func(c echo.Context) error {
		if _, err := io.Copy(io.Discard, c.Request().Body); err != nil {
			return err
		}
		return c.NoContent(http.StatusOK)
	})
	address, closeServer, err := listen(e)
	return server{"a bare Echo handler, nothing stored", target{address, hookPath}, closeServer}, err
}

type deliveryRow struct {
	ID                       int64
	Hash                     []byte
	Provider, Kind, ObjectID string
	Event                    string
	Body                     []byte
	EventAt, ReceivedAt      int64
}

func (deliveryRow) TableName() string { return "deliveries" }

// oneEach commits each delivery by itself, as durably, in the same schema: how
// most receivers are written.
func oneEach(ctx context.Context, file string) (server, error) {
	st, err := store.Open(ctx, store.Options{URL: "sqlite:" + file, Key: make([]byte, 32)}) // makes the schema
	if err != nil {
		return server{}, err
	}
	if err := st.Close(); err != nil {
		return server{}, err
	}
	db, err := gorm.Open(sqlite.Open("file:"+file+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=5000"),
		&gorm.Config{SkipDefaultTransaction: true, Logger: logger.Discard})
	if err != nil {
		return server{}, err
	}
	pool, err := db.DB()
	if err != nil {
		return server{}, err
	}
	pool.SetMaxOpenConns(1)
	e := echo.New()
	e.POST("/webhooks/aircall/:secret", func(c echo.Context) error {
		body, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return err
		}
		if err := storeAlone(db, body); err != nil {
			return err
		}
		return c.NoContent(http.StatusOK)
	})
	address, closeServer, err := listen(e)
	return server{"one transaction for each, GORM", target{address, hookPath}, func() error { return errors.Join(closeServer(), pool.Close()) }}, err
}

func storeAlone(db *gorm.DB, body []byte) error {
	e, err := aircall.ParseEnvelope(body)
	if err != nil {
		return err
	}
	now := time.Now().UnixMicro()
	row := deliveryRow{Hash: e.Hash[:], Provider: "aircall", Kind: string(e.Kind), ObjectID: e.ObjectID, Event: e.Event,
		Body: bytes.Clone(e.Body), EventAt: e.Timestamp.UnixMicro(), ReceivedAt: now}
	return db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return tx.Exec(`INSERT INTO entries (provider, kind, object_id, due_at, first_at, updated_at, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (provider, kind, object_id) DO UPDATE SET due_at = excluded.due_at, events = entries.events + 1`,
			"aircall", string(e.Kind), e.ObjectID, now, now, now, now).Error
	})
}

// measureIngest compares the three at 64 connections, in turns.
func measureIngest(ctx context.Context, o options, dir string, t *table) error {
	e, err := exampleEvent(ctx)
	if err != nil {
		return err
	}
	own, err := ours(ctx, filepath.Join(dir, "ours.db"))
	if err != nil {
		return err
	}
	none, err := bare()
	if err != nil {
		return err
	}
	each, err := oneEach(ctx, filepath.Join(dir, "each.db"))
	if err != nil {
		return err
	}
	servers := []server{own, none, each}
	runs := make([][]result, len(servers))
	for range o.rounds {
		for n, s := range servers {
			r, err := flood(ctx, s.target, e, o.length)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			runs[n] = append(runs[n], r)
		}
	}
	for n, s := range servers {
		r := median(runs[n])
		t.add(fmt.Sprintf("webhooks of %d bytes at %d connections: %s", len(e.body), connections, s.name),
			"%.0f/s, p50 %s, p99 %s (%s)", r.perSecond, ms(r.at(.5)), ms(r.at(.99)), rates(runs[n]))
		if err := s.close(); err != nil {
			return err
		}
	}
	return nil
}

// measureSteady measures delays at rates a company can have.
func measureSteady(ctx context.Context, o options, dir string, t *table) error {
	e, err := exampleEvent(ctx)
	if err != nil {
		return err
	}
	s, err := ours(ctx, filepath.Join(dir, "steady.db"))
	if err != nil {
		return err
	}
	for _, rate := range []int{500, 1500} {
		r, err := steady(ctx, s.target, e, rate, 2*o.length)
		if err != nil {
			return err
		}
		t.add(fmt.Sprintf("acknowledged at %d/s, from the planned moment", rate), "p50 %s, p99 %s, p99.9 %s", ms(r.at(.5)), ms(r.at(.99)), ms(r.at(.999)))
	}
	return s.close()
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }

func rates(runs []result) string {
	var b bytes.Buffer
	for _, r := range runs {
		fmt.Fprintf(&b, " %.0f", r.perSecond)
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
