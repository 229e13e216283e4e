package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

type verifyCmd struct{}

// Run checks the whole record and names the first damage.
func (verifyCmd) Run(t *terminal) error {
	return t.withStore(func(s *storage.Store) error {
		report, err := s.Verify(t)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(t.out, report)
		return err
	})
}

type rebuildCmd struct{}

// Run folds what follows from the record anew.
func (rebuildCmd) Run(t *terminal) error {
	return t.withStore(func(s *storage.Store) error {
		report, err := s.Rebuild(t)
		if err != nil {
			return err
		}
		n, err := s.Index(t)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.out, "%s; %s in the search index\n", report, count(n, "item"))
		return err
	})
}

// withStore opens the configured record, which must exist.
func (t *terminal) withStore(do func(*storage.Store) error) (err error) {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	store, err := openStore(cfg, false)
	if err != nil {
		return err
	}
	defer func() {
		if e := store.Close(); err == nil {
			err = e
		}
	}()
	return do(store)
}

type exportCmd struct {
	Since string `placeholder:"T" help:"Only items first seen at or after T: 2026-11-23 or 2026-11-23T09:30:00Z."`
}

// exported is an item as a line of the export.
type exported struct {
	ID        news.ItemID        `json:"id"`
	Source    string             `json:"source"`
	GUID      string             `json:"guid"`
	URL       string             `json:"url"`
	Title     string             `json:"title"`
	Published *time.Time         `json:"published"`
	Updated   *time.Time         `json:"updated"`
	FirstSeen time.Time          `json:"first_seen"`
	Lang      string             `json:"lang"`
	Text      string             `json:"text"`
	HTML      string             `json:"html"`
	Story     string             `json:"story"`
	Revisions []exportedRevision `json:"revisions"`
}

type exportedRevision struct {
	Rev   int         `json:"rev"`
	At    time.Time   `json:"at"`
	Class news.Change `json:"class"`
	Title string      `json:"title"`
	Text  string      `json:"text"`
}

// Run writes the record's items as JSON lines, as far as each source's rights
// allow.
func (c exportCmd) Run(t *terminal) error {
	since, err := parseSince(c.Since)
	if err != nil {
		return usageError{err}
	}
	return t.withStore(func(s *storage.Store) error { return export(t, s, since, t.out) })
}

func parseSince(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--since %q is no time; write 2026-11-23 or 2026-11-23T09:30:00Z", s)
}

func export(ctx context.Context, s *storage.Store, since time.Time, out io.Writer) error {
	return s.View(ctx, func(l *storage.Ledger) error {
		pub, _ := l.Publication()
		lines := json.NewEncoder(out)
		lines.SetEscapeHTML(false)
		for _, src := range pub.Sources {
			for i := range l.Items(src.Origin, since) {
				e, err := exportItem(l, src, i)
				if err != nil {
					return err
				}
				if err := lines.Encode(e); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func exportItem(l *storage.Ledger, src news.Source, i news.Item) (exported, error) {
	most := src.Rights.Most()
	text, html, err := textOf(l, most, i.ShownPos(), i.Shown)
	e := exported{ID: i.ID, Source: src.ID, GUID: i.Shown.ID, URL: i.Shown.URL, Title: i.Shown.Title,
		Published: moment(i.Shown.Date.Time), Updated: moment(i.Edited()), FirstSeen: i.FirstSeen, Lang: i.Shown.Locale, Text: text, HTML: html}
	if s, ok := l.Story(i.Story); ok {
		e.Story = s.Address
	}
	for _, r := range i.Revisions {
		entry, readErr := l.Entry(r.Pos, r.N)
		if readErr != nil {
			return e, readErr
		}
		text, _, textErr := textOf(l, most, r.Pos, entry)
		if textErr != nil {
			return e, textErr
		}
		e.Revisions = append(e.Revisions, exportedRevision{r.Rev, r.At, r.Class, entry.Title, text})
	}
	return e, err
}

// textOf is as much of a reading's text as the rights allow.
func textOf(l *storage.Ledger, most news.Content, pos uint64, e news.Entry) (text, html string, err error) {
	summary, html, err := l.Texts(pos, e)
	switch {
	case most == news.Title:
		return "", "", err
	case most == news.Summary:
		return summary, "", err
	case html == "":
		return summary, "", err
	}
	return fetcher.Text(html), html, err
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
