package jetstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	chunk      = 128 << 10        // bytes of an answer in one message
	alive      = 2 * time.Second  // how often a node says that it still works on an answer
	silence    = 10 * time.Second // after which it does not
	mostAnswer = 64 << 20         // bytes of an answer to Ask
	headerEnd  = "Cn-End"         // with the last message of an answer
	headerErr  = "Cn-Error"
)

var whatName = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

func askSubject(node, what string) string { return "cn-ask." + node + "." + what }

// Answer lets f answer what other nodes ask. It is called by many goroutines at
// once; its ctx ends when the node closes or the asker has gone; its error is
// the asker's. Register before others ask: a node that has no answer is an error
// at once.
func (r *Relay) Answer(what string, f func(ctx context.Context, question []byte, w io.Writer) error) error {
	if !whatName.MatchString(what) {
		return fmt.Errorf("answering %q: it takes 1 to 64 of a-z, 0-9 and -", what)
	}
	_, err := r.conn.Subscribe(askSubject(r.options.Node, what), func(m *nats.Msg) {
		if m.Reply == "" || !r.enter() {
			return
		}
		go func() {
			defer r.work.Done()
			r.answer(m, f)
		}()
	})
	if err != nil {
		return fmt.Errorf("answering %s: %w", what, err)
	}
	return nil
}

func (r *Relay) answer(m *nats.Msg, f func(ctx context.Context, question []byte, w io.Writer) error) {
	ctx, cancel := context.WithCancel(r.life)
	defer cancel()
	w := &answerer{r: r, ctx: ctx, cancel: cancel, to: m.Reply}
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		for wait(ctx, alive) {
			r.conn.Publish(m.Reply, nil)
		}
	}()
	err := guarded(ctx, m.Data, w, f)
	if err == nil {
		err = w.flush()
	}
	cancel()
	<-beating
	last := &nats.Msg{Subject: m.Reply, Header: nats.Header{headerEnd: {"1"}}}
	if err != nil {
		last.Header.Set(headerErr, err.Error())
	}
	if err := r.conn.PublishMsg(last); err != nil {
		r.log.Warn("an answer is not ended", "to", m.Reply, "err", err)
	}
}

// guarded makes of a panic in an answer an error of it.
func guarded(ctx context.Context, question []byte, w io.Writer, f func(ctx context.Context, question []byte, w io.Writer) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("answering: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f(ctx, question, w)
}

// answerer sends an answer in chunks, the next when the one before was read.
type answerer struct {
	r      *Relay
	ctx    context.Context
	cancel context.CancelFunc // when the asker has gone
	to     string
	buf    []byte
}

func (w *answerer) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		some := min(chunk-len(w.buf), len(b))
		w.buf, b = append(w.buf, b[:some]...), b[some:]
		if len(w.buf) == chunk {
			if err := w.flush(); err != nil {
				return n - len(b), err
			}
		}
	}
	return n, nil
}

func (w *answerer) flush() error {
	if len(w.buf) == 0 {
		return nil
	}
	// A reader may take its time, as one that writes to a slow disk does; one that
	// has gone is known by its inbox.
	ctx, cancel := context.WithTimeout(w.ctx, time.Minute)
	defer cancel()
	m, err := w.r.conn.RequestWithContext(ctx, w.to, w.buf)
	if err == nil && m.Header.Get(headerEnd) != "" {
		err = errors.New("it stopped reading")
	}
	if err != nil {
		w.cancel()
		return fmt.Errorf("sending an answer: the asker does not take it: %w", err)
	}
	w.buf = w.buf[:0]
	return nil
}

// Ask asks one node and returns its answer, of 64 MiB at most. Long ones come in
// parts. A node that is not there, or has no answer, is ErrUnavailable.
func (r *Relay) Ask(ctx context.Context, node, what string, question []byte) ([]byte, error) {
	answer, err := r.AskStream(ctx, node, what, question)
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	b, err := io.ReadAll(io.LimitReader(answer, mostAnswer+1))
	if err == nil && len(b) > mostAnswer {
		err = fmt.Errorf("asking %s for %s: the answer is larger than %d bytes", node, what, mostAnswer)
	}
	return b, err
}

// AskStream is Ask for an answer of any length, read as it comes. The other
// side's error is Read's, in place of io.EOF; so is its silence of 10 s. ctx
// holds for reading, too. Close ends the answer on the other side.
func (r *Relay) AskStream(ctx context.Context, node, what string, question []byte) (io.ReadCloser, error) {
	if !nodeName.MatchString(node) || !whatName.MatchString(what) {
		return nil, fmt.Errorf("asking %q for %q: there is no such node or question", node, what)
	}
	fail := func(err error) (io.ReadCloser, error) {
		return nil, unavailable(fmt.Sprintf("asking %s for %s", node, what), err)
	}
	inbox := r.conn.NewInbox()
	sub, err := r.conn.SubscribeSync(inbox)
	if err != nil {
		return fail(err)
	}
	a := &answer{ctx: ctx, sub: sub, what: fmt.Sprintf("asking %s for %s", node, what)}
	if err = r.conn.PublishRequest(askSubject(node, what), inbox, question); err == nil {
		err = a.fill()
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err != nil {
		a.Close()
		if errors.Is(err, errOther) {
			return nil, err
		}
		return fail(err)
	}
	return a, nil
}

// errOther is an error of the other side.
var errOther = errors.New("the other node says")

// answer reads what another node answers. Its reader owns it.
type answer struct {
	ctx  context.Context // of the question
	sub  *nats.Subscription
	what string
	rest []byte
	take *nats.Msg // to be acknowledged when rest was read
	err  error
}

func (a *answer) Read(b []byte) (int, error) {
	for len(a.rest) == 0 {
		if err := a.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(b, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// fill waits for the next chunk, or for the end.
func (a *answer) fill() error {
	if a.take != nil {
		a.take.Respond(nil)
		a.take = nil
	}
	for a.err == nil {
		ctx, cancel := context.WithTimeout(a.ctx, silence)
		m, err := a.sub.NextMsgWithContext(ctx)
		cancel()
		switch {
		case err != nil:
			a.err = fmt.Errorf("%s: no answer: %w", a.what, err)
		case m.Header.Get("Status") == "503":
			a.err = fmt.Errorf("%s: %w: the node is not there, or knows no answer", a.what, ErrUnavailable)
		case m.Header.Get(headerErr) != "":
			a.err = fmt.Errorf("%s: %w: %s", a.what, errOther, m.Header.Get(headerErr))
		case m.Header.Get(headerEnd) != "":
			a.err = io.EOF
		case len(m.Data) > 0:
			a.rest, a.take = m.Data, m
			return nil
		}
	}
	return a.err
}

// Close lets the other side, which waits for its chunk to be read, know.
func (a *answer) Close() error {
	if a.take == nil && a.err == nil {
		a.take, _ = a.sub.NextMsg(time.Millisecond)
	}
	if a.take != nil && a.take.Reply != "" {
		a.take.RespondMsg(&nats.Msg{Header: nats.Header{headerEnd: {"1"}}})
	}
	a.take = nil
	return a.sub.Unsubscribe()
}
