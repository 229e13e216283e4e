package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"chinanews/news"
)

// row is a source while it is read.
type row struct {
	news.Source
	roster *roster
}

// shared are the keys that defaults may set for every row.
func (r *row) shared() keys {
	return keys{
		"timezone":      takes(func(v value) { v.zone(&r.Timezone) }),
		"interval":      takes(func(v value) { v.interval(&r.Interval) }),
		"min_interval":  takes(func(v value) { v.duration(&r.MinInterval, false) }),
		"fresh":         takes(func(v value) { v.duration(&r.Fresh, true) }),
		"max_age":       takes(func(v value) { v.duration(&r.MaxAge, false) }),
		"wait_for_text": takes(func(v value) { v.duration(&r.WaitForText, true) }),
		"rights": takes(func(v value) {
			enum(v, &r.Rights, news.Government, news.Open, news.Media, news.Restricted)
		}),
		"rank":         takes(func(v value) { v.int(&r.Rank, 1, 1000) }),
		"body":         takes(func(v value) { enum(v, &r.Body, news.BodyPage, news.BodyFeed, news.BodyNone) }),
		"robots":       takes(func(v value) { v.robots(&r.Robots) }),
		"language":     takes(func(v value) { v.language(&r.Language, true) }),
		"date_layouts": takes(func(v value) { v.layouts(&r.DateLayouts) }),
	}
}

// interval warns of a pace that a real host would mind.
func (v value) interval(into *news.Duration) {
	v.duration(into, false)
	if *into < news.Duration(60e9) {
		v.warn(v.node, "an interval of %s is for tests; real sites are asked every few minutes at most", *into)
	}
}

func (v value) robots(into *bool) {
	v.bool(into)
	if !*into {
		v.warn(v.node, "robots.txt is not asked here: be sure that you may")
	}
}

// keys are all keys of a row.
func (r *row) keys() keys {
	k := r.shared()
	for name, how := range map[string]func(value){
		"id":               func(v value) { r.roster.id(v, &r.ID) },
		"was":              func(v value) { r.roster.earlier(v, &r.Was) },
		"paused":           func(v value) { v.bool(&r.Paused) },
		"name":             func(v value) { v.string(&r.Name) },
		"publisher":        r.publisher,
		"tags":             func(v value) { v.strings(&r.Tags) },
		"url":              r.url,
		"urls":             r.url,
		"charset":          func(v value) { v.string(&r.Charset) },
		"list":             r.list,
		"pages":            r.pages,
		"article":          r.article,
		"date_from":        r.dateFrom,
		"title_date_regex": func(v value) { v.regex(&r.TitleDateRegex) },
		"url_date_regex":   func(v value) { v.regex(&r.URLDateRegex) },
		"rewrite":          r.rewrite,
		"include":          func(v value) { v.regex(&r.Include) },
		"exclude":          func(v value) { v.regex(&r.Exclude) },
		"headers":          r.setHeaders,
		"accept_status":    r.status,
		"kind":             r.kind,
	} {
		k[name] = takes(how)
	}
	k["use"] = key{later: "write the row out"}
	k["json"] = key{later: "sources of kind json come later"}
	k["profile"], k["cookies"], k["versions"] = key{only: "auto"}, key{only: "false"}, key{only: "revisions"}
	k["stale_after"] = key{}
	return k
}

func (r *row) kind(v value) {
	if s, ok := v.text(); ok && s == string(news.KindJSON) {
		v.bad("kind json is not available in this version", "kinds are auto, feed and html")
		return
	}
	enum(v, &r.Kind, news.KindAuto, news.KindFeed, news.KindHTML)
}

func (r *row) publisher(v value) {
	r.Publisher = make(map[string]string)
	if single(v.node) {
		r.publisherIn("", v)
		return
	}
	entries, _ := v.entries()
	for _, e := range entries {
		tag := scalar(e.Key)
		if !languageExpr.MatchString(tag) {
			v.at(e.Key, fmt.Sprintf("%q is no language", tag), "write a BCP 47 tag: en, zh-CN")
		}
		if _, twice := r.Publisher[tag]; twice {
			v.at(e.Key, fmt.Sprintf("key %s stands twice", tag), "")
		}
		r.publisherIn(tag, value{v.decoder, e.Value})
	}
}

// publisherIn takes one name. An empty one is none.
func (r *row) publisherIn(tag string, v value) {
	var name string
	v.string(&name)
	if name != "" {
		r.Publisher[tag] = name
	}
}

func (r *row) url(v value) {
	for _, item := range v.items() {
		var u string
		item.url(&u, false)
		if u != "" && slices.Contains(r.URLs, u) {
			item.bad("the address stands twice in this row", "")
		}
		r.URLs = append(r.URLs, u)
	}
}

