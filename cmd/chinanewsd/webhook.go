package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
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

// To has the feed's permanent name: another id leaves what was told.
func (w *webhook) To() string {
	f, _, _ := w.feed(w.hook.Feed)
	return "webhook " + string(f.Name) + " " + w.hook.URL
}

func (w *webhook) Host() string { return news.Host(w.hook.URL) }

func (w *webhook) upto() uint64 {
	_, moved, _ := w.feed(w.hook.Feed)
	return moved
}

// Post is the next position's moves.
func (w *webhook) Post(after uint64) (p outbox.Post, err error) {
	f, moved, _ := w.feed(w.hook.Feed)
	c := call{Feed: f.ID, FeedURL: w.press.pub.Site.BaseURL + "/feeds/" + f.ID + ".json"}
	err = w.store.View(context.Background(), func(l *storage.Ledger) error {
		size := 0
		for m := range l.Moves(f.Name, after) {
			if m.Pos > moved || c.Position > 0 && m.Pos > c.Position {
				break
			}
			c.Position = m.Pos
			move, err := w.move(l, f, m)
			if err != nil {
				return err
			}
			if size += len(move.Item); size > maxCall {
				move.Item = nil
			}
			c.Moves = append(c.Moves, move)
		}
		return nil
	})
	if err != nil || c.Position == 0 {
		return p, err
	}
	c.Delivery = outbox.ID(w.To(), c.Position)
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	err = enc.Encode(c)
	return outbox.Post{Pos: c.Position, URL: w.hook.URL, Header: http.Header{"Content-Type": {"application/json"}, "User-Agent": {w.agent}},
		Body: body.Bytes(), Secret: w.hook.Secret, Signed: "X-Signature"}, err
}

// move is what befell an entry, which is told as it is now.
func (w *webhook) move(l *storage.Ledger, f news.Feed, m news.Move) (callMove, error) {
	site := w.press.pub.Site
	move := callMove{What: m.What, ID: news.EntryURN(site.ID, m.Story)}
	in, ok := l.Membership(f.Name, m.Story)
	if m.What == news.MovedOut || !ok || in.Left != "" {
		return move, nil
	}
	r, err := w.press.stand.release(l, in)
	if err != nil {
		return move, fmt.Errorf("story %s of feed %s: %w", m.Story, f.ID, err)
	}
	move.Item, err = feedout.Document{Site: site, Feed: f}.Item(r)
	return move, err
}

func (w *webhook) Heard(d news.Delivery, _ int) bool {
	w.tells("a webhook", w.hook.Feed, w.Host(), d, false)
	return false
}
