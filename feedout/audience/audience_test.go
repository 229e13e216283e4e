package audience

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/feedout"
	"chinanews/feedout/gate"
	"chinanews/news"
)

var proxies = gate.Proxies{netip.MustParsePrefix("127.0.0.0/8")}

func asking(path, agent, from string) *http.Request {
	r := httptest.NewRequest("GET", path, nil)
	r.RemoteAddr = "127.0.0.1:999"
	r.Header.Set("X-Forwarded-For", from)
	r.Header.Set("User-Agent", agent)
	return r
}

// ask puts a request down, and looks when there are many, as Run does.
func ask(c *Counter, r *http.Request) {
	c.put(r)
	select {
	case <-c.many:
		c.mu.Lock()
		c.look()
		c.mu.Unlock()
	default:
	}
}

// Ten thousand clients, each of whom asks several times, in several formats, are
// estimated within one in twenty; so are few, and many.
func TestDirectReaders(t *testing.T) {
	sizes := []int{0, 1, 2, 10, 100, 1000, 10_000}
	if os.Getenv("CHINANEWS_LONG") != "" {
		sizes = append(sizes, 60_000)
	}
	for _, clients := range sizes {
		c := New([]string{"china-news", "other"}, proxies.Client)
		for n := range clients {
			from, agent := fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255), []string{"Reader/1.0", "NetNewsWire (RSS Reader)"}[n%2]
			for _, format := range []string{"rss", "atom", "rss"} {
				ask(c, asking("/feeds/china-news."+format, agent, from))
			}
		}
		got := c.Counts()["china-news"]
		if off := max(got.Direct-clients, clients-got.Direct); off*20 > clients+20 || got.Full || got.Stated != nil {
			t.Errorf("%d clients are estimated as %+v", clients, got)
		}
		if len(c.Counts()) > 1 {
			t.Errorf("others are read too: %v", c.Counts())
		}
	}
}

// Beyond what can be told apart it says so.
func TestFull(t *testing.T) {
	var s sketch
	for hash := range uint64(sketchBits) {
		s.add(hash)
	}
	if n, full := s.estimate(); !full || n < 200_000 {
		t.Errorf("a map without a free place is %d, %v", n, full)
	}
}

