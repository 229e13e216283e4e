package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"chinanews/news"
)

// document takes the whole file: first what others build on.
func (d *decoder) document(v value) {
	d.config.Data, d.config.Listen, d.config.Admin = "data", "127.0.0.1:8080", "127.0.0.1:8081"
	d.config.Proxies = loopback()
	d.config.Backup = news.BackupPlan{At: "03:30", Keep: 7}
	d.config.Hub = hubUnset()
	d.config.Retention.Captures = 90 * 24 * news.Duration(time.Hour)
	d.config.Site, d.config.Fetch = news.Site{Title: "China News", Language: "en"}, fetching()
	rows := newRow()
	site, sources, included, feeds := v, value{decoder: d}, value{decoder: d}, value{decoder: d}
	read := v.mapping(keys{
		"site": takes(func(v value) { site = v; d.site(v) }), "data": takes(func(v value) { v.string(&d.config.Data) }),
		"listen": takes(func(v value) { v.address(&d.config.Listen, false) }),
		"admin":  takes(func(v value) { v.mapping(keys{"listen": takes(func(v value) { v.address(&d.config.Admin, true) })}) }),
		"fetch":  takes(d.fetch), "words": takes(d.words),
		"hub":      takes(d.hub),
		"defaults": takes(func(v value) { v.mapping(rows.shared()); rows.trace(v, "defaults, ") }),
		"sources":  takes(func(v value) { sources = v }), "include": takes(func(v value) { included = v }),
		"feeds":           takes(func(v value) { feeds = v }),
		"trusted_proxies": takes(d.proxies), "desk": takes(d.desk), "retention": takes(d.retention), "backup": takes(d.backup),
		"publish": takes(d.publish),
		"cluster": takes(d.cluster),
	})
	if !read {
		return
	}
	d.config.Fetch.Contact = d.config.Site.Contact
	if sources.empty() && included.empty() && d.given.node == nil {
		d.config.Unsaid.Sources = sources.unsaid()
		d.warn(v.node, "there are no sources yet, and nothing is polled: write a row under sources:, or let the desk find one out (Add a source)")
	}
	d.config.Written.Defaults = d.places(rows.written)
	ids := newRoster("source")
	d.sources(sources, rows, ids)
	d.include(included, rows, ids)
	if d.given.node != nil {
		d.given.source(d.given, rows, ids)
	}
	ids.check()
	d.feeds(feeds, rows.Fresh)
	if feeds.empty() {
		d.config.Unsaid.Feeds = feeds.unsaid()
		d.warn(v.node, "there are no feeds yet, and nothing is published: write one under feeds:")
	}
	for _, check := range d.later {
		check()
	}
	d.hints(site.node)
}

// backup takes when the record is copied and how many copies stay.
func (d *decoder) backup(v value) {
	b := &d.config.Backup
	v.mapping(keys{
		"at":   takes(func(v value) { v.clock(&b.At, "03:30", "no backups") }),
		"keep": takes(func(v value) { v.int(&b.Keep, 1, 1000) }),
	})
}

// clock takes a time of day; empty is none.
func (v value) clock(into *string, example, none string) {
	s, ok := v.text()
	if ok && s != "" && !clockExpr.MatchString(s) {
		v.bad(fmt.Sprintf("%q is no time of day", s), fmt.Sprintf(`write %q, or "" for %s`, example, none))
		return
	}
	*into = s
}

var clockExpr = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

// shortestRetention is longer than the last look at an item, which compares
// with its text.
const shortestRetention = news.Duration(31 * 24 * time.Hour)

// retention takes what is to be kept, and for how long.
func (d *decoder) retention(v value) {
	v.mapping(keys{
		"items": takes(func(v value) {
			if s, ok := v.text(); !ok || s == "all" {
				return
			}
			var keep news.Duration
			v.duration(&keep, false)
			if keep != 0 && keep < shortestRetention {
				v.bad(fmt.Sprintf("texts cannot be thrown away after %s: items are looked at again for 30 days", keep), "write 31d or more, or all")
				return
			}
			d.config.Retention.Items = keep
		}),
		"captures": takes(func(v value) {
			if s, ok := v.text(); ok && s == "all" {
				d.config.Retention.Captures = 0
				return
			}
			v.duration(&d.config.Retention.Captures, false)
		}),
	})
}

