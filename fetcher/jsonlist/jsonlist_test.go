package jsonlist

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"chinanews/fetcher/page"
	"chinanews/news"
)

var now = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func base(t testing.TB) *url.URL {
	t.Helper()
	u, err := url.Parse("https://moc.example/api/list.json")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// flat are the paths of items that have title, link and date as members.
var flat = news.JSON{Title: "title", Link: "url", Date: "date"}

func source(paths news.JSON, change ...func(*news.Source)) news.Source {
	src := news.Source{ID: "moc", Origin: "moc", Kind: news.KindJSON, Language: "auto", Timezone: "Asia/Shanghai", JSON: paths}
	for _, c := range change {
		c(&src)
	}
	return src
}

// say is a listing in lines: address, title, and date as far as it is stated.
func say(entries []news.Entry) string {
	var b strings.Builder
	for _, e := range entries {
		when := e.Date.Day()
		if e.Date.Precision == news.Minute {
			when = e.Date.In().Format("2006-01-02 15:04:05")
		}
		fmt.Fprintln(&b, strings.TrimRight(e.URL+" | "+e.Title+" | "+when, " |"))
	}
	return b.String()
}

const two = `[{"title":"关于发布指南的通知","url":"/a/1.html","date":"2026-11-20"},{"title":"The second release","url":"./2.html","date":"2026-11-21 09:30:00"}]`

const wantTwo = "https://moc.example/a/1.html | 关于发布指南的通知 | 2026-11-20\nhttps://moc.example/api/2.html | The second release | 2026-11-21 09:30:00\n"

func under(path string) news.JSON {
	j := flat
	j.Items = path
	return j
}

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, doc string
		src       news.Source
		want      string
	}{
		{"the root", two, source(flat), wantTwo},
		{"a byte order mark", "\uFEFF" + two, source(flat), wantTwo},
		{"keys", `{"code":0,"data":{"rows":` + two + `}}`, source(under("data.rows")), wantTwo},
		{"an index", `{"data":[{"n":1},{"list":` + two + `}]}`, source(under("data.1.list")), wantTwo},
		{"a call", `callback({"data":` + two + `});`, source(under("data")), wantTwo},
		{"a call without semicolon", ` china( ` + two + ` )`, source(flat), wantTwo},
		{"a careful call", `/**/ typeof cb === 'function' && cb(` + two + `);`, source(flat), wantTwo},
		{"a call of a member", `window["jQuery_1.on"](` + two + ")\n", source(flat), wantTwo},
		{"commas and controls", strings.Replace(strings.Replace(two, "]", ",]", 1), "The second", "The\tsecond", 1), source(flat), wantTwo},
		{"members of members", `[{"data":{"title":"T of a release","link":{"pc":"/1"},"at":{"time":1795138200000}}}]`,
			source(news.JSON{Title: "data.title", Link: "data.link.pc", Date: "data.at.time"}), "https://moc.example/1 | T of a release | 2026-11-20 09:30:00\n"},
		{"a template", `[{"id":9007199254740993,"kind":"a b/c","title":"One"},{"id":12,"title":"Two"}]`,
			source(news.JSON{Title: "title", LinkTemplate: "https://x.example/{kind}/{id}.html"}), "https://x.example/a%20b%2Fc/9007199254740993.html | One\n"},
		{"a link before the template", `[{"id":1,"url":"/own","title":"One"},{"id":2,"url":"","title":"Two"}]`,
			source(news.JSON{Title: "title", Link: "url", LinkTemplate: "/d/{id}"}), "https://moc.example/own | One\nhttps://moc.example/d/2 | Two\n"},
		{"epochs", `[{"title":"s","url":"/1","date":1795138200},{"title":"ms","url":"/2","date":"1795138200000"},{"title":"e","url":"/3","date":1.7951382E12}]`,
			source(flat), "https://moc.example/1 | s | 2026-11-20 09:30:00\nhttps://moc.example/2 | ms | 2026-11-20 09:30:00\nhttps://moc.example/3 | e | 2026-11-20 09:30:00\n"},
		{"titles with markup", `[{"title":"<em class=\"k\">中国</em>与&ldquo;一带一路&rdquo; &amp; more","url":"/1"},{"title":"3 < 5","url":"/2"},{"title":"<script>alert(1)</script>Plain","url":"/3"}]`,
			source(flat), "https://moc.example/1 | 中国与“一带一路” & more\nhttps://moc.example/2 | 3 < 5\nhttps://moc.example/3 | Plain\n"},
		{"twice", `[{"title":"One","url":"/1"},{"title":"One","url":"http://moc.example/1#top"}]`, source(flat), "https://moc.example/1 | One\n"},
		{"links of the row", `[{"title":"One","url":"/n/1"},{"title":"Video","url":"/v/1"},{"title":"Skipped","url":"/n/skip"},{"title":"Elsewhere","url":"https://other.example/n/1"}]`,
			source(flat, func(s *news.Source) { s.List = news.List{LinkMatch: "/n/", LinkSkip: "skip", SameHost: true} }), "https://moc.example/n/1 | One\n"},
		{"rewritten and limited", two, source(flat, func(s *news.Source) {
			s.Rewrite, s.List.Limit = [][2]string{{"https://moc.example/a/", "https://new.example/"}}, 1
		}), "https://new.example/1.html | 关于发布指南的通知 | 2026-11-20\n"},
		{"a date in a text", `[{"title":"One","url":"/1","date":"发布：2026年11月20日 部门"}]`,
			source(flat, func(s *news.Source) { s.List.DateRegex = `(\d{4}年\d+月\d+日)` }), "https://moc.example/1 | One | 2026-11-20\n"},
		{"a date in the address", `[{"title":"One","url":"/202611/t20261120_1.html"}]`, source(flat, func(s *news.Source) { s.URLDateRegex = `/t(\d{8})_` }), "https://moc.example/202611/t20261120_1.html | One | 2026-11-20\n"},
		{"markup in JSON", `{"data":{"html":"<ul><li><a href=\"/1.html\" title=\"A long title of a notice\">A long title…</a><span>2026-11-20</span></li></ul>"}}`,
			source(news.JSON{HTML: "data.html"}, func(s *news.Source) { s.List = news.List{Item: []string{"li"}, Date: []string{"span"}} }), "https://moc.example/1.html | A long title of a notice | 2026-11-20\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, p := Read([]byte(tt.doc), tt.src, base(t), page.Options{Now: now, MaxItems: 100})
			if p != nil {
				t.Fatal(p.Words)
			}
			if got := say(l.Entries); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
		})
	}
}