// The address and the program make a reader; a network of IPv6 is one address.
func TestWhoIsOne(t *testing.T) {
	for _, tt := range []struct {
		name string
		want int
		asks [][2]string // agent, from
	}{
		{"the same", 1, [][2]string{{"R/1", "192.0.2.1"}, {"R/1", "192.0.2.1"}}},
		{"two programs", 2, [][2]string{{"R/1", "192.0.2.1"}, {"S/1", "192.0.2.1"}}},
		{"two addresses", 2, [][2]string{{"R/1", "192.0.2.1"}, {"R/1", "192.0.2.2"}}},
		{"one network", 1, [][2]string{{"R/1", "2001:db8::1"}, {"R/1", "2001:db8::2"}}},
		{"no name", 1, [][2]string{{"", "192.0.2.1"}}},
		{"no address", 2, [][2]string{{"R/1", ""}, {"S/1", ""}}},
		{"search engines", 0, [][2]string{{"Mozilla/5.0 (compatible; ExampleBot/2.1; +http://search.example/bot.html)", "192.0.2.1"}, {"Examplespider", "192.0.2.2"}, {"example-crawler/1", "192.0.2.3"}}},
		{"a name with bot in it", 1, [][2]string{{"Bothnia Reader/3", "192.0.2.1"}}},
	} {
		c := New([]string{"f"}, proxies.Client)
		for _, one := range tt.asks {
			ask(c, asking("/feeds/f.json", one[0], one[1]))
		}
		if got := c.Counts()["f"].Direct; got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// What asks for no document of a feed, or shows it to a person, is no reader.
func TestWhatIsNoReading(t *testing.T) {
	c := New([]string{"f", "f/edits"}, proxies.Client)
	head := asking("/feeds/f.rss", "R/1", "192.0.2.1")
	head.Method = "HEAD"
	browser := asking("/feeds/f.rss", "Mozilla/5.0", "192.0.2.1")
	browser.Header.Set("Sec-Fetch-Dest", "document")
	for _, r := range []*http.Request{head, browser} {
		ask(c, r)
	}
	for _, path := range []string{"/", "/feeds/", "/feeds/f", "/feeds/f/", "/feeds/g.rss", "/feeds/f.rss/x", "/feeds/.rss", "/feeds/f/archive/1-2.atom", "/opml.xml"} {
		ask(c, asking(path, "R/1; 5 subscribers", "192.0.2.1"))
		ask(c, asking(path, "R/1", "192.0.2.1"))
	}
	if got := c.Counts(); len(got) > 0 {
		t.Errorf("counted %v", got)
	}
	ask(c, asking("/feeds/f/edits.atom", "R/1", "192.0.2.1"))
	if got := c.Counts(); got["f/edits"].Direct != 1 {
		t.Errorf("counted %v of a feed of edits", got)
	}
}

func TestServicesAreRemembered(t *testing.T) {
	c := New([]string{"f"}, proxies.Client)
	c.Begin(map[string]news.Readers{"f": {Direct: 3, Full: true, Stated: map[string]int{"Feedbin rss": 4, "Feedly rss": 1}}})
	for n := range 1000 {
		ask(c, asking("/feeds/f.rss", fmt.Sprintf("Feedly/1.0 (+http://www.feedly.com/fetcher.html; %d subscribers)", n), "192.0.2.1"))
	}
	ask(c, asking("/feeds/f.atom", "Feedly/1.0 (7 subscribers)", "192.0.2.1"))
	got := c.Counts()["f"]
	if want := (news.Readers{Direct: 3, Full: true, Stated: map[string]int{"Feedbin rss": 4, "Feedly rss": 999, "Feedly atom": 7}}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	for n := range 500 { // that somebody makes up
		ask(c, asking("/feeds/f.rss", strings.Repeat("x", n%30+1)+"-"+strings.Repeat("y", n/30+1)+"/1 (3 subscribers)", "192.0.2.1"))
	}
	ask(c, asking("/feeds/f.rss", "Feedly/1.0 (8 subscribers)", "192.0.2.1"))
	if got := c.Counts()["f"].Stated; len(got) > mostServices+1 || got["Feedly rss"] != 8 {
		t.Errorf("%d services, %v", len(got), got)
	}
	c.Begin(nil)
	if got := c.Counts(); len(got) > 0 {
		t.Errorf("a new day begins with %v", got)
	}
}

// Nothing of who asked is in memory when it was looked at, nor after the day
// anything of the key and the map.
func TestNothingOfAnAddressIsKept(t *testing.T) {
	c := New([]string{"f"}, proxies.Client)
	for n := range 5000 {
		ask(c, asking("/feeds/f.rss", "Telltale/1", fmt.Sprintf("203.0.113.%d", n%250)))
		ask(c, asking("/feeds/f.rss", "203.0.113.7 Telltale (3 subscribers)", fmt.Sprintf("203.0.113.%d", n%250)))
	}
	counts := c.Counts()
	seed, bits := c.seed, c.feeds["f"]
	for when, state := range map[string]string{"counted": fmt.Sprintf("%+v %#v", c, c), "what is kept": fmt.Sprintf("%+v", counts)} {
		if strings.Contains(state, "203.0") || strings.Contains(state, "Telltale") {
			t.Errorf("%s: %s", when, state)
		}
	}
	c.Begin(counts)
	if c.seed == seed || c.feeds["f"] == bits || c.feeds["f"] != nil {
		t.Error("the key or the map outlives its day")
	}
	for n := range c.asked {
		if c.asked[n].Load() != nil {
			t.Fatal("a request outlives its day")
		}
	}
}

// A day's key is another day's nothing: the same reader sets another bit.
// Feeds that stay go on with the readers that they had, also under another name.
func TestTurn(t *testing.T) {
	c := New([]string{"stays", "old", "gone"}, proxies.Client)
	for n := range 30 {
		for _, name := range []string{"stays", "old", "gone"} {
			ask(c, asking("/feeds/"+name+".rss", "Reader/1", fmt.Sprintf("10.0.0.%d", n)))
		}
	}
	ask(c, asking("/feeds/old.rss", "Feedly/1.0 (11 subscribers)", "10.0.1.1"))
	before := c.Counts()
	c.Turn(map[string]string{"stays": "stays", "new": "old", "fresh": "fresh"}, map[string]news.Readers{"stays": before["stays"], "new": before["old"]})
	for n := range 30 { // the same people
		for _, name := range []string{"stays", "new", "gone", "old"} {
			ask(c, asking("/feeds/"+name+".rss", "Reader/1", fmt.Sprintf("10.0.0.%d", n)))
		}
	}
	if got := c.Counts(); !reflect.DeepEqual(got, map[string]news.Readers{"stays": before["stays"], "new": before["old"]}) {
		t.Errorf("counted %v, before %v", got, before)
	}
}

func TestEachDayHasItsKey(t *testing.T) {
	seen := make(map[string]bool)
	c := New([]string{"f"}, proxies.Client)
	for range 8 {
		ask(c, asking("/feeds/f.rss", "R/1", "192.0.2.1"))
		c.Counts()
		s := c.feeds["f"]
		for n := range uint64(sketchBits) {
			if s.has(n) {
				seen[fmt.Sprint(n)] = true
			}
		}
		c.Begin(nil)
		if c.feeds["f"] != nil {
			t.Fatal("the map outlives its day")
		}
	}
	if len(seen) < 6 {
		t.Errorf("eight days set only %d different bits", len(seen))
	}
}

func TestManyAtOnce(t *testing.T) {
	c := New([]string{"f"}, proxies.Client)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for m := range 200 {
				ask(c, asking("/feeds/f.rss", "R/1", fmt.Sprintf("10.0.%d.%d", n, m)))
				ask(c, asking("/feeds/f.rss", fmt.Sprintf("R/1 (%d readers)", m), "192.0.2.1"))
				if m%50 == 0 {
					c.Counts()
				}
			}
		})
	}
	all.Wait()
	if got := c.Counts()["f"]; got.Direct < 800 || got.Direct > 1650 || got.Stated["R rss"] == 0 {
		t.Errorf("1600 clients at once are %+v", got)
	}
}

