package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"chinanews/fetcher/induce"
	"chinanews/news"
)

// show prints the row for the configuration, and for a person what it reads.
func (f discovered) show(t *terminal, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(t.out).Encode(f)
	}
	if _, err := io.WriteString(t.err, f.preview()); err != nil {
		return err
	}
	if f.Row != "" { // it is parted from what is read beside it on a terminal
		fmt.Fprintln(t.err)
	}
	_, err := io.WriteString(t.out, f.Row)
	return err
}

// shownItems is how many items a preview shows.
const shownItems = 10

func (f discovered) preview() string {
	var b strings.Builder
	if f.Row != "" {
		f.heading(&b)
	}
	for n, i := range f.Items {
		if n == shownItems {
			fmt.Fprintf(&b, "  … and %s more\n", count(len(f.Items)-n, "item"))
			break
		}
		fmt.Fprintf(&b, "  %s\n    %s\n    %s\n", i.Title, i.URL, i.when())
	}
	for n, a := range f.Articles {
		f.article(&b, n, a)
	}
	if len(f.Hints) > 0 {
		b.WriteString("\nAddresses that may be what you want:\n")
	}
	for _, h := range f.Hints {
		fmt.Fprintf(&b, "  %s\n", news.Line(h))
	}
	return b.String()
}

func (f discovered) heading(b *strings.Builder) {
	fmt.Fprintf(b, "%s: %s, %s, confidence %.2f\n", news.Line(f.URL), f.Kind, count(len(f.Items), "item"), f.Confidence)
	if f.Confidence < induce.Unsure {
		fmt.Fprintf(b, "Unsure: compare the items below with the page before you use the row.\n")
	}
	for _, r := range f.Reasons {
		fmt.Fprintf(b, "  %s\n", news.Line(r))
	}
	b.WriteString("\nItems\n")
}

// shownText is how much of a release's text a preview shows, in runes.
const shownText = 80

func (f discovered) article(b *strings.Builder, n int, a triedArticle) {
	if n == 0 {
		b.WriteString("\nReleases\n")
	}
	fmt.Fprintf(b, "  %s\n    %s\n    %s\n", a.Title, a.URL, a.when())
	if a.Error != "" {
		fmt.Fprintf(b, "    not read: %s\n", a.Error)
		return
	}
	fmt.Fprintf(b, "    %s\n", a.text())
}
