package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"chinanews/feedout"
	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

// sinkEnv makes the test binary, run as a child, the callbacks of many hosts:
// "HOSTS". It says a line when it listens, and answers on its standard input's
// lines how many posts came since the last one.
const sinkEnv = "CHINANEWS_TEST_SINK"

func init() {
	children[sinkEnv] = func(said string) error {
		hosts, err := strconv.Atoi(said)
		if err != nil {
			return err
		}
		return sink(hosts, os.Stdin, os.Stdout)
	}
}

func sinkHost(n int) string { return fmt.Sprintf("127.20.%d.%d", n/200, n%200+1) }

const sinkPort = 9461

// sink listens and counts. What is posted to /hang is never answered.
func sink(hosts int, in io.Reader, out io.Writer) error {
	var got atomic.Int64
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if strings.HasPrefix(r.URL.Path, "/hang") {
			<-r.Context().Done()
			return
		}
		got.Add(1)
		w.WriteHeader(http.StatusNoContent)
	})}
	for n := range hosts {
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", sinkHost(n), sinkPort))
		if err != nil {
			return err
		}
		go server.Serve(l)
	}
	fmt.Fprintln(out, "listens")
	for lines := bufio.NewScanner(in); lines.Scan(); {
		fmt.Fprintln(out, got.Swap(0))
	}
	return nil
}

// fanout is a change that many subscribers are told of.
type fanout struct {
	testing.TB
	subscribers, hosts int
	hanging            int // each so-manieth hangs; 0: none
	secret             bool
	body               []byte
	ask                io.Writer
	said               *bufio.Scanner
}

func newFanout(tb testing.TB, subscribers, hosts int) *fanout {
	f := &fanout{TB: tb, subscribers: subscribers, hosts: hosts}
	_, in, out := start(tb, sinkEnv, strconv.Itoa(hosts))
	f.ask, f.said = in, bufio.NewScanner(out)
	if !f.said.Scan() {
		tb.Fatal("the callbacks do not listen")
	}
	return f
}

// came is how many posts were answered since it was asked last.
func (f *fanout) came() int {
	fmt.Fprintln(f.ask)
	if !f.said.Scan() {
		f.Fatal("the callbacks are gone")
	}
	n, _ := strconv.Atoi(f.said.Text())
	return n
}

func (f *fanout) hangs(n int) bool { return f.hanging > 0 && n%f.hanging == 0 }

func (f *fanout) callback(n int) string {
	path := "cb"
	if f.hangs(n) {
		path = "hang"
	}
	return fmt.Sprintf("http://%s:%d/%s/%d", sinkHost(n%f.hosts), sinkPort, path, n)
}

func (f *fanout) secretOf(n int) string {
	if !f.secret {
		return ""
	}
	return fmt.Sprint("secret-", n)
}

// answering is how many of the subscribers do not hang.
func (f *fanout) answering() int {
	if f.hanging == 0 {
		return f.subscribers
	}
	return f.subscribers - (f.subscribers+f.hanging-1)/f.hanging
}

// took is what a fan-out cost.
type took struct{ wall, cpu time.Duration }

// spending measures until it is called.
func spending() func() took {
	used := func() time.Duration {
		var u syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	began, before := time.Now(), used()
	return func() took { return took{time.Since(began), used() - before} }
}

// bare posts the same bytes in a bare loop, as bench/limits does.
func (f *fanout) bare() took {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8, MaxIdleConns: 2000}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	done := spending()
	var next, bad atomic.Int64
	var tasks sync.WaitGroup
	for range 64 {
		tasks.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= f.subscribers {
					return
				}
				if !f.hangs(n) && f.postBare(client, n) != nil {
					bad.Add(1)
				}
			}
		})
	}
	tasks.Wait()
	t := done()
	if n := f.came(); n != f.answering() || bad.Load() > 0 {
		f.Fatalf("%d came, %d failed", n, bad.Load())
	}
	return t
}