// serving is a shelf's answer with and without counting, as in feedout's own
// BenchmarkServe.
func serving(agent string) (alone, counted http.Handler, r *http.Request) {
	shelf := feedout.NewShelf()
	shelf.Put("/feeds/f.rss", feedout.Sheet{Body: []byte(strings.Repeat("<entry>text</entry>", 10_000)), ContentType: feedout.RSS.ContentType(), Cache: feedout.KeepFeed, Modified: time.Unix(1e9, 0), Link: "<x>; rel=self"})
	r = asking("/feeds/f.rss", agent, "203.0.113.77")
	r.Header.Set("Accept-Encoding", "gzip, deflate")
	return shelf, New([]string{"f"}, proxies.Client).Before(shelf), r
}

const usual = "NetNewsWire (RSS Reader; https://netnewswire.com/)"

// nowhere is where answers go: it makes nothing itself.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header         { return n.header }
func (n nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n nowhere) WriteHeader(int)             {}

func TestCountingAllocatesNothing(t *testing.T) {
	for _, agent := range []string{usual, "", "Examplebot/1.0"} {
		_, counted, r := serving(agent)
		w := nowhere{make(http.Header)}
		if n := testing.AllocsPerRun(100, func() { counted.ServeHTTP(w, r) }); n != 0 {
			t.Errorf("%q: %v allocations", agent, n)
		}
	}
}

func BenchmarkServe(b *testing.B) {
	alone, counted, r := serving(usual)
	for name, h := range map[string]http.Handler{"alone": alone, "counted": counted} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			w := nowhere{make(http.Header)}
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, r)
			}
		})
	}
}
