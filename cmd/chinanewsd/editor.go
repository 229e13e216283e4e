package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"chinanews/cmd/chinanewsd/cluster"
	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// maxWish bounds what an editor's command sends, in bytes.
const maxWish = 1 << 20

// editFor answers the command.
func (h *house) editFor(r *http.Request) (any, error) {
	var w wish
	if err := json.NewDecoder(io.LimitReader(r.Body, maxWish)).Decode(&w); err != nil {
		return nil, fmt.Errorf("reading an act: %w; is the command of another version?", err)
	}
	return h.edit(r.Context(), w)
}

// edit does what an editor asks for, and renders the feeds that it changes: one
// act after the other, so that what was found of the one before is so still.
func (h *house) edit(ctx context.Context, w wish) (done edited, err error) {
	if w, err = w.clean(h.flow.now()); err != nil {
		return done, usageError{err}
	}
	h.acting.Lock()
	defer h.acting.Unlock()
	var e news.Editing
	err = h.store.View(ctx, func(l *storage.Ledger) error { e, err = h.editing(l, w); return err })
	if err != nil {
		return done, err
	}
	receipt, err := h.record(ctx, e)
	switch {
	case errors.Is(err, storage.ErrStale):
		return done, h.stale(ctx, e)
	case errors.Is(err, storage.ErrNoFlood):
		return done, usageError{fmt.Errorf("%w; `chinanewsd queue` lists what was", err)}
	case receipt.Pos == 0, errors.Is(err, cluster.ErrUnruled), err != nil && ctx.Err() != nil:
		return done, err
	case err != nil:
		return done, fmt.Errorf("it is withdrawn, and its texts are destroyed; its captures are not yet: %w; that is done at the next start", err)
	}
	err = h.store.View(ctx, func(l *storage.Ledger) error { done = h.edited(l, e, receipt); return nil })
	if err == nil && done.Erased {
		done.Backups, err = h.remnants()
	}
	return done, err
}

// remnants are what may hold what was erased just now.
func (h *house) remnants() ([]string, error) {
	files, err := h.store.Remnants()
	if h.member != nil {
		until := h.flow.now().Add(h.cfg.Cluster.LogRetention.Std()).Format(time.DateOnly)
		files = append(files, fmt.Sprintf("what nodes share, in engine/ of each, until %s; backups and such files of the other nodes", until))
	}
	return files, err
}

// record records an act with what follows from it.
func (h *house) record(ctx context.Context, e news.Editing) (storage.Receipt, error) {
	h.flow.ruling.RLock()
	defer h.flow.ruling.RUnlock()
	receipt, err := h.flow.record.Edit(ctx, e, h.flow.judgeAct)
	if receipt.Pos == 0 {
		return receipt, err
	}
	h.logAct(ctx, e, receipt.Pos)
	h.flow.follow(receipt.Decision)
	h.flow.tell(outcome{receipt: receipt})
	if h.press != nil {
		h.press.changed() // notices of it, too
	}
	return receipt, err
}

// logAct says who did what, to what the desk and the commands call so.
func (h *house) logAct(ctx context.Context, e news.Editing, pos uint64) {
	var on any = e.Scope // where the record cannot be read
	h.store.View(ctx, func(l *storage.Ledger) error {
		s, _ := l.Story(e.Scope.Story)
		on = h.nameOf(s, e.Scope)
		return nil
	})
	attrs := []any{"who", e.Who, "act", e.Act}
	if e.Undoes > 0 {
		attrs = append(attrs, "undoes", e.Undoes)
	}
	attrs = append(attrs, "on", on)
	if e.Scope.Feed != "" {
		attrs = append(attrs, "feed", h.feedID(e.Scope.Feed))
	}
	h.log.Info("an editor acted", append(attrs, "record", pos)...)
}

// editing makes an act of a wish: every name in it is found.
func (h *house) editing(l *storage.Ledger, w wish) (e news.Editing, err error) {
	e = news.Editing{Who: w.Who, Act: w.Act, Args: w.Args}
	rand.Read(e.ID[:])
	if w.Rev != nil {
		e.Rev = *w.Rev + 1
	}
	scope, s, err := h.scopeBy(l, w.Story)
	if err != nil {
		return e, err
	}
	if e.Scope, err = h.narrowed(scope, w); err != nil {
		return e, err
	}
	if w.Seen != nil {
		if err := h.fresh(l, scope, s, w); err != nil {
			return e, err
		}
		if slices.Contains(reads, w.Act) {
			e.Args.Seen = *w.Seen
		}
	}
	switch w.Act {
	case news.ActMerge:
		var other news.Story
		other, err = h.storyBy(l, w.Other)
		if e.Args.Story = other.ID; err == nil && other.ID == s.ID {
			err = usageError{fmt.Errorf("%s and %s are one story already, %s", w.Story, w.Other, s.Address)}
		}
	case news.ActSplit:
		e.Args.Items, err = h.parts(l, s, w.Parts)
	case actUndo:
		err = h.undo(l, &e, s, w.Undoes)
	}
	return e, err
}

