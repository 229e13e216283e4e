package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/config"
	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// harbour is a web of offices, each with a scene of its own.
type harbour struct {
	*wire
	offices []*office

	mu    sync.Mutex
	found map[string][]sighted             // by source
	saw   map[string]map[news.Sighting]int // by source, of looks
	away  time.Duration
}

// sighted is what was ruled of an item's presence.
type sighted struct {
	title string
	state news.Presence
	at    time.Time
	told  bool
}

func newHarbour(scenes []scene) *harbour {
	h := &harbour{found: make(map[string][]sighted), saw: make(map[string]map[news.Sighting]int)}
	for n, s := range scenes {
		h.offices = append(h.offices, &office{scene: s, host: fmt.Sprintf("o%d.test", n), number: n, zh: n%2 == 1, start: time.Now()})
	}
	return h
}

func (h *harbour) office(host string) *office {
	var n int
	fmt.Sscanf(strings.TrimPrefix(host, "moved-"), "o%d.test", &n)
	return h.offices[n]
}

func (h *harbour) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	o := h.office(r.Host)
	h.mu.Unlock()
	o.ServeHTTP(w, r)
}

// network gives each office an address, and lets what is below HTTP fail.
func (h *harbour) network() fetcher.Network {
	return fetcher.Network{TLS: h.trust, Lookup: func(_ context.Context, host string) ([]netip.Addr, error) {
		o := h.office(host)
		if _, _, on := o.elapsed(); on && o.scene.network == "dns" {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		n := slices.Index(h.offices, o)
		return []netip.Addr{netip.AddrFrom4([4]byte{93, 184, byte(n / 200), byte(n%200 + 1)})}, nil
	}, Connect: func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
		ip := to.Addr().As4()
		o := h.offices[int(ip[2])*200+int(ip[3])-1]
		_, _, on := o.elapsed()
		switch {
		case on && o.scene.network == "refused":
			return nil, syscall.ECONNREFUSED
		case to.Port() == 443 && !(on && o.scene.network == "tls"):
			return h.secure.dial(ctx)
		}
		return h.plain.dial(ctx)
	}}
}

func (h *harbour) observe(o outcome) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if o.task.Kind == news.TaskLook {
		if h.saw[o.source.ID] == nil {
			h.saw[o.source.ID] = make(map[news.Sighting]int)
		}
		h.saw[o.source.ID][o.batch.Saw]++
	}
	told := slices.ContainsFunc(o.receipt.Decision.Ruling.Notices, func(n news.Notice) bool { return n.Of == news.FeedRemovals })
	for _, x := range o.receipt.Decision.Ruling.Removal {
		h.found[o.source.ID] = append(h.found[o.source.ID], sighted{o.task.Listed.Title, x.State, time.Now(), told})
	}
}

func (h *harbour) config(t *testing.T, dir string) news.Config {
	t.Helper()
	var rows strings.Builder
	for n, o := range h.offices {
		rows.WriteString(o.row(fmt.Sprintf("o%d", n)))
	}
	text := "site: {contact: ops@news.example}\ndata: " + dir + "/data\nfetch: {hosts: {\"*\": {connections: 1, delay: 2s, retries: 1}}}\n" +
		"defaults: {interval: 4h, min_interval: 3h}\nsources:\n" + rows.String() + "feeds:\n  - {id: all, title: All, languages: all}\n"
	cfg, err := config.Parse("config.yaml", []byte(text), checks())
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// watch lets the scenes play for some days; away is when, in a scene, the
// daemon is stopped for a day (0: never).
func watch(t *testing.T, scenes []scene, days int, away time.Duration) *harbour {
	t.Helper()
	dir := quickDisk(t)
	var h *harbour
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		h = newHarbour(scenes)
		w, stop := newWire(t, h)
		h.wire = w
		l := &life{t: t, cfg: h.config(t, dir), set: settings{create: true, log: quiet, network: h.network(), observe: h.observe}}
		l.start()
		end := time.Now().Add(time.Duration(days) * day)
		if away > 0 {
			time.Sleep(sceneBegins + away)
			l.stop()
			h.away = day
			time.Sleep(day)
			l.start()
		}
		time.Sleep(time.Until(end))
		h.check(t, l)
		if report, err := l.house.store.Rebuild(t.Context()); err != nil || len(report.Differs) > 0 {
			t.Errorf("folded anew, %v differ (%v)", report.Differs, err)
		}
		l.stop()
		time.Sleep(time.Minute)
		stop()
	})
	return h
}