func (r *row) list(v value) {
	l := &r.List
	v.mapping(keys{
		"item": takes(func(v value) { v.selectors(&l.Item) }), "link": takes(func(v value) { v.selectors(&l.Link) }),
		"title": takes(func(v value) { v.selectors(&l.Title) }), "date": takes(func(v value) { v.selectors(&l.Date) }),
		"date_regex":   takes(func(v value) { v.regex(&l.DateRegex) }),
		"date_layouts": takes(func(v value) { v.layouts(&l.DateLayouts) }),
		"link_match":   takes(func(v value) { v.regex(&l.LinkMatch) }), "link_skip": takes(func(v value) { v.regex(&l.LinkSkip) }),
		"same_host": takes(func(v value) { v.bool(&l.SameHost) }), "limit": takes(func(v value) { v.int(&l.Limit, 1, 100_000) }),
	})
}

func (r *row) pages(v value) {
	p := &r.Pages
	p.First, p.Max = 1, 2
	defer func() {
		if p.Pattern == "" {
			v.bad("pages has no pattern", "write pattern: index_{n}.html")
		}
	}()
	v.mapping(keys{
		"pattern": takes(func(v value) {
			v.string(&p.Pattern)
			if !strings.Contains(p.Pattern, "{n}") {
				v.bad(fmt.Sprintf("%q has no {n}", p.Pattern), "write index_{n}.html")
			}
		}),
		"first": takes(func(v value) { v.int(&p.First, 0, 10_000) }), "max": takes(func(v value) { v.int(&p.Max, 0, 10_000) }),
	})
}

func (r *row) article(v value) {
	a := &r.Article
	v.mapping(keys{
		"title":       takes(func(v value) { v.selectors(&a.Title) }),
		"title_regex": takes(func(v value) { v.regex(&a.TitleRegex) }),
		"date":        takes(func(v value) { v.selectors(&a.Date) }), "date_regex": takes(func(v value) { v.regex(&a.DateRegex) }),
		"body": takes(func(v value) { v.selectors(&a.Body) }), "remove": takes(func(v value) { v.selectors(&a.Remove) }),
	})
}

func (r *row) dateFrom(v value) {
	for _, item := range v.items() {
		var origin news.DateOrigin
		enum(item, &origin, news.FromArticle, news.FromList, news.FromFeed, news.FromTitle, news.FromURL)
		r.DateFrom = append(r.DateFrom, origin)
	}
}

func (r *row) rewrite(v value) {
	for _, item := range v.items() {
		pair := item.items()
		if len(pair) != 2 {
			item.bad("a rewrite is a pair", `write ["https://old/", "https://new/"]`)
			continue
		}
		var from, to string
		pair[0].string(&from)
		pair[1].string(&to)
		r.Rewrite = append(r.Rewrite, [2]string{from, to})
	}
}

// forbiddenHeaders are set by the fetcher, or betray who reads.
var forbiddenHeaders = []string{"host", "cookie", "user-agent", "accept-encoding", "if-none-match", "if-modified-since", "content-length", "connection", "transfer-encoding", "range"}

// headerExpr is a token of RFC 9110, section 5.6.2.
var headerExpr = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

func (r *row) setHeaders(v value) {
	r.Headers = make(map[string]string)
	entries, _ := v.entries()
	for _, e := range entries {
		name := scalar(e.Key)
		if slices.Contains(forbiddenHeaders, strings.ToLower(name)) {
			v.at(e.Key, fmt.Sprintf("header %s cannot be set here", name), "")
		}
		var text string
		value{v.decoder, e.Value}.string(&text)
		if !headerExpr.MatchString(name) {
			v.at(e.Key, fmt.Sprintf("%q is no name of a header", name), "write letters, digits and hyphens")
		}
		r.Headers[name] = text
	}
}

func (r *row) status(v value) {
	for _, item := range v.items() {
		var n int
		item.int(&n, 100, 599)
		r.AcceptStatus = append(r.AcceptStatus, n)
	}
}

// sources takes the rows.
func (d *decoder) sources(v value, base row) {
	base.roster = newRoster("source")
	for _, item := range v.rows() {
		if s, ok := item.node.(*ast.StringNode); ok {
			item.bad(fmt.Sprintf("%q names a row of a catalogue, which is not available in this version", s.Value), "write the row out")
			continue
		}
		r := base
		r.DateLayouts = slices.Clone(base.DateLayouts)
		if item.mapping(r.keys()) {
			d.finish(item, &r)
		}
	}
	base.roster.check()
}

// finish checks a row as a whole.
func (d *decoder) finish(v value, r *row) {
	if r.ID == "" {
		v.bad("a source has no id", "write id: lower-case-name")
		return
	}
	if len(r.URLs) == 0 {
		v.bad(fmt.Sprintf("source %s has no url", r.ID), "")
	}
	if r.Kind == news.KindHTML && len(r.List.Item) == 0 && r.List.LinkMatch == "" {
		v.bad(fmt.Sprintf("source %s is a page, and nothing says which of its links are items", r.ID), "write list.item or list.link_match")
	}
	if r.Pages.Pattern != "" && r.Pages.Max < r.Pages.First {
		v.bad(fmt.Sprintf("source %s: pages.max is below pages.first", r.ID), "")
	}
	if r.MinInterval > r.Interval {
		r.MinInterval = r.Interval
	}
	r.Origin = news.Origin(r.ID)
	d.config.Sources = append(d.config.Sources, r.Source)
}