func hours(h float64) news.Duration { return news.Duration(h * float64(time.Hour)) }

// fetching is how requests are made unless the file says otherwise.
func fetching() news.Fetching {
	return news.Fetching{Concurrency: 16, Timeout: news.Duration(30 * time.Second), MaxBody: 10 << 20, MaxItems: 2000, Robots: true,
		Hosts: []news.HostRule{{Pattern: "*", Connections: 1, Delay: news.Duration(2 * time.Second), Retries: 1}}}
}

// hints warns of what a site needs before others see it, and refuses one
// without when it is to be public.
func (d *decoder) hints(n ast.Node) {
	s := d.config.Site
	say := func(what, hint string) {
		if d.checks.Public {
			d.at(n, what, hint)
			return
		}
		d.warn(n, "%s; %s", what, hint)
	}
	if s.Contact == "" {
		say("site.contact is empty: hosts that you poll cannot reach you", "e.g. site: {contact: press@example.org}")
	}
	switch {
	case s.BaseURL == "":
		say("site.base_url is empty: links lead to this machine only", "e.g. site: {base_url: \"https://news.example.org\"}")
	case d.checks.Public && inward(s.BaseURL):
		say(fmt.Sprintf("site.base_url is %s, which only this machine or its own network reaches", s.BaseURL), "write the address that others reach it by")
	}
}

// inward reports an address that by its own words is not on the internet.
func inward(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified() || ip.IsLinkLocalUnicast()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal")
}

func (d *decoder) site(v value) {
	s := &d.config.Site
	v.mapping(keys{
		"id": takes(func(v value) {
			if text, ok := v.text(); ok && text != "" {
				v.id(&s.ID)
			}
		}),
		"title":    takes(func(v value) { v.string(&s.Title) }),
		"base_url": takes(func(v value) { v.baseURL(&s.BaseURL, true) }),
		"was":      takes(d.earlier),
		"language": takes(func(v value) { v.language(&s.Language, false) }),
		"contact":  takes(func(v value) { v.string(&s.Contact) }), "publisher": takes(func(v value) { v.string(&s.Publisher) }),
		"links": takes(d.links), "icon": takes(func(v value) { v.string(&s.Icon) }),
		"about": takes(d.about), "canonical": takes(func(v value) { enum(v, &s.Canonical, news.CanonicalOwn, news.CanonicalOriginal) }),
		"show_health": takes(func(v value) { v.bool(&s.ShowHealth) }),
	})
}

// earlier takes addresses that the site had.
func (d *decoder) earlier(v value) {
	s := &d.config.Site
	for _, item := range v.items() {
		var was string
		item.baseURL(&was, false)
		s.Was = append(s.Was, was)
		d.later = append(d.later, func() {
			if was != "" && was == s.BaseURL {
				item.bad(fmt.Sprintf("%s is today's address", was), "write in was what base_url was before")
			}
		})
	}
}

// basePath is what stands behind the host of a site's address: nothing that has
// to be encoded.
var basePath = regexp.MustCompile(`^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$`)

// baseURL takes the address of a site. empty says that it may be.
func (v value) baseURL(into *string, empty bool) {
	v.url(into, empty)
	*into = strings.TrimRight(*into, "/")
	path := news.Site{BaseURL: *into}.Path()
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case strings.ContainsAny(*into, "?#"):
		v.bad(fmt.Sprintf("%q has a query or fragment", *into), "write the address under which the site is seen, no more")
	case !basePath.MatchString(path):
		v.bad(fmt.Sprintf("the path %s has signs that addresses encode", path), "letters, digits, hyphens and dots will do")
	case slices.Contains(ownPaths, first):
		v.bad(fmt.Sprintf("the path %s begins like addresses of the site's own", path), "choose another")
	}
}

