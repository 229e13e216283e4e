package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/feedout/validity"
	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/news/porttest"
	"chinanews/storage"
)

// operated is a daemon with an admin listener.
type operated struct {
	t     *testing.T
	house *house
	admin string
	stop  func()
}

// operate runs a daemon that an operator asks. Its lookout looks all the time.
func operate(t *testing.T, s *siteFile, network fetcher.Network, paused bool) *operated {
	t.Helper()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		t.Fatal(err)
	}
	cfg.Admin = porttest.Address(t)
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan *house, 1), make(chan error, 1)
	go func() {
		ended <- daemon(ctx, cfg, settings{create: true, log: quiet, network: network}, paused, func(h *house, _ string) { ready <- h })
	}()
	o := &operated{t: t, admin: "http://" + cfg.Admin}
	select {
	case o.house = <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	for begin := time.Now(); time.Since(begin) < 10*time.Second; time.Sleep(time.Millisecond) {
		if code, _ := o.get("/readyz"); code == http.StatusOK {
			break
		}
	}
	o.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	return o
}

// get is what the admin listener answers.
func (o *operated) get(path string) (int, string) {
	o.t.Helper()
	resp, err := http.Get(o.admin + path)
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// alarmed reads the alarms' feed until it has so many entries.
func (o *operated) alarmed(want int) (entries []validity.Entry, body string) {
	o.t.Helper()
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		o.house.watch.look(o.t.Context())
		var err error
		_, body = o.get(healthPath)
		if entries, err = validity.Entries(validity.Atom, []byte(body)); err != nil {
			o.t.Fatal(err)
		}
		if len(entries) >= want || time.Since(begin) > 20*time.Second {
			if len(entries) != want {
				o.t.Fatalf("%d entries, want %d:\n%s", len(entries), want, body)
			}
			return entries, body
		}
	}
}

// endingIn is a certificate for this machine that ends after some time, and trust
// in it.
func endingIn(t *testing.T, left time.Duration) (*tls.Certificate, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(left - 90*24*time.Hour), NotAfter: time.Now().Add(left)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, leaf
}

// A host whose certificate ends soon is told once, over a restart, and once that
// it was renewed.
func TestAlarmOfACertificate(t *testing.T) {
	old, oldLeaf := endingIn(t, 3*24*time.Hour)
	renewed, renewedLeaf := endingIn(t, 80*24*time.Hour)
	var shows atomic.Pointer[tls.Certificate]
	shows.Store(old)
	var asked atomic.Int32
	origin := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		fmt.Fprint(w, rssOf("Harbour", 0, 5))
	}))
	origin.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		return &tls.Config{Certificates: []tls.Certificate{*shows.Load()}}, nil
	}}
	origin.Config.SetKeepAlivesEnabled(false)
	origin.StartTLS()
	defer origin.Close()
	trust := x509.NewCertPool()
	trust.AddCert(oldLeaf)
	trust.AddCert(renewedLeaf)
	network := fetcher.Network{TLS: &tls.Config{RootCAs: trust, MinVersion: tls.VersionTLS12}}
	s := newSite(t)
	s.write(strings.Replace(feedRow("harbour", origin.URL+"/feed.xml"), "kind:", "body: none, interval: 100ms, min_interval: 100ms, kind:", 1), allFeed)
	o := operate(t, s, network, false)
	first, body := o.alarmed(1)
	if e := first[0]; !strings.Contains(e.Title, "127.0.0.1 ends on "+oldLeaf.NotAfter.UTC().Format(time.DateOnly)) || !strings.Contains(body, "What to do: tell its publisher") {
		t.Errorf("told is %+v in\n%s", e, body)
	}
	for _, p := range validity.Check(validity.Document{Format: validity.Atom, Address: o.admin + healthPath, Body: []byte(body)}) {
		t.Error(p)
	}
	validity.Grammatical(t, []byte(body))
	o.stop()
	s.askAtOnce(origin.URL + "/feed.xml")
	o = operate(t, s, network, false)
	polls := func() {
		for enough := asked.Load() + 4; asked.Load() < enough; {
			time.Sleep(time.Millisecond)
		}
	}
	polls()
	if again, _ := o.alarmed(1); again[0].ID != first[0].ID || !again[0].Published.Equal(first[0].Published) {
		t.Errorf("after a restart: %+v, before it %+v", again[0], first[0])
	}
	shows.Store(renewed)
	if all, _ := o.alarmed(2); !strings.Contains(all[0].Title, "was renewed") || all[1].ID != first[0].ID {
		t.Errorf("renewed: %+v", all)
	}
	polls()
	o.alarmed(2)
	o.stop()
}

