// Package jsonlist reads listings that are JSON, or JSON in a call of a
// function (JSONP), by the paths of a row. What a listing that is JSON has in
// common with a page, package page does.
//
// The trap: nothing is guessed. A path that leads nowhere is a redesigned
// source, and its words say what stands there instead.
package jsonlist

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"chinanews/fetcher/clean"
	"chinanews/fetcher/page"
	"chinanews/news"
)

// version is part of the reader's name.
const version = "1"

// Reader is a short digest of how a row's JSON is read: two readings are
// compared only when their readers are equal.
func Reader(src news.Source) string {
	keys, err := json.Marshal(src.JSON)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(keys)
	return version + hex.EncodeToString(sum[:3])
}

// Read reads a listing, already in UTF-8. base is the address that it came
// from. Its warnings say what was mended and what items lack.
func Read(utf8 []byte, src news.Source, base *url.URL, o page.Options) (page.Listing, *news.Problem) {
	root, repairs, p := parse(utf8)
	if p != nil {
		return page.Listing{}, p
	}
	var l page.Listing
	if src.JSON.HTML != "" {
		l, p = markup(root, src, base, o)
	} else {
		l, p = items(root, src, base, o)
	}
	for _, r := range repairs {
		l.Warnings = append(l.Warnings, "repaired: "+r)
	}
	return l, p
}

// markup reads the page that stands in the JSON, by the row's list.
func markup(root any, src news.Source, base *url.URL, o page.Options) (page.Listing, *news.Problem) {
	v, err := at(root, src.JSON.HTML)
	text, ok := v.(string)
	switch {
	case err == nil && !ok:
		err = fmt.Errorf("%s is %s", src.JSON.HTML, kind(v))
	case err == nil && strings.TrimSpace(text) == "":
		err = fmt.Errorf("%s is empty", src.JSON.HTML)
	}
	if err != nil {
		return page.Listing{}, redesigned("json.html finds no markup: %v", err)
	}
	return page.List([]byte(text), src, base, o)
}

func items(root any, src news.Source, base *url.URL, o page.Options) (page.Listing, *news.Problem) {
	v, err := at(root, src.JSON.Items)
	list, ok := v.([]any)
	if err == nil && !ok {
		err = fmt.Errorf("%s is %s", named(src.JSON.Items), kind(v))
	}
	if err != nil {
		return page.Listing{}, redesigned("json.items finds no list: %v%s", err, elsewhere(root))
	}
	if len(list) == 0 {
		return page.Listing{}, &news.Problem{Class: news.ClassNoItems, Condition: news.Empty,
			Words: fmt.Sprintf("the list at %s is empty", named(src.JSON.Items))}
	}
	rows := make([]page.Row, len(list))
	for n, item := range list {
		rows[n] = row(item, src.JSON)
	}
	l, p := page.Rows(rows, src, base, o)
	if p == nil && len(l.Entries) == 0 {
		p = redesigned("none of the %d items at %s gives an entry (%s); the first item %s: look at json and list in the row",
			len(list), named(src.JSON.Items), reason(l.Warnings), holding(list[0]))
	}
	return l, p
}

func reason(warnings []string) string {
	if len(warnings) == 0 {
		return "list.link_match, link_skip or same_host refuses all of them"
	}
	return strings.Join(warnings, ", ")
}

// row takes of an item what the row's paths lead to.
func row(item any, paths news.JSON) page.Row {
	r := page.Row{Title: plain(scalar(item, paths.Title)), Date: scalar(item, paths.Date), Link: scalar(item, paths.Link)}
	if r.Link == "" {
		r.Link = filled(paths.LinkTemplate, item)
	}
	return r
}

var hole = regexp.MustCompile(`\{([^{}]+)\}`)

// filled is a template with its paths replaced; empty when the item lacks one.
func filled(template string, item any) string {
	lacks := false
	link := hole.ReplaceAllStringFunc(template, func(path string) string {
		value := scalar(item, path[1:len(path)-1])
		lacks = lacks || value == ""
		return url.PathEscape(value)
	})
	if lacks {
		return ""
	}
	return link
}

// maxMarkup bounds a title before it is parsed.
const maxMarkup = 8 << 10

// plain is the text of a title, in which people leave tags and entities.
func plain(title string) string {
	if !strings.ContainsAny(title, "<&") {
		return title
	}
	return clean.Text(strings.ToValidUTF8(title[:min(len(title), maxMarkup)], ""))
}

func redesigned(format string, args ...any) *news.Problem {
	return &news.Problem{Class: news.ClassSelectorEmpty, Condition: news.Redesigned, Words: fmt.Sprintf(format, args...)}
}