func TestWhatItemsLack(t *testing.T) {
	doc := `[{"title":"One","url":"/1","date":"soon"},{"title":"Two"},{"url":"/3"},{"title":"Four","url":null},{"title":true,"url":"/5"},"six"]`
	l, p := Read([]byte(doc), source(flat), base(t), page.Options{Now: now})
	if p != nil || len(l.Entries) != 1 {
		t.Fatalf("%d entries, problem %v", len(l.Entries), p)
	}
	want := "3 of 6 items have no link\n2 of 6 items have no title\n1 of 6 items have a date that could not be read; look at date_layouts"
	if got := strings.Join(l.Warnings, "\n"); got != want {
		t.Errorf("warnings\n%s\nwant\n%s", got, want)
	}
}

func TestProblems(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200)
	for _, tt := range []struct {
		name, doc string
		paths     news.JSON
		class     news.Class
		condition news.Condition
		words     []string
	}{
		{"a page", "<!DOCTYPE html><html><title>部门新闻</title><body>x", flat, news.ClassNotAFeed, news.HTMLInstead, []string{"instead of JSON", "部门新闻"}},
		{"a login page", `<!DOCTYPE html><html><form><input type="password"></form>`, flat, news.ClassNotAFeed, news.HTMLInstead, []string{"login page"}},
		{"words", "Service unavailable", flat, news.ClassNotAFeed, news.Broken, []string{"no JSON", `"Service unavailable"`}},
		{"broken", `{"data": nul}`, flat, news.ClassMalformed, news.Broken, []string{"broken"}},
		{"cut off", two[:len(two)-40], flat, news.ClassTruncated, news.Broken, []string{"cut off"}},
		{"too deep", deep, flat, news.ClassTooDeep, news.Broken, []string{"nests"}},
		{"too many", "[" + strings.Repeat("1,", 400_000) + "1]", flat, news.ClassTooLarge, news.Broken, []string{"values"}},
		{"a list that moved", `{"code":0,"result":{"list":` + two + `,"tags":["x"]}}`, under("data.rows"), news.ClassSelectorEmpty, news.Redesigned,
			[]string{`no "data" in the root`, "has code, result", "items: result.list", "2 stand"}},
		{"the only list is not guessed", `{"rows":` + two + `}`, flat, news.ClassSelectorEmpty, news.Redesigned, []string{"the root is an object, which has rows", "items: rows"}},
		{"the list is the root now", two, under("data"), news.ClassSelectorEmpty, news.Redesigned, []string{"the root itself", `items: ""`}},
		{"no list at all", `{"data":{"rows":"none"}}`, under("data.rows"), news.ClassSelectorEmpty, news.Redesigned, []string{"data.rows is a text"}},
		{"an empty list", `{"rows":[]}`, under("rows"), news.ClassNoItems, news.Empty, []string{"list at rows is empty"}},
		{"renamed members", `[{"docTitle":"One","docUrl":"/1"}]`, flat, news.ClassSelectorEmpty, news.Redesigned, []string{"1 of 1 items have no link", "has docTitle, docUrl"}},
		{"no markup", `{"data":{"html":""}}`, news.JSON{HTML: "data.html"}, news.ClassSelectorEmpty, news.Redesigned, []string{"data.html is empty"}},
		{"markup that moved", `{"data":{"body":"<p>"}}`, news.JSON{HTML: "data.html"}, news.ClassSelectorEmpty, news.Redesigned, []string{`no "html" in data`, "has body"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, p := Read([]byte(tt.doc), source(tt.paths), base(t), page.Options{Now: now})
			if p == nil || len(l.Entries) > 0 {
				t.Fatalf("%d entries, want a problem", len(l.Entries))
			}
			if p.Class != tt.class || p.Condition != tt.condition {
				t.Errorf("%s, %s; want %s, %s (%s)", p.Class, p.Condition, tt.class, tt.condition, p.Words)
			}
			for _, w := range tt.words {
				if !strings.Contains(p.Words, w) {
					t.Errorf("words %q do not say %q", p.Words, w)
				}
			}
		})
	}
}

