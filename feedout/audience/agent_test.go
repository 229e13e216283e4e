package audience

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestStated(t *testing.T) {
	for _, tt := range []struct {
		agent, service string
		readers        int
	}{
		{"Feedly/1.0 (+http://www.feedly.com/fetcher.html; 1234 subscribers; like FeedFetcher-Google)", "Feedly", 1234},
		{"FeedlyBot/1.0 (http://feedly.com; 7 subscribers)", "Feedly", 7},
		{"Mozilla/5.0 (compatible; inoreader.com; 21 subscribers)", "Inoreader", 21},
		{"Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 1 subscriber; )", "Inoreader", 1},
		{"NewsBlur Feed Fetcher - 54 subscribers - https://www.newsblur.com/site/1/a-feed (Mozilla/5.0 (Macintosh) AppleWebKit/537.36)", "NewsBlur", 54},
		{"Mozilla/5.0 (compatible; theoldreader.com; 12 subscribers; feed-id=0a1b2c3d4e5f)", "The Old Reader", 12},
		{"Feedbin feed-id:1373711 - 142 subscribers", "Feedbin", 142},
		{"Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 3 subscribers)", "BazQux", 3},
		{"SmallReader/0.3 (https://small.example; 2 users)", "SmallReader", 2},
		{"Mozilla/5.0 (compatible; Lesekreis/1.0; 40 readers)", "Lesekreis", 40},
		{"阅读器/1.0 (9 subscribers)", "others", 9},
		{"203.0.113.9 (5 subscribers)", "others", 5},
		{"A203.0.113.9 (5 subscribers)", "A", 5},
		{"Mozilla/5.0 (X11; 3 subscribers)", "others", 3},
		{"fe80::1 (5 subscribers)", "fe", 5},
		{"Huge/1 (999999999 subscribers)", "Huge", mostStated},
		{"Empty/1 (0 subscribers)", "Empty", 0},
	} {
		service, readers, ok := Stated(tt.agent)
		if !ok || service != tt.service || readers != tt.readers {
			t.Errorf("%s: %q, %d, %v; want %q, %d", tt.agent, service, readers, ok, tt.service, tt.readers)
		}
	}
}

func TestNotStated(t *testing.T) {
	for _, agent := range []string{
		"", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", usual, "FreshRSS/1.27 (Linux; https://freshrss.org)",
		"Reader/1.0 (many subscribers)", "Reader/1.0 (subscribers: 5)", "Reader/1.5 readers", "Reader/1.0 (-5 subscribers)", "Reader/1.0 (5 subscribersX)",
		"Reader/1.0 (12345678901 subscribers)", "x5 readers", "5  readers",
	} {
		if service, readers, ok := Stated(agent); ok {
			t.Errorf("%q: %q, %d", agent, service, readers)
		}
	}
}

func FuzzStated(f *testing.F) {
	for _, s := range []string{"", "Feedly 5 subscribers", "1 reader", "Mozilla/5.0 (compatible; " + strings.Repeat("a", 300) + "; 1 users)", "\xff 3 readers"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, agent string) {
		service, readers, ok := Stated(agent)
		if !ok {
			return
		}
		if service == "" || len(service) > 32 || !utf8.ValidString(service) || strings.ContainsAny(service, "0123456789<>&\"' /:.") && service != "The Old Reader" || readers < 0 || readers > mostStated {
			t.Errorf("%q: %q, %d", agent, service, readers)
		}
	})
}