// check compares what was claimed with what was done, scene by scene.
func (h *harbour) check(t *testing.T, l *life) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for n, o := range h.offices {
		id := fmt.Sprintf("o%d", n)
		if o.real {
			h.checkRemoval(t, o, id)
		} else {
			h.checkTrouble(t, l, o, id)
		}
	}
}

func (h *harbour) checkTrouble(t *testing.T, l *life, o *office, id string) {
	missing := make(map[string]bool)
	for _, f := range h.found[id] {
		if f.state == news.Removed || f.told {
			t.Errorf("%s: %q is claimed to be %q after %v", o.name, f.title, f.state, f.at.Sub(o.start)-sceneBegins)
		}
		if f.state == news.Missing {
			missing[f.title] = true
		}
	}
	left := make(map[news.Presence]int)
	err := l.house.store.View(t.Context(), func(led *storage.Ledger) error {
		for i := range led.Items(news.Origin(id), time.Time{}) {
			left[i.Presence]++
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	t.Logf("%-48s no claim; %d were missed, at the end %d missing, %d unlisted of %d; looks saw %v", o.name, len(missing), left[news.Missing], left[news.Unlisted], left[""]+left[news.Missing]+left[news.Unlisted], h.saw[id])
}

func (h *harbour) checkRemoval(t *testing.T, o *office, id string) {
	gone, found := o.start.Add(sceneBegins), h.found[id]
	for _, n := range o.victims() {
		var at, back time.Time
		for _, f := range found {
			switch {
			case f.title == o.title(n) && f.state == news.Removed && at.IsZero() && f.told:
				at = f.at
			case f.title == o.title(n) && f.state == news.Present && !at.IsZero() && f.told:
				back = f.at
			}
		}
		took := at.Sub(gone)
		switch {
		case at.IsZero():
			t.Errorf("%s: %q was not found: %+v", o.name, o.title(n), found)
		case took < leastSpan || took-h.away > 48*time.Hour && !o.slow || at.Sub(o.first) > 40*time.Hour:
			t.Errorf("%s: found %v after it was taken away, %v after the first look", o.name, took, at.Sub(o.first))
		case o.lasts > 0 && back.Before(gone.Add(o.lasts)):
			t.Errorf("%s: it is not told that it is back (%v)", o.name, back)
		}
		t.Logf("%-48s removed, %.1f h after it was taken away, %.1f h after the first look%s; looks saw %v", o.name, took.Hours(), at.Sub(o.first).Hours(), returned(gone, back), h.saw[id])
	}
	for _, f := range found {
		if f.state == news.Removed && !slices.ContainsFunc(o.victims(), func(n int) bool { return o.title(n) == f.title }) {
			t.Errorf("%s: %q is claimed to be removed", o.name, f.title)
		}
	}
}

func returned(gone, back time.Time) string {
	if back.IsZero() {
		return ""
	}
	return fmt.Sprintf(" (told to be back %.1f h after)", back.Sub(gone).Hours())
}

const leastSpan = 24 * time.Hour

// No trouble of a site is taken for a removal, and every removal is found in
// time.
func TestRemovals(t *testing.T) {
	scenes, days := append(slices.Clone(troubles), removals...), 7
	if os.Getenv("CHINANEWS_LONG") != "" {
		days = 12
	} else {
		scenes = some(scenes)
	}
	watch(t, scenes, days, 0)
}

// some are those scenes that are the hardest to tell from removals, and a few
// of those.
func some(scenes []scene) []scene {
	n := 0
	return slices.DeleteFunc(scenes, func(s scene) bool {
		if s.hard {
			n++
		}
		return !s.hard || testing.Short() && n%8 != 0
	})
}

// A release that is taken away while the daemon is stopped for a day is found
// as well.
func TestRemovalWhileStopped(t *testing.T) {
	watch(t, []scene{
		{name: "404 while stopped for a day", real: true, skip: 2, answer: victims(send(404, ""))},
		{name: "404 for all releases while stopped and after", answer: articles(send(404, ""))},
	}, 7, time.Hour)
}
