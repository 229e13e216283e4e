package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

const mainTopic = "http://news.example/feeds/all.atom"

// No request leaves for what is not public, whatever leads there.
func TestHubAsksNothingPrivate(t *testing.T) {
	for name, tt := range map[string]struct {
		names    map[string][]string
		callback string
		status   int
		says     string
	}{
		"public":           {nil, "https://reader.test/cb", 202, ""},
		"loopback":         {nil, "https://127.0.0.1/cb", 403, `hub: {allow: ["127.0.0.1:443"]}`},
		"what polls may":   {nil, "https://127.0.0.1:8443/cb", 403, "hub: {allow:"},
		"loopback 6":       {nil, "https://[::1]/cb", 403, "hub: {allow:"},
		"mapped":           {nil, "https://[::ffff:10.0.0.1]/cb", 403, "hub: {allow:"},
		"metadata":         {nil, "https://169.254.169.254/latest/meta-data/", 403, "hub: {allow:"},
		"plain":            {nil, "http://reader.test/cb", 403, "is plain http; use https"},
		"another port":     {nil, "https://93.184.216.34:22/", 403, "only 80 and 443"},
		"named":            {map[string][]string{"inside.test": {"10.0.0.5"}}, "https://inside.test/cb", 202, ""},
		"named loopback":   {map[string][]string{"loop.test": {"127.0.0.1"}}, "https://loop.test/cb", 202, ""},
		"named metadata":   {map[string][]string{"meta.test": {"169.254.169.254"}}, "https://meta.test/cb", 202, ""},
		"named port":       {nil, "https://reader.test:22/cb", 202, ""},
		"short":            {map[string][]string{"127.1": {"127.0.0.1"}}, "https://127.1/cb", 202, ""},
		"localhost":        {map[string][]string{"localhost": {"127.0.0.1"}}, "https://localhost/cb", 202, ""},
		"rebinds at once":  {map[string][]string{"rebind.test": {"10.0.0.5", "93.184.216.34"}}, "https://rebind.test/cb", 202, ""},
		"6 inside 4":       {map[string][]string{"nat.test": {"64:ff9b::7f00:1"}}, "https://nat.test/cb", 202, ""},
		"carrier's own":    {map[string][]string{"cgnat.test": {"100.64.0.1"}}, "https://cgnat.test/cb", 202, ""},
		"unspecified":      {map[string][]string{"zero.test": {"0.0.0.0"}}, "https://zero.test/cb", 202, ""},
		"not there at all": {nil, "https://reader.invalid/cb", 202, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inHub(t, "", func(s *hubSite) {
				if tt.names != nil {
					s.names = tt.names
				}
				status, text := s.post("subscribe", mainTopic, tt.callback)
				if status != tt.status || !strings.Contains(text, tt.says) {
					s.Errorf("status %d: %s", status, text)
				}
				if public := name == "public"; public != (len(s.dialed) > 0) || public != (len(s.kept()) > 0) {
					s.Errorf("connections to %q, kept %v", s.dialed, s.kept())
				}
			})
		})
	}
}

// A name that was public when it subscribed and leads inside when it renews.
func TestHubAndANameThatRebinds(t *testing.T) {
	inHub(t, "", func(s *hubSite) {
		s.names["rebind.test"] = []string{"93.184.216.34", "192.168.1.1"}
		s.post("subscribe", mainTopic, "https://rebind.test/cb")
		before := s.kept()
		time.Sleep(time.Hour)
		s.post("subscribe", mainTopic, "https://rebind.test/cb")
		if after := s.kept(); len(before) != 1 || !slices.Equal(after, before) || !slices.Equal(s.dialed, []string{"93.184.216.34:443"}) {
			s.Errorf("kept %v, before %v; connections to %q", after, before, s.dialed)
		}
	})
}

func TestHubFollowsNothingInside(t *testing.T) {
	inHub(t, "", func(s *hubSite) {
		s.answer = func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://10.0.0.5/?"+r.URL.RawQuery, http.StatusTemporaryRedirect)
		}
		s.post("subscribe", mainTopic, "https://reader.test/cb")
		if len(s.kept()) > 0 || len(s.dialed) != 1 {
			s.Errorf("kept %v, connections to %q", s.kept(), s.dialed)
		}
	})
}

