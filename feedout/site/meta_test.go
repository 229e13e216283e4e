package site

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"chinanews/news"
)

// data is what a page tells search engines, as a browser and a JSON parser read
// it.
func data(t *testing.T, page string) (found map[string]any, scripts int) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return found, scripts
		case html.StartTagToken:
			token := z.Token()
			if token.Data != "script" {
				continue
			}
			if scripts++; token.Attr[0].Val != "application/ld+json" {
				continue
			}
			z.Next()
			if err := json.Unmarshal(z.Text(), &found); err != nil {
				t.Errorf("%v: %s", err, z.Text())
			}
		}
	}
}

func TestSchema(t *testing.T) {
	lib := library()
	h := New(lib, Options{})
	page := get(h, "GET", "/stories/"+lib.items[0].Address).Body.String()
	found, scripts := data(t, page)
	for key, want := range map[string]any{"@context": "https://schema.org", "@type": "NewsArticle", "inLanguage": "en", "datePublished": "2026-11-24T09:30+08:00", "dateModified": "2026-11-24T05:00:00Z",
		"isBasedOn": "https://moc.example/1.html", "mainEntityOfPage": "https://news.example.org/stories/" + lib.items[0].Address} {
		if found[key] != want {
			t.Errorf("%s is %v, want %v", key, found[key], want)
		}
	}
	if author, _ := found["author"].(map[string]any); author["name"] != "Ministry of Commerce" || author["@type"] != "GovernmentOrganization" {
		t.Errorf("author %v", author)
	}
	if scripts != 2 {
		t.Errorf("%d scripts, want the site's own and the data", scripts)
	}
	if day, _ := data(t, get(h, "GET", "/stories/"+lib.items[1].Address).Body.String()); day["datePublished"] != "2017-12-11" {
		t.Errorf("a day is told as %v", day["datePublished"])
	}
	if none, _ := data(t, get(h, "GET", "/stories/"+lib.items[4].Address).Body.String()); none["datePublished"] != nil {
		t.Errorf("no date is told as %v", none["datePublished"])
	}
	for _, target := range []string{"/", "/feeds/china-news/", "/stories/" + lib.items[0].Address + "/versions/1", "/about"} {
		if found, _ := data(t, get(h, "GET", target).Body.String()); found != nil {
			t.Errorf("%s is told to be a release", target)
		}
	}
	if found, _ := data(t, get(New(lib, Options{Private: true}), "GET", "/stories/"+lib.items[0].Address).Body.String()); found != nil {
		t.Error("what is private is told")
	}
}

// What a source's rights keep from readers is kept from search engines too.
func TestSchemaKeepsRights(t *testing.T) {
	i := item(1, "en", func(i *Item) {
		i.HTML = "<p>Secret words.</p>"
		i.Carriers = []news.Carrier{{Item: i.Lead, Source: ministry}}
	})
	i.Carriers[0].Source.Rights = news.Restricted
	if page := get(New(&shelf{items: []Item{i}}, Options{}), "GET", "/stories/"+i.Address).Body.String(); strings.Contains(page, "Secret words") {
		t.Error("the description has what may not be shown")
	}
}

// No title, publisher, address or text closes the element that it is in: the
// page has its two scripts, and the data say what was given.
func FuzzSchema(f *testing.F) {
	for _, s := range []string{"plain", `</script><script>alert(1)</script>`, `<!--<script>`, `]]>`, "\u2028\u2029", `"},"@type":"x","a":{"b":"`, `\u003c/script>`, "</ScRiPt ", "&lt;/script&gt;", "\xff\xfe", "{{.}}", "`${x}`", "\x00", strings.Repeat("<script>", 200)} {
		f.Add(s, s)
	}
	lib := &shelf{}
	h := New(lib, Options{})
	f.Fuzz(func(t *testing.T, title, text string) {
		i := item(1, "en", func(i *Item) {
			i.Lead.Shown.Title, i.Summary, i.Lead.Shown.URL, i.HTML = title, text, "https://moc.example/"+text, "<p>x</p>"
			i.Lead.Shown.Date = news.Date{Raw: text}
			src := ministry
			src.Publisher = news.NamesOf(map[string]string{"": text})
			i.Carriers = []news.Carrier{{Item: i.Lead, Source: src}}
		})
		lib.items = []Item{i}
		page := get(h, "GET", "/stories/"+i.Address).Body.String()
		found, scripts := data(t, page)
		if scripts != 2 || found["@type"] != "NewsArticle" || found["inLanguage"] != "en" {
			t.Errorf("%q, %q: %d scripts, %v", title, text, scripts, found)
		}
	})
}

