package site

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

// shelf is a library in memory.
type shelf struct {
	site  news.Site
	items []Item
	lines []SourceLine
	err   error

	unwell     []SourceLine
	told, gone []Notice
	difference string
	places     int // of its newest month, in the sitemap
}

func (s *shelf) Site() news.Site {
	if s.site.Title != "" {
		return s.site
	}
	return news.Site{Title: "China News", BaseURL: "https://news.example.org", Language: "en", Publisher: "the River Editors", Contact: "ops@example.org", Links: []news.Link{{Title: "Imprint", URL: "https://example.org/imprint"}}}
}

func (s *shelf) Feeds() []news.Feed { return []news.Feed{english, mandarin} }

func (s *shelf) Newest(lang string, n int) (items []Item, err error) {
	for _, i := range s.items {
		if len(items) < n && (lang == "" || i.Lead.Shown.Lang == lang) {
			items = append(items, i)
		}
	}
	return items, s.err
}

func (s *shelf) Page(feed string, filter Filter, number, size int) (Listing, error) {
	for _, f := range s.Feeds() {
		if f.ID == feed {
			if len(s.items) > 0 && s.items[0].Feed.ID == f.ID {
				f = s.items[0].Feed
			}
			items := slices.Clone(s.items)
			slices.SortStableFunc(items, func(a, b Item) int { return b.Membership.Published.Compare(a.Membership.Published) })
			items = slices.DeleteFunc(items, func(i Item) bool { return !filter.lets(i) })
			from := min((number-1)*size, len(items))
			return Listing{Feed: f, Items: items[from:min(from+size, len(items))], Total: len(items), Sources: []news.Source{ministry, embassy, paper}, Unwell: s.unwell}, s.err
		}
	}
	return Listing{}, ErrNotFound
}

// lets is a filter, naively.
func (f Filter) lets(i Item) bool {
	at := i.Membership.Published
	return (f.Publisher == "" || publisher(f.Lang, i) == f.Publisher) && (f.From.IsZero() || !at.Before(f.From)) && (f.To.IsZero() || at.Before(f.To))
}

func (s *shelf) Story(address string) (Item, error) {
	for _, i := range s.items {
		if i.Address == address || address == "a"+i.Address {
			return i, s.err
		}
	}
	return Item{}, ErrNotFound
}

func (s *shelf) Polling() (Polling, error) {
	return Polling{s.lines, 4711, "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"}, s.err
}

var (
	english  = news.Feed{ID: "china-news", Name: "china-news", Title: "Lanshan Releases", Description: "Releases of the ministries of Lanshan", Language: "en"}
	mandarin = news.Feed{ID: "zh", Name: "zh", Title: "岚山要闻", Description: "岚山各部门发布的消息", Language: "zh-CN"}

	ministry = news.Source{ID: "moc", Origin: "moc", Rights: news.Government, Robots: true, URLs: []string{"https://moc.example/news/"}, Language: "en", Interval: news.Duration(30 * time.Minute), MinInterval: news.Duration(10 * time.Minute),
		Publisher: news.NamesOf(map[string]string{"en": "Ministry of Commerce", "zh-CN": "商务部"})}
	embassy = news.Source{ID: "embassy", Origin: "embassy", Rights: news.Government, URLs: []string{"https://torvia.embassy.example/", "https://torvia.embassy.example/zh/"}, Language: "auto", Interval: news.Duration(2 * time.Hour),
		Publisher: news.NamesOf(map[string]string{"en": "Embassy in Torvia", "zh-CN": "驻托维亚使馆"})}
	paper = news.Source{ID: "paper", Origin: "paper", Rights: news.Media, Publisher: news.NamesOf(map[string]string{"": "岚山日报"})}
)

// item is a release as pages show it, carried by its ministry unless change
// says otherwise.
func item(n byte, lang string, change func(*Item)) Item {
	i := Item{Feed: english}
	if lang == "zh" {
		i.Feed = mandarin
	}
	i.Story = news.StoryID{n, 0xde, 0xad, 0xbe, 0xef, n}
	i.Address = i.Story.Address(news.AddressLength)
	i.Lead = news.Item{ID: news.ItemID(i.Story), Source: "moc", FirstSeen: noon, State: news.Read, ShownRev: 1, Revisions: []news.Revision{{Rev: 1, Class: news.First, At: noon}},
		Shown: news.Entry{Title: fmt.Sprintf("Release %d", n), URL: "https://moc.example/1.html", Lang: lang,
			Date: news.Date{Precision: news.Day, Zone: beijing, Time: time.Date(2017, 12, 10, 16, 0, 0, 0, time.UTC)}}}
	i.HTML = `<p>Text of the release.</p><img src="https://moc.example/p.jpg" alt="The port"/>`
	if change != nil {
		change(&i)
	}
	if i.Membership.Published = i.Lead.Shown.Date.Time; i.Membership.Published.IsZero() {
		i.Membership.Published = i.Lead.FirstSeen
	}
	if i.Carriers == nil {
		i.Carriers = []news.Carrier{{Item: i.Lead, Source: ministry}}
	}
	return i
}

