package feedout

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"chinanews/news"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// example is a document with what an entry can have: two carriers, a file,
// an edit, a day-only date, another language, a text that may not be shown.
func example(language string) Document {
	moc := news.Source{ID: "moc", Origin: "moc", Rights: news.Government, Tags: []string{"economy"}, URLs: []string{"https://moc.example/news/"},
		Publisher: news.NamesOf(map[string]string{"en": "Ministry of Commerce of Lanshan", "zh-CN": "岚山国商务部"})}
	wire := news.Source{ID: "wire", Origin: "wire", Rights: news.Media, URLs: []string{"https://wire.example/feed"}, Publisher: news.NamesOf(map[string]string{"en": "Lanshan Wire", "zh-CN": "岚山通讯社"})}
	d := Document{
		Site: news.Site{ID: "site-1", Title: "China News", BaseURL: "https://news.example.org", Publisher: "The editors"},
		Feed: news.Feed{ID: "china-news", Name: "china-news", Title: "China News", Description: "Releases & more", Language: language,
			Provenance: true, Copyright: "See each source", Link: news.LinkOriginal},
		Updated: noon.Add(time.Hour),
	}
	d.Releases = []news.Release{
		release(1, moc, "Trade Grew by 6.1 Percent", "<p>Trade in <b>goods</b> grew.</p>", wire),
		release(2, wire, "A meeting <of> ministers & others", "<p>Long text that may not be shown in full.</p>"),
		release(3, moc, "部长会见代表团", "<p>部长表示，合作前景广阔。</p>"),
	}
	d.Releases[0].Lead.Shown.Files = []news.File{{URL: "https://moc.example/a.pdf", Type: "application/pdf", Title: "Table", Size: 4711}}
	d.Releases[0].Membership.Updated = noon.Add(30 * time.Minute)
	d.Releases[1].Summary = "A summary of the meeting."
	d.Releases[2].Lead.Shown.Lang, d.Releases[2].Lead.Shown.Locale = "zh", "zh-CN"
	d.Releases[2].Lead.Shown.Date = news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: time.Date(2026, 11, 21, 16, 0, 0, 0, time.UTC)}
	return d
}

func release(n byte, src news.Source, title, body string, others ...news.Source) news.Release {
	item := news.Item{ID: news.ItemID{n}, Source: src.Origin, FirstSeen: noon, State: news.Read, ShownRev: 1,
		Shown: news.Entry{URL: fmt.Sprintf("https://%s.example/%d.html", src.ID, n), Title: title, Lang: "en", Locale: "en", Tags: []string{"talks"},
			Date: news.Date{Precision: news.Minute, Zone: "Asia/Shanghai", Time: noon.Add(-time.Hour)}}}
	item.Joined = []news.Joining{{Story: news.StoryID(item.ID), At: noon}}
	r := news.Release{Story: news.StoryID(item.ID), Address: news.StoryID(item.ID).Address(10), Lead: item, HTML: body,
		Carriers: []news.Carrier{{Item: item, Source: src}}}
	r.Membership = news.Membership{Entering: news.Entering{Feed: "china-news", Story: r.Story, Published: noon.Add(-time.Hour), Link: item.Shown.URL, Lead: item.ID}, Entered: noon, Updated: noon.Add(-time.Hour)}
	for k, other := range others {
		copied := item
		copied.ID, copied.Source = news.ItemID{n, byte(k + 1)}, other.Origin
		copied.FirstSeen = noon.Add(time.Duration(k) * time.Hour)
		copied.Joined = []news.Joining{{Story: r.Story, At: noon}}
		r.Carriers = append(r.Carriers, news.Carrier{Item: copied, Source: other})
	}
	return r
}

func render(t *testing.T, d Document, f Format) []byte {
	t.Helper()
	body, err := Render(d, f)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

var formats = []Format{RSS, Atom, JSON}

// golden compares a document with the file that has it as it should be.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not as the golden file has it; look at the difference, then go test . -update", file)
	}
}

func TestGolden(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		for _, f := range formats {
			got := render(t, example(lang), f)
			file := filepath.Join("testdata", "example-"+lang+"."+string(f)+".golden")
			golden(t, file, got)
			if again := render(t, example(lang), f); !bytes.Equal(again, got) {
				t.Errorf("%s: the same document gave other bytes", file)
			}
		}
	}
}

