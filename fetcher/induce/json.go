package induce

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"chinanews/fetcher/dates"
	"chinanews/news"
)

// Rows are what looks like releases in a JSON document.
type Rows struct {
	JSON  news.JSON
	Count int
	IDs   []string // keys whose values tell rows apart, as addresses are made of
}

const (
	maxJSONDepth = 6
	maxJSONRows  = 200 // of one array that are looked at
)

// JSON finds the array of releases in a JSON document, or in a call of a
// function, and which keys of its objects are title, date and link; ok is
// false when there is none.
func JSON(utf8 []byte, now time.Time) (r Rows, ok bool) {
	var doc any
	if err := json.Unmarshal(argument(utf8), &doc); err != nil {
		return r, false
	}
	s := search{now: now}
	s.walk("", doc, 0)
	return s.best, s.best.Count > 0
}

// argument is the document itself, or what is within the outermost brackets of
// a call.
func argument(utf8 []byte) []byte {
	text := strings.TrimSpace(string(utf8))
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if text == "" || strings.ContainsRune("[{", rune(text[0])) || open < 0 || end < open {
		return []byte(text)
	}
	return []byte(text[open+1 : end])
}

type search struct {
	now  time.Time
	best Rows
}

func (s *search) walk(path string, v any, depth int) {
	if depth > maxJSONDepth {
		return
	}
	switch v := v.(type) {
	case []any:
		s.array(path, v)
	case map[string]any:
		for key, of := range v {
			s.walk(strings.TrimPrefix(path+"."+key, "."), of, depth+1)
		}
	}
}

// array takes an array of objects that have a title.
func (s *search) array(path string, rows []any) {
	r := Rows{JSON: news.JSON{Items: path}}
	scores := map[string]map[string]int{"title": {}, "date": {}, "link": {}}
	for _, row := range rows[:min(len(rows), maxJSONRows)] {
		object, ok := row.(map[string]any)
		if !ok {
			return
		}
		r.Count++
		for key, of := range object {
			s.value(scores, key, of)
		}
	}
	r.JSON.Title, r.JSON.Date, r.JSON.Link = often(scores["title"], r.Count), often(scores["date"], r.Count), often(scores["link"], r.Count)
	r.IDs = idsOf(rows[:r.Count], r.JSON)
	if r.JSON.Title != "" && (r.Count > s.best.Count || r.Count == s.best.Count && path < s.best.JSON.Items) {
		s.best = r
	}
}

// idLike is the value of a key that may be part of an address.
var idLike = regexp.MustCompile(`^[\w.-]{1,64}$`)

// idsOf are the keys that have another value in each object, besides those
// that are told already.
func idsOf(rows []any, told news.JSON) []string {
	values := make(map[string]map[string]bool)
	for _, row := range rows {
		object, _ := row.(map[string]any)
		for key, v := range object {
			text := fmt.Sprint(v)
			if n, ok := v.(float64); ok {
				text = fmt.Sprintf("%.0f", n)
			}
			if values[key] == nil {
				values[key] = make(map[string]bool)
			}
			if idLike.MatchString(text) && v != nil {
				values[key][text] = true
			}
		}
	}
	maps.DeleteFunc(values, func(key string, of map[string]bool) bool {
		return len(of) < len(rows) || key == told.Title || key == told.Date || key == told.Link
	})
	return slices.Sorted(maps.Keys(values))
}

// fewLinks is below what markup with a list in it has.
const fewLinks = 3

// Markup is the path of the text in a JSON document, or in a call of a
// function, that is markup with most links in it; empty when none has a few.
func Markup(utf8 []byte) string {
	var doc any
	if err := json.Unmarshal(argument(utf8), &doc); err != nil {
		return ""
	}
	best, most := "", fewLinks-1
	linked("", doc, 0, func(path string, links int) {
		if links > most || links == most && best != "" && path < best {
			best, most = path, links
		}
	})
	return best
}

// linked tells of every text with the number of links in it.
func linked(path string, v any, depth int, tell func(path string, links int)) {
	if depth > maxJSONDepth {
		return
	}
	switch v := v.(type) {
	case string:
		tell(path, strings.Count(strings.ToLower(v), "<a "))
	case []any:
		for n, of := range v[:min(len(v), maxJSONRows)] {
			linked(strings.TrimPrefix(fmt.Sprintf("%s.%d", path, n), "."), of, depth+1, tell)
		}
	case map[string]any:
		for key, of := range v {
			linked(strings.TrimPrefix(path+"."+key, "."), of, depth+1, tell)
		}
	}
}

// value counts what a value of an object may be.
func (s *search) value(scores map[string]map[string]int, key string, v any) {
	text, isText := v.(string)
	if n, ok := v.(float64); ok {
		text = fmt.Sprintf("%.0f", n)
	}
	low := strings.ToLower(key)
	switch {
	case isText && linkLike(text):
		scores["link"][key] += 2
		if strings.Contains(low, "url") || strings.Contains(low, "link") {
			scores["link"][key]++
		}
	case len(text) <= 40 && dates.Read(text, dates.Options{Now: s.now}).Known():
		scores["date"][key] += 2
		if strings.Contains(low, "pub") || strings.Contains(low, "date") {
			scores["date"][key]++
		}
	case isText && titleLike(news.Line(text)) > 0:
		scores["title"][key] += 2
		if strings.Contains(low, "title") {
			scores["title"][key] += 2
		}
	}
}

func linkLike(text string) bool {
	if strings.ContainsAny(text, " \n<") || !strings.Contains(text, "/") && !strings.HasSuffix(text, ".html") {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && (u.Host != "" || strings.Contains(u.Path, "."))
}

// often is the key that scored most, if it did so in most rows.
func often(scores map[string]int, rows int) string {
	best := ""
	for key, n := range scores {
		if n >= rows && (best == "" || n > scores[best] || n == scores[best] && key < best) {
			best = key
		}
	}
	return best
}

// Words say a row for a person.
func (r Rows) Words() string {
	var parts []string
	for _, f := range [][2]string{{"items", r.JSON.Items}, {"title", r.JSON.Title}, {"date", r.JSON.Date}, {"link", r.JSON.Link}} {
		if f[1] != "" {
			parts = append(parts, f[0]+": "+f[1])
		}
	}
	what := "item"
	if r.Count != 1 {
		what = "items"
	}
	return fmt.Sprintf("json: {%s} reads %d %s of it", strings.Join(parts, ", "), r.Count, what)
}
