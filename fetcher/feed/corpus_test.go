package feed

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"chinanews/fetcher/charset"
	"chinanews/fetcher/clean"
	"chinanews/news"
)

const corpusDir = "../../../shared/corpus/feeds"

// capture reads one captured feed, or skips.
func capture(t testing.TB, name string) []byte {
	t.Helper()
	if _, err := os.Stat(corpusDir); err != nil {
		t.Skip("needs ../shared/corpus, which is not part of the repository")
	}
	b, err := os.ReadFile(filepath.Join(corpusDir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The counts in corpus.tsv are those of another reader (Python's feedparser),
// but for one document that is cut off, of which we take whole items only.
func TestCapturedFeedsGiveTheirItems(t *testing.T) {
	table, err := os.ReadFile("testdata/corpus.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		t.Run(f[0], func(t *testing.T) {
			want, _ := strconv.Atoi(f[1])
			raw := capture(t, f[0])
			text, p := charset.Decode(raw, "", "")
			if p != nil || text.Charset != f[3] {
				t.Errorf("got charset %s (%v), want %s", text.Charset, p, f[3])
			}
			if got := string(Sniff(text.UTF8)); got != f[2] {
				t.Errorf("got shape %s, want %s", got, f[2])
			}
			l, p := Read(text.UTF8, row, site, noon)
			if want == 0 && (p == nil || p.Condition != news.HTMLInstead) || want > 0 && p != nil {
				t.Errorf("got problem %v with %d items wanted", p, want)
			}
			if len(l.Entries) != want {
				t.Errorf("got %d items, want %d; warnings %q", len(l.Entries), want, l.Warnings)
			}
			notWorse(t, raw, l)
		})
	}
}

// zoned is a date that says in which zone it is meant, and not by a name that
// means two things.
var zoned = regexp.MustCompile(`(?:GMT|UTC|Z|[+-]\d{2}:?\d{2})$`)

// notWorse compares with what gofeed alone makes of a document.
func notWorse(t *testing.T, raw []byte, l Listing) {
	bare, err := gofeed.NewParser().Parse(bytes.NewReader(raw))
	switch {
	case err != nil && len(l.Entries) > 0:
		t.Logf("rescued: gofeed alone refuses it: %v", err)
		return
	case err != nil:
		return
	case len(bare.Items) != len(l.Entries):
		t.Logf("rescued: gofeed alone finds %d of %d items", len(bare.Items), len(l.Entries))
		return
	}
	for i, it := range bare.Items {
		if news.Folded(clean.Text(it.Title)) != news.Folded(l.Entries[i].Title) {
			t.Logf("rescued: gofeed alone calls item %d %.50q, and not %.50q", i, it.Title, l.Entries[i].Title)
		}
	}
	whole := !bytes.Contains(raw, []byte("\uFFFD"))
	for i, it := range bare.Items {
		e := l.Entries[i]
		if whole && strings.Contains(e.Title, "\uFFFD") {
			t.Errorf("item %d: broken title %q", i, e.Title)
		}
		for _, f := range []struct {
			what      string
			bare, our bool
		}{
			{"title", it.Title != "", e.Title != ""},
			{"link", absolute(it.Link), e.URL != ""},
			{"id", it.GUID != "", e.ID != ""},
			{"date", it.Published != "" || it.Updated != "", e.Date.Raw != ""},
			{"content", clean.Text(it.Content) != "", e.HTML != ""},
			{"summary", clean.Text(it.Description) != "", e.Summary+e.HTML != ""},
			{"authors", len(it.Authors) > 0 && it.Authors[0].Name != "", len(e.Authors) > 0},
			{"tags", len(it.Categories) > 0 && news.Line(it.Categories[0]) != "", len(e.Tags) > 0},
			{"files", len(it.Enclosures) > 0 && absolute(it.Enclosures[0].URL), len(e.Files) > 0},
		} {
			if f.bare && !f.our {
				t.Errorf("item %d (%q): gofeed has a %s, we do not", i, e.Title, f.what)
			}
		}
		if bare := news.Folded(clean.Text(it.Title)); whole && bare != "" && bare != news.Folded(e.Title) && news.Line(it.Title) != e.Title {
			t.Errorf("item %d: got title %q, gofeed has %q", i, e.Title, it.Title)
		}
		if absolute(it.Link) && news.CanonicalURL(it.Link) != news.CanonicalURL(e.URL) {
			t.Errorf("item %d: got link %q, gofeed has %q", i, e.URL, it.Link)
		}
		if bare := news.Folded(clean.Text(it.Content)); whole && bare != "" && !strings.Contains(news.Folded(clean.Text(e.HTML)), bare[:min(len(bare), 100)]) {
			t.Errorf("item %d: got the content %.400q, gofeed has %.400q", i, clean.Text(e.HTML), clean.Text(it.Content))
		}
		if it.PublishedParsed != nil && zoned.MatchString(it.Published) && e.Date.Precision == news.Minute && !e.Date.Time.Truncate(time.Minute).Equal(it.PublishedParsed.Truncate(time.Minute)) {
			t.Errorf("item %d: got the date %v, gofeed has %v of %q", i, e.Date.Time, it.PublishedParsed, it.Published)
		}
		if it.GUID != "" && e.ID != it.GUID {
			t.Errorf("item %d: got id %q, gofeed has %q", i, e.ID, it.GUID)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	text, _ := charset.Decode(capture(b, "feedreader-Rss20IndianExpress.xml"), "", "")
	b.SetBytes(int64(len(text.UTF8)))
	for b.Loop() {
		if _, p := Read(text.UTF8, row, site, noon); p != nil {
			b.Fatal(p)
		}
	}
}

func BenchmarkRepair(b *testing.B) {
	text, _ := charset.Decode(capture(b, "feedreader-Rss20IndianExpress.xml"), "", "")
	b.SetBytes(int64(len(text.UTF8)))
	for b.Loop() {
		out := outlineOf(text.UTF8)
		repair(text.UTF8[out.root:], out.entities, false)
	}
}

func BenchmarkGofeedAlone(b *testing.B) {
	gofeedAlone(b, capture(b, "feedreader-Rss20IndianExpress.xml"))
}

func gofeedAlone(b *testing.B, raw []byte) {
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := gofeed.NewParser().Parse(bytes.NewReader(raw)); err != nil {
			b.Fatal(err)
		}
	}
}
