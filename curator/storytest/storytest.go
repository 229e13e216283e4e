// Package storytest reads the labelled corpus of stories, for tests: what its
// fields and labels mean is in curator/testdata/stories/README.md.
package storytest

import (
	"bufio"
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// Parts are the parts of the corpus.
var Parts = []string{"open", "sealed"}

const zone = "Asia/Shanghai"

// Item is what one source had of a release, and the labels.
type Item struct {
	ID        string         `json:"id"`
	Source    string         `json:"source"`
	Lang      string         `json:"lang"`
	URL       string         `json:"url"`
	Title     string         `json:"title"`
	Day       string         `json:"date"` // as Precision has it
	Precision news.Precision `json:"precision"`
	FirstSeen time.Time      `json:"first_seen"`
	Text      string         `json:"text"`

	Release string `json:"release"`
	Work    string `json:"work"`
	Case    string `json:"case"`
	Kind    string `json:"kind"`
	Again   string `json:"again"`
}

// Items are a part's items in the order in which they arrive. curator is the
// way to the folder of that name.
func Items(t testing.TB, curator, part string) (items []Item) {
	t.Helper()
	f, err := os.Open(filepath.Join(curator, "testdata", "stories", part+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var i Item
		if err := json.Unmarshal(lines.Bytes(), &i); err != nil {
			t.Fatalf("%s, line %d: %v", f.Name(), len(items)+1, err)
		}
		items = append(items, i)
	}
	if lines.Err() != nil || len(items) == 0 {
		t.Fatalf("%s: %d items, %v", f.Name(), len(items), lines.Err())
	}
	return items
}

// Entry is the item as its source's page has it.
func (i Item) Entry(t testing.TB) news.Entry {
	t.Helper()
	layout := time.RFC3339
	if i.Precision == news.Day {
		layout = time.DateOnly
	}
	at, err := time.ParseInLocation(layout, i.Day, news.Location(zone))
	if err != nil {
		t.Fatal(i.ID, err)
	}
	body := "<p>" + strings.ReplaceAll(html.EscapeString(i.Text), "\n", "</p>\n<p>") + "</p>"
	return news.Entry{URL: i.URL, Title: i.Title, Lang: i.Lang, HTML: body, Digest: news.TextDigest(i.Text),
		Date: news.Date{Raw: i.Day, Origin: news.FromList, Precision: i.Precision, Zone: zone, Time: at.UTC()}}
}

// Plain is Entry with the text as the source's own summary, in lines.
func (i Item) Plain(t testing.TB) news.Entry {
	t.Helper()
	e := i.Entry(t)
	e.HTML, e.Summary = "", i.Text
	return e
}
