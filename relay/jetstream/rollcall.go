package jetstream

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

// callSubject is where all nodes are asked at once.
func callSubject(what string) string { return "cn-call." + what }

// AnswerAll lets f answer what is asked of all nodes at once. It is called by
// many goroutines, must not block, and its answer is short.
func (r *Relay) AnswerAll(what string, f func() []byte) error {
	if !whatName.MatchString(what) {
		return fmt.Errorf("answering %q: it takes 1 to 64 of a-z, 0-9 and -", what)
	}
	_, err := r.conn.Subscribe(callSubject(what), func(m *nats.Msg) { m.Respond(f()) })
	if err != nil {
		return fmt.Errorf("answering %s: %w", what, err)
	}
	return nil
}

// AskAll asks all nodes that can be reached, this one too, and returns the answers
// that came within a time. How many nodes there are it does not know; of two that
// have one name both answer.
func (r *Relay) AskAll(ctx context.Context, what string, within time.Duration) (answers [][]byte, err error) {
	if !whatName.MatchString(what) {
		return nil, fmt.Errorf("asking all for %q: there is no such question", what)
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	inbox := r.conn.NewInbox()
	sub, err := r.conn.SubscribeSync(inbox)
	if err == nil {
		defer sub.Unsubscribe()
		err = r.conn.PublishRequest(callSubject(what), inbox, nil)
	}
	if err != nil {
		return nil, unavailable("asking all nodes for "+what, err)
	}
	for {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return answers, nil
		}
		if m.Header.Get("Status") == "" {
			answers = append(answers, m.Data)
		}
	}
}
