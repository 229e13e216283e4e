package site

import (
	"cmp"
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"chinanews/news"
)

// Searcher lets readers search; without one there is no search page. Its
// methods are called from many goroutines.
type Searcher interface {
	Sources() []news.Source
	// Search finds public releases, each once. It ends soon, if need be with
	// Results.Cut; an error means that the record cannot be read now.
	Search(ctx context.Context, q news.Query) (Results, error)
}

// Results are a page of what was found.
type Results struct {
	Items []Item
	More  string // news.Place after which others follow; empty: none
	Cut   bool   // time was up before everything was looked at
}

// SearchError is what is wrong with what was asked: an English sentence, which
// pages may translate.
type SearchError string

func (e SearchError) Error() string { return string(e) }

// What can be wrong beside the words that are looked for.
const (
	errDay    SearchError = "Write days as 2026-11-23."
	errSource SearchError = "There is no source with that name here."
	errLang   SearchError = "Choose one of the languages."
	errAfter  SearchError = "There is no such page of results; begin with the first."
	errEmpty  SearchError = "Write at least one letter, digit or character to look for."
	errLong   SearchError = "Look for at most 200 characters."
)

// parameters are those of a search, in the order of the form.
var parameters = []string{"q", "lang", "source", "from", "to"}

// ParseSearch reads the parameters of a search: q, lang, source (an id), from,
// to, after. What is wrong with them is a SearchError.
func ParseSearch(v url.Values, sources []news.Source) (news.Query, error) {
	q := news.Query{Lang: v.Get("lang"), From: v.Get("from"), To: v.Get("to")}
	var err error
	q.Phrases, err = news.ParseQuery(v.Get("q"))
	switch {
	case errors.Is(err, news.ErrQueryLong):
		return q, errLong
	case err != nil:
		return q, errEmpty
	case q.Lang != "" && !primary.MatchString(q.Lang):
		return q, errLang
	case !isDay(q.From) || !isDay(q.To):
		return q, errDay
	}
	if id := v.Get("source"); id != "" {
		n := slices.IndexFunc(sources, func(s news.Source) bool { return s.ID == id })
		if n < 0 {
			return q, errSource
		}
		q.Origins = []news.Origin{sources[n].Origin}
	}
	if after := v.Get("after"); after != "" {
		var ok bool
		if q.After, ok = news.ParsePlace(after); !ok {
			return q, errAfter
		}
	}
	return q, nil
}

var primary = regexp.MustCompile(`^[a-z]{2,8}$`)

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return s == "" || err == nil
}

// form is a search as its page shows it.
type form struct {
	Q, Lang, Source, From, To string
	Sources                   []news.Source
	Languages                 []string
	Trouble                   string // what is wrong with it, in the page's language
	Asked                     bool
	Phrases                   []news.Phrase
	Results                   Results
	More                      template.URL
	Feed                      template.URL // the query of the same search as a feed
}

func (s *site) search(r *http.Request) (view, error) {
	asked := r.URL.Query()
	f := form{Q: asked.Get("q"), Lang: asked.Get("lang"), Source: asked.Get("source"), From: asked.Get("from"), To: asked.Get("to"), Asked: asked.Has("q")}
	f.Sources, f.Languages = s.options.Search.Sources(), languages(s.Feeds())
	lang := s.searchLanguage(f)
	v := view{name: "search", Lang: lang, Title: say(lang, "Search")}
	if !f.Asked {
		v.Alternates = []Alternate{{locale(other(lang)), searchOf(other(lang), s.Site().Language)}}
		v.Search = &f
		return v, nil
	}
	q, err := ParseSearch(asked, f.Sources)
	var wrong SearchError
	switch {
	case errors.As(err, &wrong):
		f.Trouble = say(lang, string(wrong))
		v.Search, v.status = &f, http.StatusBadRequest
		return v, nil
	case err != nil:
		return v, err
	}
	f.Phrases = q.Phrases
	f.Results, err = s.options.Search.Search(r.Context(), q)
	f.Results.Items = inOneZone(f.Results.Items)
	f.Feed = template.URL(f.encode(""))
	if f.Results.More != "" {
		f.More = template.URL("/search?" + f.encode(f.Results.More))
	}
	v.Search = &f
	return v, err
}

