package induce

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"chinanews/fetcher/dates"
	"chinanews/news"
)

// Rows are what looks like releases in a JSON document.
type Rows struct {
	JSON  news.JSON
	Count int
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
	if r.JSON.Title != "" && (r.Count > s.best.Count || r.Count == s.best.Count && path < s.best.JSON.Items) {
		s.best = r
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
	return fmt.Sprintf("json: {%s} reads %d items of it", strings.Join(parts, ", "), r.Count)
}
