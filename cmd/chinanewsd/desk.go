package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"chinanews/feedout/desk"
	"chinanews/feedout/gate"
	"chinanews/feedout/signin"
	"chinanews/feedout/site"
	"chinanews/news"
	"chinanews/storage"
)

// deskRate is what a client may ask of the desk: a page loads its own files,
// and some ask again with every key that is pressed.
var deskRate = gate.Rate{Burst: 300, Every: time.Second / 20}

// openDesk makes the editor's desk, of which the public sees the door; where
// nobody may sit at it, a page that says how that is changed.
func (h *house) openDesk(ctx context.Context) (err error) {
	office := desk.Office{Site: func() news.Site { return h.press.pub.Site }, Version: version}
	if h.scout == nil {
		h.scout = newScout(h)
	}
	if len(h.cfg.Users) == 0 {
		h.desk = desk.Off(office)
		return nil
	}
	h.bell = desk.NewBell()
	office.Porter, err = signin.New(ctx, signin.Options{Users: h.cfg.Users, Keep: bookOf{h.store}, Now: time.Now})
	if err != nil {
		return err
	}
	office.Client, office.Bell, office.Start, office.Waits = h.client, h.bell, h.start, h.waits
	office.Scout, office.Sources = h.scout, sourceDesk{h}
	office.Queue, office.Stories = editors{h}, editors{h}
	office.Bench = newWorkbench(h)
	office.Figures, office.Journal = figures{h}, journal{h}
	h.desk = desk.New(office)
	return nil
}

// atDesk has the desk answer below /desk, at a pace of its own, and next all
// else.
func (h *house) atDesk(next http.Handler) http.Handler {
	if h.desk == nil {
		return next
	}
	at := gate.Pace(h.desk, deskRate, h.cfg.Proxies)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := r.URL.Path; (path == "/desk" || strings.HasPrefix(path, "/desk/")) && !site.Crooked(r.URL) {
			at.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// client is where a request comes from, as far as that is known.
func (h *house) client(r *http.Request) string {
	if who, ok := gate.Proxies(h.cfg.Proxies).Client(r); ok {
		return who.String()
	}
	return ""
}

// start is what there is to work with.
func (h *house) start() desk.Start {
	if len(h.cfg.Sources) > 0 && len(h.cfg.Feeds) > 0 {
		return desk.Start{}
	}
	return desk.Start{File: h.cfg.File, Sources: len(h.cfg.Sources), Feeds: len(h.cfg.Feeds)}
}

// bookOf is the record as the porter sees it.
type bookOf struct{ *storage.Store }

// Read is part of signin.Keeper.
func (b bookOf) Read(ctx context.Context, look func(signin.Book) error) error {
	return b.View(ctx, func(l *storage.Ledger) error { return look(l) })
}
