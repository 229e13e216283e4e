package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/config"
	"chinanews/feedout/validity"
	"chinanews/news"
	"chinanews/storage"
)

// overseen is a daemon's life in virtual time with one who looks after it, and a
// reader of the alarms' feed that never forgets.
type overseen struct {
	life
	told []string // titles, in the order in which entries were first seen
	ids  map[string]bool
	end  func() // of who looks after it
	room atomic.Pointer[space]
	jump atomic.Int64 // by how much the machine's clock was set, in nanoseconds
}

// wall is what the machine's clock says.
func (o *overseen) wall() time.Time { return time.Now().Add(time.Duration(o.jump.Load())).Round(0) }

// oversee begins a life under a configuration. It has half an hour's intervals.
func oversee(t *testing.T, dir, more string, origin http.Handler) (o *overseen, stop func()) {
	w, closeWire := newWire(t, origin)
	text := "site: {contact: ops@news.example, base_url: \"http://news.example\"}\ndata: " + dir + "/data\n" + more +
		"defaults: {interval: 30m, min_interval: 30m}\nsources:\n  - {id: office, url: \"https://h1.test/feed.xml\", kind: feed, body: none, language: en}\n" +
		"feeds:\n  - {id: all, title: All, languages: all}\n"
	cfg, err := config.Parse("config.yaml", []byte(text), checks())
	if err != nil {
		t.Fatal(err)
	}
	o = &overseen{life: life{t: t, cfg: cfg, set: settings{create: true, log: quiet, network: w.network()}}, ids: make(map[string]bool)}
	o.set.now = o.wall
	o.room.Store(&space{1 << 40, 1 << 40})
	o.before = func(h *house) {
		if err := h.oversee(context.Background()); err != nil {
			t.Fatal(err)
		}
		h.flow.observe = h.measured
		h.watch.room = func(string) (space, error) { return *o.room.Load(), nil }
		h.press = &press{pub: h.cfg.Publication}
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 2)
		go func() { ended <- h.watch.run(ctx) }()
		go func() { ended <- h.keep.run(ctx) }()
		o.end = func() { cancel(); <-ended; <-ended }
	}
	o.start()
	return o, func() {
		o.end()
		o.stop()
		time.Sleep(time.Minute) // connections that are idle end
		closeWire()
	}
}

func (o *overseen) restart() {
	o.end()
	o.stop()
	o.start()
}

// read reads the feed, and says what is new in it, the older first.
func (o *overseen) read() (fresh []string) {
	o.t.Helper()
	b := o.house.watch.board(o.house.press.pub.Site, "http://127.0.0.1:8081/feeds/health.atom", "http://news.example/polling")
	body, err := b.Atom()
	if err != nil {
		o.t.Fatal(err)
	}
	for _, p := range validity.Check(validity.Document{Format: validity.Atom, Address: b.Self, Body: body}) {
		o.t.Error(p)
	}
	entries, err := validity.Entries(validity.Atom, body)
	if err != nil {
		o.t.Fatal(err)
	}
	for n := len(entries) - 1; n >= 0; n-- {
		if e := entries[n]; !o.ids[e.ID] {
			o.ids[e.ID] = true
			fresh = append(fresh, e.Title)
		}
	}
	o.told = append(o.told, fresh...)
	return fresh
}

// wants wants one new entry, whose title has some words in it.
func (o *overseen) wants(when string, words ...string) {
	o.t.Helper()
	fresh := o.read()
	if len(fresh) != len(words) {
		o.t.Errorf("%s: told is %q, want %q", when, fresh, words)
		return
	}
	for n, w := range words {
		if !strings.Contains(fresh[n], w) {
			o.t.Errorf("%s: told is %q, want %q", when, fresh, words)
		}
	}
}

