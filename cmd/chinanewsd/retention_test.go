package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// Texts that were kept long enough go, and nothing comes back as new: not when
// the source lists it again, and not under other ids and addresses.
func TestRetentionBringsNothingBack(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	doc := rssOf("A", 0, 9)
	parts := strings.SplitAfter(doc, "</item>") // the newest first
	head, _, _ := strings.Cut(doc, "<item>")
	o.set("/feed.xml", head+strings.Join(parts[3:], ""))
	s.write(feedRow("a", o.URL+"/feed.xml"), "  - {id: all, title: All, languages: all, limit: 3, window: 0s}\n")
	s.set("sources:", "retention: {items: 31d}\nsources:")
	s.create()
	s.do(0, "poll")
	o.set("/feed.xml", doc)
	s.do(0, "poll")
	before, documents := s.members("all"), s.documents()
	h := s.open()
	year := func() time.Time { return time.Now().Add(365 * 24 * time.Hour) }
	h.flow.now = year
	h.prune(context.Background())
	texts := 0
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		for i := range l.Items("a", time.Time{}) {
			if summary, html, err := l.Texts(i.ShownPos(), i.Shown); err != nil {
				return err
			} else if summary+html != "" {
				texts++
			}
		}
		return nil
	})
	if err != nil || texts != 3 {
		t.Errorf("%d items have texts, want the 3 that stand in a document, %v", texts, err)
	}
	h.close()
	if out, _ := s.do(0, "verify"); !strings.Contains(out, "thrown away as the record says") {
		t.Errorf("verify says %s", out)
	}
	s.do(0, "rebuild")
	if now := s.documents(); !mapsEqual(entriesOf(documents), entriesOf(now)) || mapsEqual(documents, now) {
		t.Error("entries of documents changed, or what leads to the archive did not")
	}
	moved := strings.NewReplacer(">A-", ">moved-", "<link>/", "<link>/new/", "said once.", "said once now.").Replace(doc)
	for _, doc := range []string{doc, moved, doc} {
		o.set("/feed.xml", doc)
		s.do(0, "poll")
		if after := s.members("all"); len(after) != len(before) {
			t.Errorf("%d entries, want %d, after a poll of\n%s", len(after), len(before), doc)
		}
	}
	s.do(0, "export")
	s.do(0, "verify")
	if n := len(itemsOf(t, s)); n != 9 {
		t.Errorf("%d items, want 9", n)
	}
}

// entriesOf are documents without what stands before their entries.
func entriesOf(documents map[string]string) map[string]string {
	out := make(map[string]string)
	for path, body := range documents {
		for _, begin := range []string{"<entry", "<item", `"items"`} {
			if _, entries, ok := strings.Cut(body, begin); ok {
				out[path] = entries
			}
		}
	}
	return out
}

// itemsOf are the items of a site's record, a line each.
func itemsOf(t *testing.T, s *siteFile) (list []string) {
	t.Helper()
	h := s.open()
	defer h.close()
	err := h.store.View(context.Background(), func(l *storage.Ledger) error {
		for _, src := range h.rows {
			for i := range l.Items(src.Origin, time.Time{}) {
				_, html, err := l.Texts(i.ShownPos(), i.Shown)
				if err != nil {
					return err
				}
				list = append(list, fmt.Sprintf("%s %q %s %d %s", i.ID, i.Shown.Title, i.Shown.URL, len(i.Revisions), news.TextDigest(html)))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
