package main

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"chinanews/feedout"
	"chinanews/news"
)

// healthPath is the alarms as a feed, on the admin listener.
const healthPath = "/feeds/health.atom"

// mostAlarmed bounds the feed, in entries.
const mostAlarmed = 200

// all are the alarms of every subject, in no order.
func (w *lookout) all() (list []news.Alarm) {
	w.keeping.RLock()
	defer w.keeping.RUnlock()
	for _, times := range w.alarms {
		list = append(list, times...)
	}
	return list
}

// standingLines says what stands of some kinds, a line each.
func (w *lookout) standingLines(kinds ...news.AlarmKind) (lines []string) {
	for _, kind := range kinds {
		if a, stands := w.standing(kind); stands {
			lines = append(lines, a.Title+". "+a.Words)
		}
	}
	return lines
}

// board is the alarms as a feed: an entry for each that began, another for each
// that is over. self is its address, page that of a page for people.
func (w *lookout) board(site news.Site, self, page string) feedout.Board {
	b := feedout.Board{ID: news.HealthURN(site.ID), Title: cmp.Or(news.Line(site.Title), "China News") + ": alarms", Author: "chinanewsd", Language: "en",
		Self: self, Page: page, Updated: time.Unix(0, 0)}
	for _, a := range w.all() {
		b.Lines = append(b.Lines, feedout.Line{ID: news.AlarmURN(site.ID, a, false), Title: a.Title, Language: "en", Summary: alarmWords(a), Page: page, At: a.Since})
		if !a.Stands() {
			b.Lines = append(b.Lines, feedout.Line{ID: news.AlarmURN(site.ID, a, true), Title: a.Back, Language: "en", Page: page, At: a.Over,
				Summary: fmt.Sprintf("It was not well for %s, since %s: %s.", span(a.Over.Sub(a.Since)), a.Since.UTC().Format("2006-01-02 15:04 UTC"), strings.TrimSuffix(a.Title, "."))})
		}
	}
	slices.SortFunc(b.Lines, func(a, b feedout.Line) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	b.Lines = b.Lines[:min(len(b.Lines), mostAlarmed)]
	if len(b.Lines) > 0 {
		b.Updated = b.Lines[0].At
	}
	return b
}

// alarmWords are what happened and what to do.
func alarmWords(a news.Alarm) string {
	words := strings.TrimRight(a.Words, ". ") + "."
	if a.Hint != "" {
		words += " What to do: " + strings.TrimRight(a.Hint, ". ") + "."
	}
	return words
}

// serveHealth answers with the alarms.
func (h *house) serveHealth(w http.ResponseWriter, r *http.Request) {
	site := h.press.pub.Site
	b := h.watch.board(site, "http://"+r.Host+healthPath, site.BaseURL+"/polling")
	body, err := b.Atom()
	if err != nil {
		http.Error(w, "The alarms cannot be shown: "+err.Error(), http.StatusInternalServerError)
		return
	}
	feedout.Serve(w, r, feedout.Sheet{Body: body, ContentType: feedout.Atom.ContentType(), Cache: "private, max-age=30", Modified: b.Updated})
}
