package main

import (
	"context"
	"errors"

	"chinanews/news"
	"chinanews/storage"
)

// reader names what would read a source's answers today.
type reader interface{ Reader(news.Source) string }

// older are the pages of an item's last reading, as they came, when another
// reader made it: read again by today's they can be compared with what a look
// finds. None when they are not kept, or one reader makes both.
func (f *flow) older(ctx context.Context, src news.Source, id news.ItemID) (pages []news.Capture, err error) {
	today, ok := f.by().ask.(reader)
	if !ok {
		return nil, nil
	}
	var names []string
	err = f.store.View(ctx, func(l *storage.Ledger) error {
		i, _ := l.Item(id)
		last, ok := i.Last(false)
		if !ok || last.Reader == today.Reader(src) {
			return nil
		}
		b, err := l.Batch(last.Pos)
		if names = b.Pages; len(names) == 0 && b.Capture != "" {
			names = []string{b.Capture}
		}
		return err
	})
	for _, name := range names {
		c, e := f.store.Capture(name)
		if errors.Is(e, storage.ErrNotKept) || errors.Is(e, storage.ErrDamaged) {
			return nil, err // nothing is compared; `verify` names what is damaged
		}
		if err = errors.Join(err, e); err != nil {
			return nil, err
		}
		pages = append(pages, c)
	}
	return pages, err
}
