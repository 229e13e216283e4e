package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/fetcher/origintest"
)

// soakVillain is what a hostile source of the soak does to whoever asks it.
type soakVillain struct {
	name  string
	tls   bool
	flaps bool          // every second poll is answered well, so that nothing backs off for long
	reads bool          // what it answers can be read
	wants time.Duration // how long it asks to be left alone
	serve func(net.Listener)
}

// soakAttacks are those of an origin that answers by hand: hangs, drips, bombs,
// floods, broken connections, redirects, lies.
var soakAttacks = []string{"silent", "no-header", "drip-body", "drip-header", "gzip-bomb", "endless-body", "endless-header", "loop", "slow-chain",
	"cut-chunk", "rubbish", "utf8-as-gbk", "silent-tls", "to-metadata"}

// soakVillains are all; a small soak takes the first.
func soakVillains(t *testing.T) []soakVillain {
	stranger, _ := selfSigned(t)
	list := []soakVillain{
		{name: "new-guids", reads: true, serve: besetBy(newGUIDs())},
		{name: "retry-seconds", flaps: true, wants: 90 * time.Minute, serve: besetBy(saying(http.StatusTooManyRequests, "5400"))},
		{name: "stranger", tls: true, flaps: true, serve: func(l net.Listener) {
			besetBy(saying(http.StatusOK, ""))(tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{stranger}}))
		}},
	}
	list = append(list, soakAttackers(t)...)
	return append(list,
		soakVillain{name: "errors", flaps: true, serve: besetBy(saying(http.StatusInternalServerError, ""))},
		soakVillain{name: "retry-date", wants: 2 * time.Hour, serve: besetBy(inTwoHours)},
		soakVillain{name: "retry-odd", serve: besetBy(saying(http.StatusServiceUnavailable, "soon", "-5", "", "1e9", "Thu, 01 Jan 1970 00:00:00 GMT"))})
}

func soakAttackers(t *testing.T) (list []soakVillain) {
	attacks := make(map[string]origintest.Attack)
	for _, a := range origintest.Attacks() {
		attacks[a.Name] = a
	}
	for n, name := range soakAttacks {
		a, ok := attacks[name]
		if !ok {
			t.Fatalf("there is no attack %s", name)
		}
		list = append(list, soakVillain{name: name, tls: a.TLS, flaps: n%2 == 0, reads: name == "utf8-as-gbk", serve: a.Serve})
	}
	return list
}

// besetBy serves a listing, and no robots.txt.
func besetBy(listing http.HandlerFunc) func(net.Listener) {
	return func(l net.Listener) {
		s := &http.Server{ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				http.NotFound(w, r)
				return
			}
			listing(w, r)
		})}
		s.Serve(l)
	}
}

// saying answers with a status, and with one Retry-After after the other.
func saying(status int, retries ...string) http.HandlerFunc {
	var n atomic.Int32
	return func(w http.ResponseWriter, _ *http.Request) {
		if retry := retries[int(n.Add(1)-1)%len(retries)]; retry != "" {
			w.Header().Set("Retry-After", retry)
		}
		w.WriteHeader(status)
	}
}

func inTwoHours(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", time.Now().Add(2*time.Hour).UTC().Format(http.TimeFormat))
	w.WriteHeader(http.StatusServiceUnavailable)
}

// newGUIDs lists the same releases under other ids at every poll.
func newGUIDs() http.HandlerFunc {
	o := &soakOffice{n: 999, id: "guids", host: "bad-new-guids.test", start: time.Now()}
	var n atomic.Int32
	return func(w http.ResponseWriter, _ *http.Request) {
		with := fmt.Sprintf(`<guid isPermaLink="false">%d-`, n.Add(1))
		fmt.Fprint(w, strings.ReplaceAll(rssNotices(o.listed(time.Now())), `<guid isPermaLink="false">`, with))
	}
}
