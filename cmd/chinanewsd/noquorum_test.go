package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/cluster"
	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// failing is a recorder that records no acts.
type failing struct {
	recorder
	err error
}

func (f failing) Edit(context.Context, news.Editing, func(*storage.Ledger, news.Editing) news.Decision) (storage.Receipt, error) {
	return storage.Receipt{}, f.err
}

// What an editor does while it cannot be recorded is not done: the desk says so
// with 503, in words for an editor, and keeps what was typed.
func TestDeskWithoutTheOthers(t *testing.T) {
	s := sitDown(t)
	name, own := s.first(), s.h.flow.record
	for _, tt := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("appending to edit.7 after 3: no acknowledgement: %w (context deadline exceeded)", jetstream.ErrUnavailable), "too few of the nodes that share the record can be reached"},
		{fmt.Errorf("%w: following the log: %w", cluster.ErrStopped, storage.ErrNewer), "this node takes no part any more in what the others record"},
		{cluster.ErrWaits, "this node does not follow the others yet"},
	} {
		s.h.flow.record = failing{own, tt.err}
		status, page := s.act("eve", name, s.seen(), "retitle", "text", "A title that took thought")
		if status != http.StatusServiceUnavailable {
			t.Errorf("%v: status %d", tt.err, status)
		}
		contains(t, page, "Not now", tt.want, "A title that took thought", "Try again")
		if strings.Contains(page, "edit.7") || strings.Contains(page, "deadline") {
			t.Errorf("an editor is told %s", page)
		}
	}
	s.h.flow.record = own
	contains(t, s.done("eve", name, "retitle", "text", "A title that took thought"), "A title that took thought")
}

// asksFor is longer than an editor is kept waiting; in a quick run who asks gives up.
func asksFor() time.Duration {
	if os.Getenv("CHINANEWS_LONG") == "" {
		return 3 * time.Second
	}
	return time.Hour
}

// One that is left of three records nothing, says so, and serves what it has.
func TestOneIsLeft(t *testing.T) {
	t.Parallel()
	all := newSeats(t, 3)
	all.show("A release 2")
	left, name := all[0], all[0].story()
	all[1:].end()
	ctx, cancel := context.WithTimeout(t.Context(), asksFor())
	defer cancel()
	_, err := left.now().edit(ctx, wish{Story: name, Act: news.ActRetitle, Args: news.Args{Text: "Never said"}, Who: "eve"})
	if !errors.Is(err, jetstream.ErrUnavailable) {
		t.Errorf("an act gives %v", err)
	}
	left.shows("all", "A release 2", "Never said")
}
