package main

import (
	"fmt"
	"io"
	"time"

	"chinanews/news"
)

// welcome talks to the person who started the daemon: at length the first
// time, in a line later.
func (h *house) welcome(w io.Writer, addr string, paused bool) {
	base := h.press.pub.Site.BaseURL
	if h.flow.asked || h.member != nil {
		h.log.Info("serving", "url", base, "sources", len(h.rows), "feeds", len(h.press.pub.Feeds))
		return
	}
	fmt.Fprintf(w, "The record is in %s; nothing is in it yet.\n\n", h.cfg.Data)
	switch {
	case paused:
		fmt.Fprintf(w, "Nothing is polled (--paused).\n")
	case len(h.rows) == 0:
		begin := "Name some under sources: in " + h.cfg.File + "; `chinanewsd sources` lists what comes with the program."
		if len(h.cfg.Users) > 0 {
			begin = "The desk says how to begin."
		}
		fmt.Fprintf(w, "There are no sources yet, and nothing is polled. %s\n", begin)
	default:
		fmt.Fprintf(w, "Polling %s, first all lists, then the articles, newest first.\nThe lists take %s; articles fill in behind them, a host at a time.\n",
			count(len(h.rows), "source"), about(h.flow.table.length(time.Now())))
	}
	fmt.Fprintf(w, "\nRead:       %s/\n", base)
	for _, f := range h.press.pub.Feeds {
		fmt.Fprintf(w, "Subscribe:  %s/feeds/%s.atom  (%s)\n", base, f.ID, f.Title)
	}
	off := ""
	if len(h.cfg.Users) == 0 {
		off = "  (off; the page says how to turn it on)"
	}
	fmt.Fprintf(w, "Desk:       %s/desk/%s\n", base, off)
	h.beforeOthers(w, addr)
}

// beforeOthers says what to set before others see the site.
func (h *house) beforeOthers(w io.Writer, addr string) {
	s := h.cfg.Site
	if s.BaseURL != "" && s.Contact != "" {
		return
	}
	fmt.Fprintf(w, "\nBefore others see it, set in %s:\n", h.cfg.File)
	if s.BaseURL == "" {
		fmt.Fprintf(w, "  site.base_url   the public address; until then links lead to %s, this machine only\n", addr)
	}
	if s.Contact == "" {
		fmt.Fprintf(w, "  site.contact    how hosts that you poll can reach you\n")
	}
	fmt.Fprintln(w)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// about says a duration as a person would.
func about(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return "a few seconds"
	case d < 90*time.Second:
		return "about a minute"
	case d < time.Hour:
		return fmt.Sprintf("about %d minutes", int(d.Minutes())+1)
	}
	return fmt.Sprintf("about %.1f hours", d.Hours())
}

// presenceWords are what the log says of notices of the removals feed.
var presenceWords = map[news.Presence]string{
	news.Removed: "a release is no longer at its address, as looks over a day confirm",
	news.Present: "a release that was not at its address is back",
}

// logOutcome says one line for one fetch: aloud when something happened,
// quietly when not.
func (h *house) logOutcome(o outcome) {
	if o.source.ID == "" {
		return
	}
	attrs := []any{"source", o.source.ID, "kind", o.task.Kind, "url", o.task.URL}
	first, edited := 0, 0
	for _, r := range o.receipt.Decision.Ruling.Items {
		switch r.Class {
		case news.First:
			first++
		case news.Edit:
			edited++
		}
	}
	switch {
	case o.ended():
		h.log.Debug("the listing does not go on", attrs...)
	case o.batch.Problem != nil:
		h.log.Warn("not read: "+o.batch.Problem.Words, append(attrs, "class", o.batch.Problem.Class, "next", o.batch.State.Next.UTC().Format(time.RFC3339))...)
	case o.batch.Condition == news.Thin && !o.batch.Unchanged:
		h.log.Warn("read, but the list has far fewer entries than usual", append(attrs, "entries", len(o.batch.Entries), "usual", int(o.batch.State.Habit.Yield), "new", first)...)
	case first+edited > 0:
		h.log.Info("read", append(attrs, "new", first, "edited", edited)...)
	default:
		h.log.Debug("read", append(attrs, "unchanged", o.batch.Unchanged)...)
	}
	for _, n := range o.receipt.Decision.Ruling.Notices {
		if n.Of == news.FeedRemovals {
			h.log.Info(presenceWords[n.State], append(attrs, "title", n.Words.Title, "looks", len(n.Words.Looks), "since", n.Words.Since.UTC().Format(time.RFC3339))...)
		}
	}
	for _, w := range o.batch.Warnings {
		h.log.Debug(w, attrs...)
	}
}