// library is rich: both languages, all kinds of dates, rights and misfortune.
func library() *shelf {
	meeting := item(1, "en", func(i *Item) {
		i.Lead.Shown.Title = "Minister Arel Vantis Meets with Minister Dola Menkaru of Torvia on the Sidelines of the Ninth Conference of the River States in Port Selin"
		i.Lead.Shown.Date = news.Date{Precision: news.Minute, Zone: beijing, Time: noon.Add(-150 * time.Minute)}
		i.Lead.Shown.Files = []news.File{{URL: "https://moc.example/a.pdf", Title: "Joint statement", Type: "application/pdf"}, {URL: "https://moc.example/b.xlsx"}}
		i.HTML = `<h1>Meeting</h1><p>On November 24, Minister Arel Vantis met with Minister Dola Menkaru of Torvia. Both sides spoke of “Rivers &amp; Roads”.</p><figure><a href="https://moc.example/big.jpg"><img src="https://moc.example/p.jpg" alt="The ministers"/></a><figcaption>At the port</figcaption></figure><table><tbody><tr><th>Port</th><td>12</td></tr></tbody></table><p><img src="https://moc.example/q.jpg" alt=""/></p>`
		i.Lead.Revisions = append(i.Lead.Revisions,
			news.Revision{Rev: 2, Class: news.Reread, At: noon.Add(30 * time.Minute)},
			news.Revision{Rev: 3, Pos: 815, Class: news.Edit, Edits: []news.EditClass{news.EditHeadline, news.EditName}, Last: noon.Add(50 * time.Minute), At: noon.Add(time.Hour), Reader: "1-a1b2c3"})
		copied := i.Lead
		copied.ID, copied.FirstSeen, copied.Shown.URL, copied.Presence = news.ItemID{99}, noon.Add(2*time.Hour), "https://torvia.embassy.example/2.html", news.Missing
		i.Carriers = []news.Carrier{{Item: i.Lead, Source: ministry}, {Item: copied, Source: embassy}}
	})
	spokesman := item(2, "zh", func(i *Item) {
		i.Lead.Shown.Title, i.Lead.Shown.Locale = "外交部发言人就渔业协议续签答记者问", "zh-CN"
		i.HTML = `<p>问：渔业协议即将到期，请问部里有何评论？</p><p>答：协议实施十一年来，对双方都有利。目前双方就续签问题进行了坦诚务实的磋商。</p>`
	})
	missing := item(3, "en", func(i *Item) {
		i.Lead.Shown.Title = "Notice on Seasonal Closure of the Upper Locks"
		i.Lead.Presence, i.Lead.Looks, i.Lead.Missed = news.Missing, 3, noon.Add(2*time.Hour)
		i.Lead.Evidence = []news.Look{{Pos: 20, At: noon.Add(2 * time.Hour), Saw: news.SawNothing}, {Pos: 30, At: noon.Add(8 * time.Hour), Saw: news.SawOutage}}
	})
	media := item(4, "zh", func(i *Item) {
		i.Lead.Shown.Title = "岚山新港口投入使用"
		i.Lead.Shown.Date = news.Date{Raw: "昨天"}
		i.HTML = "<p>" + strings.Repeat("新港口于周一投入使用。", 60) + "</p>"
		i.Carriers = []news.Carrier{{Item: i.Lead, Source: paper}}
	})
	unread := item(5, "en", func(i *Item) {
		i.Lead.Shown.Title, i.Lead.State, i.HTML, i.Summary = "Trade Figures for October", news.Unreadable, "", "Trade rose by three per cent."
		i.Lead.Shown.Date = news.Date{}
	})
	removed := item(6, "zh", func(i *Item) {
		i.Lead.Shown.Title, i.Lead.Shown.Locale = "关于上游船闸季节性停航的通告", "zh-CN"
		i.Lead.Presence, i.Lead.Looks, i.Lead.Missed, i.LastSeen = news.Removed, 3, noon.Add(24*time.Hour), noon.Add(18*time.Hour)
		i.Lead.Evidence = []news.Look{{Pos: 21, At: noon.Add(24 * time.Hour), Saw: news.SawHome}, {Pos: 31, At: noon.Add(49 * time.Hour), Saw: news.SawNothing}}
		i.HTML = "<p>上游船闸自下月起停航。</p><p>特此通告。</p>"
		i.Lead.Revisions = append(i.Lead.Revisions, news.Revision{Rev: 2, Class: news.Slight, Last: noon.Add(time.Hour), At: noon.Add(2 * time.Hour)})
	})
	return &shelf{items: []Item{meeting, spokesman, missing, media, unread, removed}, told: []Notice{
		told(1, "Changed: Minister Arel Vantis Meets with Minister Dola Menkaru", "en", "<p>was: <del>Menkary</del><br/>now: <ins>Menkaru</ins></p><p>A name was changed. New text first seen 24 November 2026, 13:00 (Beijing time).</p>"),
		told(2, "有改动：岚山新港口投入使用", "zh-CN", "<p>原为：<del>六个泊位</del><br/>现为：<ins>七个泊位</ins></p><p>数字有改动。</p>"),
	}, gone: []Notice{
		told(1, "Back at its address: Notice on Seasonal Closure of the Upper Locks", "en", "<p>Is back at its address, seen there 24 November 2026, 11:00 (Beijing time).</p><p><small>Source: Ministry of Commerce. <a href=\"https://news.example.org/stories/0c00000000\">This story here</a> · <a href=\"https://moc.example/1.html\">Original</a></small></p>"),
		told(2, "原址已无：关于上游船闸季节性停航的通告", "zh-CN", "<p>自2026年11月22日06:00（北京时间）起已不在原网址（截至2026年11月23日12:00（北京时间）共查看3次）。文本为2026年11月21日最后所见。保存于本站。</p>"),
	}, difference: "<p>Both sides spoke of “Rivers &amp; <del>Rails</del><ins>Roads</ins>”.</p>", lines: []SourceLine{
		{Source: ministry, Pause: 5 * time.Second, Condition: news.OK, LastGood: noon, Next: noon.Add(30 * time.Minute)},
		{Source: embassy, Condition: news.Redesigned, LastGood: noon.Add(-48 * time.Hour), Next: noon.Add(time.Hour)},
		{Source: paper}, {Source: news.Source{ID: "old", Paused: true, Robots: true}, Next: noon}}}
}

