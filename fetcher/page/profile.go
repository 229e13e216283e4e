package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"chinanews/news"
)

// The values of a row's profile that name none.
const (
	profileAuto = "auto" // recognised from the page; so is an empty one
	profileNone = "none"
)

// Digest is a short digest of a set of profiles: with another set, a page may
// be read differently.
func Digest(profiles []news.Profile) string {
	text, err := json.Marshal(profiles)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// document is a page, parsed, and where it came from.
type document struct {
	*goquery.Document
	utf8 []byte
	base *url.URL // what its relative links are meant against
	from *url.URL // its own address
}

// profiles are those by which a row may be read: the one it names, or all.
func (o Options) profiles(src news.Source) []news.Profile {
	switch src.Profile {
	case "", profileAuto:
		return o.Profiles
	case profileNone:
		return nil
	}
	for _, p := range o.Profiles {
		if p.Name == src.Profile {
			return []news.Profile{p}
		}
	}
	return nil
}

// fits reports whether a page is of a profile's family. One that the row names
// is taken at its word.
func (d document) fits(src news.Source, p news.Profile) bool {
	if p.Name == src.Profile {
		return true
	}
	for _, s := range p.Signs {
		if d.shows(s) {
			return true
		}
	}
	return false
}

// shows looks for the cheapest part of a sign first.
func (d document) shows(s news.Sign) bool {
	if s == (news.Sign{}) {
		return false
	}
	if s.URL != "" {
		re, err := regexes.of(s.URL)
		if err != nil || d.from == nil || !re.MatchString(d.from.String()) {
			return false
		}
	}
	if s.Has != "" {
		sel, err := parse(s.Has)
		if err != nil || !d.mayHave(s.Has) || sel.one(d.Selection).Length() == 0 {
			return false
		}
	}
	if s.Text == "" {
		return true
	}
	re, err := regexes.of(s.Text)
	return err == nil && re.Match(d.utf8)
}

// literals are the words of a selector without which its parts cannot match:
// the longest name or value of each. To look for them in the source is far
// cheaper than to walk the tree, once a sign of every profile.
var literals = memo[[][]byte]{compile: func(sel string) ([][]byte, error) {
	var words [][]byte
	for part := range strings.SplitSeq(sel, ",") {
		longest := ""
		for _, m := range literal.FindAllStringSubmatch(part, -1) {
			if w := m[1] + m[2]; len(w) > len(longest) {
				longest = w
			}
		}
		if strings.Contains(part, " i]") || strings.ContainsAny(part, `\\()`) {
			longest = ""
		}
		words = append(words, []byte(longest))
	}
	return words, nil
}}

var literal = regexp.MustCompile(`[.#]([\w-]+)|"([^"&<>]+)"`)

// mayHave reports whether the page's source has what a selector needs.
func (d document) mayHave(sel string) bool {
	words, err := literals.of(sel)
	if err != nil {
		return true
	}
	for _, w := range words {
		if bytes.Contains(d.utf8, w) {
			return true
		}
	}
	return false
}
