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
	Withdrawn string             `json:"withdrawn,omitempty"` // why an editor took it back
	Presence  news.Presence      `json:"presence"`            // "": at its address
	Missed    *time.Time         `json:"missed,omitempty"`    // the first look of those in a row that did not find it
	Looks     []exportedLook     `json:"looks"`               // evidence of a removal, oldest first
	Revisions []exportedRevision `json:"revisions"`
}

// exportedLook is what one look found, and what it came as.
type exportedLook struct {
	At      time.Time     `json:"at"`
	Saw     news.Sighting `json:"saw"`
	Record  uint64        `json:"record"`
	Capture string        `json:"capture,omitempty"` // SHA-256
}

type exportedRevision struct {
	Rev     int              `json:"rev"`
	At      time.Time        `json:"at"`
	Last    *time.Time       `json:"last"` // when the reading before was last seen
	Class   news.Change      `json:"class"`
	Edits   []news.EditClass `json:"edits,omitempty"`
	Reader  string           `json:"reader"`
	URL     string           `json:"url"`
	Title   string           `json:"title"`
	Text    string           `json:"text"`
	SHA256  string           `json:"sha256,omitempty"`  // of the text as it is kept
	Capture string           `json:"capture,omitempty"` // SHA-256 of the answer; of one in several pages, of their digests
	Pages   []string         `json:"pages,omitempty"`   // these
	Record  uint64           `json:"record"`            // position of the batch
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
	if w, ok := l.Withdrawn(i.Story); ok {
		e.Withdrawn = w.Reason
	}
	for _, r := range i.Revisions {
		rev, revErr := exportRevision(l, most, r)
		if revErr != nil {
			return e, revErr
		}
		e.Revisions = append(e.Revisions, rev)
	}
	e.Presence, e.Missed, e.Looks = i.Presence, moment(i.Missed), []exportedLook{}
	for _, look := range i.Evidence {
		x := exportedLook{At: look.At, Saw: look.Saw, Record: look.Pos}
		if look.Pos > 0 {
			b, lookErr := l.Batch(look.Pos)
			if lookErr != nil {
				return e, lookErr
			}
			x.Capture = b.Capture
		}
		e.Looks = append(e.Looks, x)
	}
	return e, err
}

func exportRevision(l *storage.Ledger, most news.Content, r news.Revision) (e exportedRevision, err error) {
	b, err := l.Batch(r.Pos)
	if err != nil {
		return e, err
	}
	if r.N >= len(b.Entries) {
		return e, fmt.Errorf("record %d has no entry %d; run `chinanewsd verify`", r.Pos, r.N)
	}
	entry := b.Entries[r.N]
	e = exportedRevision{Rev: r.Rev, At: r.At, Last: moment(r.Last), Class: r.Class, Edits: r.Edits, Reader: r.Reader, URL: entry.URL,
		Title: entry.Title, SHA256: keptDigest(entry), Capture: b.Capture, Pages: b.Pages, Record: r.Pos}
	if b.Before != "" && r.N == 0 { // the older answer, read again
		e.Capture, e.Pages = b.Before, nil
	}
	e.Text, _, err = textOf(l, most, r.Pos, entry)
	return e, err
}

// keptDigest is the digest of an entry's text as it is kept: of its body, else
// of its summary.
func keptDigest(e news.Entry) (sum string) {
	for _, ref := range e.Refs {
		if sum == "" || ref.Part == news.PartHTML {
			sum = ref.SHA256
		}
	}
	return sum
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
