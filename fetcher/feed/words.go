package feed

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"chinanews/fetcher/clean"
	"chinanews/fetcher/dates"
	"chinanews/news"
)

// date reads the first of the dates that can be read; when none can, it keeps
// how the first one was written.
func (m *mapping) date(candidates []string) news.Date {
	var unread news.Date
	for _, raw := range candidates {
		if strings.TrimSpace(raw) == "" {
			continue
		}
		d := dates.Read(cut(news.Line(raw), maxTag), dates.Options{Origin: news.FromFeed,
			Layouts: m.src.DateLayouts, Zone: m.src.Timezone, Now: m.now})
		if d.Known() {
			return d
		}
		if unread.Raw == "" {
			unread = d
		}
	}
	return unread
}

// texts fills in summary, body and digest. A long or marked-up description is
// the body when there is no other.
func (m *mapping) texts(e *news.Entry, d draft) {
	body, same := d.body, false
	if strings.TrimSpace(body.text) == "" && (htmlish(d.summary) || utf8.RuneCountInString(d.summary.text) > 500) {
		body, same = d.summary, true
	}
	base := m.base
	if u := m.resolve(e.URL); u != nil {
		base = u
	}
	p := m.html(body, base, same)
	if p.Was == "" {
		p.Was = textOf(d.summary)
	}
	e.HTML, e.Summary = p.HTML, m.bounded(p.Was)
	e.Digest = news.TextDigest(p.Text)
	if e.Digest == "" {
		e.Digest = news.TextDigest(e.Summary)
	}
}

// html is a passage as sanitised markup of at most maxContent bytes. What its
// text was is told only when that is asked, and nothing of it had to be cut.
func (m *mapping) html(p passage, base *url.URL, was bool) clean.Passage {
	if strings.TrimSpace(p.text) == "" {
		return clean.Passage{}
	}
	raw := news.Legal(strings.ReplaceAll(p.text, "\r\n", "\n"))
	if !htmlish(p) {
		raw, was = paragraphs(raw), false
	}
	for limit := maxContent; limit > 0; limit /= 2 {
		if len(raw) > limit {
			m.told["a text of more than 256 kB was cut"]++
			raw, was = cutMarkup(raw, limit), false
		}
		p := clean.Read(raw, base, was)
		if p.HTML = news.Legal(p.HTML); len(p.HTML) <= maxContent {
			return p
		}
	}
	return clean.Passage{}
}

// paragraphs makes markup of plain text.
func paragraphs(s string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(s, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(part), "\n", "<br>") + "</p>")
		}
	}
	return b.String()
}

func cutMarkup(s string, n int) string {
	s = cut(s, n)
	if i := strings.LastIndexByte(s, '<'); i > strings.LastIndexByte(s, '>') {
		s = s[:i]
	}
	return s
}

func (m *mapping) bounded(s string) string {
	if len(s) > maxContent {
		m.told["a text of more than 256 kB was cut"]++
	}
	return cut(s, maxContent)
}

func (m *mapping) title(p passage) string {
	if p.form == maybe && !paired(p.text) {
		p = passage{letters(p.text), plain}
	}
	if p.form == inCDATA && !paired(p.text) {
		p = passage{html.UnescapeString(p.text), plain}
	}
	s := news.Line(textOf(p))
	if len(s) > maxTitle {
		m.told["a title of more than 1 kB was cut"]++
	}
	return cut(s, maxTitle)
}

// letters decodes entities that somebody escaped twice, but for those that
// would make markup of a text.
func letters(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return entity.ReplaceAllStringFunc(s, func(e string) string {
		if r := html.UnescapeString(e); !strings.ContainsAny(r, `&<>"'`) {
			return r
		}
		return e
	})
}

// textOf is a passage as plain text. What XML has decoded is not decoded again,
// unless the passage is markup.
func textOf(p passage) string {
	if htmlish(p) {
		return strings.TrimSpace(news.Legal(clean.Text(news.Legal(p.text))))
	}
	return strings.TrimSpace(news.Legal(strings.ReplaceAll(p.text, "\r\n", "\n")))
}

var (
	tag    = regexp.MustCompile(`(?i)</?(?:a|abbr|b|big|blockquote|br|center|code|dd|div|dl|dt|em|figure|font|h[1-6]|hr|i|iframe|img|li|object|ol|p|pre|s|script|section|small|span|strong|style|sub|sup|table|tbody|td|tr|u|ul|video)(?:\s[^<>]*)?/?>`)
	entity = regexp.MustCompile(`&(?:[a-zA-Z]{2,8}[0-9]{0,2}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});`)
	inline = regexp.MustCompile(`(?i)<(/?)(b|i|em|strong|font|span|a|u|sub|sup|p|div|small)(?:\s[^<>]*)?>`)
	breaks = regexp.MustCompile(`(?i)<br\s*/?>|<img\s[^<>]*>`)
)

// htmlish decides whether a passage is markup.
func htmlish(p passage) bool {
	switch p.form {
	case markup:
		return true
	case plain:
		return false
	}
	return strings.IndexByte(p.text, '<') >= 0 && tag.MatchString(p.text) || strings.IndexByte(p.text, '&') >= 0 && entity.MatchString(p.text)
}

// paired reports whether a headline is marked up rather than about markup: its
// elements are of those that headlines have, and each is closed.
func paired(s string) bool {
	if strings.IndexByte(s, '<') < 0 {
		return false
	}
	if breaks.MatchString(s) {
		return true
	}
	open := map[string]int{}
	for _, m := range inline.FindAllStringSubmatch(s, -1) {
		if m[1] == "" {
			open[strings.ToLower(m[2])]++
		} else {
			open[strings.ToLower(m[2])]--
		}
	}
	for _, n := range open {
		if n != 0 {
			return false
		}
	}
	return len(open) > 0
}

// firstWords is a headline for an entry that has none.
func firstWords(e news.Entry) string {
	s := news.Line(e.Summary)
	if s == "" {
		s = news.Line(clean.Text(e.HTML))
	}
	runes := []rune(s[:min(len(s), 8*maxWords)])
	if len(runes) <= maxWords && len(s) <= 8*maxWords {
		return s
	}
	head := cut(s, len(string(runes[:min(len(runes), maxWords)])))
	if i := strings.LastIndexByte(head, ' '); i > len(head)/2 {
		head = head[:i]
	}
	return head
}

// cut shortens a text to at most n bytes, between graphemes as far as marks,
// joiners and variation selectors make them.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && (!utf8.RuneStart(s[n]) || joins(s, n)) {
		n--
	}
	return strings.TrimSpace(s[:n])
}

// joins reports whether the rune at n belongs to the one before.
func joins(s string, n int) bool {
	r, _ := utf8.DecodeRuneInString(s[n:])
	before, _ := utf8.DecodeLastRuneInString(s[:n])
	const joiner = '\u200D'
	return unicode.Is(unicode.M, r) || r == joiner || before == joiner || r >= 0x1F3FB && r <= 0x1F3FF
}
