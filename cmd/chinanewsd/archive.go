package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"chinanews/feedout"
	"chinanews/news"
	"chinanews/storage"
)

// archiveAddress is the address of a document of a feed's archive (RFC 5005,
// section 4): /feeds/ID/archive/G-N.atom is page N of generation G, the same
// bytes for ever; N.atom leads to what page N is today.
var archiveAddress = regexp.MustCompile(`^/feeds/([a-z0-9][a-z0-9-]*)/archive/(?:([1-9][0-9]{0,18})-)?([1-9][0-9]{0,8})\.(rss|atom|json)$`)

// shelfmark is what such an address asks for.
type shelfmark struct {
	feed   string // id
	gen    uint64 // 0: whichever is today's
	page   int
	format feedout.Format
}

func archiveAt(path string) (m shelfmark, ok bool) {
	parts := archiveAddress.FindStringSubmatch(path)
	if parts == nil {
		return m, false
	}
	m.feed, m.format = parts[1], feedout.Format(parts[4])
	m.gen, _ = strconv.ParseUint(parts[2], 10, 64)
	m.page, _ = strconv.Atoi(parts[3])
	return m, true
}

func archiveName(p news.ArchivePage) string { return fmt.Sprintf("%d-%d", generation(p), p.Number) }

// generation is that of a page as it is rendered: another renderer gives it
// other bytes, and so another address. Zero: there is no such page.
func generation(p news.ArchivePage) uint64 {
	if p.Gen == 0 {
		return 0
	}
	return p.Gen*100 + feedout.Renderer%100
}

// How long answers of the archive may be kept. What an address has is the same
// for ever, but a story that we took back should not be for ever in caches; that
// an old generation leads to a newer one stays true.
const (
	keepArchive   = "public, max-age=604800, immutable"
	keepMoved     = "public, max-age=86400"
	archiveWithin = 5 * time.Second
)

// serveArchive answers with a document of a public feed's archive, or leads to it.
func (p *press) serveArchive(w http.ResponseWriter, r *http.Request, m shelfmark) {
	i := slices.IndexFunc(p.pub.Feeds, func(f news.Feed) bool { return f.ID == m.feed })
	if i < 0 {
		http.Error(w, "There is no such feed here.", http.StatusNotFound)
		return
	}
	if !feedout.ReadOnly(w, r) {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), archiveWithin)
	defer cancel()
	leaf, way, err := p.leaf(ctx, p.pub.Feeds[i], m)
	switch {
	case err != nil:
		w.Header().Set("Retry-After", "300")
		http.Error(w, "The archive cannot be read at the moment.", http.StatusServiceUnavailable)
	case leaf != nil:
		leaf.ServeHTTP(w, r)
	default:
		way.serve(w)
	}
}

// leaf is a document of an archive; nil: its address leads elsewhere. One is
// made at a time, from one view of the record: whoever asks for all of them
// keeps one processor busy and no more.
func (p *press) leaf(ctx context.Context, f news.Feed, m shelfmark) (leaf http.Handler, way redirection, err error) {
	err = p.store.View(ctx, func(l *storage.Ledger) error {
		if page, ok := l.ArchivePage(f.Name, m.page); !ok || generation(page) != m.gen {
			p.leaves.drop(m)
			way = p.elsewhere(l, f, m, page)
		}
		return nil
	})
	if leaf = p.leaves.held(m); leaf != nil || way != (redirection{}) || err != nil {
		return leaf, way, err
	}
	select {
	case p.leaves.turn <- struct{}{}:
		defer func() { <-p.leaves.turn }()
	case <-ctx.Done():
		return nil, way, ctx.Err()
	}
	if leaf = p.leaves.held(m); leaf != nil {
		return leaf, way, nil
	}
	return p.bind(ctx, f, m)
}

// bind makes a document of an archive and keeps it.
func (p *press) bind(ctx context.Context, f news.Feed, m shelfmark) (leaf http.Handler, way redirection, err error) {
	var doc feedout.Document
	err = p.store.View(ctx, func(l *storage.Ledger) (err error) {
		page, ok := l.ArchivePage(f.Name, m.page)
		if !ok || generation(page) != m.gen {
			way = p.elsewhere(l, f, m, page)
			return nil
		}
		doc, err = p.archived(l, f, page)
		return err
	})
	if err != nil || way != (redirection{}) {
		return nil, way, err
	}
	body, err := feedout.Render(doc, m.format)
	if err != nil {
		return nil, way, err
	}
	leaf = feedout.Fixed(feedout.Sheet{Body: body, ContentType: m.format.ContentType(), Cache: keepArchive, Link: doc.Link(m.format), Page: doc.Page(), Modified: doc.Updated})
	p.leaves.keep(m, leaf, len(body))
	return leaf, way, nil
}

// redirection is where else an address leads.
type redirection struct {
	code int
	to   string // relative to the address; empty: nowhere
}

// elsewhere is where an address leads that is not today's of a page. An old
// generation leads to the new one for good; one that is not yet, or a page
// that is not, is of a record that was restored since: it leads to what there
// is, and may be there again. What comes after the newest page is the
// subscription document.
func (p *press) elsewhere(l *storage.Ledger, f news.Feed, m shelfmark, today news.ArchivePage) redirection {
	ext := "." + string(m.format)
	newest, any := l.NewestArchive(f.Name)
	switch {
	case generation(today) > m.gen && m.gen > 0:
		return redirection{http.StatusMovedPermanently, archiveName(today) + ext}
	case today.Gen > 0:
		return redirection{http.StatusFound, archiveName(today) + ext}
	case m.gen > 0 && any:
		return redirection{http.StatusFound, archiveName(newest) + ext}
	case m.gen > 0 || m.page == newest.Number+1:
		return redirection{http.StatusFound, "../../" + f.ID + ext}
	}
	return redirection{code: http.StatusNotFound}
}

func (d redirection) serve(w http.ResponseWriter) {
	h := w.Header()
	switch d.code {
	case http.StatusNotFound:
		http.Error(w, "There is no such page in the archive of this feed.", d.code)
		return
	case http.StatusMovedPermanently:
		h.Set("Cache-Control", keepMoved)
	default:
		h.Set("Cache-Control", feedout.KeepPage)
	}
	h.Set("Location", d.to)
	w.WriteHeader(d.code)
}

// archived assembles a document of a feed's archive, the newest entered first.
func (p *press) archived(l *storage.Ledger, f news.Feed, page news.ArchivePage) (feedout.Document, error) {
	doc := feedout.Document{Site: p.pub.Site, Feed: f, Updated: page.At,
		Archive: feedout.Archive{Name: archiveName(page), Newer: strconv.Itoa(page.Number + 1)}}
	if before, ok := l.ArchivePage(f.Name, page.Number-1); ok {
		doc.Older = archiveName(before)
	}
	for _, m := range slices.Backward(l.Archived(f.Name, page.Number)) {
		if m.Left != "" {
			if w, ok := l.Withdrawn(m.Story); ok {
				doc.Stubs = append(doc.Stubs, news.Stub{Membership: m, Address: l.Address(m.Story), Withdrawal: w})
			}
			continue
		}
		r, err := p.stand.release(l, m)
		if err != nil {
			return doc, err
		}
		doc.Releases = append(doc.Releases, r)
	}
	return doc, nil
}

// older names the archive document to which a feed's subscription document
// leads; empty: none. A feed of digests has none: its entries are others.
func older(l *storage.Ledger, f news.Feed) string {
	page, ok := l.NewestArchive(f.Name)
	if !ok || f.Digest != "" {
		return ""
	}
	return archiveName(page)
}