func TestCanonical(t *testing.T) {
	lib := library()
	lib.site = lib.Site()
	lib.site.Canonical = news.CanonicalOriginal
	two := lib.items[1]
	lib.items[0].Siblings = []news.Sibling{{Story: two.Story, Address: two.Address, Lead: two.Lead, Title: two.Title()}}
	h := New(lib, Options{})
	story := "/stories/" + lib.items[0].Address
	for target, want := range map[string]string{story: "https://moc.example/1.html", story + "/versions/1": "https://news.example.org" + story + "/versions/1", "/feeds/zh/": "https://news.example.org/feeds/zh/", "/": "https://news.example.org/"} {
		page := get(h, "GET", target).Body.String()
		if !strings.Contains(page, `<link rel="canonical" href="`+want+`">`) {
			t.Errorf("%s has not the canonical address %s", target, want)
		}
		if target == story && (alternateExpr.MatchString(page) || !strings.Contains(page, `<meta property="og:url" content="https://news.example.org`+story+`">`)) {
			t.Error("a page that is another's copy is told to be one of several languages, or to stand elsewhere")
		}
	}
	lib.items[0].Lead.Shown.URL = "javascript:alert(1)"
	if page := get(h, "GET", story).Body.String(); !strings.Contains(page, `<link rel="canonical" href="https://news.example.org`+story+`">`) {
		t.Error("an address that leads nowhere is canonical")
	}
}

func TestOpenGraph(t *testing.T) {
	lib := library()
	page := get(New(lib, Options{}), "GET", "/stories/"+lib.items[0].Address).Body.String()
	for _, want := range []string{`property="og:type" content="article"`, `property="og:locale" content="en_GB"`, `property="article:published_time" content="2026-11-24T09:30&#43;08:00"`, `property="article:modified_time" content="2026-11-24T05:00:00Z"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for tag, want := range map[string]string{"zh": "zh_CN", "zh-CN": "zh_CN", "zh-tw": "zh_TW", "en": "en_GB", "fr": "fr", "zh-Hant": "zh_CN", "pt-BR": "pt_BR"} {
		if got := territorial(tag); got != want {
			t.Errorf("%s: %s, want %s", tag, got, want)
		}
	}
}

// Templates put nothing into scripts and styles, and no page has a script of
// its own.
func TestNoActionInsideScripts(t *testing.T) {
	inside := regexp.MustCompile(`(?is)<(script|style)\b[^>]*>(.*?)</`)
	for _, name := range templates(t) {
		text := string(read(t, name))
		for _, m := range inside.FindAllStringSubmatch(text, -1) {
			if m[2] != "" {
				t.Errorf("%s has something inside a %s element: %.60s", name, m[1], m[2])
			}
		}
		if regexp.MustCompile(`(?i)\son[a-z]+=|\sstyle=|javascript:`).MatchString(text) {
			t.Errorf("%s has a handler, style or script in an attribute", name)
		}
	}
}

func TestScriptIsSmall(t *testing.T) {
	text := read(t, "templates/site.js")
	if len(text) >= 2000 {
		t.Errorf("the script has %d bytes", len(text))
	}
	for _, bad := range []string{"fetch(", "XMLHttpRequest", "eval", "innerHTML", "document.cookie", "localStorage", "sendBeacon", "import"} {
		if strings.Contains(string(text), bad) {
			t.Errorf("the script has %s", bad)
		}
	}
	w := get(New(library(), Options{}), "GET", "/site.js")
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Body.String() != string(text) {
		t.Errorf("/site.js: %d %v", w.Code, w.Header())
	}
}

func TestModified(t *testing.T) {
	if got := jsonTime(time.Time{}); got != "" {
		t.Errorf("no time is written %q", got)
	}
}
