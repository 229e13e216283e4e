package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"chinanews/feedout"
	"chinanews/feedout/outbox"
	"chinanews/news"
	"chinanews/storage"
)

// webhook is told of each position at which entries of a feed moved, one after
// the other: one that fails holds up those after it, for ever if need be.
type webhook struct {
	*teller
	hook news.Webhook
	feed news.Feed
}

// call is what a webhook is told.
type call struct {
	Delivery string     `json:"delivery"` // the same when it is told again
	Feed     string     `json:"feed"`
	FeedURL  string     `json:"feed_url"`
	Position uint64     `json:"position"` // rises from call to call
	Moves    []callMove `json:"moves"`
}

type callMove struct {
	What news.Motion     `json:"what"`
	ID   string          `json:"id"`             // of the entry, in all formats
	Item json.RawMessage `json:"item,omitempty"` // as the feed in JSON has it; none when it is in the feed no more
}

// maxCall bounds the items of one call, in bytes. Moves beyond it are told by
// their ids alone.
const maxCall = 4 << 20

// To has the feed's permanent name: another id leaves what was told. Digests
// have positions of their own.
func (w *webhook) To() string {
	what := "webhook "
	if w.feed.Digest != "" {
		what = "webhook of digests "
	}
	return what + string(w.feed.Name) + " " + w.hook.URL
}

func (w *webhook) Host() string { return news.Host(w.hook.URL) }

func (w *webhook) upto() uint64 {
	s := w.shown(w.feed.Name)
	if w.feed.Digest != "" {
		return s.Digests
	}
	return s.Moved
}

// Post is the next position's moves, as they are now.
func (w *webhook) Post(after uint64) (p outbox.Post, err error) {
	site := w.press.pub.Site
	c := call{Feed: w.feed.ID, FeedURL: site.BaseURL + "/feeds/" + w.feed.ID + ".json"}
	say := w.moves
	if w.feed.Digest != "" {
		say = w.digest
	}
	err = w.store.View(context.Background(), func(l *storage.Ledger) error { return say(l, after, &c) })
	if err != nil || c.Position == 0 {
		return p, err
	}
	c.Delivery = w.post.ID(w.To(), c.Position)
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	err = enc.Encode(c)
	return outbox.Post{Pos: c.Position, URL: w.hook.URL, Header: http.Header{"Content-Type": {"application/json"}, "User-Agent": {w.agent}},
		Body: body.Bytes(), Secret: w.hook.Secret, Signed: "X-Signature"}, err
}

// moves are those of the next position at which entries moved.
func (w *webhook) moves(l *storage.Ledger, after uint64, c *call) error {
	size, upto := 0, w.upto()
	for m := range l.Moves(w.feed.Name, after) {
		if m.Pos > upto || c.Position > 0 && m.Pos > c.Position {
			break
		}
		c.Position = m.Pos
		move, err := w.move(l, m)
		if err != nil {
			return err
		}
		if size += len(move.Item); size > maxCall {
			move.Item = nil
		}
		c.Moves = append(c.Moves, move)
	}
	return nil
}

// move is what befell an entry. One that is in the feed no more is named alone.
func (w *webhook) move(l *storage.Ledger, m news.Move) (callMove, error) {
	site := w.press.pub.Site
	move := callMove{What: m.What, ID: news.EntryURN(site.ID, m.Story)}
	in, ok := l.Membership(w.feed.Name, m.Story)
	if m.What == news.MovedOut || !ok || in.Left != "" {
		return move, nil
	}
	r, err := w.press.stand.release(l, in)
	if err != nil {
		return move, err
	}
	move.Item, err = feedout.Document{Site: site, Feed: w.feed}.Item(r)
	return move, err
}

// digest is the next entry of a feed that has one a day.
func (w *webhook) digest(l *storage.Ledger, after uint64, c *call) error {
	d, ok := l.Digest(w.feed.Name, after+1)
	if !ok {
		return nil
	}
	one := feedout.Digest{Digested: d}
	for m := range l.Within(d) {
		r, err := w.press.stand.release(l, m)
		if err != nil {
			return err
		}
		one.Releases = append(one.Releases, r)
	}
	site := w.press.pub.Site
	move := callMove{What: news.MovedIn, ID: news.DigestURN(site.ID, d)}
	var err error
	if len(one.Releases) > 0 {
		move.Item, err = feedout.Document{Site: site, Feed: w.feed}.DigestItem(one)
	}
	c.Position, c.Moves = d.Seq, []callMove{move}
	return err
}

func (w *webhook) Heard(d news.Delivery, _ int) bool {
	w.tells("a webhook", w.feed.ID, w.Host(), d)
	return false
}
