package web

import (
	"time"

	"github.com/labstack/echo/v4"
)

// RouteKeys lists what Echo answers, and Needs what the table says of it.
func (s *Server) RouteKeys() []string {
	var keys []string
	for _, r := range s.echo.Routes() {
		if r.Path != webhookRoute {
			keys = append(keys, r.Method+" "+r.Path)
		}
	}
	return keys
}

// Break adds a route whose handler panics.
func (s *Server) Break(path string) {
	s.access["GET "+path] = anyone
	s.echo.GET(path, func(echo.Context) error { panic("canary") })
}

// Needs is the table of who may call what.
func (s *Server) Needs() map[string]string {
	out := map[string]string{}
	for k, n := range s.access {
		out[k] = string(n)
	}
	return out
}

// Harmless is what the CSV file makes of a cell.
var Harmless = harmless

// Beat sets how often streams are looked after; before any is open.
func (s *Server) Beat(d time.Duration) { s.streams.beat = d }

// Hashing takes as many of the places where passwords are hashed as there are,
// and gives them back.
func (s *Server) Hashing() (places int, done func()) {
	for places = cap(s.passwords.seats); len(s.passwords.seats) < places; {
		s.passwords.seats <- struct{}{}
	}
	return places, func() {
		for range places {
			<-s.passwords.seats
		}
	}
}