func TestHubAllow(t *testing.T) {
	inHub(t, `hub: {allow: ["10.0.0.0/8", "reader.test:80"], lease: 3d}`, func(s *hubSite) {
		s.names["inside.test"] = []string{"10.0.0.5"}
		for _, callback := range []string{"http://10.0.0.5/cb", "https://inside.test/cb", "http://reader.test/cb"} {
			if status, text := s.post("subscribe", mainTopic, callback); status != 202 {
				s.Errorf("%s: %d %s", callback, status, text)
			}
		}
		kept := s.kept()
		if len(kept) != 3 {
			s.Fatalf("kept %v, connections to %q", kept, s.dialed)
		}
		if lease := time.Until(kept[0].Until); lease > 72*time.Hour || lease < 71*time.Hour {
			s.Errorf("a lease of %s", lease)
		}
		if status, _ := s.post("subscribe", mainTopic, "http://127.0.0.1/cb"); status != 403 {
			s.Errorf("what is not allowed: %d", status)
		}
	})
}

func TestHubTopics(t *testing.T) {
	inHub(t, "", func(s *hubSite) {
		for address, want := range map[string]news.Topic{
			mainTopic: {Feed: "all", Format: "atom"}, "http://news.example/feeds/all.rss": {Feed: "all", Format: "rss"},
			"http://news.example/feeds/all.json":              {Feed: "all", Format: "json"},
			"http://news.example/feeds/edits.atom":            {Feed: "edits", Format: "atom"},
			"http://news.example/feeds/all/removals.rss":      {Feed: news.FeedName("all").Notices(news.FeedRemovals), Format: "rss"},
			"http://news.example/feeds/every.atom":            {Feed: "all", Format: "atom"},
			"http://news.example/feeds/every/removals.rss":    {Feed: news.FeedName("all").Notices(news.FeedRemovals), Format: "rss"},
			"http://old.example/feeds/all.atom":               {Feed: "all", Format: "atom"},
			"http://older.example/news/feeds/every.json":      {Feed: "all", Format: "json"},
			"http://older.example/feeds/all.atom":             {},
			"http://news.example/feeds/office.atom":           {},
			"http://news.example/feeds/office/edits.atom":     {},
			"http://news.example/feeds/all.opml":              {},
			"http://news.example/feeds/all.atom?x=1":          {},
			"http://news.example/feeds/all":                   {},
			"http://news.example/search.atom?q=x":             {},
			"http://news.example/feeds/":                      {},
			"http://news.example.evil.example/feeds/all.atom": {},
			"/feeds/all.atom":                                 {},
		} {
			status, text := s.post("subscribe", address, "https://reader.test/"+url.PathEscape(address))
			kept := s.kept()
			if want == (news.Topic{}) {
				if status != 404 || len(kept) > 0 {
					s.Errorf("%s: %d %s, kept %v", address, status, text, kept)
				}
				continue
			}
			if status != 202 || len(kept) != 1 || kept[0].Topic != want {
				s.Errorf("%s: %d %s, kept %v", address, status, text, kept)
			}
			for _, k := range kept {
				s.h.store.Unsubscribe(s.Context(), k.Topic, k.Callback)
			}
		}
	})
}

// A subscriber that has the hub's address from before finds it still, and its
// leases go on.
func TestHubMoves(t *testing.T) {
	inHub(t, "", func(s *hubSite) {
		const callback = "https://reader.test/cb"
		s.set(`"http://news.example", was`, `"http://news.example/daily", was`)
		s.set(`["http://old.example"`, `["http://news.example", "http://old.example"`)
		s.post("subscribe", mainTopic, callback)
		s.stopped()
		s.begin()
		if len(s.kept()) != 1 {
			s.Fatalf("kept %v", s.kept())
		}
		for _, address := range []string{"http://news.example/daily/hub", "http://news.example/hub", "http://old.example/hub", "http://older.example/news/hub"} {
			for n, mode := range []string{"unsubscribe", "subscribe"} {
				status, text := s.postTo(address, mode, mainTopic, callback)
				if status != 202 || len(s.kept()) != n {
					s.Errorf("%s at %s: %d %s, kept %v", mode, address, status, text, s.kept())
				}
			}
		}
		w := httptest.NewRecorder()
		s.h.public().ServeHTTP(w, httptest.NewRequest("GET", "http://news.example/daily/feeds/all.atom", nil))
		if link := w.Header().Get("Link"); !strings.Contains(link, `<http://news.example/daily/hub>; rel="hub"`) {
			s.Errorf("Link is %q", link)
		}
	})
}