func get(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, "http://elsewhere.example/", nil)
	u, err := url.Parse(target)
	if err != nil {
		panic(err)
	}
	r.URL = u
	for n := 0; n < len(headers); n += 2 {
		r.Header.Add(headers[n], headers[n+1])
	}
	h.ServeHTTP(w, r)
	return w
}

// Each kind of page in each language, to be read in review.
func TestGolden(t *testing.T) {
	lib := library()
	h := New(lib, Options{Version: "1.0"})
	chinese := library()
	chinese.site = news.Site{Title: "岚山新闻", BaseURL: "https://news.example.org", Language: "zh-CN", Contact: "https://example.org/contact"}
	hz := New(chinese, Options{Version: "1.0"})
	story := func(n int) string { return "/stories/" + lib.items[n].Address }
	for _, tt := range []struct {
		name, target string
		handler      http.Handler
	}{
		{"home", "/", h}, {"home-en", "/en/", h}, {"home-zh", "/zh/", h}, {"feed-en", "/feeds/china-news/", h}, {"feed-zh", "/feeds/zh/", h}, {"day-en", "/feeds/china-news/2026/11/24/", h}, {"day-zh", "/feeds/zh/2017/12/11/", h},
		{"story-en", story(0), h}, {"story-zh", story(1), h}, {"story-missing", story(2), h}, {"story-summary-zh", story(3), h}, {"story-unreadable", story(4), h}, {"story-removed-zh", story(5), h},
		{"version", story(0) + "/versions/1", h}, {"version-zh", story(5) + "/versions/2", h}, {"version-text", story(5) + "/versions/2.txt", h}, {"version-json", story(0) + "/versions/2.json", h},
		{"story-json", story(0) + ".json", h}, {"comparison", story(0) + "/compare/1..2", h}, {"comparison-zh", story(5) + "/compare/1..2", h},
		{"edits", "/feeds/edits/", h}, {"edits-zh", "/feeds/zh/edits/", h}, {"removals", "/feeds/removals/", h},
		{"polling-en", "/polling", h}, {"polling-zh", "/polling", hz}, {"about-en", "/about", h}, {"about-zh", "/about", hz}, {"narrowed", "/feeds/china-news/?publisher=Ministry+of+Commerce&from=2020-01-01", h}, {"narrowed-zh", "/feeds/zh/?to=2020", h}, {"not-found", "/nothing", h}, {"not-found-zh", "/zh/nothing", h},
	} {
		w := get(tt.handler, "GET", tt.target)
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			wellFormed(t, tt.name, w.Body.String())
		}
		file := filepath.Join("testdata", tt.name+".golden")
		if *update {
			if err := os.WriteFile(file, w.Body.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v; go test -update writes it", err)
		}
		if w.Body.String() != string(want) {
			t.Errorf("%s differs from %s; go test -update, and read the difference:\n%s", tt.target, file, w.Body)
		}
	}
}