// A site that breaks is told once, after it was asked three times in vain, and
// once that it is well; a restart at any time between repeats neither.
func TestAlarmOfASource(t *testing.T) {
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		var broken atomic.Int32
		o, stop := oversee(t, dir, "", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				http.NotFound(w, r)
				return
			}
			switch broken.Load() {
			case 0:
				fmt.Fprint(w, rssOf("Office", 0, 5))
			case 1:
				http.Error(w, "<b>mine</b>", http.StatusInternalServerError)
			default:
				fmt.Fprint(w, "<html><h1>Sign in</h1></html>")
			}
		}))
		defer stop()
		time.Sleep(2 * time.Hour)
		o.wants("while it is well")
		broken.Store(1)
		time.Sleep(31 * time.Minute)
		o.wants("after one failure")
		time.Sleep(6 * time.Hour)
		o.wants("after more", "Source office is not well: unreachable")
		o.restart()
		time.Sleep(6 * time.Hour)
		broken.Store(2) // another illness is the same alarm
		time.Sleep(24 * time.Hour)
		o.wants("while it is ill")
		o.restart()
		broken.Store(0)
		time.Sleep(24 * time.Hour)
		o.wants("when it is well", "Source office is well again")
		o.restart()
		time.Sleep(24 * time.Hour)
		o.wants("later")
		broken.Store(1)
		time.Sleep(24 * time.Hour)
		o.wants("the second time", "Source office is not well")
	})
}

// A source that fails now and then is nobody's alarm.
func TestNoAlarmOfAFlutteringSource(t *testing.T) {
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		var asked atomic.Int32
		o, stop := oversee(t, dir, "", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/robots.txt" && asked.Add(1)%3 == 0 {
				fmt.Fprint(w, rssOf("Office", 0, 5))
				return
			}
			http.NotFound(w, r)
		}))
		defer stop()
		time.Sleep(3 * 24 * time.Hour)
		o.wants("after days")
		if n := asked.Load(); n < 20 {
			t.Errorf("it was asked %d times", n)
		}
	})
}

// A backup that cannot be written is told once, and once that there is a good one
// again; a restart does not take the failure for over.
func TestAlarmOfABackup(t *testing.T) {
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		o, stop := oversee(t, dir, "backup: {at: \"03:30\"}\n", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, rssOf("Office", 0, 5)) }))
		defer stop()
		backups := filepath.Join(o.cfg.Data, backupFolder)
		time.Sleep(25 * time.Hour)
		o.wants("when one was made")
		if err := os.Rename(backups, backups+".aside"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(backups, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(25 * time.Hour)
		o.wants("when none could be", "The record could not be backed up")
		o.restart()
		time.Sleep(time.Hour)
		o.wants("after a restart")
		time.Sleep(24 * time.Hour)
		o.wants("when it failed again")
		if err := os.Remove(backups); err != nil {
			t.Fatal(err)
		}
		o.restart()
		time.Sleep(25 * time.Hour)
		o.wants("when one was made", "There is a good backup again")
		time.Sleep(25 * time.Hour)
		o.wants("when another was")
	})
}

// backUp makes a backup as the command has the daemon do.
func (o *overseen) backUp() {
	o.t.Helper()
	dir := filepath.Join(o.cfg.Data, backupFolder)
	_, err := storage.KeepBackup(context.Background(), dir, func(w io.Writer) error { return writeBackup(context.Background(), o.house.store, o.cfg, w) })
	if err != nil {
		o.t.Error(err)
	}
}

// A disk that fills up is told once, however it moves about the border, and once
// that it has room.
func TestAlarmOfADisk(t *testing.T) {
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		o, stop := oversee(t, dir, "", answer(rssOf("Office", 0, 5)))
		defer stop()
		r := rand.New(rand.NewPCG(1, 1))
		const gib = 1 << 30
		time.Sleep(10 * time.Minute)
		o.wants("with room")
		for range 30 {
			o.room.Store(&space{gib + r.Int64N(2*gib), 1000 * gib})
			time.Sleep(2 * time.Minute)
			if r.IntN(5) == 0 {
				o.restart()
				time.Sleep(2 * time.Minute)
			}
		}
		o.wants("about the border", "The disk is nearly full")
		o.room.Store(&space{4 * gib, 1000 * gib})
		time.Sleep(2 * time.Minute)
		o.restart()
		time.Sleep(2 * time.Minute)
		o.wants("with room again", "The disk has room again")
	})
}

