package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"chinanews/news"
)

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
		"profile":      takes(func(v value) { v.profile(&r.Profile) }),
		"stale_after":  takes(func(v value) { v.staleAfter(&r.StaleAfter) }),
		"looks":        takes(func(v value) { v.looks(&r.Looks) }),
	}
}

// interval warns of a pace that a real host would mind.
func (v value) interval(into *news.Duration) {
	v.duration(into, false)
	if *into < news.Duration(60e9) {
		v.warn(v.node, "an interval of %s is for tests; real sites are asked every few minutes at most", *into)
	}
}

// looks takes ages, each above the one before; none: pages are read once.
func (v value) looks(into *[]news.Duration) {
	ages := []news.Duration{}
	for _, item := range v.items() {
		var age news.Duration
		item.duration(&age, false)
		if n := len(ages); n > 0 && age > 0 && age <= ages[n-1] {
			item.bad(fmt.Sprintf("%s is not above the age before it, %s", age, ages[n-1]), "write ascending ages of a release: [1h, 6h, 1d, 3d]")
		}
		ages = append(ages, age)
	}
	*into = ages
}

func (v value) robots(into *bool) {
	v.bool(into)
	if !*into {
		v.warn(v.node, "robots.txt is not asked here: be sure that you may")
	}
}

// keys are all keys of a row. One of ours may say that it cannot be polled.
func (r *row) keys(ours bool) keys {
	k := r.shared()
	for name, how := range map[string]func(value){
		"use":              func(value) {}, // seen to before
		"id":               func(v value) { v.id(&r.ID); r.id = v },
		"was":              func(v value) { r.roster.earlier(v, &r.Was) },
		"paused":           func(v value) { v.bool(&r.Paused) },
		"name":             func(v value) { v.string(&r.Name) },
		"publisher":        r.publisher,
		"tags":             func(v value) { v.strings(&r.Tags) },
		"url":              r.url,
		"urls":             r.url,
		"charset":          func(v value) { v.string(&r.Charset) },
		"list":             func(v value) { v.list(&r.List) },
		"pages":            func(v value) { v.pages(&r.Pages) },
		"article":          func(v value) { v.article(&r.Article) },
		"date_from":        func(v value) { v.dateFrom(&r.DateFrom) },
		"title_date_regex": func(v value) { v.regex(&r.TitleDateRegex) },
		"url_date_regex":   func(v value) { v.regex(&r.URLDateRegex) },
		"rewrite":          r.rewrite,
		"include":          func(v value) { v.regex(&r.Include) },
		"exclude":          func(v value) { v.regex(&r.Exclude) },
		"headers":          r.setHeaders,
		"accept_status":    r.status,
		"kind":             func(v value) { enum(v, &r.Kind, news.KindAuto, news.KindFeed, news.KindHTML, news.KindJSON) },
		"json":             r.json,
		"cookies":          func(v value) { v.bool(&r.Cookies) },
		"versions":         func(v value) { enum(v, &r.Versions, news.VersionsRevise, news.VersionsItems) },
	} {
		k[name] = takes(how)
	}
	if ours {
		k["unreachable"] = takes(func(v value) { v.string(&r.unreachable) })
	}
	return k
}

// staleAfter takes a duration; empty for one that is learned.
func (v value) staleAfter(into *news.Duration) {
	if s, ok := v.text(); ok && s == "" {
		*into = 0
		return
	}
	v.duration(into, true)
}

// publisher takes a name, or names by their languages, which are set beside
// those that there are.
func (r *row) publisher(v value) {
	if single(v.node) {
		r.Publisher = nil
		r.publisherIn("", v)
		return
	}
	seen := make(map[string]bool)
	entries, _ := v.entries()
	for _, e := range entries {
		tag := scalar(e.Key)
		if !languageExpr.MatchString(tag) {
			v.at(e.Key, fmt.Sprintf("%q is no language", tag), "write a BCP 47 tag: en, zh-CN")
		}
		if seen[tag] {
			v.at(e.Key, fmt.Sprintf("key %s stands twice", tag), "")
		}
		seen[tag] = true
		r.publisherIn(tag, value{v.decoder, e.Value})
	}
}

// publisherIn takes one name. An empty one is none.
func (r *row) publisherIn(tag string, v value) {
	var name string
	v.string(&name)
	r.Publisher = r.Publisher.With(tag, name)
}

func (r *row) url(v value) {
	for _, item := range v.items() {
		var u string
		item.url(&u, false)
		if err := v.checks.Address(u); u != "" && err != nil {
			item.bad(err.Error(), "")
		}
		if u != "" && slices.Contains(r.URLs, u) {
			item.bad("the address stands twice in this row", "")
		}
		r.URLs = append(r.URLs, u)
	}
}

