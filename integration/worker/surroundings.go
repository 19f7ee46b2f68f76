package worker

import (
	"context"
	"sync"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// surroundings are the company's lines and agents as far as known. They are
// learnt from every event, so that a new line needs no set-up.
type surroundings struct {
	mu      sync.Mutex
	read    bool
	readAt  time.Time
	lines   map[string]callflow.Line
	agents  map[string]callflow.Agent
	own     map[string]bool
	holiday callflow.HolidayFunc
}

// reread is how long lines learnt by another node stay unknown here.
const reread = 30 * time.Second

func (s *surroundings) facts() callflow.Surroundings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return callflow.Surroundings{OwnNumbers: s.own, Holiday: s.holiday}
}

// learn keeps the lines and agents of these calls that were not known.
func (s *surroundings) learn(ctx context.Context, st *store.Store, items []*item) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.read || time.Since(s.readAt) > reread {
		if err := s.load(ctx, st); err != nil {
			return err
		}
	}
	var lines []callflow.Line
	var agents []callflow.Agent
	for _, i := range items {
		if l := i.call.Line; l.ID != "" && s.lines[l.ID] != l {
			s.lines[l.ID] = l
			lines = append(lines, l)
		}
		for _, a := range append(i.call.Rang, i.call.Agent) {
			if a.ID != "" && s.agents[a.ID] != a {
				s.agents[a.ID] = a
				agents = append(agents, a)
			}
		}
	}
	if len(lines) > 0 {
		s.number()
		if err := st.KeepLines(ctx, lines); err != nil {
			return err
		}
	}
	return st.KeepAgents(ctx, agents)
}

func (s *surroundings) load(ctx context.Context, st *store.Store) error {
	lines, err := st.Lines(ctx)
	if err != nil {
		return err
	}
	agents, err := st.Agents(ctx)
	if err != nil {
		return err
	}
	s.lines, s.agents = map[string]callflow.Line{}, map[string]callflow.Agent{}
	for _, l := range lines {
		s.lines[l.ID] = l.Line
	}
	for _, a := range agents {
		s.agents[a.ID] = a
	}
	s.number()
	s.read, s.readAt = true, time.Now()
	return nil
}

// number makes the set of the company's own numbers anew; the old one may
// still be read.
func (s *surroundings) number() {
	own := make(map[string]bool, len(s.lines))
	for _, l := range s.lines {
		if l.E164 != "" {
			own[l.E164] = true
		}
	}
	s.own = own
}
