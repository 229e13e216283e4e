package config

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"chinanews/news"
)

var wordsExpr = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// feeds takes the feeds.
func (d *decoder) feeds(v value, fresh news.Duration) {
	ids := newRoster("feed")
	for _, item := range v.rows() {
		f := news.Feed{Language: d.config.Site.Language, Limit: 100, Window: hours(48), Fresh: fresh, Content: news.Full,
			Link: news.LinkOriginal, Provenance: true}
		var g grant
		if item.mapping(d.feedKeys(ids, &f, &g)) && f.ID == "" {
			item.bad("a feed has no id", "write id: lower-case-name")
		}
		d.complete(&f)
		d.grant(item, f, g)
		d.config.Feeds = append(d.config.Feeds, f)
	}
	ids.check()
}

func (d *decoder) feedKeys(ids *roster, f *news.Feed, g *grant) keys {
	return keys{
		"id": takes(func(v value) { ids.feedID(v, &f.ID) }), "was": takes(func(v value) { ids.earlier(v, &f.Was) }),
		"title": takes(func(v value) { v.string(&f.Title) }), "description": takes(func(v value) { v.string(&f.Description) }),
		"language":     takes(func(v value) { v.language(&f.Language, false) }),
		"languages":    takes(func(v value) { v.languages(f) }),
		"sources":      takes(func(v value) { d.choose(v, &f.Sources) }),
		"where":        takes(func(v value) { d.where(v, &f.Where) }),
		"limit":        takes(func(v value) { v.int(&f.Limit, 1, 500) }),
		"window":       takes(func(v value) { v.duration(&f.Window, true) }),
		"content":      takes(func(v value) { enum(v, &f.Content, news.Full, news.Summary, news.Title) }),
		"link":         takes(func(v value) { enum(v, &f.Link, news.LinkOriginal, news.LinkStory) }),
		"dates":        takes(func(v value) { enum(v, &f.Dates, news.DatesRelease, news.DatesEntered) }),
		"provenance":   takes(func(v value) { v.bool(&f.Provenance) }),
		"copyright":    takes(func(v value) { v.string(&f.Copyright) }),
		"hold":         takes(func(v value) { v.bool(&f.Hold) }),
		"access":       takes(func(v value) { g.access = v; enum(v, &f.Access, news.AccessPublic, news.AccessToken) }),
		"tokens":       takes(func(v value) { g.tokens = v }),
		"on_removal":   takes(func(v value) { enum(v, &f.OnRemoval, news.RemovalMark, news.RemovalDrop) }),
		"same_release": {only: "once"}, "images": {only: "caption"},
		"digest":   takes(func(v value) { v.clock(&f.Digest, "07:00", "no digest") }),
		"webhooks": takes(func(v value) { d.webhooks(v, f) }),
	}
}

// languages takes all, tags, or one that is preferred: of a release in several
// languages the feed then has that one.
func (v value) languages(f *news.Feed) {
	s := plain(v.node)
	tag, prefers := strings.CutPrefix(s, "prefer ")
	switch {
	case s == "all":
		f.Languages = []string{"all"}
		return
	case s == "prefer" || prefers && !languageExpr.MatchString(strings.TrimSpace(tag)):
		v.bad(fmt.Sprintf("%q prefers no language", s), "write a BCP 47 tag after it: prefer en, prefer zh")
		return
	case prefers:
		f.Languages, f.Prefer = []string{"all"}, news.Primary(strings.TrimSpace(tag))
		return
	}
	for _, item := range v.items() {
		var s string
		item.language(&s, false)
		f.Languages = append(f.Languages, news.Primary(s))
	}
}

// complete fills in what a feed leaves out.
func (d *decoder) complete(f *news.Feed) {
	f.Name = news.FeedName(f.ID)
	if news.Line(f.Title) == "" {
		f.Title = f.ID
	}
	switch {
	case f.Dates != "":
	case f.Hold:
		f.Dates = news.DatesEntered
	default:
		f.Dates = news.DatesRelease
	}
	if len(f.Languages) == 0 {
		f.Languages = []string{news.Primary(f.Language)}
	}
	if len(f.Sources) == 0 {
		for _, s := range d.config.Sources {
			f.Sources = append(f.Sources, s.ID)
		}
	}
	slices.Sort(f.Sources)
	f.Sources = slices.Compact(f.Sources)
}

// choose resolves globs on ids, and tags, to ids. One that matches nothing is
// a mistake.
func (d *decoder) choose(v value, into *[]string) {
	for _, item := range v.items() {
		pattern, ok := item.text()
		if !ok {
			continue
		}
		found := false
		for _, s := range d.config.Sources {
			if chosen(pattern, s) {
				*into, found = append(*into, s.ID), true
			}
		}
		if !found && !d.lacking {
			item.bad(fmt.Sprintf("%q matches no source", pattern), "write an id, a glob on ids (mfa-*), or tag:name")
		}
	}
}

func chosen(pattern string, s news.Source) bool {
	if tag, ok := strings.CutPrefix(pattern, "tag:"); ok {
		return slices.Contains(s.Tags, tag)
	}
	match, err := path.Match(pattern, s.ID)
	return err == nil && match
}

// where takes a rule. A problem in it is placed where in the rule it is.
func (d *decoder) where(v value, into *string) {
	rule, ok := v.text()
	if !ok {
		return
	}
	*into = rule
	d.later = append(d.later, func() {
		err := d.checks.Rule(rule, d.config.Words)
		if err == nil {
			return
		}
		pos := position(v.node)
		line, col := pos.Line, pos.Column
		if placed, ok := errors.AsType[interface {
			error
			Column() int
		}](err); ok && rule == scalar(v.node) {
			if l, c, ok := d.within(v.node, rule, placed.Column()); ok {
				line, col = l, c
			}
		}
		hint := "fields: title text summary lang source publisher tags ...; functions: has, any_of, near"
		if hinted, ok := errors.AsType[interface {
			error
			Hint() string
		}](err); ok {
			hint = hinted.Hint()
		}
		d.problem(line, col, "the rule does not compile: "+firstLine(err.Error()), hint)
	})
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
