package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"chinanews/news"
)

const (
	answerWithin = 10 * time.Second // of a callback
	restAfter    = time.Second      // until another is asked in its place
	restUnmeant  = 10 * time.Second // the same, when it did not confirm: perhaps a stranger is being bothered
)

// settle asks a visit's callback and keeps what it confirmed.
func (h *Hub) settle(v *visit) {
	defer h.desk.leave(v)
	if err := h.desk.turn(h.ctx, v); err != nil {
		h.desk.settled(v)
		return
	}
	defer func() { <-v.door.asking }()
	unmeant := h.confirm(v)
	log := h.by.Load().Log.With("feed", v.topic.Feed, "format", v.topic.Format, "host", v.host)
	rest := restAfter
	switch {
	case h.ctx.Err() != nil:
	case unmeant != nil:
		rest = restUnmeant
		log.Info("a callback did not confirm to "+v.mode, "err", unmeant)
	default:
		h.keep(v)
	}
	h.desk.settled(v)
	pause(h.ctx, rest)
}

// keep does what was confirmed. A callback that cannot be kept is told that it
// is denied, since it believes the contrary.
func (h *Hub) keep(v *visit) {
	var err error
	if v.mode == unsubscribe {
		err = h.by.Load().Book.Unsubscribe(h.ctx, v.topic, v.callback)
	} else {
		err = h.by.Load().Book.Subscribe(h.ctx, news.Subscription{Topic: v.topic, Callback: v.callback, Secret: v.secret, From: v.from, Until: time.Now().Add(v.lease)})
	}
	log := h.by.Load().Log.With("feed", v.topic.Feed, "format", v.topic.Format, "host", v.host)
	if err == nil {
		log.Info("a callback is "+v.mode+"d", "lease", v.lease)
		return
	}
	log.Error("what a callback confirmed could not be kept", "mode", v.mode, "err", err)
	if v.mode == subscribe {
		h.deny(v, "the hub cannot keep it at the moment; subscribe again later")
	}
}

// confirm asks a callback once whether it meant a request (section 5.3). The
// error is why that cannot be said.
func (h *Hub) confirm(v *visit) error {
	defer func() { <-h.desk.asking }()
	challenge := rand.Text()
	ask := url.Values{"hub.mode": {v.mode}, "hub.topic": {v.address}, "hub.challenge": {challenge}}
	if v.mode == subscribe {
		ask.Set("hub.lease_seconds", strconv.Itoa(int(v.lease/time.Second)))
	}
	status, answer, err := h.ask(v.callback, ask, len(challenge))
	switch {
	case err != nil:
		return err
	case status/100 != 2:
		return fmt.Errorf("it answered with status %d", status)
	case answer != challenge:
		return errors.New("its answer was not the challenge and nothing else")
	}
	return nil
}

// deny says to a callback that it is not subscribed (section 5.2). Whatever it
// answers, it was told.
func (h *Hub) deny(v *visit, reason string) {
	h.ask(v.callback, url.Values{"hub.mode": {"denied"}, "hub.topic": {v.address}, "hub.reason": {reason}}, 0)
}

// ask asks a callback and reads one byte more of its answer than is wanted.
func (h *Hub) ask(callback string, add url.Values, want int) (status int, answer string, err error) {
	ctx, cancel := context.WithTimeout(h.ctx, answerWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, with(callback, add), nil)
	if err != nil {
		return 0, "", bare(err)
	}
	resp, err := h.by.Load().Client.Do(r)
	if err != nil {
		return 0, "", bare(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, int64(want)+1))
	return resp.StatusCode, string(text), err
}

// with is a callback with parameters beside those of its own, which stay as
// they are.
func with(callback string, add url.Values) string {
	switch {
	case !strings.Contains(callback, "?"):
		callback += "?"
	case !strings.HasSuffix(callback, "?") && !strings.HasSuffix(callback, "&"):
		callback += "&"
	}
	return callback + add.Encode()
}

// bare is an error without the address that it is about: who knows a callback
// can pretend to be the hub.
func bare(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
