package simulator

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// MessageKind says what kind of text message is sent or received.
type MessageKind string

// The kinds of message an account can be asked for.
const (
	SMSReceived      MessageKind = "sms_received"
	SMSSent          MessageKind = "sms_sent"
	SMSFailed        MessageKind = "sms_failed" // sent, but not delivered
	MMSReceived      MessageKind = "mms_received"
	WhatsAppReceived MessageKind = "whatsapp_received"
	WhatsAppSent     MessageKind = "whatsapp_sent"
	GroupReceived    MessageKind = "group_received"
	GroupSent        MessageKind = "group_sent"
)

// MessageKinds are all kinds of message, in the order the page offers them.
func MessageKinds() []MessageKind {
	return []MessageKind{SMSReceived, SMSSent, SMSFailed, MMSReceived, WhatsAppReceived, WhatsAppSent, GroupReceived, GroupSent}
}

func (k MessageKind) outbound() bool {
	return k == SMSSent || k == SMSFailed || k == WhatsAppSent || k == GroupSent
}

func (k MessageKind) group() bool { return k == GroupReceived || k == GroupSent }

func (k MessageKind) whatsApp() bool { return k == WhatsAppReceived || k == WhatsAppSent }

// MessageSpec describes a message to place. What is left out is chosen.
type MessageSpec struct {
	Kind   MessageKind
	Number string
	Line   string
	Agent  string
	Body   string
	At     time.Time
}

// message is one text message as the account knows it.
type message struct {
	id      string
	kind    MessageKind
	number  string
	group   string   // id of the group conversation
	others  []string // the other members of a group
	line    *Line
	user    *User
	body    string
	status  string
	sentAt  time.Time
	changed time.Time
}

// PlaceMessage sends or receives a message, delivers its events and returns
// its id.
func (a *Account) PlaceMessage(ctx context.Context, s MessageSpec) (string, error) {
	m, err := a.stageMessage(s)
	if err != nil {
		return "", err
	}
	a.under.add()
	defer a.under.done()
	return m.id, a.playMessage(ctx, m, !s.At.IsZero())
}

// StartMessage is PlaceMessage that does not wait.
func (a *Account) StartMessage(s MessageSpec) (string, error) {
	m, err := a.stageMessage(s)
	if err != nil {
		return "", err
	}
	a.under.run(func() {
		if err := a.playMessage(a.life, m, !s.At.IsZero()); err != nil {
			a.opts.Logger.Debug("simulated message cut short", "message", m.id, "error", err)
		}
	})
	return m.id, nil
}

func (a *Account) stageMessage(s MessageSpec) (*message, error) {
	if s.Kind != "" && !slices.Contains(MessageKinds(), s.Kind) {
		return nil, fmt.Errorf("%w: there is no message type %q", ErrSpec, s.Kind)
	}
	if err := checkNumber(s.Number); err != nil {
		return nil, err
	}
	line, err := a.wantedLine(s.Line)
	if err != nil {
		return nil, err
	}
	agent, err := a.wantedUser(s.Agent)
	if err != nil {
		return nil, err
	}
	rng, n := a.dice()
	m := &message{kind: s.Kind, number: s.Number, line: line, user: agent, body: s.Body, sentAt: s.At}
	if m.sentAt.IsZero() {
		m.sentAt = a.opts.Now()
	}
	a.completeMessage(rng, m)
	m.id = messageID(m, a.firstID+int64(n), rng)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.messages = append(a.messages, m)
	if len(a.messages) > maxCalls {
		a.messages = a.messages[1:]
	}
	a.counts.messages.Add(1)
	return m, nil
}

func (a *Account) completeMessage(rng *rand.Rand, m *message) {
	if m.kind == "" {
		m.kind = randomMessageKind(rng)
	}
	if m.line == nil {
		m.line = a.chooseLine(rng, plot{number: m.number, agent: m.user})
	}
	if m.user == nil {
		m.user = pick(rng, m.line.agents)
	}
	if m.number == "" {
		m.number = a.outsideNumber(rng, m.line.Country)
	}
	if m.body == "" {
		m.body = pick(rng, messagesIn(m.line.language))
	}
	if m.kind.group() {
		m.group = uuidFrom(rng)
		m.others = []string{inventedNumber(rng, m.line.Country)}
	}
	m.status = "received"
	if m.kind.outbound() {
		m.status = "sent"
	}
	m.changed = m.sentAt
}

func randomMessageKind(rng *rand.Rand) MessageKind {
	switch n := rng.IntN(100); {
	case n < 42:
		return SMSReceived
	case n < 76:
		return SMSSent
	case n < 84:
		return WhatsAppReceived
	case n < 91:
		return WhatsAppSent
	case n < 95:
		return MMSReceived
	case n < 98:
		return GroupReceived
	}
	return SMSFailed
}

// messageID is text of three forms, as with Aircall: the carrier's, a time
// with random letters, or for groups a UUID.
func messageID(m *message, n int64, rng *rand.Rand) string {
	switch {
	case m.kind.group():
		return uuidFrom(rng)
	case m.kind.whatsApp():
		return strconv.FormatInt(m.sentAt.UnixMilli(), 10) + strconv.FormatInt(n, 36)
	}
	return fmt.Sprintf("SM%016x%016x", rng.Uint64(), uint64(n))
}

func uuidFrom(rng *rand.Rand) string {
	h := fmt.Sprintf("%016x%016x", rng.Uint64(), rng.Uint64())
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

// playMessage tells of the message and, when it was sent, of its arrival.
func (a *Account) playMessage(ctx context.Context, m *message, dated bool) error {
	prefix := "message."
	if m.kind.group() {
		prefix = "group_message."
	}
	if !m.kind.outbound() {
		return a.tellMessage(ctx, m, prefix+"received")
	}
	if err := a.tellMessage(ctx, m, prefix+"sent"); err != nil {
		return err
	}
	const travel = 3 * time.Second
	wait := a.quick(travel)
	if dated && m.sentAt.Add(travel).Before(a.opts.Now()) {
		wait = 0
	}
	if err := a.pause(ctx, wait); err != nil {
		return err
	}
	a.mu.Lock()
	m.status, m.changed = "delivered", m.sentAt.Add(travel)
	if m.kind == SMSFailed {
		m.status = "failed"
	}
	a.mu.Unlock()
	return a.tellMessage(ctx, m, prefix+"status_updated")
}

func (a *Account) tellMessage(ctx context.Context, m *message, name string) error {
	a.mu.RLock()
	e := event{name: name, resource: "message", timestamp: m.changed.UnixMilli(), data: a.messageData(m)}
	a.mu.RUnlock()
	return a.tell(ctx, e)
}