func TestWhatIsCarried(t *testing.T) {
	d := example("en")
	for n, want := range []struct{ in, out string }{
		{"Trade in &lt;b&gt;goods", "nothing"}, {"A summary of the meeting.", "Long text"}, {"合作前景广阔", "nothing"},
	} {
		entry := strings.Split(string(render(t, d, Atom)), "<entry")[n+1]
		if !strings.Contains(entry, want.in) || strings.Contains(entry, want.out) {
			t.Errorf("entry %d must have %q and not %q:\n%s", n, want.in, want.out, entry)
		}
	}
	d.Feed.Content, d.Feed.Provenance = news.Title, false
	for _, f := range formats {
		if body := string(render(t, d, f)); strings.Contains(body, "goods") || strings.Contains(body, "summary of") {
			t.Errorf("%s: a feed of titles carries texts", f)
		}
	}
	d = example("en")
	d.Releases[0].Carriers[1].Item.Joined[0].At = noon.Add(5 * time.Hour)
	if strings.Contains(d.content(d.Releases[0]), "Wire") {
		t.Error("a carrier that came into the story after the last update changed the entry")
	}
	d.Releases[0].HTML, d.Releases[0].Lead.State = "", news.Unreadable
	if !strings.Contains(d.content(d.Releases[0]), "not available yet") {
		t.Error("a text that did not come is not said")
	}
	d.Releases[0].Membership.Link = ""
	if own, related := d.links(d.Releases[0]); own != "https://news.example.org/stories/"+d.Releases[0].Address || related != "https://moc.example/1.html" {
		t.Errorf("link: story gives %s and %s", own, related)
	}
}

func TestDatesAreHonest(t *testing.T) {
	day := news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: time.Date(2017, 12, 10, 16, 0, 0, 0, time.UTC)}
	minute := news.Date{Precision: news.Minute, Zone: "-05:00", Time: noon}
	for _, tt := range []struct {
		w    words
		d    news.Date
		want string
	}{
		{english, day, "11 December 2017 (day only, Beijing time)"}, {chinese, day, "2017年12月11日（北京时间，仅日期）"},
		{english, minute, "22 November 2026, 23:00 (UTC-05:00)"}, {english, news.Date{}, "no date stated"}, {english, news.Date{Raw: "soon"}, "date unclear: “soon”"},
		{english, news.Date{Precision: news.Minute, Zone: "+00:00", Time: noon}, "23 November 2026, 04:00 (UTC)"},
		{english, news.Date{Precision: news.Minute, Zone: "Europe/London", Time: noon}, "23 November 2026, 04:00 (Europe/London)"},
	} {
		if got := tt.w.date(tt.d); got != tt.want {
			t.Errorf("date is said %q, want %q", got, tt.want)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{
		{"Short.", 10, "Short."}, {"One sentence. Another one follows.", 20, "One sentence."},
		{"没有句号的一段很长很长的文字", 5, "没有句号的…"}, {"一句话。又一句话。再来一句", 10, "一句话。又一句话。"},
		{"e\u0301e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301…"}, {"👨‍👩‍👧👨‍👩‍👧", 1, "👨‍👩‍👧…"}, {"", 5, ""},
	} {
		if got := shorten(tt.in, tt.n); got != tt.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
}

func TestLimit(t *testing.T) {
	entries := func(n int, apart time.Duration) []news.Membership {
		var out []news.Membership
		for i := range n {
			out = append(out, news.Membership{Entered: noon.Add(-time.Duration(i) * apart)})
		}
		return out
	}
	for _, tt := range []struct {
		n, limit, want int
		apart, window  time.Duration
	}{
		{5, 10, 5, time.Hour, 0}, {50, 10, 10, time.Hour, 0}, {50, 10, 21, time.Hour, 20 * time.Hour}, {50, 10, 10, time.Hour, 2 * time.Hour},
		{900, 10, 500, time.Second, time.Hour}, {0, 10, 0, 0, 0},
	} {
		f := news.Feed{Limit: tt.limit, Window: news.Duration(tt.window)}
		if got := Limit(slices.Values(entries(tt.n, tt.apart)), f); len(got) != tt.want {
			t.Errorf("%d entries %v apart, limit %d, window %v: %d in the document, want %d", tt.n, tt.apart, tt.limit, tt.window, len(got), tt.want)
		}
	}
}

// wellFormed checks what every reader relies on.
func wellFormed(t interface {
	Helper()
	Fatalf(string, ...any)
}, f Format, body []byte, entries int) {
	t.Helper()
	if !utf8.Valid(body) {
		t.Fatalf("%s is not UTF-8", f)
	}
	if f == JSON {
		var feed struct {
			Version, FeedURL string
			Items            []struct {
				ID, URL, Title string
				HTML           *string `json:"content_html"`
				Text           *string `json:"content_text"`
			}
		}
		if err := json.Unmarshal(body, &feed); err != nil || feed.Items == nil || len(feed.Items) != entries {
			t.Fatalf("JSON feed: %v, %d items, want %d", err, len(feed.Items), entries)
		}
		for _, i := range feed.Items {
			if i.ID == "" || i.URL == "" || i.HTML == nil && i.Text == nil {
				t.Fatalf("JSON item %+v lacks what is required", i)
			}
		}
		return
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = true
	seen, n := make(map[string]bool), 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s is not well-formed: %v\n%.300s", f, err, body)
		}
		start, ok := tok.(xml.StartElement)
		if ok && (start.Name.Local == "item" || start.Name.Local == "entry") {
			n++
		}
		if ok && (start.Name.Local == "guid" || start.Name.Local == "id") {
			var id string
			if err := d.DecodeElement(&id, &start); err != nil || id == "" {
				t.Fatalf("%s has an empty id", f)
			}
			if strings.HasPrefix(id, "urn:uuid:") && seen[id] {
				t.Fatalf("%s has %s twice", f, id)
			}
			seen[id] = true
		}
	}
	if n != entries {
		t.Fatalf("%s has %d entries, want %d", f, n, entries)
	}
}

func TestAnyInputGivesLegalDocuments(t *testing.T) {
	nasty := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"]]>", "\x00\x01\x0b", "\xff\xfe", "\u202e\u2066", "\uFFFE\uFFFF", "<![CDATA[", "&#8;", "</item>", "\ud7ff", "\u2028", "<script>", "&nbsp;", "%", "\U0001FFFE"}))
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(nasty, 0, 5).Draw(t, "parts"), "") })
	rapid.Check(t, func(t *rapid.T) {
		d := example("en")
		d.Feed.Title, d.Feed.Description, d.Site.Publisher = text.Draw(t, "title"), text.Draw(t, "description"), text.Draw(t, "publisher")
		for n := range d.Releases {
			r := &d.Releases[n]
			r.Lead.Shown.Title, r.HTML, r.Summary = text.Draw(t, "title"), text.Draw(t, "html"), text.Draw(t, "summary")
			r.Lead.Shown.Tags, r.Lead.Shown.URL = []string{text.Draw(t, "tag")}, "https://x.example/"+text.Draw(t, "url")
			r.Membership.Link = r.Lead.Shown.URL
			r.Carriers[0].Source.Publisher = news.NamesOf(map[string]string{"en": text.Draw(t, "name")})
			r.Lead.Shown.Files = []news.File{{URL: text.Draw(t, "file"), Type: "a/b", Size: 1}}
			r.Layer = news.Layer{{Act: news.ActRetitle, Args: news.Args{Text: text.Draw(t, "retitle")}}, {Act: news.ActSummary, Args: news.Args{Text: text.Draw(t, "summary")}},
				{Act: news.ActNote, Args: news.Args{Text: text.Draw(t, "note")}}, {Act: news.ActTag, Args: news.Args{Tags: []string{text.Draw(t, "tag")}}}}
			r.Siblings = []news.Sibling{sibling(byte(60+n), text.Draw(t, "language"), text.Draw(t, "title"), noon.Add(-time.Hour)), sibling(byte(70+n), "zh", text.Draw(t, "title"), noon.Add(-time.Hour))}
		}
		for _, f := range formats {
			body, err := Render(d, f)
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			wellFormed(t, f, body, 3)
		}
	})
}

