package alert

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	"ringledger/integration/settings"
	"ringledger/store"
)

// Options are what alerts are made of.
type Options struct {
	Store      *store.Store
	Salesforce *connection.Salesforce // knows the use of its API; nil = it is not told
	SMTP       SMTP
	PublicURL  string
	Words      Words
	Logger     *slog.Logger
	Now        func() time.Time
	Every      time.Duration // how often to look; 1 min
}

// Sender looks what needs telling and tells it. It may be used from several
// goroutines.
type Sender struct {
	o       Options
	holiday callflow.HolidayFunc
	duty    atomic.Int64 // unix micro until which this node is the one that tells
	news    map[string]chan struct{}
}

// New makes a sender; Run starts it.
func New(o Options) *Sender {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Every == 0 {
		o.Every = time.Minute
	}
	if o.Words == nil {
		o.Words = func(_ string, _ *time.Location, m Message) Text { return Text{Subject: m.Alert + " " + m.State} }
	}
	s := &Sender{o: o, holiday: settings.Holidays(), news: map[string]chan struct{}{}}
	for _, channel := range channels() {
		s.news[channel] = make(chan struct{}, 1)
	}
	return s
}

func channels() []string { return []string{store.ByEmail, store.ByWebhook} }

// dutyName is the duty of the one node that tells.
const dutyName = "alerts"

// Run looks and tells until ctx ends. Each channel has its own goroutine: one
// that does not answer keeps neither the other nor anything else waiting.
func (s *Sender) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { s.lookOut(ctx) })
	for _, channel := range channels() {
		all.Go(func() { s.deliverAll(ctx, channel) })
	}
	all.Wait()
	end, cancel := keeping(ctx)
	defer cancel()
	if err := s.o.Store.LeaveDuty(end, dutyName); err != nil {
		s.o.Logger.Warn("another node tells alerts a little later", "error", err)
	}
}

// lookOut looks again and again, while this node is the one to do so.
func (s *Sender) lookOut(ctx context.Context) {
	ticker := time.NewTicker(s.o.Every)
	defer ticker.Stop()
	lease := 3 * s.o.Every
	for ctx.Err() == nil {
		asked := time.Now()
		mine, err := s.o.Store.TakeDuty(ctx, dutyName, lease)
		if mine {
			s.duty.Store(asked.Add(lease).UnixMicro())
			err = s.Look(ctx)
			s.wake()
		}
		if err != nil && ctx.Err() == nil {
			s.o.Logger.Error("whether something needs telling could not be seen and is looked at again", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// wake has both channels look at once.
func (s *Sender) wake() {
	for _, news := range s.news {
		select {
		case news <- struct{}{}:
		default:
		}
	}
}

// deliverAll tells what a channel has to tell, whenever there is news.
func (s *Sender) deliverAll(ctx context.Context, channel string) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.news[channel]:
		}
		for ctx.Err() == nil && time.Now().UnixMicro() < s.duty.Load() {
			told, err := s.Deliver(ctx, channel)
			if err != nil && ctx.Err() == nil {
				s.o.Logger.Warn("an alert could not be told and is tried again", "channel", channel, "error", err)
			}
			if !told || err != nil {
				break
			}
		}
	}
}

// keeping is the context for storing what is known when ctx may have ended.
func keeping(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
}