// encode is the query of an address of this search.
func (f form) encode(after string) string {
	v := url.Values{}
	for n, value := range []string{f.Q, f.Lang, f.Source, f.From, f.To} {
		if value != "" {
			v.Set(parameters[n], value)
		}
	}
	if after != "" {
		v.Set("after", after)
	}
	return v.Encode()
}

// searchLanguage is the interface's language for a search: the one that is
// looked in, or looked for, else the site's.
func (s *site) searchLanguage(f form) string {
	switch {
	case f.Lang == "zh" || f.Lang == "en":
		return f.Lang
	case news.LanguageOf(f.Q) == "zh":
		return "zh"
	}
	return interfaceOf(s.Site().Language)
}

// languages are those of feeds, by primary subtag.
func languages(feeds []news.Feed) (all []string) {
	for _, f := range feeds {
		if l := news.Primary(f.Language); primary.MatchString(l) && !slices.Contains(all, l) {
			all = append(all, l)
		}
	}
	return all
}

// languageName is a language as its readers call it.
func languageName(tag string) string {
	if name, ok := map[string]string{"en": "English", "zh": "中文", "ja": "日本語", "ko": "한국어", "fr": "Français", "ru": "Русский", "es": "Español", "ar": "العربية"}[tag]; ok {
		return name
	}
	return tag
}

// tongueIn is what a language is called in the interface's; one that we have no
// name for is called by its tag.
func tongueIn(lang, tag string) string {
	primary, _, _ := strings.Cut(tag, "-")
	name := map[string]string{"ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "ja": "Japanese", "ko": "Korean", "ru": "Russian", "zh": "Chinese"}[primary]
	return say(lang, cmp.Or(name, tag))
}

// searchOf is the search page for readers of a language.
func searchOf(lang, sites string) string {
	if lang == interfaceOf(sites) {
		return "/search"
	}
	return "/search?lang=" + lang
}

// marked is a text with what was looked for marked in it.
func marked(text string, phrases []news.Phrase) template.HTML {
	var b strings.Builder
	at := 0
	for _, m := range news.Marks(text, phrases) {
		b.WriteString(template.HTMLEscapeString(text[at:m.From]) + "<mark>" + template.HTMLEscapeString(text[m.From:m.To]) + "</mark>")
		at = m.To
	}
	return template.HTML(b.String() + template.HTMLEscapeString(text[at:])) // #nosec: every part is escaped
}

// beforeMark is how many characters an excerpt has before the first mark.
const beforeMark = 30

// around is what a release says around the first place of what was looked
// for, marked; its beginning when that stands in the title only.
func around(i Item, phrases []news.Phrase) template.HTML {
	var texts []string
	switch shown(i) {
	case string(news.Full):
		texts = []string{i.Summary, news.PlainText(i.HTML)}
	case string(news.Summary):
		texts = []string{i.Summary}
	}
	for _, text := range texts {
		text = lined(text)
		marks := news.Marks(text, phrases)
		if len(marks) == 0 {
			continue
		}
		if from := back(text, marks[0].From); from > 0 {
			return "…" + marked(cut(text[from:], teaserOf(i)), phrases)
		}
		return marked(cut(text, teaserOf(i)), phrases)
	}
	return template.HTML(template.HTMLEscapeString(teaser(i)))
}

// back is where an excerpt begins that shows what is at a byte: between words,
// where there are any.
func back(text string, at int) int {
	from := at
	for n := 0; n < beforeMark && from > 0; n++ {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	if space := strings.IndexByte(text[from:at], ' '); from > 0 && space >= 0 {
		from += space + 1
	}
	return from
}