func TestSizes(t *testing.T) {
	for _, n := range []int{0, 1, 2000} {
		d := example("en")
		r := d.Releases[0]
		d.Releases = nil
		for i := range n {
			r.Membership.Story = news.StoryID{byte(i >> 8), byte(i), 9}
			d.Releases = append(d.Releases, r)
		}
		for _, f := range formats {
			body := render(t, d, f)
			got := strings.Count(string(body), "urn:uuid:")
			if len(body) > maxDocument || n < 500 && got < n {
				t.Errorf("%d releases: %s of %d bytes with %d ids", n, f, len(body), got)
			}
		}
	}
	d := example("en")
	for i := range d.Releases {
		d.Releases[i].HTML = "<p>" + strings.Repeat("long ", 500_000) + "</p>"
	}
	if body := render(t, d, RSS); len(body) > 2*maxDocument || !strings.Contains(string(body), "<item>") {
		t.Errorf("a document of huge entries has %d bytes", len(body))
	}
	if _, err := Render(d, "pdf"); err == nil {
		t.Error("an unknown format was rendered")
	}
}

func TestOPML(t *testing.T) {
	body, err := OPML(news.Site{Title: "A & B", BaseURL: "https://n.example"}, []news.Feed{{ID: "f", Title: "<F>", Language: "en"}})
	if err != nil || !strings.Contains(string(body), `xmlUrl="https://n.example/feeds/f.atom"`) || xml.Unmarshal(body, new(struct{})) != nil {
		t.Errorf("OPML %s, %v", body, err)
	}
}

func BenchmarkRender(b *testing.B) {
	d := example("en")
	for n := range 47 {
		r := d.Releases[0]
		r.Membership.Story = news.StoryID{byte(n), 7}
		d.Releases = append(d.Releases, r)
	}
	for _, f := range formats {
		b.Run(string(f), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Render(d, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("long texts in all formats", func(b *testing.B) {
		long := d
		long.Releases = slices.Clone(d.Releases)
		for n := range long.Releases {
			long.Releases[n].HTML = strings.Repeat("<p>Trade in <b>goods</b> grew by 6.1 percent, 货物贸易增长百分之六点一。</p>", 90)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := new(Edition).Render(long, formats...); err != nil {
				b.Fatal(err)
			}
		}
	})
	told := edited("en")
	for len(told.Notices) < maxEntries {
		told.Notices = append(told.Notices, told.Notices[2])
	}
	b.Run("500 notices", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Render(told, Atom); err != nil {
				b.Fatal(err)
			}
		}
	})
}