// What a subscriber was promised is kept over a restart, and so is how it ends.
func TestHubOverRestarts(t *testing.T) {
	inHub(t, "", func(s *hubSite) {
		again := func() {
			s.stopped()
			s.begin()
		}
		s.post("subscribe", mainTopic, "https://reader.test/cb")
		want := s.kept()
		if len(want) != 1 {
			s.Fatalf("kept %v", want)
		}
		again()
		if got := s.kept(); !slices.Equal(got, want) {
			s.Errorf("after a restart %v, want %v", got, want)
		}
		if status, text := s.post("unsubscribe", "http://news.example/feeds/every.atom", "https://reader.test/cb"); status != 202 || len(s.kept()) > 0 {
			s.Errorf("%d %s, kept %v", status, text, s.kept())
		}
		s.post("subscribe", mainTopic, "https://reader.test/cb")
		s.stopped()
		time.Sleep(10 * 24 * time.Hour)
		s.begin()
		if got := s.kept(); len(got) > 0 {
			s.Errorf("after its lease %v", got)
		}
		time.Sleep(time.Hour)
		err := s.h.store.View(s.Context(), func(l *storage.Ledger) error {
			if all := l.SubscriptionCount(); all != 0 {
				s.Errorf("%d are left in the record", all)
			}
			return nil
		})
		if err != nil {
			s.Error(err)
		}
	})
}

// A feed that is public no more, or no more there, ends what was promised: also
// when it is public again.
func TestHubOfAFeedThatCloses(t *testing.T) {
	for _, closed := range []string{"- {id: all, was: [every], title: All, languages: all, access: token}", "- {id: other, title: Other, languages: all}"} {
		inHub(t, "", func(s *hubSite) {
			open := "- {id: all, was: [every], title: All, languages: all}"
			for n, topic := range []string{mainTopic, "http://news.example/feeds/all/edits.atom", "http://news.example/feeds/edits.atom"} {
				s.post("subscribe", topic, "https://reader.test/cb")
				if len(s.kept()) != n+1 {
					s.Fatalf("kept %v", s.kept())
				}
			}
			for _, rows := range []string{closed, open} {
				s.stopped()
				s.set(map[bool]string{true: open, false: closed}[rows == closed], rows)
				s.begin()
				time.Sleep(time.Minute)
				if kept := s.kept(); len(kept) != 1 || kept[0].Feed != news.FeedEdits {
					s.Errorf("with %s: kept %v", rows, kept)
				}
			}
		})
	}
}

func TestHubIsFound(t *testing.T) {
	for keys, want := range map[string]string{
		"": "http://news.example/hub", "hub: {off: true}": "", "hub: {off: true, outside: [https://hub.example/]}": "https://hub.example/",
	} {
		inHub(t, keys, func(s *hubSite) {
			get := func(path string) *httptest.ResponseRecorder {
				w := httptest.NewRecorder()
				s.h.public().ServeHTTP(w, httptest.NewRequest("GET", "http://news.example"+path, nil))
				return w
			}
			link := `<` + want + `>; rel="hub"`
			for _, path := range []string{"/feeds/all.atom", "/feeds/all.rss", "/feeds/all.json", "/feeds/edits.atom", "/feeds/all/removals.json"} {
				if has := get(path).Header().Get("Link"); strings.Contains(has, `rel="hub"`) != (want != "") || want != "" && !strings.Contains(has, link) || !strings.Contains(has, `rel="self"`) {
					s.Errorf("%s, %s: Link is %q", keys, path, has)
				}
			}
			if has := get("/search.atom?q=x").Header().Get("Link"); strings.Contains(has, "hub") {
				s.Errorf("a search: Link is %q", has)
			}
			w := get("/hub")
			if ours := strings.HasSuffix(want, ".example/hub"); ours != (w.Code == 200) || ours && !strings.Contains(w.Body.String(), "the WebSub hub of http://news.example") {
				s.Errorf("%s: /hub answers %d %s", keys, w.Code, w.Body)
			}
		})
	}
}