func (f *fanout) postBare(client *http.Client, n int) error {
	r, err := http.NewRequest("POST", f.callback(n), bytes.NewReader(f.body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/rss+xml")
	if secret := f.secretOf(n); secret != "" {
		m := hmac.New(sha256.New, []byte(secret))
		m.Write(f.body)
		r.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(m.Sum(nil)))
	}
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	io.Copy(io.Discard, res.Body)
	return res.Body.Close()
}

// teller is ours, with a record in which all have subscribed.
func (f *fanout) teller() *teller {
	dir := f.TempDir()
	store, err := storage.Create(dir, storage.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { store.Close() })
	h := &house{lasting: lasting{store: store, log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))}, agent: "chinanewsd/bench"}
	h.cfg.Hub.Allow = []string{"127.20.0.0/16"}
	if h.outgoing, err = fetcher.Outgoing(h.cfg.Hub.Allow, fetcher.Network{}, h.agent); err != nil {
		f.Fatal(err)
	}
	pub := news.Publication{Site: news.Site{ID: "fanout", BaseURL: "http://news.example"}, Feeds: []news.Feed{{ID: "all", Name: "all"}}}
	h.press = newPress(store, pub, nil)
	var tasks sync.WaitGroup
	for part := range 100 {
		tasks.Go(func() {
			for n := part; n < f.subscribers; n += 100 {
				sub := news.Subscription{Topic: news.Topic{Feed: "all", Format: "rss"}, Callback: f.callback(n), Secret: f.secretOf(n), Until: time.Now().Add(time.Hour)}
				if err := store.Subscribe(context.Background(), sub); err != nil {
					f.Error(err)
				}
			}
		})
	}
	tasks.Wait()
	return newTeller(h, "")
}

// ours tells all of some changes by our teller, one after the other, until those
// who answer have heard and that is remembered.
func (f *fanout) ours(t *teller, changes int) (list []took) {
	told := make(chan int, f.subscribers)
	save := t.post.Save
	t.post.Save = func(ctx context.Context, list []news.Delivery) error {
		err := save(ctx, list)
		n := 0
		for _, d := range list {
			if d.Tries == 0 && err == nil {
				n++
			}
		}
		told <- n
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error)
	go func() { over <- t.run(ctx, ctx) }()
	for pos := range uint64(changes) {
		f.print(t, pos)
		done := spending()
		t.printed(map[news.FeedName]news.FeedState{"all": {Moved: pos}})
		for n := 0; pos > 0 && n < f.answering(); {
			n += <-told
		}
		if pos == 0 { // nothing moved yet
			continue
		}
		list = append(list, done())
		if n := f.came(); n != f.answering() {
			f.Fatalf("%d came, want %d", n, f.answering())
		}
	}
	cancel()
	if err := <-over; err != nil {
		f.Fatal(err)
	}
	return list
}

// print puts another document on the shelf, of the same length.
func (f *fanout) print(t *teller, pos uint64) {
	f.body = bytes.Clone(f.body)
	copy(f.body, fmt.Sprintf("<!--%020d-->", pos))
	t.press.shelf.Put("/feeds/all.rss", feedout.Sheet{Body: f.body})
}

// filled is a document of so many bytes.
func filled(size int) []byte { return bytes.Repeat([]byte("<p>国务院</p>\n"), size/17+1)[:size] }

// TestFanOut tells 10,000 subscribers at 1,000 hosts of a change, and compares
// with a bare loop that posts the same bytes, in turn with it; and with itself
// when one in a hundred hangs.
func TestFanOut(t *testing.T) {
	if os.Getenv("CHINANEWS_LONG") == "" {
		t.Skip("a comparison that takes minutes and is judged by a person; run it with CHINANEWS_LONG=1")
	}
	f := newFanout(t, 10_000, 1_000)
	for _, size := range []int{4_000, 200_000} {
		for _, f.secret = range []bool{false, true} {
			f.body = filled(size)
			var bare, ours, hung []took
			for range 3 {
				f.hanging = 0
				bare = append(bare, f.bare())
				ours = append(ours, f.ours(f.teller(), 2)...)
				f.hanging = 100
				hung = append(hung, f.ours(f.teller(), 2)...)
			}
			b, o, h := median(bare), median(ours), median(hung)
			t.Logf("%d bytes, secrets %v: bare %v, CPU %v; ours %v, CPU %v: %.2f and %.2f; one in a hundred hangs: %v, %.2f of ours", size, f.secret,
				b.wall, b.cpu, o.wall, o.cpu, float64(o.wall)/float64(b.wall), float64(o.cpu)/float64(b.cpu), h.wall, float64(h.wall)/float64(o.wall))
		}
	}
}

func median(list []took) (m took) {
	mid := len(list) / 2
	slices.SortFunc(list, func(a, b took) int { return cmp.Compare(a.wall, b.wall) })
	m.wall = list[mid].wall
	slices.SortFunc(list, func(a, b took) int { return cmp.Compare(a.cpu, b.cpu) })
	m.cpu = list[mid].cpu
	return m
}
