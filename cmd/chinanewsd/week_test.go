package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/config"
	"chinanews/news"
)

// week is a web of ministries in virtual time: hosts with five sources each,
// feeds and lists by turns, of which one in ten misbehaves.
type week struct {
	start time.Time

	mu       sync.Mutex
	now      map[string]int // requests at a host at once
	last     map[string]time.Time
	due      map[string]time.Time // of listings, by address
	late     map[string]time.Duration
	shown    map[string]int // the newest release that a listing showed
	requests int
	listings int
	same     int // answered with 304
	bytes    int64
	needed   int64 // what a poller must fetch who knows when to ask
	problems []string
}

const weekDelay = 2 * time.Second

func (w *week) complain(format string, args ...any) {
	if len(w.problems) < 20 {
		w.problems = append(w.problems, fmt.Sprintf(format, args...))
	}
}

// ServeHTTP answers /K/feed.xml, /K/list.html and /K/a/N.html of hNN.test.
func (w *week) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	address := "http://" + r.Host + r.URL.Path
	w.enter(r.Host, address)
	defer w.leave(r.Host)
	parts := strings.Split(r.URL.Path, "/")
	var host, k int
	fmt.Sscanf(r.Host, "h%d.test", &host)
	fmt.Sscan(parts[1], &k)
	n := host*5 + k
	switch {
	case len(parts) < 3:
		http.NotFound(rw, r)
	case len(parts) == 4:
		var item int
		fmt.Sscanf(parts[3], "%d.html", &item)
		page := fmt.Sprintf("<html><body><h1>Notice %d of office %d</h1><div id=b><p>%s</p></div></body></html>", item, n, strings.Repeat(fmt.Sprintf("Office %d on matter %d. ", n, item), 40))
		w.send(rw, page, true)
	case n%10 == 7:
		misbehave(n/10, rw, r)
	default:
		w.listing(rw, r, n, parts[2])
	}
}

func (w *week) enter(host, address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests++
	if w.now[host]++; w.now[host] > 1 {
		w.complain("%s: %d requests at once", host, w.now[host])
	}
	if gap := time.Since(w.last[host]); gap < weekDelay && !w.last[host].IsZero() {
		w.complain("%s: asked again after %v", host, gap)
	}
	w.last[host] = time.Now()
	if due, ok := w.due[address]; ok && !due.IsZero() {
		w.late[address] = max(w.late[address], time.Since(due))
	}
}

func (w *week) leave(host string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now[host]--
}