// askAtOnce has a start ask for a list at once: a poll that the stop cut off
// would have it wait a minute.
func (s *siteFile) askAtOnce(url string) {
	s.t.Helper()
	h := s.open()
	var state news.FetchState
	err := h.store.View(s.t.Context(), func(l *storage.Ledger) error { state, _ = l.Poll(h.cfg.Sources[0].Origin, url); return nil })
	state.Failures, state.Next = 0, time.Time{}
	if err = errors.Join(err, h.store.SavePoll(s.t.Context(), state), h.close()); err != nil {
		s.t.Fatal(err)
	}
}

// The admin listener answers from the start on, and says why not everything.
func TestAdminBeforeTheFeedsAreRendered(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	b := openLodge(ctx, l)
	o := &operated{t: t, admin: "http://" + l.Addr().String()}
	for path, want := range map[string]struct {
		code int
		text string
	}{
		"/healthz": {200, "ok\n"}, "/readyz": {503, "not ready: the feeds are not rendered yet\n"}, "/metrics": {503, "not ready"},
		"/status.json": {503, "not ready"}, healthPath: {503, "not ready"}, "/debug/pprof/cmdline": {200, ""},
	} {
		if code, text := o.get(path); code != want.code || !strings.HasPrefix(text, want.text) {
			t.Errorf("%s: %d %q, want %d %q", path, code, text, want.code, want.text)
		}
	}
	ended := make(chan error)
	go func() {
		ended <- b.run(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "everything") }))
	}()
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		if _, text := o.get("/metrics"); text == "everything" {
			break
		} else if time.Since(begin) > 10*time.Second {
			t.Fatalf("it says %q", text)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	b.close()
	(*lodge)(nil).close()
}

// A listener that breaks ends the daemon with an error, as the public one would.
func TestAdminListenerBreaks(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := openLodge(t.Context(), l)
	l.Close()
	if err := b.run(t.Context(), http.NotFoundHandler()); err == nil {
		t.Error("it goes on")
	}
	b.close()
}

// A daemon answers an operator on every path that the contract names, and the
// public on none of them.
func TestAdminPaths(t *testing.T) {
	s := newSite(t)
	s.write(feedRow("a", "http://127.0.0.1:1/feed.xml"), allFeed)
	o := operate(t, s, fetcher.Network{}, true)
	defer o.stop()
	public := o.house.metered(o.house.entrance())
	for path, want := range map[string]string{
		"/healthz": "ok\n", "/readyz": "ready: the store is open", "/status.json": `{"version":`, "/metrics": "# HELP", healthPath: "<?xml", "/debug/pprof/": "<html>",
	} {
		if code, text := o.get(path); code != http.StatusOK || !strings.HasPrefix(text, want) {
			t.Errorf("%s: %d %.60q, want %q", path, code, text, want)
		}
		w := httptest.NewRecorder()
		if public.ServeHTTP(w, httptest.NewRequest("GET", path, nil)); w.Code != http.StatusNotFound {
			t.Errorf("the public is answered %d at %s", w.Code, path)
		}
	}
	resp, err := http.Get(o.admin + healthPath)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	req, _ := http.NewRequest("GET", o.admin+healthPath, nil)
	req.Header.Set("If-None-Match", resp.Header.Get("Etag"))
	again, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	again.Body.Close()
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/atom+xml") || again.StatusCode != http.StatusNotModified {
		t.Errorf("%v; asked again: %s", resp.Header, again.Status)
	}
	if list := o.house.watch.all(); len(list) > 0 {
		t.Errorf("a good start alarms: %+v", list)
	}
}

// Alarms that cannot be written down are, as soon as they can.
func TestAlarmsAreWrittenDownLater(t *testing.T) {
	s := newSite(t)
	s.write(feedRow("a", "http://127.0.0.1:1/feed.xml"), allFeed)
	s.create()
	h := s.open()
	if err := h.oversee(t.Context()); err != nil {
		t.Fatal(err)
	}
	w, disk := h.watch, subject{kind: news.AlarmDisk}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	for n, found := range []symptom{{subject: disk, bad: true, title: "full"}, well(disk, "empty"), {subject: disk, bad: true, title: "full"}} {
		w.keep(t.Context(), atNoon.Add(time.Duration(n)*time.Hour), []symptom{found})
	}
	again := s.open()
	w.store = again.store
	w.keep(t.Context(), atNoon, nil)
	var kept []news.Alarm
	if err := again.store.View(t.Context(), func(l *storage.Ledger) error { kept = l.Alarms(); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(kept) != 2 || kept[0].Back != "empty" || !kept[1].Stands() || len(w.unsaved) != 0 {
		t.Errorf("written down is %+v", kept)
	}
}