// A start with a clock that is an hour behind the record is told, and written down
// though nothing else can be; when the hour is over the clock is believed.
func TestAlarmOfAClock(t *testing.T) {
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		o, stop := oversee(t, dir, "", answer(rssOf("Office", 0, 5)))
		defer stop()
		time.Sleep(time.Hour)
		o.wants("with a good clock")
		o.end()
		o.stop()
		ahead, err := storage.Open(o.cfg.Data, storage.Options{Now: func() time.Time { return time.Now().Add(time.Hour) }})
		if err != nil {
			t.Fatal(err)
		}
		_, err = ahead.Rule(t.Context(), func(l *storage.Ledger) news.Decision {
			return news.Decision{Ruling: news.Ruling{Fill: []news.FillRuling{{Feed: "all"}}}}
		})
		if err = errors.Join(err, ahead.Close()); err != nil {
			t.Fatal(err)
		}
		o.start()
		time.Sleep(10 * time.Minute)
		o.wants("with a clock that is behind", "The clock cannot be believed")
		if text := o.house.readiness(); !strings.HasPrefix(text, "ready") || !strings.Contains(text, "\nbut: The clock cannot be believed. Nothing is polled or recorded") {
			t.Errorf("/readyz says %s", text)
		}
		o.restart()
		time.Sleep(10 * time.Minute)
		o.wants("after a restart")
		if list := o.kept(); len(list) != 1 || !list[0].Stands() {
			t.Errorf("written down is %+v", list)
		}
		time.Sleep(40 * time.Minute)
		o.wants("with a good clock again", "The clock is believed again")
		if text := o.house.readiness(); strings.Contains(text, "but") {
			t.Errorf("/readyz says %s", text)
		}
	})
}

// busyOffice has a release more each time that it was asked so often.
func busyOffice(often int) http.HandlerFunc {
	var mu sync.Mutex
	asked, text := 0, ""
	return func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if asked%often == 0 {
			text = rssOf("Office", asked/often, 5)
		}
		asked++
		fmt.Fprint(w, text)
	}
}

// A clock that jumps ahead under a running daemon is told, and that it is believed
// as it holds for a minute; that it is set right hours later is another jump.
func TestAlarmOfAClockThatJumps(t *testing.T) {
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		o, stop := oversee(t, dir, "", busyOffice(1))
		defer stop()
		time.Sleep(90*time.Minute + 17*time.Second)
		o.wants("with a good clock")
		o.jump.Store(int64(3 * time.Hour))
		time.Sleep(45 * time.Second)
		o.wants("when it has jumped", "The clock cannot be believed")
		if a, stands := o.house.watch.standing(news.AlarmClock); !stands || !strings.Contains(a.Words, "jumped by 3h0m0s") {
			t.Errorf("it says %+v", a)
		}
		time.Sleep(2 * time.Minute)
		o.wants("when it holds", "The clock is believed again")
		time.Sleep(5 * time.Hour)
		o.restart()
		time.Sleep(5 * time.Hour)
		o.wants("hours later")
		o.jump.Store(0)
		time.Sleep(time.Minute)
		o.wants("when it is set right, behind the record", "The clock cannot be believed")
		o.restart()
		time.Sleep(time.Hour)
		o.wants("until the record's time has come")
		time.Sleep(3 * time.Hour)
		o.wants("when it has", "The clock is believed again")
	})
}

// kept are the alarms that are written down.
func (o *overseen) kept() (list []news.Alarm) {
	o.t.Helper()
	if err := o.house.store.View(context.Background(), func(l *storage.Ledger) error { list = l.Alarms(); return nil }); err != nil {
		o.t.Fatal(err)
	}
	return list
}

// A configuration that cannot be read again is told once, whatever is wrong with
// it, until one is read: at the latest by the next start, which needs a good one.
func TestAlarmOfAReload(t *testing.T) {
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		o, stop := oversee(t, dir, "", answer(rssOf("Office", 0, 5)))
		defer stop()
		time.Sleep(time.Minute)
		o.house.reloaded(nil)
		time.Sleep(time.Minute)
		o.wants("after a good one")
		for n := range 3 {
			o.house.reloaded(fmt.Errorf("config.yaml:%d:1: no key \"feds\"; did you mean feeds?", n+1))
			time.Sleep(time.Minute)
		}
		o.wants("after bad ones", "The changed configuration was refused")
		o.house.reloaded(nil)
		time.Sleep(time.Minute)
		o.wants("after a good one", "The configuration is read again")
		o.house.reloaded(errors.New("config.yaml:1:1: nothing"))
		time.Sleep(time.Minute)
		o.wants("after a bad one", "changed configuration was refused")
		o.restart()
		time.Sleep(time.Minute)
		o.wants("after a start", "The configuration is read again")
	})
}
