package fetcher

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/fetcher/charset"
	"chinanews/fetcher/clean"
	"chinanews/fetcher/feed"
	"chinanews/news"
)

// hardAnswer is the right reading of a hard input, as it was laid down before
// the reader saw it.
type hardAnswer struct {
	About       string `json:"about"`
	ContentType string `json:"content_type"`
	Refused     string `json:"refused"`
	Items       []struct{ Title, Link, ID, Date, Text string }
}

// wrong says what a reading of a hard input has wrong; empty when it is right.
func (h hardAnswer) wrong(entries []news.Entry, p *news.Problem) string {
	switch {
	case p != nil && h.Refused != "":
		return ""
	case p != nil:
		return p.Words
	case h.Refused == "must":
		return "was read and had to be refused"
	case len(entries) != len(h.Items):
		return fmt.Sprintf("%d items, want %d", len(entries), len(h.Items))
	}
	for n, want := range h.Items {
		got := entries[n]
		date := got.Date.Time.Format(time.RFC3339)
		if got.Date.Precision == news.Day {
			date = got.Date.Day()
		}
		for _, f := range []struct{ what, got, want string }{{"title", got.Title, want.Title}, {"link", got.URL, want.Link}, {"id", got.ID, want.ID}} {
			if f.want != "" && f.got != f.want {
				return fmt.Sprintf("item %d: %s %q, want %q", n, f.what, f.got, f.want)
			}
		}
		if want.Date != "" && !sameDate(date, want.Date) {
			return fmt.Sprintf("item %d: date %s of %q, want %s", n, date, got.Date.Raw, want.Date)
		}
		if text := got.Summary + "\n" + clean.Text(got.HTML); !strings.Contains(text, want.Text) {
			return fmt.Sprintf("item %d: %q is not in %.200q", n, want.Text, text)
		}
	}
	return ""
}

func sameDate(got, want string) bool {
	a, errA := time.Parse(time.RFC3339, got)
	b, errB := time.Parse(time.RFC3339, want)
	return got == want || errA == nil && errB == nil && a.Equal(b)
}

// TestHardInputs reads 92 feeds that other readers refuse or garble.
func TestHardInputs(t *testing.T) {
	right, all := 0, 0
	for _, part := range []string{"open", "sealed"} {
		files, err := filepath.Glob(filepath.Join("feed", "testdata", "hard", part, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			all++
			if wrong := readHard(t, file); wrong != "" {
				t.Errorf("%s: %s", filepath.Base(file), wrong)
				continue
			}
			right++
		}
	}
	t.Logf("%d of %d are right", right, all)
}

func readHard(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var h hardAnswer
	if err := json.Unmarshal(text, &h); err != nil {
		t.Fatal(file, err)
	}
	body, err := os.ReadFile(strings.TrimSuffix(file, ".json") + ".feed")
	if err != nil {
		t.Fatal(err)
	}
	base, _ := url.Parse("https://ministry.example/news/feed.xml")
	decoded, p := charset.Decode(body, h.ContentType, "")
	if p != nil {
		return h.wrong(nil, p)
	}
	l, p := feed.Read(decoded.UTF8, news.Source{Timezone: "Asia/Shanghai"}, base, feed.Options{Now: noon})
	return h.wrong(l.Entries, p)
}
