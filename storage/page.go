package storage

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// maxPage bounds a page that is kept, compressed. A larger one is not: it is
// kept for comparing only.
const maxPage = 1 << 20

// packPage is the page of a listing as it is kept; nothing when there is none,
// or it is too large. It is done before the transaction, which others wait for.
func packPage(b news.Batch) ([]byte, error) {
	if b.Kind != news.TaskListing || len(b.Seen) == 0 || b.State.URL == "" {
		return nil, nil
	}
	base := b.FinalURL
	if base == "" {
		base = b.URL
	}
	head, err := json.Marshal(news.Sight{At: b.Fetched, URL: base, Condition: b.Condition})
	if err != nil {
		return nil, err
	}
	value, err := pack(append(append(head, '\n'), b.Seen...))
	if err != nil || len(value) > maxPage {
		return nil, err
	}
	return value, nil
}

// writePage keeps a packed page in the place of the one before it: the last
// that was read well, and beside it the last that was not.
func writePage(tx *bbolt.Tx, b news.Batch, page []byte) error {
	if page == nil {
		return nil
	}
	pages, err := tx.CreateBucketIfNotExists(bucketPages)
	if err != nil {
		return err
	}
	return put(pages, pageKey(b.Source, b.State.URL, goodPage(b.Condition)), page)
}

// goodPage reports whether a page shows its listing as it should be.
func goodPage(c news.Condition) bool { return c.Well() && c != news.Thin }

func pageKey(origin news.Origin, url string, good bool) []byte {
	if good {
		return joined(string(origin), url, "good")
	}
	return joined(string(origin), url, "bad")
}

// Sight is the last page of a listing that was read well, or that was not.
func (l *Ledger) Sight(origin news.Origin, url string, good bool) (p news.Sight, ok bool) {
	pages := l.tx.Bucket(bucketPages)
	if pages == nil {
		return p, false
	}
	v := find(pages, pageKey(origin, url, good))
	if v == nil {
		return p, false
	}
	text, err := unpack(v)
	if err != nil {
		panic(fault{fmt.Errorf("page of %s: %w", url, err)})
	}
	head, body, _ := bytes.Cut(text, []byte("\n"))
	if err := json.Unmarshal(head, &p); err != nil {
		panic(fault{fmt.Errorf("page of %s: %w", url, err)})
	}
	p.Text = body
	return p, true
}
