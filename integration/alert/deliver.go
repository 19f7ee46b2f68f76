package alert

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ringledger/store"
)

const (
	// sending is how long one try may take, and sendLease is longer: a message
	// whose node died is told by the next one after it, maybe for the second time.
	sending   = 30 * time.Second
	sendLease = 2 * time.Minute
	// After a failure a channel rests, longer each time.
	firstRest, longestRest = time.Minute, 30 * time.Minute
)

// ErrNoChannel is returned when there is nowhere to send to.
var ErrNoChannel = errors.New("alert: this channel is not set up")

// Deliver tells the next message of a channel when one is due. An error says
// why it was not told; it is kept and tried again.
func (s *Sender) Deliver(ctx context.Context, channel string) (told bool, err error) {
	m, ok, err := s.o.Store.ClaimMessage(ctx, channel, sendLease)
	if err != nil || !ok {
		return false, err
	}
	a, err := s.o.Store.AlertSettings(ctx)
	if err != nil {
		return false, err
	}
	news, err := readMessage(m.Body)
	if err != nil {
		return false, err
	}
	sent := s.send(ctx, a, channel, news, m)
	keep, cancel := keeping(ctx)
	defer cancel()
	if sent.err == nil {
		return true, s.o.Store.MessageTold(keep, m, sent.told, sent.problem)
	}
	until := s.o.Now().Add(rest(m.Tries))
	if ctx.Err() != nil {
		until = s.o.Now() // it is the node that ends, and not the channel that fails
	}
	return false, errors.Join(sent.err, s.o.Store.MessageFailed(keep, m, sent.told, sent.err.Error(), until))
}

// rest is how long a channel rests after so many tries of one message.
func rest(tries int) time.Duration {
	d := firstRest
	for range tries - 1 {
		if d *= 2; d >= longestRest {
			return longestRest
		}
	}
	return d
}

// sent is how a try ended.
type sent struct {
	told    string // who has it by now
	answer  string // what the other side said
	problem string // who would not have it, when others did
	err     error
}

func (s *Sender) send(ctx context.Context, a store.AlertSettings, channel string, news Message, m store.AlertMessage) sent {
	ctx, cancel := context.WithTimeout(ctx, sending)
	defer cancel()
	text, err := s.words(ctx, a, news)
	if err != nil {
		return sent{told: m.Told, err: err}
	}
	id := strconv.FormatInt(m.ID, 10)
	if m.ID == 0 {
		id = "test-" + strconv.FormatInt(s.o.Now().UnixMicro(), 10)
	}
	switch channel {
	case store.ByEmail:
		return s.o.SMTP.send(ctx, a.Recipients, m.Told, letter{id: id, host: hostname(s.o.PublicURL), text: text, at: s.o.Now()})
	default:
		return post(ctx, a, payload{Message: news, Delivery: id, Text: text.plain(), Link: text.Link}, s.o.Now())
	}
}

// words puts a message into words, with links that work from anywhere.
func (s *Sender) words(ctx context.Context, a store.AlertSettings, news Message) (Text, error) {
	zone, err := s.o.Store.Zone(ctx)
	if err != nil {
		return Text{}, err
	}
	text := s.o.Words(a.Language, zone, news)
	base := strings.TrimRight(s.o.PublicURL, "/")
	for i, line := range text.Lines {
		text.Lines[i] = strings.ReplaceAll(line, LinkBase, base)
	}
	text.Link = base + text.Link
	return text, nil
}

// LinkBase stands in lines of a text where the address of this server belongs.
const LinkBase = "{base}"

func (t Text) plain() string {
	return strings.Join(append([]string{t.Subject}, append(t.Lines, t.Link)...), "\n")
}

// Test sends a message to a channel now, and returns what the other side
// answered.
func (s *Sender) Test(ctx context.Context, channel string) (answer string, err error) {
	a, err := s.o.Store.AlertSettings(ctx)
	if err != nil {
		return "", err
	}
	if channel == store.ByEmail && (len(a.Recipients) == 0 || !s.o.SMTP.Ready()) || channel == store.ByWebhook && a.WebhookURL == "" {
		return "", ErrNoChannel
	}
	got := s.send(ctx, a, channel, Message{Alert: Test, State: Asked, At: s.o.Now().UTC()}, store.AlertMessage{})
	if got.err == nil && got.problem != "" {
		return got.answer, fmt.Errorf("alert: not everybody: %s", got.problem)
	}
	return got.answer, got.err
}

// Mail is how e-mails are sent, for pages.
func (s *Sender) Mail() SMTP { return s.o.SMTP }
