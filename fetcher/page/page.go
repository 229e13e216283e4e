// Package page reads HTML: listings and articles, by a row's selectors, else
// by those of the site family that a page shows to be of; articles of no family
// by what pages have in common. It reads what it is given and asks for nothing.
package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/idna"

	"chinanews/fetcher/dates"
	"chinanews/news"
)

// Version is part of the reader's name: two versions may read one page
// differently.
const Version = "3"

// Limits of a document, checked before a tree is built of it.
const (
	maxTitle = 1 << 10
	maxText  = 256 << 10
)

// Reader is a short digest of the keys of a row that decide what is read. Two
// readings are compared only when their readers are equal. profiles is the
// Digest of those that a row may be read by.
func Reader(src news.Source, profiles string) string {
	if src.Profile == profileNone {
		profiles = ""
	}
	row, plain := plainRow(src, profiles)
	if name, ok := plainReaders.Load(row); plain && ok {
		return name.(string)
	}
	name := readerOf(src, profiles)
	if plain {
		plainReaders.Store(row, name)
	}
	return name
}

// plainReaders are the names of readers of rows that most feeds have, by these:
// each poll of one needs its reader's.
var plainReaders sync.Map // plainKeys -> string

// plainKeys are what decides in a row that says nothing of where on a page to look.
type plainKeys struct {
	kind                                        news.Kind
	body                                        news.BodyFrom
	charset, timezone, language, profile, known string
}

func plainRow(src news.Source, profiles string) (row plainKeys, ok bool) {
	ok = src.DateFrom == nil && src.DateLayouts == nil && src.TitleDateRegex == "" && src.URLDateRegex == "" && src.Rewrite == nil &&
		reflect.ValueOf(src.List).IsZero() && reflect.ValueOf(src.Article).IsZero()
	return plainKeys{src.Kind, src.Body, src.Charset, src.Timezone, src.Language, src.Profile, profiles}, ok
}

func readerOf(src news.Source, profiles string) string {
	keys, err := json.Marshal([]any{src.Kind, src.Body, src.Charset, src.Timezone, src.List, src.Article, src.DateFrom,
		src.DateLayouts, src.TitleDateRegex, src.URLDateRegex, src.Rewrite, src.Language, src.Profile, profiles})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(keys)
	return hex.EncodeToString(sum[:6])
}

// parsePage builds the tree of a document within bounds. The scripts stay out
// of every text by way of clean.NodeText.
func parsePage(utf8 []byte, from *url.URL) (document, *news.Problem) {
	if p := bounded(utf8); p != nil {
		return document{}, p
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(utf8))
	if err != nil {
		return document{}, &news.Problem{Class: news.ClassMalformed, Condition: news.Broken, Words: "the page cannot be parsed: " + err.Error()}
	}
	return document{doc, utf8, baseOf(doc, from), from}, nil
}

// baseOf is the address that a page's relative links are meant against.
func baseOf(doc *goquery.Document, asked *url.URL) *url.URL {
	href, ok := doc.Find("base[href]").First().Attr("href")
	if !ok || asked == nil {
		return asked
	}
	u, err := asked.Parse(strings.TrimSpace(href))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return asked
	}
	return u
}

// resolve makes a link absolute, its host in ASCII, and rewrites it by the
// row's rules; empty when it leads to no page.
func resolve(href string, base *url.URL, rewrite [][2]string) string {
	href = strings.TrimSpace(href)
	if href == "" || href[0] == '#' || base == nil {
		return ""
	}
	u, err := base.Parse(href)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	if ascii, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && ascii != u.Hostname() {
		u.Host = strings.Replace(u.Host, u.Hostname(), ascii, 1)
	}
	address := u.String()
	if _, err := url.Parse(address); err != nil { // a host may be none once it is written out
		return ""
	}
	for _, r := range rewrite {
		if rest, ok := strings.CutPrefix(address, r[0]); ok {
			address = r[1] + rest
		}
	}
	return address
}

// reader reads dates as a row means them.
type reader struct {
	src news.Source
	now time.Time
}

func (r reader) date(raw string, origin news.DateOrigin, layouts ...string) news.Date {
	if strings.TrimSpace(raw) == "" {
		return news.Date{}
	}
	return dates.Read(raw, dates.Options{Origin: origin, Layouts: append(layouts, r.src.DateLayouts...), Zone: r.src.Timezone, Now: r.now})
}

// fromTitle and fromURL read dates only where the row says how.
func (r reader) fromTitle(title string) news.Date {
	if r.src.TitleDateRegex == "" {
		return news.Date{}
	}
	return r.date(group(r.src.TitleDateRegex, title), news.FromTitle)
}

// urlDate is a whole day in an address: a month alone dates nothing, and where
// marks part it, it does not end within a number.
var urlDate = regexp.MustCompile(`(?:/t|/|_|=)((?:19|20)\d{6}(?:[_/.\d]|$)|(?:19|20)\d{2}[-/_]?\d{2}[-/_]?\d{2}(?:[_/.]|$))`)

func (r reader) fromURL(address string) news.Date {
	if r.src.URLDateRegex != "" {
		return r.date(group(r.src.URLDateRegex, address), news.FromURL)
	}
	return r.date(bound(strings.NewReplacer("-", "", "/", "", "_", "").Replace(grouped(urlDate, address)), 8), news.FromURL)
}

// sameDay gives a date whose text has no year that of the same day in another
// text, if one stands there: an archive's pages are older than they look.
func (r reader) sameDay(d news.Date, text []byte) news.Date {
	if !d.Known() || year.MatchString(d.Raw) {
		return d
	}
	local := d.In()
	re, err := regexes.of(fmt.Sprintf(`(?:^|\D)((?:19|20)\d{2})[-/.年_]?%02d[-/.月_]?%02d(?:\D|$)`, local.Month(), local.Day()))
	if err != nil {
		return d
	}
	m := re.FindSubmatch(text)
	if m == nil {
		return d
	}
	stated, _ := strconv.Atoi(string(m[1]))
	if t := local.AddDate(stated-local.Year(), 0, 0); t.Before(r.now) {
		d.Time = t.UTC()
	}
	return d
}

// choose takes the first date in the row's order that is known. Of one day, a
// date with a time of day is better than one without. What could not be read
// is kept when nothing could.
func (r reader) choose(order []news.DateOrigin, known map[news.DateOrigin]news.Date) news.Date {
	var best, unread news.Date
	for _, origin := range order {
		d := known[origin]
		switch {
		case !d.Known():
			if unread.Raw == "" {
				unread = d
			}
		case !best.Known():
			best = d
		case best.Precision == news.Day && d.Precision == news.Minute && best.Day() == d.Day():
			best = d
		}
	}
	if best.Known() {
		return best
	}
	return unread
}

// defaultOrder is where dates are looked for when the row does not say. The
// address comes last: migrated pages carry the day of the migration.
var defaultOrder = []news.DateOrigin{news.FromArticle, news.FromFeed, news.FromList, news.FromTitle, news.FromURL}

func (r reader) order() []news.DateOrigin {
	if len(r.src.DateFrom) > 0 {
		return r.src.DateFrom
	}
	return defaultOrder
}
