package main

import (
	"html"
	"slices"

	"chinanews/curator/difference"
	"chinanews/feedout"
	"chinanews/feedout/site"
	"chinanews/news"
	"chinanews/storage"
)

// Notices are those of the newest that anybody may read.
func (l *library) Notices(id string, of news.FeedName, number, size int) (b site.Bulletin, err error) {
	if id != "" {
		i := slices.IndexFunc(l.Feeds(), func(f news.Feed) bool { return f.ID == id })
		if i < 0 {
			return b, site.ErrNotFound
		}
		b.On = l.Feeds()[i]
	}
	b.Feed = feedout.NoticesFeed(l.Site(), b.On, of)
	doc := feedout.Document{Site: l.Site(), Feed: b.Feed}
	err = l.view(func(led *storage.Ledger) error {
		all := slices.Collect(l.press.stand.notices(led, b.Feed.Name))
		b.Total = len(all)
		for _, n := range all[min((number-1)*size, len(all)):min(number*size, len(all))] {
			t, ok, err := told(led, l.press.stand.rows, n)
			if err != nil {
				return err
			}
			if ok {
				b.Notices = append(b.Notices, noticeOf(doc, t))
			}
		}
		return nil
	})
	return b, err
}

func noticeOf(doc feedout.Document, t feedout.Told) site.Notice {
	n := site.Notice{Lang: t.Words.Lang, Path: t.Path(), At: t.At}
	n.Title, n.HTML = doc.Tell(t)
	return n
}

// Version reads one version of a public story's item.
func (l *library) Version(address, of string, n int) (v site.Version, err error) {
	err = l.view(func(led *storage.Ledger) error {
		item, err := l.past(led, address, of)
		if err == nil {
			v, err = versionOf(led, item, n)
		}
		return err
	})
	return v, err
}

// Comparison reads two versions, and tells them apart as far as the source's
// rights let their texts be shown.
func (l *library) Comparison(address, of string, n, m int) (c site.Comparison, err error) {
	err = l.view(func(led *storage.Ledger) error {
		item, err := l.past(led, address, of)
		if err != nil {
			return err
		}
		if c.Before, err = versionOf(led, item, n); err != nil {
			return err
		}
		if c.After, err = versionOf(led, item, m); err != nil {
			return err
		}
		return alike(led, &c)
	})
	c.Title = difference.HTML(html.EscapeString(c.Before.Lead.Shown.Title), html.EscapeString(c.After.Lead.Shown.Title))
	if err == nil && row(l.rows, c.After.Lead.Source).Rights.Most() == news.Full {
		c.HTML = compared(c.Before, c.After)
	}
	return c, err
}

// alike gives the earlier version as the later one's reader read it, if it did:
// what two readers make of one page is no edit.
func alike(led *storage.Ledger, c *site.Comparison) (err error) {
	before, after := c.Before.Revision, c.After.Revision
	if before.Reader == after.Reader {
		return nil
	}
	c.Apart = true
	next := c.Before.Lead.Versions()[c.Before.Number]
	for _, r := range c.Before.Lead.Revisions {
		if r.Rev <= before.Rev || r.Rev >= next.Rev || r.Reader != after.Reader || (r.Kind == news.TaskListing) != (after.Kind == news.TaskListing) {
			continue
		}
		c.Apart = false
		if c.Before.Lead.Shown, err = led.Entry(r.Pos, r.N); err != nil {
			return err
		}
		if c.Before.Summary, c.Before.HTML, err = led.Texts(r.Pos, c.Before.Lead.Shown); err != nil {
			return err
		}
	}
	return nil
}

// versionOf is a version of the item whose release is given.
func versionOf(led *storage.Ledger, item site.Item, n int) (v site.Version, err error) {
	all := item.Lead.Versions()
	if n > len(all) {
		return v, site.ErrNotFound
	}
	v = site.Version{Item: item, Number: n, Revision: all[n-1]}
	if n < len(all) {
		v.Until = all[n].Last
	}
	if v.Lead.Shown, err = led.Entry(v.Revision.Pos, v.Revision.N); err != nil {
		return v, err
	}
	if v.Batch, err = led.Batch(v.Revision.Pos); err != nil {
		return v, err
	}
	v.Batch.Entries = nil
	if v.Batch.Before != "" && v.Revision.N == 0 { // it is of the older answer
		v.Batch.Capture, v.Batch.Pages = v.Batch.Before, nil
	}
	v.Summary, v.HTML, err = led.Texts(v.Revision.Pos, v.Lead.Shown)
	return v, err
}

// past is a public story with the item as its lead that the pages of its
// history are on: one that leads in a feed, or did before a merge or its page was gone.
func (l *library) past(led *storage.Ledger, address, of string) (site.Item, error) {
	item, err := l.story(led, address)
	if err != nil {
		return item, err
	}
	name := of
	if name == "" {
		name = address
	}
	story, _ := led.StoryAt(address)
	for _, id := range story.Items {
		rev, ok := l.press.stand.reach(led, story, id)
		if !ok || !id.Named(name) {
			continue
		}
		if i, known := led.Item(id); known {
			item.Lead, err = asOf(led, i, rev)
		}
		return item, err
	}
	if of != "" {
		return item, site.ErrNotFound
	}
	return item, nil
}

// maxCompared bounds the two bodies that are compared while a reader waits, in
// bytes.
const maxCompared = 2 << 20

// compared is how two versions' texts differ, as escaped HTML; empty when they
// are too long for that, or one is no longer kept: what is lost did not change.
func compared(before, after site.Version) string {
	was, now := markup(before), markup(after)
	if before.Lost() || after.Lost() || len(was)+len(now) > maxCompared {
		return ""
	}
	return difference.HTML(was, now)
}

// markup is a version's body, or its summary when it has none.
func markup(v site.Version) string {
	if v.HTML != "" || v.Summary == "" {
		return v.HTML
	}
	return paragraph(v.Summary)
}

// paragraph is plain text as markup; empty when there is none.
func paragraph(text string) string {
	if text == "" {
		return ""
	}
	return "<p>" + html.EscapeString(text) + "</p>"
}