// ourScripts are the two script elements that a page of ours may have: the
// site's own, and what search engines are told, which nothing runs.
var ourScripts = regexp.MustCompile(`<script src="(/[a-z/]*)?/site\.js" defer></script>|<script type="application/ld\+json">[^<>]*</script>`)

// Every page says whose it is, in both languages, and asks nobody else.
func TestEveryPage(t *testing.T) {
	lib := library()
	h := New(lib, Options{Version: "1.0"})
	targets := []string{"/", "/en/", "/zh/", "/feeds/china-news/", "/feeds/zh/", "/feeds/zh/2017/12/11/", "/polling", "/about", "/nothing", "/feeds/edits/", "/feeds/zh/removals/", "/stories/" + lib.items[0].Address + "/compare/1..2"}
	for _, i := range lib.items {
		targets = append(targets, "/stories/"+i.Address+"/versions/1")
		targets = append(targets, "/stories/"+i.Address)
	}
	for _, target := range targets {
		body := get(h, "GET", target).Body.String()
		for _, want := range []string{"not a website of any government", "并非任何政府网站", "the original at the ministry is authoritative", "the River Editors", "https://example.org/imprint", `href="#content"`, `<main id="content"`, `type="application/atom+xml"`} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q", target, want)
			}
		}
		bare := ourScripts.ReplaceAllString(body, "")
		for _, bad := range []string{"elsewhere.example", "<img", "<script", "<iframe", "method=\"post\"", " style=", "ZgotmplZ", "srcset"} {
			if strings.Contains(bare, bad) {
				t.Errorf("%s has %q", target, bad)
			}
		}
		if n := len(get(h, "GET", target, "Accept-Encoding", "gzip").Body.Bytes()); n > 50<<10 {
			t.Errorf("%s has %d bytes compressed", target, n)
		}
	}
}

func TestRights(t *testing.T) {
	for rights, want := range map[news.Rights]struct{ in, out string }{
		news.Government: {"Text of the release", "terms allow"}, news.Open: {"The port", "terms allow"}, news.Media: {"a summary only", "The port"},
		"": {"a summary only", "The port"}, news.Restricted: {"the title only", "Text of the release"},
	} {
		i := item(1, "en", func(i *Item) { i.Lead.Shown.Files = []news.File{{URL: "https://moc.example/a.pdf"}} })
		i.Carriers[0].Source.Rights = rights
		h := New(&shelf{items: []Item{i}}, Options{})
		body := get(h, "GET", "/stories/"+i.Address).Body.String()
		if !strings.Contains(body, want.in) || strings.Contains(body, want.out) {
			t.Errorf("%s: the page must have %q and not %q", rights, want.in, want.out)
		}
		if full := rights.Most() == news.Full; strings.Contains(body, "a.pdf") != full {
			t.Errorf("%s: attachments are for full texts", rights)
		}
		if list := get(h, "GET", "/").Body.String(); rights == news.Restricted && strings.Contains(list, "Text of") {
			t.Error("a list shows more than the title")
		}
	}
	if i := item(1, "en", func(i *Item) { i.Carriers = []news.Carrier{} }); shown(i) != "summary" || publisher("en", i) != "moc" {
		t.Error("a release whose source is not known shows no more than a summary")
	}
}