// ownPaths are first parts of the site's paths: behind a web server that takes
// the base's path off, a base that begins so could not be told from them.
var ownPaths = []string{"feeds", "stories", "search", "t", "hub", "desk", "en", "zh"}

func (d *decoder) links(v value) {
	for _, item := range v.items() {
		var l news.Link
		item.mapping(keys{"title": takes(func(v value) { v.string(&l.Title) }), "url": takes(func(v value) { v.url(&l.URL, false) })})
		d.config.Site.Links = append(d.config.Site.Links, l)
	}
}

func (d *decoder) fetch(v value) {
	f := &d.config.Fetch
	v.mapping(keys{
		"concurrency": takes(func(v value) { v.int(&f.Concurrency, 1, 1000) }),
		"hosts":       takes(d.hosts),
		"timeout":     takes(func(v value) { v.duration(&f.Timeout, false) }),
		"max_body":    takes(func(v value) { v.size(&f.MaxBody) }),
		"max_items":   takes(func(v value) { v.int(&f.MaxItems, 1, 100_000) }),
		"robots":      takes(func(v value) { v.bool(&f.Robots) }),
		"allow":       takes(func(v value) { v.allowed(&f.Allow) }),
		"proxy":       takes(func(v value) { v.proxy(&f.Proxy) }),
	})
}

// hosts takes the rules of hosts. What a rule leaves out is as for "*".
func (d *decoder) hosts(v value) {
	entries, ok := v.entries()
	if !ok {
		return
	}
	all := d.config.Fetch.Hosts[0]
	for _, e := range entries {
		if scalar(e.Key) == "*" {
			all = value{d, e.Value}.hostRule(all)
		}
	}
	rules, seen := []news.HostRule{}, make(map[string]bool)
	for _, e := range entries {
		pattern := strings.ToLower(scalar(e.Key))
		if seen[pattern] {
			d.at(e.Key, fmt.Sprintf("key %s stands twice", pattern), "")
		}
		seen[pattern] = true
		if pattern == "*" {
			continue
		}
		if _, err := netip.ParseAddr(pattern); err != nil && !hostExpr.MatchString(pattern) {
			d.at(e.Key, fmt.Sprintf("%q is no host pattern", pattern), "write a host, *.domain, or *; no scheme, no port, xn-- for other scripts")
		}
		r := all
		r.Pattern = pattern
		rules = append(rules, value{d, e.Value}.hostRule(r))
	}
	slices.SortFunc(rules, moreSpecific)
	d.config.Fetch.Hosts = append(rules, all)
}

var hostExpr = regexp.MustCompile(`^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$`)

// moreSpecific orders patterns so that the first that fits a host is the one
// meant: a host before the patterns that cover it, even when both are as long.
func moreSpecific(a, b news.HostRule) int {
	if c := len(b.Pattern) - len(a.Pattern); c != 0 {
		return c
	}
	return strings.Compare(b.Pattern, a.Pattern) // * is less than any letter
}

func (v value) hostRule(r news.HostRule) news.HostRule {
	v.mapping(keys{
		"connections": takes(func(v value) { v.int(&r.Connections, 1, 8) }),
		"delay":       takes(func(v value) { v.duration(&r.Delay, true) }),
		"retries":     takes(func(v value) { v.int(&r.Retries, 0, 5) }),
	})
	return r
}

func (d *decoder) words(v value) {
	entries, ok := v.entries()
	if !ok {
		return
	}
	d.config.Words = make(map[string][]string)
	for _, e := range entries {
		name := scalar(e.Key)
		if !wordsExpr.MatchString(name) {
			d.at(e.Key, fmt.Sprintf("%q is no name for a list of words", name), "write letters, digits and underscores: it is used as words.NAME")
			continue
		}
		if _, twice := d.config.Words[name]; twice {
			d.at(e.Key, fmt.Sprintf("key %s stands twice", name), "")
		}
		var list []string
		value{d, e.Value}.strings(&list)
		d.config.Words[name] = list
	}
}
