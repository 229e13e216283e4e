package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"chinanews/fetcher"
	"chinanews/news"
)

// tried is what one look at a source found, as --json prints it.
type tried struct {
	Source string `json:"source"`
	URL    string `json:"url"` // with the day in it, where it has one
	news.Health
	Kind     news.Kind     `json:"kind"` // what the answer was taken for; empty: there was none to read
	Status   int           `json:"status"`
	Charset  string        `json:"charset"`
	Profile  string        `json:"profile"` // by which the list was read; empty: by the row alone
	Error    string        `json:"error"`
	Class    news.Class    `json:"class"`
	Warnings []string      `json:"warnings"`
	Rights   news.Rights   `json:"rights"` // of the row: the most that feeds may carry
	Text     news.BodyFrom `json:"text"`   // where the daemon takes the items' text from
	Items    []triedItem   `json:"items"`
	Article  *triedArticle `json:"article,omitempty"`
}

type triedItem struct {
	Title string    `json:"title"`
	URL   string    `json:"url"`
	Date  news.Date `json:"date"`
	Chars int       `json:"chars"` // of its text, as far as it was read; of the summary when there is no other
	Words string    `json:"words"` // the first of its text
	here  string    // its day in the zone of its row, when that is another than the date's own
}

type triedArticle struct {
	triedItem
	Profile  string   `json:"profile"`
	Error    string   `json:"error"`
	Warnings []string `json:"warnings,omitempty"`
}

func item(src news.Source, e news.Entry) triedItem {
	text := []rune(news.Line(cmp.Or(fetcher.Text(e.HTML), e.Summary)))
	i := triedItem{Title: e.Title, URL: e.URL, Date: e.Date, Chars: len(text), Words: string(text[:min(len(text), shownText)])}
	if day := src.Day(e.Date.Time); e.Date.Precision == news.Minute && day != e.Date.Day() {
		i.here = fmt.Sprintf(", %s in %s", day, cmp.Or(src.Timezone, "Asia/Shanghai"))
	}
	return i
}

// textFrom says where the daemon takes the items' text from.
var textFrom = map[news.BodyFrom]string{
	news.BodyPage: "of each item's own page",
	news.BodyFeed: "of the listing itself; no page is asked for (body: page in the row would)",
	news.BodyNone: "none (body: none)",
}

// show prints the result, after a line that parts it from another.
func (r tried) show(w io.Writer, asJSON, further bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	if further {
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
	}
	return r.print(w)
}

// print shows the result to a person.
func (r tried) print(w io.Writer) error {
	var b strings.Builder
	r.heading(&b)
	for _, i := range r.Items {
		fmt.Fprintf(&b, "\n  %s\n    %s\n    %s\n", i.Title, i.URL, i.when())
		if r.Text == news.BodyFeed {
			fmt.Fprintf(&b, "    %s\n", i.text())
		}
	}
	if r.Article != nil {
		r.Article.print(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// heading says of the listing as a whole what there is to say.
func (r tried) heading(b *strings.Builder) {
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(b, "  %-8s %s\n", key, value)
		}
	}
	fmt.Fprintf(b, "%s\n", r.URL)
	answer := ""
	if r.Status != 0 {
		answer = fmt.Sprintf(" (HTTP %d)", r.Status)
	}
	line("state", fmt.Sprintf("%s%s: %s", r.State, answer, r.Words))
	line("to do", r.Hint)
	line("kind", string(r.Kind))
	line("charset", r.Charset)
	line("items", strconv.Itoa(len(r.Items)))
	line("profile", r.Profile)
	if read := r.Class == "" || len(r.Items) > 0; read {
		if most := r.Rights.Most(); most != news.Full {
			line("rights", fmt.Sprintf("%s: feeds and pages carry the %s only; write rights: government or open in the row if you may show all", r.Rights, most))
		}
		line("text", textFrom[r.Text])
	}
	for _, w := range r.Warnings {
		line("warning", w)
	}
}

func (a triedArticle) print(b *strings.Builder) {
	fmt.Fprintf(b, "\nThe first article\n  %s\n    %s\n    %s\n    %s\n", a.Title, a.URL, a.when(), a.text())
	if a.Profile != "" {
		fmt.Fprintf(b, "    read by profile %s\n", a.Profile)
	}
	if a.Error != "" {
		fmt.Fprintf(b, "    not read: %s\n", a.Error)
	}
	for _, w := range a.Warnings {
		fmt.Fprintf(b, "    %s\n", w)
	}
}

// advice says what to do with an address that no row has yet; empty when the
// words of its error do.
func (r tried) advice() string {
	discover := fmt.Sprintf("`chinanewsd discover %s` works out a row for it", r.URL)
	switch {
	case r.Class == "" && r.Profile != "":
		return discover + "; by hand it is kind: html and profile: auto"
	case r.Class == "", r.Class == news.ClassNotAFeed && r.State == news.Broken: // as JSON is
		return discover
	case strings.Contains(r.Error, "`chinanewsd discover`"): // a page, and none that says it is not there
		return "the page is of no site family that profile: auto knows; " + discover
	case r.State == news.Challenged, r.State == news.Certificate:
		return r.Hint
	}
	return ""
}

// ahead warns of entries whose dates lie more than a day in the future.
func ahead(entries []news.Entry, now time.Time) []string {
	var late []news.Entry
	for _, e := range entries {
		if e.Date.Known() && e.Date.Time.After(now.Add(24*time.Hour)) {
			late = append(late, e)
		}
	}
	if len(late) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s of %d in the future, as of %q (%s): look at date_layouts, and whether that is the date of the release or of what it announces",
		count(len(late), "date"), len(entries), late[0].Title, late[0].Date.Day())}
}

// when says a date with where it was read.
func (i triedItem) when() string {
	d := i.Date
	switch d.Precision {
	case news.Day:
		return fmt.Sprintf("%s, day only, %s (%s: %q)", d.Day(), d.Zone, d.Origin, d.Raw)
	case news.Minute:
		return fmt.Sprintf("%s %s%s (%s: %q)", d.In().Format("2006-01-02 15:04"), d.Zone, i.here, d.Origin, d.Raw)
	}
	if d.Raw != "" {
		return fmt.Sprintf("no date could be read in %q", d.Raw)
	}
	return "no date"
}

// text says how much text there is, and how it begins.
func (i triedItem) text() string {
	if i.Chars == 0 {
		return "no text"
	}
	more := ""
	if i.Chars > shownText {
		more = "…"
	}
	return fmt.Sprintf("%d characters: %s%s", i.Chars, i.Words, more)
}