func (v value) list(l *news.List) {
	v.mapping(keys{
		"markup": takes(func(v value) { v.selectors(&l.Markup) }),
		"item":   takes(func(v value) { v.selectors(&l.Item) }), "link": takes(func(v value) { v.selectors(&l.Link) }),
		"title": takes(func(v value) { v.selectors(&l.Title) }), "date": takes(func(v value) { v.selectors(&l.Date) }),
		"date_regex":   takes(func(v value) { v.regex(&l.DateRegex) }),
		"date_layouts": takes(func(v value) { v.layouts(&l.DateLayouts) }),
		"link_match":   takes(func(v value) { v.regex(&l.LinkMatch) }), "link_skip": takes(func(v value) { v.regex(&l.LinkSkip) }),
		"same_host": takes(func(v value) { v.bool(&l.SameHost) }), "limit": takes(func(v value) { v.int(&l.Limit, 1, 100_000) }),
	})
}

func (v value) pages(p *news.Pages) {
	if p.Pattern == "" {
		p.First, p.Max = 1, 2
	}
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

func (v value) article(a *news.Article) {
	v.mapping(keys{
		"title":       takes(func(v value) { v.selectors(&a.Title) }),
		"title_regex": takes(func(v value) { v.regex(&a.TitleRegex) }),
		"date":        takes(func(v value) { v.selectors(&a.Date) }), "date_regex": takes(func(v value) { v.regex(&a.DateRegex) }),
		"body": takes(func(v value) { v.selectors(&a.Body) }), "remove": takes(func(v value) { v.selectors(&a.Remove) }),
	})
}

func (v value) dateFrom(into *[]news.DateOrigin) {
	*into = nil
	for _, item := range v.items() {
		var origin news.DateOrigin
		enum(item, &origin, news.FromArticle, news.FromList, news.FromFeed, news.FromTitle, news.FromURL)
		*into = append(*into, origin)
	}
}

// pathExpr is keys and indexes of JSON, joined by dots.
var pathExpr = regexp.MustCompile(`^[^.{}[\]\s]+(\.[^.{}[\]\s]+)*$`)

// path takes a way into JSON; empty for the root.
func (v value) path(into *string) {
	s, ok := v.text()
	if !ok {
		return
	}
	if s != "" && !pathExpr.MatchString(s) {
		v.bad(fmt.Sprintf("%q is no path into JSON", s), "write keys and indexes joined by dots: data.rows, data.0.rows")
		return
	}
	*into = s
}

var templateExpr = regexp.MustCompile(`\{[^.{}[\]\s]+(\.[^.{}[\]\s]+)*\}`)

// template takes an address with paths in braces.
func (v value) template(into *string) {
	v.url(into, true)
	if s := plain(v.node); s != "" && (!templateExpr.MatchString(s) || strings.ContainsAny(templateExpr.ReplaceAllString(s, ""), "{}")) {
		v.bad(fmt.Sprintf("%q has no {path}", s), "write https://www.example.org/article/{id}: what stands in braces is taken from the item")
	}
}

func (r *row) json(v value) {
	j := &r.JSON
	v.mapping(keys{
		"items": takes(func(v value) { v.path(&j.Items) }), "title": takes(func(v value) { v.path(&j.Title) }),
		"date": takes(func(v value) { v.path(&j.Date) }), "link": takes(func(v value) { v.path(&j.Link) }),
		"link_template": takes(func(v value) { v.template(&j.LinkTemplate) }), "html": takes(func(v value) { v.path(&j.HTML) }),
	})
}

func (r *row) rewrite(v value) {
	r.Rewrite = nil
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
	if r.Headers = maps.Clone(r.Headers); r.Headers == nil {
		r.Headers = make(map[string]string)
	}
	entries, _ := v.entries()
	for _, e := range entries {
		name := scalar(e.Key)
		if slices.Contains(forbiddenHeaders, strings.ToLower(name)) {
			v.at(e.Key, fmt.Sprintf("header %s cannot be set here", name), "")
		}
		var text string
		value{v.decoder, e.Value}.secret(&text)
		if !headerExpr.MatchString(name) {
			v.at(e.Key, fmt.Sprintf("%q is no name of a header", name), "write letters, digits and hyphens")
		}
		r.Headers[name] = text
	}
}

func (r *row) status(v value) {
	r.AcceptStatus = nil
	for _, item := range v.items() {
		var n int
		item.int(&n, 100, 599)
		r.AcceptStatus = append(r.AcceptStatus, n)
	}
}
