package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// How a live stream behaves.
const (
	tellAtMost    = time.Second      // between two messages
	heartbeat     = 15 * time.Second // keeps proxies from cutting a quiet stream
	writePatience = 10 * time.Second

	// How many streams there may be: one viewer must not take those of all.
	maxStreams        = 512
	maxSessionStreams = 8
	maxUserStreams    = 32
)

// streams counts the live pages that are open.
type streams struct {
	mu      sync.Mutex
	all     int
	session map[string]int
	user    map[int64]int
	beat    time.Duration // how often a stream is looked after
}

func newStreams() *streams {
	return &streams{session: map[string]int{}, user: map[int64]int{}, beat: heartbeat}
}

// errStreams says that no stream is free for anybody.
var errStreams = echo.NewHTTPError(http.StatusServiceUnavailable)

// enter takes a place until leave is called.
func (s *streams) enter(session string, user int64) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.session[session] >= maxSessionStreams, s.user[user] >= maxUserStreams:
		return nil, throttled{time.Minute}
	case s.all >= maxStreams:
		return nil, errStreams
	}
	s.all++
	s.session[session]++
	s.user[user]++
	return func() { s.leave(session, user) }, nil
}

func (s *streams) leave(session string, user int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.session[session]--; s.session[session] == 0 {
		delete(s.session, session)
	}
	if s.user[user]--; s.user[user] == 0 {
		delete(s.user, user)
	}
}

// streamChanges tells a page that something changed; the page then asks for
// what it shows. It ends with the session, the server or the store.
func (s *Server) streamChanges(c echo.Context) error {
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	leave, err := s.streams.enter(s.sessions.Token(c.Request().Context()), visitorOf(c).user.ID)
	if err != nil {
		return err
	}
	defer leave()
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()

	changed, stop := s.o.Store.Changes()
	defer stop()
	h := c.Response().Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	c.Response().WriteHeader(http.StatusOK)
	stream := stream{c: c, rc: http.NewResponseController(c.Response())}
	if !stream.write("retry: 3000\n\n") {
		return nil
	}
	return s.relay(c, changed, &stream, s.o.Store.Revision() != sinceOf(c))
}

// sinceOf is the revision that a page shows already: that of the last message
// it heard, else that of its making. What changed before the stream was there
// would be told by nobody.
func sinceOf(c echo.Context) int64 {
	heard := cmp.Or(c.Request().Header.Get("Last-Event-ID"), c.QueryParam("since"))
	since, _ := strconv.ParseInt(heard, 10, 64) // what cannot be read is no revision, and is told
	return since
}

// relay passes changes on, many within a second as one.
func (s *Server) relay(c echo.Context, changed <-chan struct{}, stream *stream, pending bool) error {
	beat := time.NewTicker(s.streams.beat)
	defer beat.Stop()
	pause := time.NewTimer(0)
	defer pause.Stop()
	pausing := true
	for {
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-s.quit:
			return nil
		case _, open := <-changed:
			if !open {
				return nil
			}
			pending = true
		case <-pause.C:
			pausing = false
		case <-beat.C:
			if !s.sessionLasts(c) || !stream.write(": still here\n\n") {
				return nil
			}
		}
		if pending && !pausing {
			if !stream.write(fmt.Sprintf("event: changed\nid: %d\ndata: %d\n\n", s.o.Store.Revision(), s.o.Now().UnixMilli())) {
				return nil
			}
			pending, pausing = false, true
			pause.Reset(tellAtMost)
		}
	}
}

// stream writes pieces that must each leave at once.
type stream struct {
	c  echo.Context
	rc *http.ResponseController
}

func (s *stream) write(text string) bool {
	// A connection without deadlines is a test's, and is not slow.
	_ = s.rc.SetReadDeadline(time.Time{})
	_ = s.rc.SetWriteDeadline(time.Now().Add(writePatience))
	if _, err := s.c.Response().Write([]byte(text)); err != nil {
		return false
	}
	return s.rc.Flush() == nil
}
