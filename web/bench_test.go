package web_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/aircall"
	"ringledger/store"
	"ringledger/web"

	"github.com/labstack/echo/v4"
)

// senders is how many connections send at once; Aircall uses many.
const senders = 64

// BenchmarkWebhook measures deliveries acknowledged over real HTTP: by
// Ringledger, by an Echo handler that does nothing, and by one that stores
// each delivery in a transaction of its own. Sender and server share the
// machine.
func BenchmarkWebhook(b *testing.B) {
	b.Run("ringledger", func(b *testing.B) { flood(b, ringledger(b)) })
	b.Run("bare_echo", func(b *testing.B) { flood(b, bareEcho(b)) })
	b.Run("transaction_per_request", func(b *testing.B) { flood(b, oneTransactionEach(b)) })
}

// BenchmarkWebhookSteady measures the time to acknowledge at 1,500 deliveries
// a second, which is far more than one company's calls.
func BenchmarkWebhookSteady(b *testing.B) {
	target := ringledger(b)
	const perSecond = 1500
	tick := time.NewTicker(time.Second / perSecond)
	defer tick.Stop()
	work := make(chan int)
	took := newTimes(b.N)
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() {
			s := dial(b, target)
			defer s.close()
			for n := range work {
				took.add(s.send(b, n))
			}
		})
	}
	b.ResetTimer()
	for n := range b.N {
		<-tick.C
		work <- n
	}
	close(work)
	wg.Wait()
	took.report(b)
}

func flood(b *testing.B, target string) {
	took := newTimes(b.N)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range senders {
		wg.Go(func() {
			s := dial(b, target)
			defer s.close()
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				took.add(s.send(b, int(n)))
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acks/s")
	took.report(b)
}

// times collects how long each acknowledgement took.
type times struct {
	mu  sync.Mutex
	all []time.Duration
}

func newTimes(n int) *times { return &times{all: make([]time.Duration, 0, n)} }

func (t *times) add(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, d)
}

func (t *times) report(b *testing.B) {
	slices.Sort(t.all)
	at := func(q float64) float64 {
		return float64(t.all[min(len(t.all)-1, int(q*float64(len(t.all))))].Microseconds()) / 1000
	}
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.99), "p99-ms")
	b.ReportMetric(0, "ns/op") // acks/s says it
}

// sender is one connection that speaks just enough HTTP, so that the machine
// is busy with the server and not with measuring it.
type sender struct {
	conn net.Conn
	in   *bufio.Reader
	head string
	out  bytes.Buffer
}

func dial(b *testing.B, target string) *sender {
	host, path, _ := strings.Cut(target, "/")
	path = "/" + path
	conn, err := net.Dial("tcp", host)
	if err != nil {
		b.Error(err)
		return &sender{}
	}
	return &sender{conn: conn, in: bufio.NewReader(conn), head: "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/json\r\nContent-Length: "}
}

func (s *sender) close() {
	if s.conn != nil {
		_ = s.conn.Close()
	}
}

// filler makes a body as long as most of Aircall's.
var filler = string(bytes.Repeat([]byte("0123456789"), 200))

func (s *sender) send(b *testing.B, n int) time.Duration {
	if s.conn == nil {
		return 0
	}
	body := fmt.Sprintf(`{"resource":"call","event":"call.ended","timestamp":1767225600,"token":"%s","data":{"id":%d,"direction":"inbound","started_at":1767225500,"raw_digits":"+33 1 99 00 12 34","filler":"%s"}}`, hookToken, n, filler)
	s.out.Reset()
	s.out.WriteString(s.head)
	s.out.WriteString(strconv.Itoa(len(body)))
	s.out.WriteString("\r\n\r\n")
	s.out.WriteString(body)
	began := time.Now()
	if _, err := s.conn.Write(s.out.Bytes()); err != nil {
		b.Error(err)
		return 0
	}
	if err := s.readOK(); err != nil {
		b.Error(err)
	}
	return time.Since(began)
}

func (s *sender) readOK() error {
	line, err := s.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200")) {
		return fmt.Errorf("got %s", line)
	}
	length := 0
	for {
		line, err = s.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return err
			}
		}
	}
	_, err = s.in.Discard(length)
	return err
}

// ringledger serves the real handler over the real store.
func ringledger(b *testing.B) string {
	st, err := store.Open(context.Background(), store.Options{URL: "sqlite:" + filepath.Join(b.TempDir(), "ringledger.db"), Key: make([]byte, 32)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	ctx := context.Background()
	if err := st.AddWebhook(ctx, pathSecret); err != nil {
		b.Fatal(err)
	}
	if err := st.SetWebhookToken(ctx, pathSecret, hookToken, "1"); err != nil {
		b.Fatal(err)
	}
	server, err := web.New(web.Options{Store: st, PublicURL: "http://localhost"})
	if err != nil {
		b.Fatal(err)
	}
	return serve(b, server.Handler()) + "/webhooks/aircall/" + pathSecret
}

func bareEcho(b *testing.B) string {
	e := echo.New()
	e.POST("/webhooks/aircall/:secret", func(c echo.Context) error {
		if _, err := io.Copy(io.Discard, c.Request().Body); err != nil {
			return err
		}
		return c.NoContent(http.StatusOK)
	})
	return serve(b, e) + "/webhooks/aircall/" + pathSecret
}

// oneTransactionEach does what most receivers do: it commits each delivery by
// itself, as durably.
func oneTransactionEach(b *testing.B) string {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "each.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=5000")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	for _, stmt := range []string{
		"CREATE TABLE deliveries (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, object_id TEXT NOT NULL, body BLOB NOT NULL)",
		"CREATE TABLE entries (id INTEGER PRIMARY KEY, object_id TEXT NOT NULL UNIQUE, due_at INTEGER)",
	} {
		if _, err := db.Exec(stmt); err != nil {
			b.Fatal(err)
		}
	}
	e := echo.New()
	e.POST("/webhooks/aircall/:secret", func(c echo.Context) error {
		body, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return err
		}
		envelope, err := aircall.ParseEnvelope(body)
		if err != nil {
			return err
		}
		tx, err := db.BeginTx(c.Request().Context(), nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		if _, err := tx.Exec("INSERT INTO deliveries (hash, object_id, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", envelope.Hash[:], envelope.ObjectID, envelope.Body); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO entries (object_id, due_at) VALUES (?, ?) ON CONFLICT DO UPDATE SET due_at = excluded.due_at", envelope.ObjectID, time.Now().UnixMicro()); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		return c.NoContent(http.StatusOK)
	})
	return serve(b, e) + "/webhooks/aircall/" + pathSecret
}

func serve(b *testing.B, h http.Handler) string {
	server := httptest.NewUnstartedServer(nil)
	server.Config = web.HTTPServer(h)
	server.Start()
	b.Cleanup(server.Close)
	return server.Listener.Addr().String()
}
