package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"chinanews/curator"
	"chinanews/feedout/site"
	"chinanews/news"
	"chinanews/storage"
)

// sieve is what else a found item must pass; nil: nothing.
type sieve func(*storage.Ledger, news.Item) bool

// ruled reads what a command asks: words, or a rule as a feed's `where`, or
// both. The public page takes no rule: whoever writes one decides what each
// item costs to judge, up to the curator's bounds.
func (h *house) ruled(asked url.Values) (q news.Query, passes sieve, err error) {
	where := asked.Get("where")
	rule, err := curator.Compile(where, h.cfg.Words)
	if err != nil {
		return q, nil, pointed("--where", where, err)
	}
	if rule == nil {
		q, err = site.ParseSearch(asked, h.cfg.Sources)
		return q, nil, err
	}
	wordless := asked.Get("q") == ""
	if wordless {
		asked = maps.Clone(asked)
		asked.Set("q", "x")
	}
	if q, err = site.ParseSearch(asked, h.cfg.Sources); err != nil {
		return q, nil, err
	}
	if wordless {
		q.Phrases = nil
	}
	c, err := curator.New(h.cfg.Publication, 0)
	if err != nil {
		return q, nil, err
	}
	return q, func(l *storage.Ledger, i news.Item) bool {
		_, ok := c.Judge(l, rule, i)
		return ok
	}, nil
}

// all is storage's Search for a query without words: the newest of what
// readers may see that passes.
func (s stand) all(ctx context.Context, l *storage.Ledger, q news.Query, passes sieve) (found news.Found) {
	candidates, cut := s.candidates(ctx, l, q)
	found.Cut = cut
	for _, i := range candidates {
		if ctx.Err() != nil {
			found.Cut = true
			break
		}
		if !passes(l, i) {
			continue
		}
		if len(found.Hits) == cmp.Or(q.Limit, news.MostFound) {
			found.More = true
			break
		}
		place := news.Place{At: uint32(i.Dated().Time.Unix()), Seen: uint32(i.FirstSeen.Unix()), Item: i.ID}
		found.Hits = append(found.Hits, news.Hit{Item: i, Place: place})
	}
	return found
}

// candidates are the items that lead where readers see them, the newest first.
func (s stand) candidates(ctx context.Context, l *storage.Ledger, q news.Query) (items []news.Item, cut bool) {
	for story := range l.Stories() {
		if ctx.Err() != nil {
			cut = true
			break
		}
		for _, id := range story.Items {
			i, ok := l.Item(id)
			if !ok || !limited(q, i) {
				continue
			}
			if _, _, leads := s.leading(l, i); leads {
				items = append(items, i)
			}
		}
	}
	slices.SortFunc(items, func(a, b news.Item) int {
		return cmp.Or(b.Dated().Time.Compare(a.Dated().Time), b.FirstSeen.Compare(a.FirstSeen), slices.Compare(a.ID[:], b.ID[:]))
	})
	return items, cut
}

// limited reports whether an item is one of those that a query is limited to.
func limited(q news.Query, i news.Item) bool {
	day := i.Dated().Day()
	return (q.Lang == "" || q.Lang == i.Shown.Lang) && (len(q.Origins) == 0 || slices.Contains(q.Origins, i.Source)) &&
		(q.From == "" || day >= q.From) && (q.To == "" || day <= q.To)
}

// pointed is what is wrong with a rule of the command line, with the line of
// the rule and a mark below the place.
func pointed(flag, rule string, err error) error {
	bad, ok := errors.AsType[*curator.RuleError](err)
	if !ok {
		return err
	}
	runes := append([]rune(rule), ' ')
	at := min(bad.Column()-1, len(runes)-1)
	from, to := at, at
	for from > 0 && runes[from-1] != '\n' {
		from--
	}
	for to < len(runes) && runes[to] != '\n' {
		to++
	}
	what := fmt.Sprintf("%s: %v", flag, bad)
	if bad.Hint() != "" {
		what += "; " + bad.Hint()
	}
	return fmt.Errorf("%s\n  %s\n  %s^", what, strings.TrimRight(string(runes[from:to]), " "), blank(runes[from:at]))
}

// blank is as wide as some characters are on a terminal.
func blank(over []rune) string {
	var b strings.Builder
	for _, r := range over {
		switch {
		case r == '\t':
			b.WriteByte('\t')
		case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana), r >= 0x3000 && r <= 0x303f, r >= 0xff01 && r <= 0xff60:
			b.WriteRune('\u3000')
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}
