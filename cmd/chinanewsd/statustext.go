package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"chinanews/fetcher"
	"chinanews/news"
)

// statusWidth is the columns of a terminal that are used.
const statusWidth = 100

// print shows the report to a person.
func (o overview) print(w io.Writer, paint ink, now time.Time) error {
	p := &sheet{ink: paint, now: now}
	if o.bare() {
		o.printWaiting(p)
	} else if o.Detail != nil {
		p.source(o.Sources[0], *o.Detail)
	} else {
		p.house(o)
		p.sources(o)
		p.feeds(o.Feeds)
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// sheet is a page of text that is being written.
type sheet struct {
	strings.Builder
	ink ink
	now time.Time
}

func (p *sheet) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// field writes a name and what stands beside it, over several lines if need
// be.
func (p *sheet) field(name, text string) {
	for n, line := range wrap(text, statusWidth-11) {
		if n > 0 {
			name = ""
		}
		p.line("%-10s %s", name, line)
	}
}

func (p *sheet) house(o overview) {
	switch d := o.Daemon; {
	case d == nil:
		p.field("Daemon", "none runs on this record; `chinanewsd run` starts one")
	case d.Paused:
		p.field("Daemon", fmt.Sprintf("serves since %s, pid %d, and polls nothing (--paused)", p.stamp(d.Since), d.PID))
	default:
		p.field("Daemon", fmt.Sprintf("runs since %s, pid %d; its configuration was read %s", p.stamp(d.Since), d.PID, p.stamp(d.Loaded)))
	}
	if o.Daemon != nil && o.Daemon.Reload != nil {
		p.reload(*o.Daemon.Reload)
	}
	if o.Cluster != nil {
		p.field("Cluster", o.Cluster.String())
	}
	p.alarms(o.Alarms)
	p.field("Record", fmt.Sprintf("%s, %.1f MiB, %s, tip %s", o.Record.File, float64(o.Record.Size)/(1<<20), count(int(o.Record.Pos), "record"), o.Record.Link[:16]))
	p.field("Backup", p.backup(o.Backup))
	p.field("Site", fmt.Sprintf("id %s, incarnation %s", o.Record.Site, o.Record.Incarnation))
	var queue []string
	for _, q := range o.Queue {
		what := fmt.Sprintf("%d %s", q.Waiting, queueWords(q.Kind, q.Waiting))
		if q.Due > 0 {
			what += fmt.Sprintf(" (%d due)", q.Due)
		} else {
			what += ", the next " + p.ago(q.Next)
		}
		queue = append(queue, what)
	}
	if len(queue) > 0 {
		p.field("Queue", strings.Join(queue, "; "))
	}
	p.told(o.Told)
	if o.Waits > 0 {
		p.field("Editor", fmt.Sprintf("%d waiting; `chinanewsd queue` lists what", o.Waits))
	}
	if p.now.Year() > news.CalendarEnds {
		p.field("Holidays", fmt.Sprintf("known until %d only: silence of sources may look too long; install a newer chinanewsd", news.CalendarEnds))
	}
}

// alarms says what is not well of what has no line of its own.
func (p *sheet) alarms(list []news.Alarm) {
	for _, a := range list {
		switch a.Kind {
		case news.AlarmSource, news.AlarmBackup, news.AlarmReload:
			continue
		}
		p.field("Alarm", fmt.Sprintf("%s, since %s. %s", a.Title, p.stamp(a.Since), alarmWords(a)))
	}
}

// reload says what came of the last one, and what waits for a start.
func (p *sheet) reload(last reload) {
	text := "done " + p.stamp(last.At) + ": " + last.Words
	if !last.OK {
		text = "not done " + p.stamp(last.At) + ": " + last.Words
	}
	p.field("Reload", text)
	for _, problem := range last.Problems {
		p.field("", problem)
	}
	for _, key := range last.Waiting {
		p.field("", key.String())
	}
}

// backup says how the last good backup is, and what is wrong with the next.
func (p *sheet) backup(b backupStatus) string {
	text := "none yet"
	if b.Last != nil {
		text = fmt.Sprintf("%s, %.1f MiB, up to record %d, tip %s", p.stamp(b.Last.At), float64(b.Last.Size)/(1<<20), b.Last.Pos, b.Last.Link)
	}
	switch {
	case b.Failed != "":
		text += "; the last attempt failed: " + b.Failed
	case b.At == "":
		text += "; backup.at is empty: the daemon makes none"
	default:
		text += fmt.Sprintf("; the daemon makes one at %s", b.At)
	}
	return text
}

func queueWords(k news.TaskKind, n int) string {
	words := map[news.TaskKind][2]string{
		news.TaskListing: {"list", "lists"}, news.TaskArticle: {"article", "articles"},
		news.TaskLook: {"later look", "later looks"}, news.TaskDecide: {"decision", "decisions"},
	}[k]
	if n == 1 {
		return words[0]
	}
	return words[1]
}

// sources is the table of sources, those that somebody should look at first.
func (p *sheet) sources(o overview) {
	p.line("\n%s", p.ink.bold(headline(o.Sources)))
	p.line("  %-26s %-16s %-10s  %-12s %-10s %s", "source", "state", "newest", "last read", "next", "entries")
	list := slices.Clone(o.Sources)
	slices.SortStableFunc(list, func(a, b sourceStatus) int { return alarm(b) - alarm(a) })
	for _, s := range list {
		p.row(s)
	}
	for _, name := range o.Retired {
		p.line("  %-26s %-16s its row is gone; what it published stays", name, "retired")
	}
}

// headline says in a line how all sources are.
func headline(sources []sourceStatus) string {
	ill, unread := 0, 0
	for _, s := range sources {
		if s.State.Alarming() {
			ill++
		}
		if s.State == news.Waiting {
			unread++
		}
	}
	head := count(len(sources), "source")
	if ill > 0 {
		head += fmt.Sprintf(", %d to look at", ill)
	}
	if unread > 0 {
		head += fmt.Sprintf(", %d not read yet", unread)
	}
	if ill+unread == 0 {
		head += ", all well"
	}
	return head
}

func alarm(s sourceStatus) int {
	if s.State.Alarming() {
		return 1
	}
	return 0
}

func (p *sheet) row(s sourceStatus) {
	newest, next := cmp.Or(s.Newest, "-"), p.ago(s.Next)
	if s.State == news.Paused || s.Next.IsZero() {
		next = "-"
	}
	id := s.ID
	if len(id) > 26 {
		id = id[:25] + "…"
	}
	entries := fmt.Sprint(s.Items)
	if s.State.Alarming() && s.Usual > 0 && math.Round(s.Usual) != float64(s.Items) {
		entries += fmt.Sprintf(", usually %.0f", s.Usual)
	}
	p.line("  %-26s %s %-10s  %-12s %-10s %s", id, p.ink.state(s.State, 16), newest, p.ago(s.LastGood), next, entries)
	if s.State.Alarming() {
		p.why(s.Health, "      ")
	}
}

// why says what is wrong and what to do, indented.
func (p *sheet) why(h news.Health, indent string) {
	text := h.Words
	if h.Hint != "" {
		text += "; " + h.Hint
	}
	for _, line := range wrap(text, statusWidth-len(indent)) {
		p.line("%s%s", indent, line)
	}
}

func (p *sheet) feeds(feeds []feedStatus) {
	p.line("\n%s", p.ink.bold(count(len(feeds), "feed")+", with what entered each since the record began"))
	for _, f := range feeds {
		p.line("  %-26s %d entered as news, %d as history, last change %s", f.ID, f.News, f.History, p.ago(f.Changed))
		if f.Digest != "" {
			p.line("  %-26s %s so far; the next closes at %s, Beijing time", "", count(int(f.Digests), "digest"), f.Digest)
		}
	}
}

// source shows one source.
func (p *sheet) source(s sourceStatus, d sourceDetail) {
	p.line("%s", p.ink.bold(s.ID))
	p.field("Publisher", d.Name)
	for n, l := range d.Listings {
		p.line("")
		p.listing(s.Listings[n], l)
	}
	p.absent(d.Absent)
	if len(d.Newest) > 0 {
		p.line("\n%s", p.ink.bold("Its newest"))
	}
	for _, i := range d.Newest {
		when := i.Date.Day()
		if when == "" {
			when = "no date"
		}
		p.line("  %-11s %s", when, wrap(i.Title, statusWidth-14)[0])
	}
}

// shownAbsent is how many items are named that are not where they were.
const shownAbsent = 10

// absent shows what is not where it was, and what of that is claimed.
func (p *sheet) absent(items []absentItem) {
	if len(items) == 0 {
		return
	}
	p.line("\n%s", p.ink.bold("Not where they were"))
	for _, i := range items[:min(len(items), shownAbsent)] {
		state := map[news.Presence]string{
			news.Unlisted: "live, but not in its list",
			news.Missing:  fmt.Sprintf("not found since %s, %s; no claim yet", p.stamp(i.Since), count(i.Looks, "look")),
			news.Removed:  fmt.Sprintf("removed: not found since %s, %s", p.stamp(i.Since), count(i.Looks, "look")),
		}[i.State]
		p.line("  %s", wrap(i.Title, statusWidth-2)[0])
		p.line("      %s", state)
	}
	if more := len(items) - shownAbsent; more > 0 {
		p.line("  and %d more: `chinanewsd status SOURCE --json` has them", more)
	}
}

func (p *sheet) listing(s listingStatus, d listingDetail) {
	p.field("List", d.URL)
	p.line("%-10s %s", "State", p.ink.state(s.State, 0))
	if s.State == news.Redesigned { // the hint would lead here
		s.Hint = ""
	}
	p.why(s.Health, strings.Repeat(" ", 11))
	p.field("Read", fmt.Sprintf("well %s, with %s; asked %s; next %s", p.ago(s.LastGood), entries(s.Items), p.ago(s.LastTry), p.ago(s.Next)))
	name := "Usually"
	for _, text := range d.Contract {
		p.field(name, text)
		name = ""
	}
	for _, w := range s.Warnings {
		if w != s.Words {
			p.field("Warning", w)
		}
	}
	name = "Lately"
	for _, t := range slices.Backward(d.Lately) {
		p.field(name, strings.TrimSuffix(fmt.Sprintf("%s  %s: %s", p.stamp(t.At), t.Condition, t.Words), ": "))
		name = ""
	}
	if d.Change != nil {
		p.change(*d.Change, d.Kept)
	}
	if d.Mended != "" {
		p.line("\n%s\n%s", p.ink.bold("This reads the page as it is now; put it into the row and try it"), strings.TrimRight(d.Mended, "\n"))
	}
}

// change says in words what changed on a page.
func (p *sheet) change(c fetcher.Change, kept time.Time) {
	p.line("\n%s", p.ink.bold("Its page, against that of "+p.stamp(kept)))
	if c.Before.Title == c.Now.Title {
		p.field("Title", fmt.Sprintf("%q, as before", c.Now.Title))
	} else {
		p.field("Title", fmt.Sprintf("%q, before %q", c.Now.Title, c.Before.Title))
	}
	p.field("Links", fmt.Sprintf("%d, before %d; %d bytes, before %d", c.Now.Links, c.Before.Links, c.Now.Bytes, c.Before.Bytes))
	for _, m := range c.Selectors {
		p.field(m.Key, fmt.Sprintf("%q matches %d, before %d", m.Selector, m.Now, m.Before))
	}
	if len(c.Vanished) > 0 {
		p.field("Gone", strings.Join(c.Vanished, " "))
	}
	if len(c.Appeared) > 0 {
		p.field("New", strings.Join(c.Appeared, " "))
	}
	if len(c.Vanished)+len(c.Appeared) == 0 {
		p.field("Names", "the same classes and ids as before")
	}
}

// stamp is a moment in full, in the terminal's zone.
func (p *sheet) stamp(t time.Time) string { return t.In(p.now.Location()).Format("2006-01-02 15:04") }

// ago says a moment as seen from now.
func (p *sheet) ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := t.Sub(p.now)
	if d.Abs() < time.Minute {
		return "now"
	}
	if d > 0 {
		return "in " + span(d)
	}
	return span(-d) + " ago"
}

func span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
