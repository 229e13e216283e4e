package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// tellEnv makes the test binary, run as a child, tell by a site's record until
// it is killed: its configuration.
const tellEnv = "CHINANEWS_TEST_TELL"

func init() { children[tellEnv] = untilOrphaned(tellOn) }

func tellOn(file string) error {
	cfg, err := config.Load(file, checks())
	if err != nil {
		return err
	}
	cfg.Hub.Allow = []string{"127.0.0.0/8"}
	ctx := context.Background()
	h, err := open(ctx, cfg, settings{log: quiet})
	if err != nil {
		return err
	}
	if err := h.publish(ctx, "http://news.example"); err != nil {
		return err
	}
	h.tell.post.First, h.tell.post.Most = 50*time.Millisecond, time.Second
	return cmp.Or(h.tell.run(ctx, ctx), errors.New("it tells no more"))
}

// throng is many callbacks, which count each delivery that they had.
type throng struct {
	mu    sync.Mutex
	had   map[string]map[string]int // callback -> delivery -> times
	all   int
	await chan struct{} // closed at so many
	at    int
}

func (c *throng) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	buf := make([]byte, 32<<10)
	for {
		if _, err := r.Body.Read(buf); err != nil {
			break
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	path := r.Host + r.URL.Path
	if c.had[path] == nil {
		c.had[path] = make(map[string]int)
	}
	c.had[path][r.Header.Get("X-Delivery")]++
	if c.all++; c.all == c.at {
		close(c.await)
	}
	if c.all%50 == 7 && c.had[path][r.Header.Get("X-Delivery")] == 1 { // it had it, and does not say so
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// until is closed when so many more came.
func (c *throng) until(more int) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.await, c.at = make(chan struct{}), c.all+more
	return c.await
}

// Killed in the middle of telling many of a change, again and again, it misses
// nobody. Told twice are only those that were under way, under the same id.
func TestKilledWhileTelling(t *testing.T) {
	subscribers, hosts, least := 1500, 30, 2
	if os.Getenv("CHINANEWS_LONG") != "" {
		subscribers, hosts, least = 10_000, 200, 10
	}
	s := memorySite(t)
	s.write(feedRow("a", "https://a.example/"), allFeed)
	h := tellers(t, s, nil)
	h.released(20)
	h.settled()
	c := &throng{had: make(map[string]map[string]int)}
	callbacks := c.listen(t, hosts, subscribers)
	var tasks sync.WaitGroup
	for part := range 50 {
		tasks.Go(func() {
			for n := part; n < subscribers; n += 50 {
				h.subscribes([]string{"rss", "atom", "json"}[n%3], callbacks[n], "", time.Hour)
			}
		})
	}
	tasks.Wait()
	h.leave()
	h = tellersOf(t, s) // it tells nobody itself
	h.released(1)
	h.leave()
	kills, twice := 0, 0
	for ; len(c.missing(callbacks)) > 0 || kills < least; kills++ {
		if kills > 100 {
			t.Fatal("it comes to no end")
		}
		twice += c.life(t, s, 1+rand.IntN(subscribers/3))
	}
	c.check(t, s, callbacks, kills, twice)
}

func (c *throng) listen(t *testing.T, hosts, subscribers int) (callbacks []string) {
	t.Helper()
	var addresses []string
	server := &http.Server{Handler: c}
	for n := range hosts {
		l, err := net.Listen("tcp", fmt.Sprintf("127.21.%d.%d:0", n/200, n%200+1))
		if err != nil {
			t.Fatal(err)
		}
		go server.Serve(l)
		addresses = append(addresses, l.Addr().String())
	}
	t.Cleanup(func() { server.Close() })
	for n := range subscribers {
		callbacks = append(callbacks, fmt.Sprintf("http://%s/cb/%d", addresses[n%hosts], n))
	}
	return callbacks
}

// life has a child tell until so many more posts came, and kills it. It returns
// how many had heard of what the record does not remember: they were under way.
func (c *throng) life(t *testing.T, s *siteFile, posts int) (flying int) {
	t.Helper()
	some := c.until(posts)
	child, _, _ := start(t, tellEnv, s.file)
	select {
	case <-some:
	case <-time.After(3 * time.Second): // the last are told
	}
	child.Process.Kill()
	child.Wait()
	remembered := sentOf(t, s)
	c.mu.Lock()
	defer c.mu.Unlock()
	for path := range c.had {
		if !remembered["http://"+path] {
			flying++
		}
	}
	if flying > 1024+64 {
		t.Errorf("%d were under way", flying)
	}
	return flying
}

// sentOf are the callbacks of which the record says that they were told.
func sentOf(t *testing.T, s *siteFile) map[string]bool {
	t.Helper()
	store, err := storage.Open(s.data, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	sent := make(map[string]bool)
	err = store.View(t.Context(), func(l *storage.Ledger) error {
		moved := l.Feed("all").Moved
		for d := range l.Deliveries() {
			if d.Sent == moved {
				sent[d.To[strings.LastIndexByte(d.To, ' ')+1:]] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sent
}

// missing are the callbacks that heard nothing.
func (c *throng) missing(callbacks []string) (list []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, callback := range callbacks {
		if c.had[strings.TrimPrefix(callback, "http://")] == nil {
			list = append(list, callback)
		}
	}
	return list
}

// check wants everybody told under one id, and no more told again than were
// under way at a kill or had said that they failed.
func (c *throng) check(t *testing.T, s *siteFile, callbacks []string, kills, flying int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	again := 0
	for _, callback := range callbacks {
		path := strings.TrimPrefix(callback, "http://")
		for _, times := range c.had[path] {
			again += times - 1
		}
		if len(c.had[path]) != 1 {
			t.Errorf("%s was told under %d ids: %v", callback, len(c.had[path]), c.had[path])
		}
	}
	t.Logf("%d subscribers, %d kills: %d posts were repeated, %d were under way at a kill", len(callbacks), kills, again, flying)
	if failed := c.all/50 + 1; again > flying+failed {
		t.Errorf("%d were told again, %d were under way at kills and %d had failed", again, flying, failed)
	}
}

// tellersOf opens a site's house that prints and tells nobody.
func tellersOf(t *testing.T, s *siteFile) *tellingHouse {
	t.Helper()
	return tellers(t, s, func(cfg *news.Config) { cfg.Hub.Off = true })
}
