package feed

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"

	"chinanews/news"
)

var pageTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// noFeed says what a document is that is no feed.
func noFeed(doc []byte, o outline) *news.Problem {
	switch o.shape {
	case ShapeEmpty:
		return &news.Problem{Class: news.ClassEmpty, Condition: news.Empty,
			Words: "the answer is empty; if it stays so, look whether the feed has moved"}
	case ShapeHTML:
		return PageInstead(doc, "a feed")
	}
	start := news.Line(string(bytes.ToValidUTF8(doc[:min(len(doc), 200)], nil)))
	return notAFeed(fmt.Sprintf("the answer is no feed; it starts with %q", cut(start, 60)))
}

func notAFeed(words string) *news.Problem {
	return &news.Problem{Class: news.ClassNotAFeed, Condition: news.Broken, Words: words}
}

// PageInstead says what kind of page came where something else was wanted:
// "a feed", "JSON".
func PageInstead(doc []byte, wanted string) *news.Problem {
	return &news.Problem{Class: news.ClassNotAFeed, Condition: news.HTMLInstead, Words: "instead of " + wanted + " the answer is " + pageWords(doc)}
}

func pageWords(doc []byte) string {
	doc = doc[:min(len(doc), 256<<10)]
	title := ""
	if m := pageTitle.FindSubmatch(doc); m != nil {
		title = cut(news.Line(html.UnescapeString(string(m[1]))), 120)
	}
	lower, low := strings.ToLower(title), bytes.ToLower(doc)
	what, todo := "a web page", "correct the address, or run `chinanewsd discover` on it for a row that reads the page"
	switch {
	case holds(lower, "404", "not found", "不存在", "未找到", "页面找不到", "无法找到"):
		what, todo = "a page that says there is nothing here", "look for the new address"
	case bytes.Contains(low, []byte(`type="password"`)), holds(lower, "log in", "login", "sign in", "登录", "登陆"):
		what, todo = "a login page", "it is not public any more, or has moved"
	case holds(lower, "for sale", "parked", "domain", "域名"):
		what, todo = "a page for a domain that is on sale", "the source has left this address; remove or change it"
	case holds(lower, "suspended", "维护", "maintenance"):
		what, todo = "a page that says the site is closed", "wait; if it stays so, look for another address"
	case holds(lower, "error", "错误", "forbidden", "502", "503", "500"):
		what, todo = "an error page", "if it stays so, look for another address"
	}
	if title != "" {
		what += fmt.Sprintf(" (%q)", title)
	}
	return what + "; " + todo
}

func holds(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