// narrowed is the scope of an act: what it is about, in one feed if that is
// named. Of a flood only few acts make sense.
func (h *house) narrowed(s news.Scope, w wish) (news.Scope, error) {
	switch {
	case s.Source != "" && !slices.Contains([]news.Act{news.ActApprove, news.ActHide, actUndo}, w.Act):
		return s, usageError{fmt.Errorf("%s is a flood: approve lets it in, hide leaves it in pages, undo takes either back", w.Story)}
	case s.Source != "" && w.Feed != "":
		return s, usageError{errors.New("--feed: a flood is let in or left out of all feeds alike")}
	case w.Feed == "":
		return s, nil
	}
	name, err := h.feedNamed(w.Feed)
	s.Feed = name
	return s, err
}

// feedNamed is the permanent name of a feed.
func (h *house) feedNamed(id string) (news.FeedName, error) {
	var ids []string
	for _, f := range h.cfg.Feeds {
		if f.ID == id {
			return f.Name, nil
		}
		ids = append(ids, f.ID)
	}
	return "", usageError{fmt.Errorf("--feed: no feed %q in %s; %s", id, h.cfg.File, config.Suggest(id, ids))}
}

// parts are the items of a story that a person names, each by its id, its
// address, or its source's id.
func (h *house) parts(l *storage.Ledger, s news.Story, names []string) (items []news.ItemID, err error) {
	for _, name := range names {
		found := false
		for _, id := range s.Items {
			i, _ := l.Item(id)
			if !h.names(i, name) {
				continue
			}
			found = true
			if !slices.Contains(items, id) {
				items = append(items, id)
			}
		}
		if !found {
			return nil, usageError{fmt.Errorf("%q is no item of this story, nor a source of one; they are %s", name, h.carriers(l, s))}
		}
	}
	if len(items) == len(s.Items) {
		return nil, usageError{fmt.Errorf("a split leaves something behind, and these are all of its items: %s", h.carriers(l, s))}
	}
	return items, nil
}

// names reports whether a person means an item.
func (h *house) names(i news.Item, name string) bool {
	return i.ID.String() == strings.ToLower(name) || h.rowOf(i.Source) == name || i.Shown.URL != "" && i.Shown.Canonical() == news.CanonicalURL(name) || i.Shown.ID != "" && i.Shown.ID == name
}

// rowOf is the id that a source has in the configuration.
func (h *house) rowOf(origin news.Origin) string {
	for _, row := range h.cfg.Sources {
		if row.Origin == origin {
			return row.ID
		}
	}
	return string(origin)
}

// carriers names the items of a story.
func (h *house) carriers(l *storage.Ledger, s news.Story) string {
	var names []string
	for _, i := range h.partsOf(l, s) {
		names = append(names, fmt.Sprintf("%s of %s", i.ID, i.Source))
	}
	return strings.Join(names, ", ")
}

// undo finds the act that is to be taken back.
func (h *house) undo(l *storage.Ledger, e *news.Editing, s news.Story, pos uint64) error {
	acts := h.deeds(l, e.Scope, s)
	if pos == 0 {
		for _, a := range acts {
			if a.Undone == 0 && a.Pos > pos {
				pos = a.Pos
			}
		}
	}
	if pos == 0 {
		return usageError{errors.New("no act on it stands, so there is none to take back")}
	}
	for _, a := range acts {
		switch {
		case a.Undone == pos:
			return usageError{fmt.Errorf("record %d took an act back, which cannot be taken back; %s it once more instead", pos, a.Act)}
		case a.Pos != pos:
			continue
		case a.Undone > 0:
			return usageError{fmt.Errorf("the %s of record %d was taken back already, in record %d", a.Act, pos, a.Undone)}
		case a.Act == news.ActWithdraw:
			return usageError{errors.New("a withdrawal cannot be taken back: readers were told that it is gone for good")}
		}
		e.Undoes, e.Act, e.Scope = pos, a.Act, a.Scope
		return nil
	}
	return usageError{fmt.Errorf("record %d is no act on it; `chinanewsd edit %s show` lists them", pos, h.nameOf(s, e.Scope))}
}

// stale says who has acted meanwhile.
func (h *house) stale(ctx context.Context, e news.Editing) error {
	text := storage.ErrStale.Error()
	err := h.store.View(ctx, func(l *storage.Ledger) error {
		d := l.Decisions(e.Scope)
		if last, ok := lastDone(l, d); ok {
			text = fmt.Sprintf("--rev %d: it is at revision %d: %s", e.Rev-1, d.Rev, last)
		} else {
			text = fmt.Sprintf("--rev %d: nobody has acted on it yet, so it is at revision 0", e.Rev-1)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return fmt.Errorf("%s; look with show, and act on what you see", text)
}

// lastDone says what was last done in a scope, an undo too.
func lastDone(l *storage.Ledger, d news.Decisions) (string, bool) {
	var pos uint64
	for _, a := range d.Acts {
		pos = max(pos, a.Pos, a.Undone)
	}
	f, err := l.Fact(pos)
	if pos == 0 || err != nil || f.Editing == nil {
		return "", false
	}
	what := string(f.Editing.Act)
	if f.Editing.Undoes > 0 {
		what = fmt.Sprintf("undo of %s", what)
	}
	return fmt.Sprintf("%s, by %s on %s (record %d)", what, f.Editing.Who, f.At.Format(time.DateTime), pos), true
}
