package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// How a live stream behaves.
const (
	tellAtMost    = time.Second      // between two messages
	heartbeat     = 15 * time.Second // keeps proxies from cutting a quiet stream
	writePatience = 10 * time.Second
	maxStreams    = 512
)

// streamChanges tells a page that something changed; the page then asks for
// what it shows. It ends with the session, the server or the store.
func (s *Server) streamChanges(c echo.Context) error {
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	if s.streams.Add(1) > maxStreams {
		s.streams.Add(-1)
		return echo.NewHTTPError(http.StatusServiceUnavailable)
	}
	s.metrics.streams.Inc()
	defer func() { s.streams.Add(-1); s.metrics.streams.Dec() }()

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
	return s.relay(c, changed, &stream)
}

// relay passes changes on, many within a second as one.
func (s *Server) relay(c echo.Context, changed <-chan struct{}, stream *stream) error {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	pause := time.NewTimer(0)
	defer pause.Stop()
	pausing, pending := true, false
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
			if !stream.write(fmt.Sprintf("event: changed\ndata: %d\n\n", s.o.Now().UnixMilli())) {
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
