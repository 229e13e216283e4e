package page

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"chinanews/news"
)

// The limits of a page, looked for in one pass before any parser sees it.
const (
	maxDepth = 512
	maxCost  = 300_000
)

// bounded refuses what would cost far more memory or time to parse than to
// send: pieces, attributes, nesting, and formatting that is left open, which
// the parser opens anew in every paragraph (HTML, section 13.2.4.3).
func bounded(utf8 []byte) *news.Problem {
	z := html.NewTokenizer(bytes.NewReader(utf8))
	var w weight
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return nil
		}
		w.add(z, kind)
		if w.depth > maxDepth || len(w.left) > maxDepth || w.cost > maxCost {
			return &news.Problem{Class: news.ClassTooDeep, Condition: news.Broken,
				Words: fmt.Sprintf("the page nests deeper than %d elements, or has more than %d of them and their attributes; it is not read", maxDepth, maxCost)}
		}
	}
}

// weight is what a page's tree will cost, as far as it was seen.
type weight struct {
	depth int
	cost  int      // nodes and attributes
	left  []string // formatting elements that are open, as they are written
}

func (w *weight) add(z *html.Tokenizer, kind html.TokenType) {
	w.cost += 1 + len(w.left)
	if kind != html.StartTagToken && kind != html.EndTagToken && kind != html.SelfClosingTagToken {
		return
	}
	raw := string(z.Raw())
	tag, more := z.TagName()
	name := string(tag)
	for more {
		_, _, more = z.TagAttr()
		w.cost++
	}
	switch {
	case kind == html.EndTagToken:
		w.depth = max(0, w.depth-1)
		w.close(name)
	case formatting[name]:
		w.depth++
		w.open(raw)
	case kind == html.StartTagToken && !hollow[name]:
		w.depth++
	}
}

// open notes a formatting element; the parser keeps three equal ones at most.
func (w *weight) open(raw string) {
	equal := 0
	for _, l := range w.left {
		if l == raw {
			equal++
		}
	}
	if equal < 3 {
		w.left = append(w.left, raw)
	}
}

func (w *weight) close(name string) {
	for i := len(w.left) - 1; i >= 0; i-- {
		if rest := w.left[i][1:]; len(rest) > len(name) && strings.EqualFold(rest[:len(name)], name) && strings.IndexByte(" \t\n\f\r/>", rest[len(name)]) >= 0 {
			w.left = append(w.left[:i], w.left[i+1:]...)
			return
		}
	}
}

// formatting are the elements that the parser opens anew when what they stand
// in was closed before them.
var formatting = map[string]bool{"b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true, "s": true,
	"small": true, "strike": true, "strong": true, "tt": true, "u": true}

// hollow are the elements that pages do not close.
var hollow = map[string]bool{"br": true, "hr": true, "img": true, "input": true, "meta": true, "link": true, "area": true,
	"base": true, "col": true, "embed": true, "source": true, "track": true, "wbr": true, "p": true, "li": true, "td": true,
	"tr": true, "th": true, "dt": true, "dd": true, "option": true}
