package curator

import (
	"fmt"

	"chinanews/news"
)

// subject is what a rule judges: one item as its source shows it.
type subject struct {
	item     news.Item
	source   source
	text     string
	summary  string
	carriers []string
	tags     []string // an editor's; they count with those of the item and its source

	read map[string][]*news.Concordance // its fields as other feeds have cut them into words; nil: none have
}

// subject is an item as rules see it.
func (h *hearing) subject(src source, s *news.Story, i *news.Item) subject {
	summary, html := h.summaryAndText(i)
	lent, ok := h.lentTexts(i)
	text := lent.plain
	if !ok {
		text = plain(html)
	}
	if text == "" {
		text = summary
	}
	return subject{item: *i, source: src, text: text, summary: summary, carriers: h.carriers(s), read: lent.read}
}

// sight is a subject while one rule looks at it. Each field is cut into words
// once at most, however many parts of the rule look into it.
type sight struct {
	fields map[string]any
	read   map[string][]*news.Concordance
	cut    map[string]bool // fields of which the end was left out
}

func see(s subject, words map[string]any) *sight {
	e := s.item.Shown
	out := &sight{read: s.read, cut: make(map[string]bool)}
	if out.read == nil {
		out.read = make(map[string][]*news.Concordance)
	}
	delete(out.read, "tags") // each feed has an editor's of its own
	out.fields = map[string]any{
		"published": e.Date.Time, "first_seen": s.item.FirstSeen, "words": words,
		"lang": e.Lang, "locale": e.Locale, "source": s.source.ID,
	}
	out.text("title", e.Title)
	out.text("text", e.Title+"\n"+s.text)
	out.text("summary", s.summary)
	out.text("publisher", s.source.PublisherIn(e.Lang))
	out.text("url", e.URL)
	out.list("tags", e.Tags, s.source.Tags, s.tags)
	out.list("authors", e.Authors)
	out.list("carriers", s.carriers)
	return out
}

func (s *sight) text(field, value string) {
	kept := clipped(value, maxText)
	s.cut[field] = len(kept) < len(value)
	s.fields[field] = kept
}

func (s *sight) list(field string, parts ...[]string) {
	all := []string{}
	for _, part := range parts {
		for _, v := range part {
			if len(all) == maxList {
				s.cut[field] = true
				break
			}
			all = append(all, clipped(v, maxText/maxList))
		}
	}
	s.fields[field] = all
}

// clipped is the beginning of a text, at most so many characters.
func clipped(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n == most {
			return s[:i]
		}
		n++
	}
	return s
}

// words are the words of a field; of a list, those of each entry.
func (s *sight) words(field string) []*news.Concordance {
	if read, ok := s.read[field]; ok {
		return read
	}
	var read []*news.Concordance
	switch v := s.fields[field].(type) {
	case string:
		read = append(read, news.Concord(v))
	case []string:
		for _, entry := range v {
			read = append(read, news.Concord(entry))
		}
	}
	s.read[field] = read
	return read
}

// note says what a person should know of a field in which nothing was found.
func (s *sight) note(field string) string {
	switch v := s.fields[field].(type) {
	case string:
		if v == "" || v == "\n" {
			return ", which is empty"
		} else if s.cut[field] {
			return fmt.Sprintf(", of which the first %d characters are looked at", maxText)
		}
	case []string:
		if len(v) == 0 {
			return ", which is empty"
		} else if s.cut[field] {
			return fmt.Sprintf(", of which the first %d are looked at", maxList)
		}
	}
	return ""
}