func TestReaderChangesWithThePaths(t *testing.T) {
	if Reader(source(flat)) == Reader(source(under("data"))) {
		t.Error("two rows that read differently have one reader")
	}
}

func FuzzRead(f *testing.F) {
	for _, doc := range []string{two, `cb({"data":` + two + `})`, `{"data":{"html":"<li><a href=x>y</a>"}}`, `[{"title":"<b>x&lt;","url":1e400}]`, `{"a":[[[`, "cb([1,2"} {
		f.Add(doc, "data", "{title}/{url}")
	}
	at := base(f)
	f.Fuzz(func(t *testing.T, doc, items, template string) {
		paths := flat
		paths.Items, paths.LinkTemplate = items, template
		for _, src := range []news.Source{source(paths), source(news.JSON{HTML: items})} {
			l, p := Read([]byte(doc), src, at, page.Options{Now: now, MaxItems: 50})
			if (p == nil) != (len(l.Entries) > 0) || len(l.Entries) > 50 {
				t.Fatalf("%d entries and problem %v", len(l.Entries), p)
			}
			for _, e := range l.Entries {
				if u, err := url.Parse(e.URL); err != nil || u.Host == "" || e.Title == "" || e.Title != news.Line(e.Title) {
					t.Fatalf("entry %+v", e)
				}
			}
		}
	})
}
