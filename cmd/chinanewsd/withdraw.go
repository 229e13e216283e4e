package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os/user"
	"path"
	"strings"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

type withdrawCmd struct {
	Story  string `arg:"" placeholder:"STORY" help:"Address of the story, or of its page."`
	Reason string `required:"" placeholder:"TEXT" help:"Why, for readers: it stands in the feeds for 30 days, and on the story's page."`
	Erase  bool   `help:"Destroy its texts and captures too. There is no way back."`
}

// withdrawn is what a withdrawal came to, as the daemon says it.
type withdrawn struct {
	Pos     uint64   `json:"pos"` // of the act
	Feeds   []string `json:"feeds"`
	Erased  bool     `json:"erased"`
	Backups []string `json:"backups"` // and other files that may hold it still
}

// Run withdraws a story: in the daemon that holds the record, else in the
// record itself.
func (c withdrawCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	if news.Line(c.Reason) == "" {
		return usageError{errors.New("--reason is empty; readers are told why")}
	}
	query := url.Values{"story": {c.Story}, "reason": {c.Reason}, "who": {whoami()}}
	if c.Erase {
		query.Set("erase", "yes")
	}
	var done withdrawn
	answered, err := t.ask(cfg, "POST", "/withdraw?"+query.Encode(), &done)
	if !answered {
		done, err = t.withdraw(cfg, query)
	}
	if err != nil {
		return err
	}
	return done.print(t.out)
}

// whoami is who acts, as the machine knows them.
func whoami() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "somebody"
}

// withdraw acts on a record that no daemon holds.
func (t *terminal) withdraw(cfg news.Config, query url.Values) (done withdrawn, err error) {
	h, err := open(t, cfg, settings{log: slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	return h.withdraw(t, query)
}

// withdrawFor answers the command.
func (h *house) withdrawFor(r *http.Request) (any, error) {
	return h.withdraw(r.Context(), r.URL.Query())
}

// withdraw takes a story back, and renders the feeds that it was in.
func (h *house) withdraw(ctx context.Context, query url.Values) (done withdrawn, err error) {
	id, feeds, err := h.storyAt(ctx, query.Get("story"))
	if err != nil {
		return done, err
	}
	e := news.Editing{Who: cmp.Or(news.Line(query.Get("who")), "somebody"), Scope: news.Scope{Story: id}, Act: news.ActWithdraw,
		Args: news.Args{Reason: news.Line(query.Get("reason")), Erase: query.Get("erase") != ""}}
	rand.Read(e.ID[:])
	var d news.Decision
	receipt, err := h.store.Edit(ctx, e, func(l *storage.Ledger, e news.Editing) news.Decision {
		d = h.flow.curator.Edit(l, e)
		return d
	})
	if receipt.Pos == 0 {
		return done, err
	}
	h.flow.follow(d)
	h.flow.tell(outcome{receipt: receipt, decision: d})
	if h.press != nil {
		h.press.changed() // notices of it, too
	}
	if err != nil {
		return done, fmt.Errorf("it is withdrawn, and its texts are destroyed; its captures are not yet: %w; that is done at the next start", err)
	}
	done = withdrawn{Pos: receipt.Pos, Feeds: feeds, Erased: e.Args.Erase}
	if e.Args.Erase {
		done.Backups, err = h.store.Remnants()
	}
	return done, err
}

// storyAt finds a story by its address or that of its page, and the feeds that
// it is in.
func (h *house) storyAt(ctx context.Context, name string) (id news.StoryID, feeds []string, err error) {
	address := strings.ToLower(path.Base(strings.TrimRight(strings.TrimSpace(name), "/")))
	err = h.store.View(ctx, func(l *storage.Ledger) error {
		s, ok := l.StoryAt(address)
		if !ok {
			return usageError{fmt.Errorf("no story has the address %q; it is the last part of the address of its page, as /stories/ADDRESS", address)}
		}
		id = s.ID
		for _, f := range h.cfg.Feeds {
			if _, in := memberOf(l, f.Name, s); in {
				feeds = append(feeds, f.ID)
			}
		}
		return nil
	})
	return id, feeds, err
}

// print says what was done, and what was not.
func (w withdrawn) print(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "withdrawn (record %d)", w.Pos)
	if len(w.Feeds) > 0 {
		fmt.Fprintf(&b, ": it has left %s; a stub says so there for %d days, and its page why", strings.Join(w.Feeds, ", "), int(news.StubFor/(24*time.Hour)))
	} else {
		b.WriteString(": it was in no feed")
	}
	if w.Erased {
		b.WriteString("\nerased: its texts in every version, what was told of its changes, and its captures")
		b.WriteString("\nThe log keeps its titles, addresses, dates and digests: they are what the chain is made of.")
		b.WriteString("\nFree pages of news.db may still hold bytes of it until `chinanewsd compact` writes the file anew.")
		if len(w.Backups) == 0 {
			b.WriteString("\nNo other file in the data directory holds it; think of copies elsewhere.")
		} else {
			b.WriteString("\nThese files are no part of the record or are backups, and may hold it; delete them, and think of copies elsewhere:")
		}
		for _, file := range w.Backups {
			b.WriteString("\n    " + file)
		}
	}
	_, err := fmt.Fprintln(out, b.String())
	return err
}
