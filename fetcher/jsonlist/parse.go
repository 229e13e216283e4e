package jsonlist

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"

	"chinanews/fetcher/feed"
	"chinanews/news"
)

// call is what stands before JSON that is a function's argument:
// "callback(", "/**/ typeof cb === 'function' && cb(".
var call = regexp.MustCompile(`^[\w$.\s\[\]"'=&/*;]{1,200}\(\s*[\[{]`)

// Sniff reports whether a document is JSON, or a call with JSON in it.
func Sniff(utf8 []byte) bool { return start(utf8) >= 0 }

// start is where the JSON begins; -1 when there is none.
func start(utf8 []byte) int {
	doc := bytes.TrimLeft(utf8, "\uFEFF \t\r\n\x00")
	skipped := len(utf8) - len(doc)
	if len(doc) > 0 && (doc[0] == '{' || doc[0] == '[') {
		return skipped
	}
	if m := call.FindIndex(doc[:min(len(doc), 512)]); m != nil {
		return skipped + m[1] - 1
	}
	return -1
}

// parse reads a document within the bounds of a feed. Numbers stay as they are
// written.
func parse(utf8 []byte) (root any, repairs []string, p *news.Problem) {
	begin := start(utf8)
	if begin < 0 {
		return nil, nil, noJSON(utf8)
	}
	strict, repairs, p := feed.MendJSON(utf8[begin:])
	if p != nil {
		return nil, nil, p
	}
	d := json.NewDecoder(bytes.NewReader(strict))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		return nil, nil, &news.Problem{Class: news.ClassMalformed, Condition: news.Broken,
			Words: fmt.Sprintf("the JSON is broken beyond repair: %.200s", news.Line(err.Error()))}
	}
	return root, repairs, nil
}

// noJSON says what a document is that is no JSON.
func noJSON(utf8 []byte) *news.Problem {
	if feed.Sniff(utf8) == feed.ShapeHTML {
		return feed.PageInstead(utf8, "JSON")
	}
	begin := []rune(news.Line(string(utf8[:min(len(utf8), 200)])))
	return &news.Problem{Class: news.ClassNotAFeed, Condition: news.Broken,
		Words: fmt.Sprintf("the answer is no JSON; it starts with %q; look whether the address is still right", string(begin[:min(len(begin), 60)]))}
}