// listing shows the ten newest releases of an office that makes one every few
// hours. One office in five gives no validators.
func (w *week) listing(rw http.ResponseWriter, r *http.Request, n int, name string) {
	newest := 10 + int(time.Since(w.start)/(time.Duration(2+n%12)*time.Hour))
	w.mu.Lock()
	w.listings++
	w.mu.Unlock()
	etag := fmt.Sprintf(`"%d"`, newest)
	if n%5 != 4 {
		rw.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.mu.Lock()
			w.same++
			w.mu.Unlock()
			rw.WriteHeader(http.StatusNotModified)
			return
		}
	}
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>t</title><link>/</link><description>d</description>`)
	for i := newest; i > newest-10; i-- {
		date := w.start.Add(time.Duration(i-10) * time.Duration(2+n%12) * time.Hour).UTC().Format(time.RFC1123Z)
		if name == "list.html" {
			fmt.Fprintf(&b, `<li><a href="a/%d.html">Notice %d of office %d</a> %s</li>`, i, i, n, date)
		} else {
			fmt.Fprintf(&b, `<item><title>Notice %d of office %d</title><link>a/%d.html</link><guid isPermaLink="false">%d-%d</guid><pubDate>%s</pubDate><description>Office %d on matter %d.</description></item>`, i, n, i, n, i, date, n, i)
		}
	}
	w.mu.Lock()
	first := w.shown[r.Host+r.URL.Path] != newest
	w.shown[r.Host+r.URL.Path] = newest
	w.mu.Unlock()
	w.send(rw, b.String()+"</channel></rss>", first)
}

func (w *week) send(rw http.ResponseWriter, doc string, needed bool) {
	w.mu.Lock()
	w.bytes += int64(len(doc))
	if needed {
		w.needed += int64(len(doc))
	}
	w.mu.Unlock()
	rw.Write([]byte(doc))
}

// misbehave is what the tenth source of ten does.
func misbehave(how int, rw http.ResponseWriter, r *http.Request) {
	switch how % 8 {
	case 0:
		<-r.Context().Done()
	case 1:
		rw.WriteHeader(http.StatusInternalServerError)
	case 2:
		rw.Header().Set("Retry-After", "5400")
		rw.WriteHeader(http.StatusServiceUnavailable)
	case 3:
		http.NotFound(rw, r)
	case 4:
		http.Redirect(rw, r, r.URL.Path, http.StatusFound)
	case 5:
		fmt.Fprint(rw, "<!DOCTYPE html><html><body>Under maintenance</body></html>")
	case 6:
		rw.Header().Set("Content-Length", "90000")
		fmt.Fprint(rw, "<rss><channel><item>")
	case 7:
		for i := range 1000 {
			if r.Context().Err() != nil {
				return
			}
			fmt.Fprint(rw, "<rss>"[i%5:i%5+1])
			http.NewResponseController(rw).Flush()
			time.Sleep(time.Second)
		}
	}
}

func (w *week) observe(o outcome) {
	if o.task.Kind != news.TaskListing || o.batch.State.Next.IsZero() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.due[o.task.URL] = o.batch.State.Next
}

func weekConfig(t *testing.T, dir string, hosts int) news.Config {
	t.Helper()
	var rows strings.Builder
	for n := range hosts * 5 {
		url := fmt.Sprintf("http://h%d.test/%d/", n/5, n%5)
		if n%2 == 0 {
			fmt.Fprintf(&rows, "  - {id: s%d, url: \"%sfeed.xml\", kind: feed, body: feed, language: en}\n", n, url)
		} else {
			fmt.Fprintf(&rows, "  - {id: s%d, url: \"%slist.html\", kind: html, language: en, list: {item: [li]}, article: {body: [\"#b\"]}}\n", n, url)
		}
	}
	text := "site: {contact: ops@news.example}\ndata: " + dir + "/data\nfetch: {hosts: {\"*\": {connections: 1, delay: 2s, retries: 1}}}\n" +
		"sources:\n" + rows.String() + "feeds:\n  - {id: all, title: All, languages: all}\n"
	cfg, err := config.Parse("config.yaml", []byte(text), checks())
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// A host never gets more than its rule allows, whoever misbehaves; and nobody
// is late because of others.
func TestWeekOfPolling(t *testing.T) {
	hosts, days := 12, 1
	switch {
	case os.Getenv("CHINANEWS_LONG") != "":
		hosts, days = 60, 7
	case testing.Short():
		hosts = 4
	}
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(later))
		w := &week{start: time.Now(), now: make(map[string]int), last: make(map[string]time.Time), due: make(map[string]time.Time),
			late: make(map[string]time.Duration), shown: make(map[string]int)}
		net, stop := newWire(t, w)
		l := &life{t: t, cfg: weekConfig(t, dir, hosts), set: settings{create: true, log: quiet, network: net.network(), observe: w.observe}}
		l.start()
		time.Sleep(time.Duration(days) * 24 * time.Hour)
		l.stop()
		time.Sleep(time.Minute)
		stop()
		w.report(t, hosts*5, days)
	})
}

func (w *week) report(t *testing.T, sources, days int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var latest time.Duration
	if len(w.due) != sources {
		w.complain("%d of %d sources were polled", len(w.due), sources)
	}
	end := w.start.Add(time.Duration(days) * 24 * time.Hour)
	for address, due := range w.due { // what was not asked again is late as well
		w.late[address] = max(w.late[address], end.Sub(due))
	}
	for address, late := range w.late {
		latest = max(latest, late)
		if late > 30*time.Minute+5*time.Second {
			w.complain("%s was asked %v late", address, late)
		}
	}
	for _, p := range w.problems {
		t.Error(p)
	}
	t.Logf("%d sources, %d days: %d requests, %.1f polls a source and day, %.0f %% of them 304, %.2f times the bytes needed, the latest poll %v late",
		sources, days, w.requests, float64(w.listings)/float64(sources*9/10*days), 100*float64(w.same)/float64(w.listings), float64(w.bytes)/float64(w.needed), latest)
}
