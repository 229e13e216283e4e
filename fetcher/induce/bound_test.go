package induce

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"chinanews/news"
)

// FuzzOpen: whatever the page, nothing fails, guesses stay within their
// bounds, and what they say can be printed on one line.
func FuzzOpen(f *testing.F) {
	for _, m := range append(madeLists(), madeOthers()...) {
		f.Add(m.page)
	}
	f.Add(`<base href="//x"><a href="%zz">a</a><ul><li class="[[ .x"><a href=/1 title="…">…</a>`)
	base, _ := url.Parse(listAddress)
	f.Fuzz(func(t *testing.T, text string) {
		p, problem := Open([]byte(strings.ToValidUTF8(text, "?")), base, now)
		if problem != nil {
			return
		}
		if k := p.Kind(); k.Kind == "" || k.Words == "" || len(k.Hints) > maxHints {
			t.Errorf("verdict %+v", k)
		}
		for _, l := range p.Lists() {
			if l.Confidence < 0 || l.Confidence > 1 || len(l.Items) == 0 || len(l.List.Item) != 1 {
				t.Errorf("list %+v", l)
			}
			for _, sel := range append(append(l.List.Item, l.List.Link...), l.List.Title...) {
				if sel != news.Line(sel) {
					t.Errorf("selector %q", sel)
				}
			}
		}
		p.Mend([]string{"a", text})
		Articles([]Sample{{p, news.Entry{URL: listAddress, Title: "a"}}})
		p.Feeds()
		p.CommonFeeds()
		p.Who(nil)
	})
}

// hostile are pages that cost much when something is looked at once too often.
func hostile() map[string]string {
	flat, nested := strings.Builder{}, strings.Builder{}
	for i := range 100_000 {
		fmt.Fprintf(&flat, `<a href="/%d.html">Minister number %d met ambassador number %d</a>`, i, i, i)
	}
	for i := range 400 {
		fmt.Fprintf(&nested, `<div class="a%d b"><a href="/n/%d.html">Minister number %d met an ambassador</a>`, i, i, i)
	}
	classes := strings.Builder{}
	for i := range 3000 {
		fmt.Fprintf(&classes, `<li class="%s"><a href="/c/%d.html">Minister number %d met an ambassador</a></li>`, strings.Repeat("x y z ", 20), i, i)
	}
	return map[string]string{
		"100,000 links":  flat.String(),
		"nested blocks":  nested.String(),
		"many classes":   "<ul>" + classes.String() + "</ul>",
		"one long title": `<ul>` + strings.Repeat(`<li><a href="/1.html">`+strings.Repeat("long ", 20000)+`</a></li>`, 20) + `</ul>`,
		"many lists":     strings.Repeat(`<div><ul>`+strings.Repeat(`<li><a href="/a/100%[1]d.html">Minister met an ambassador today</a></li>`, 5)+`</ul></div>`, 2000),
	}
}

func TestHostilePages(t *testing.T) {
	for name, text := range hostile() {
		base, _ := url.Parse(listAddress)
		p, problem := Open([]byte(text), base, now)
		if problem != nil {
			continue // the page package refuses it
		}
		if len(p.links) > maxLinks || len(p.groups) > maxGroups {
			t.Errorf("%s: %d links, %d groups", name, len(p.links), len(p.groups))
		}
		p.Kind()
		p.Lists()
	}
}

func BenchmarkLists(b *testing.B) {
	page := madeLists()[0].page
	for b.Loop() {
		open(b, page, listAddress).Lists()
	}
}

func BenchmarkListsLarge(b *testing.B) {
	p := capture(b, "list-netease-international.html")
	text := string(p.utf8)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		open(b, text, captured["list-netease-international.html"].address).Lists()
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			base, _ := url.Parse(listAddress)
			for b.Loop() {
				if p, problem := Open([]byte(text), base, now); problem == nil {
					p.Lists()
				}
			}
		})
	}
}
