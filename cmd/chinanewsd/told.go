package main

import (
	"fmt"
	"strings"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// toldStatus is how those are who are told of changes.
type toldStatus struct {
	Subscribers int         `json:"subscribers"`
	Failing     int         `json:"failing"` // of them now
	Webhooks    []toldOther `json:"webhooks"`
	Hubs        []toldOther `json:"hubs"` // of others, that fail
}

// toldOther is one whom the configuration names. The rest of its address may
// be a secret.
type toldOther struct {
	Feed  string    `json:"feed"`
	Host  string    `json:"host"`
	Tries int       `json:"tries"` // that failed in a row
	Since time.Time `json:"since,omitzero"`
	Next  time.Time `json:"next,omitzero"`
	Error string    `json:"error,omitempty"`
}

func otherOf(feed, address string, d news.Delivery) toldOther {
	return toldOther{feed, news.Host(address), d.Tries, d.Since, d.Next, d.Error}
}

// toldOf reads how those are who are told.
func (h *house) toldOf(l *storage.Ledger) toldStatus {
	s := toldStatus{Webhooks: []toldOther{}, Hubs: []toldOther{}}
	t := &teller{hooks: h.cfg.Webhooks, press: &press{pub: h.cfg.Publication}}
	for r := range t.others() {
		d, _ := l.Delivery(r.To())
		s.Webhooks = append(s.Webhooks, otherOf(r.(*webhook).feed.ID, r.(*webhook).hook.URL, d))
	}
	if !h.cfg.Hub.Off {
		for range l.Subscriptions() {
			s.Subscribers++
		}
	}
	for d := range l.Deliveries() {
		kind, rest, _ := strings.Cut(d.To, " ")
		topic, address, _ := strings.Cut(rest, " ")
		switch {
		case d.Tries == 0:
		case kind == "subscriber":
			s.Failing++
		case kind == "hub":
			s.Hubs = append(s.Hubs, otherOf(topic, address, d))
		}
	}
	return s
}

// told says who is told, and who cannot be.
func (p *sheet) told(s toldStatus) {
	if s.Subscribers > 0 {
		text := count(s.Subscribers, "subscriber") + " told at once of what changes"
		if s.Failing > 0 {
			text += fmt.Sprintf(", %d of them failing", s.Failing)
		}
		p.field("Hub", text)
	}
	for _, o := range s.Webhooks {
		p.other("Webhook", o)
	}
	for _, o := range s.Hubs {
		p.other("Told hub", o)
	}
}

func (p *sheet) other(what string, o toldOther) {
	text := fmt.Sprintf("of %s at %s: told", o.Feed, o.Host)
	if o.Tries > 0 {
		text = fmt.Sprintf("of %s at %s: cannot be told since %s, %s; %s; again %s", o.Feed, o.Host, p.stamp(o.Since), count(o.Tries, "attempt"), o.Error, p.ago(o.Next))
	}
	p.field(what, text)
}
