package page

import (
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

func TestCompare(t *testing.T) {
	src := news.Source{List: news.List{Item: []string{"ul.list li"}, Link: []string{"a@href", "@href"}, Date: []string{"span.day"}}}
	before := `<title>Notices of the harbour office</title><div id="main" class="wrap"><ul class="list">` + strings.Repeat(`<li><a href="/1.html">A notice</a><span class="day">2026-11-20</span></li>`, 5) + `</ul></div>`
	now := `<title>Harbour office, notices</title><div id="root" class="wrap">` + strings.Repeat(`<div class="card "><a href="/1.html">A notice</a><em class="date">2026-11-20</em></div>`, 6) + `</div>`
	c, p := Compare([]byte(before), []byte(now), src)
	if p != nil {
		t.Fatal(p)
	}
	if c.Before.Title != "Notices of the harbour office" || c.Now.Title != "Harbour office, notices" || c.Before.Links != 5 || c.Now.Links != 6 || c.Now.Bytes != len(now) {
		t.Errorf("shapes %+v", c)
	}
	want := []Match{{"list.item", "ul.list li", 5, 0}, {"list.link", "a@href", 5, 6}, {"list.date", "span.day", 5, 0}}
	if !slices.Equal(c.Selectors, want) {
		t.Errorf("selectors %+v, want %+v", c.Selectors, want)
	}
	if got := strings.Join(c.Vanished, " ") + " / " + strings.Join(c.Appeared, " "); got != ".day #main .list / .card .date #root" {
		t.Errorf("names %q", got)
	}
	if same, _ := Compare([]byte(now), []byte(now), src); len(same.Vanished)+len(same.Appeared) != 0 {
		t.Errorf("a page differs from itself by %+v", same)
	}
}

// A page's names are the page's own: they are bounded and have no control
// characters.
func TestCompareIsBounded(t *testing.T) {
	var b strings.Builder
	for range 100 {
		b.WriteString(`<p class="` + strings.Repeat("x", b.Len()%977) + "\x1b[31m\u202e" + `y"></p>`)
	}
	c, p := Compare([]byte("<title>t</title>"), []byte(b.String()), news.Source{})
	if p != nil {
		t.Fatal(p)
	}
	if len(c.Appeared) == 0 || len(c.Appeared) > maxTags {
		t.Errorf("%d names", len(c.Appeared))
	}
	for _, name := range c.Appeared {
		if len(name) > maxTag+1 || strings.ContainsAny(name, "\x1b\u202e") {
			t.Errorf("name %q", name)
		}
	}
	deep := strings.Repeat("<b>", 1<<20)
	if _, p := Compare([]byte(deep), []byte(deep), news.Source{}); p == nil {
		t.Error("a page too deep to be read was compared")
	}
}

// Whatever two pages are, comparing them ends, and what is said of them can be
// shown on a terminal.
func FuzzCompare(f *testing.F) {
	f.Add(`<title>Notices</title><ul class="list"><li>A notice</li></ul>`, `<title>通知</title><div class="card" id="a b">A notice</div>`, "ul.list li")
	f.Add("", "<p class='\x1b[2J'>", "p@class")
	f.Fuzz(func(t *testing.T, before, now, sel string) {
		c, p := Compare([]byte(before), []byte(now), news.Source{List: news.List{Item: []string{sel}}})
		if p != nil {
			return
		}
		said := append([]string{c.Before.Title, c.Now.Title}, append(c.Vanished, c.Appeared...)...)
		for _, text := range said {
			if text != news.Line(text) || len(text) > maxTitle {
				t.Errorf("%q cannot be shown", text)
			}
		}
	})
}
