package main

import (
	"cmp"
	"context"

	"chinanews/news"
	"chinanews/storage"
)

// recall gives a task what is remembered of its address.
func (f *flow) recall(ctx context.Context, src news.Source, task *news.Task) (err error) {
	switch {
	case task.Kind == news.TaskListing && !task.Page.Further():
		return f.store.View(ctx, func(l *storage.Ledger) error {
			task.State, _ = l.Poll(task.Source, task.URL)
			return nil
		})
	case task.Kind == news.TaskLook:
		if err := f.recallShown(ctx, src, task); err != nil {
			return err
		}
		task.Older, err = f.older(ctx, src, task.Item)
	}
	task.State.Failures = task.Tries
	return err
}

// recallShown gives a look the text that it looks for, and the answer that this
// was read from; without a text, the title alone is looked for.
func (f *flow) recallShown(ctx context.Context, src news.Source, task *news.Task) error {
	return f.store.View(ctx, func(l *storage.Ledger) error {
		i, ok := l.Item(task.Item)
		if !ok {
			return nil
		}
		_, task.Text, _ = l.Texts(i.ShownPos(), i.Shown)
		task.Listed.Digest = i.Shown.Digest // it may have been read since the look was planned
		if last, ok := i.Last(false); ok && last.Rev == i.ShownRev && i.State == news.Read && src.Versions != news.VersionsItems {
			if b, err := l.Batch(last.Pos); err == nil { // `verify` names what is damaged
				task.State = shownBy(b, i, *task)
			}
		}
		return nil
	})
}

// shownBy is what is remembered of the answer that an item is shown by: the same
// again says the same, where a look asks for that release at that address. Of an
// article on several pages, and of one that another reader compared with an
// older page, it says nothing. Validators are sent for that answer alone, and not
// where a look is evidence: then the page itself is to come.
func shownBy(b news.Batch, i news.Item, task news.Task) (s news.FetchState) {
	if b.Kind == news.TaskListing || b.Capture == "" || len(b.Pages) > 0 || b.Before != "" || i.Shown.Digest == "" ||
		task.Listed.Canonical() != i.Shown.Canonical() || task.URL != b.URL {
		return s
	}
	s = news.FetchState{FinalURL: cmp.Or(b.FinalURL, b.URL), Reader: b.Reader, Capture: b.Capture, Charset: b.Charset, Condition: news.OK, Items: 1}
	if task.Kept.Capture == b.Capture && i.Presence == news.Present && task.Beside.IsZero() {
		s.ETag, s.LastModified = task.Kept.ETag, task.Kept.LastModified
	}
	return s
}
