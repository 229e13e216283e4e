package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"chinanews/curator"
	"chinanews/news"
)

// print shows an explanation to a person.
func (e explained) print(w io.Writer, paint ink, now time.Time) error {
	p := &sheet{ink: paint, now: now}
	switch {
	case e.Story != nil:
		p.story(*e.Story)
	case e.Unseen != nil:
		p.unseen(*e.Unseen)
	default:
		p.matches(e)
	}
	_, err := io.WriteString(w, p.String())
	return err
}

func (p *sheet) matches(e explained) {
	p.line("%s may be meant by %q. Say which, by its address or more words of its title:", stories(len(e.Matches)+e.More), e.Asked)
	for _, m := range e.Matches {
		p.line("  %s  %s  %s  %s", m.Address, m.Dated.Day(), m.Source, wrap(m.Title, statusWidth-40)[0])
	}
	if e.More > 0 {
		p.line("  and %d more", e.More)
	}
}

func (p *sheet) story(s storySaid) {
	for _, line := range wrap(s.Title, statusWidth) {
		p.line("%s", p.ink.bold(line))
	}
	p.field("Story", strings.TrimSpace(s.Address+" "+s.URL))
	p.field("Entry", s.Entry)
	if len(s.Was) > 0 {
		p.field("Merged", "into it: "+strings.Join(s.Was, ", ")+", whose addresses lead to it")
	}
	if w := s.Withdrawn; w != nil {
		p.field("Withdrawn", fmt.Sprintf("%s by %s: %s", p.stamp(w.At), w.Who, w.Reason))
	}
	for _, k := range s.Siblings {
		p.field("Version", fmt.Sprintf("%s, %s, %s: %s", k.Story, k.Lang, quoted(k.Title), k.Evidence))
	}
	p.line("\n%s", p.ink.bold(count(len(s.Items), "item")))
	for _, i := range s.Items {
		p.item(i, s.Address)
	}
	if len(s.Acts) > 0 {
		p.line("\n%s", p.ink.bold("Editors"))
	}
	for _, a := range s.Acts {
		p.paragraph("  ", fmt.Sprintf("record %d, %s, %s: %s", a.Pos, p.stamp(a.At), a.Who, a.sentence(p.now.Location())))
	}
	p.line("\n%s", p.ink.bold(count(len(s.Feeds), "feed")))
	if s.Other {
		p.paragraph("  ", "The configuration is not the one that was last at work: feeds are judged by it, and are as they were; `chinanewsd rehearse` says what it would change.")
	}
	for _, f := range s.Feeds {
		p.feed(f, s)
	}
}

// paragraph writes indented lines, those after the first a little more.
func (p *sheet) paragraph(indent, text string) {
	for n, line := range wrap(text, statusWidth-len(indent)-2) {
		if n > 0 {
			line = "  " + line
		}
		p.line("%s%s", indent, line)
	}
}

var shingles = regexp.MustCompile(`shares (\d+) of (\d+) shingles(?: \(100 %\))?`)

// plainly is the evidence of the record in words that a person knows.
func plainly(evidence string) string {
	return shingles.ReplaceAllStringFunc(evidence, func(said string) string {
		m := shingles.FindStringSubmatch(said)
		if m[1] == m[2] {
			return "all " + m[2] + " of its word groups are the same"
		}
		return m[1] + " of " + m[2] + " word groups are the same"
	})
}

// howWords say what identified an item.
var howWords = map[news.How]string{
	news.ByID: "its source's own id", news.ByURL: "its address", news.ByText: "title, day and text",
}

var presenceSaid = map[news.Presence]string{
	news.Unlisted: "; its page is there, and its list does not name it any more",
	news.Missing:  "; looks do not find its page, which proves nothing yet",
	news.Removed:  "; it is no longer at its address, as looks over a day confirm",
}

var stateWords = map[news.ItemState]string{
	news.Listed: "its text is waited for", news.Read: "its text is read", news.Unreadable: "its text did not come in time",
}

var asWords = map[news.As]string{
	news.AsNews: "as news", news.AsHistory: "as history: it stands in pages, search and archives", news.AsWaiting: "held back as part of a flood",
}

func (p *sheet) item(i itemSaid, story string) {
	p.line("  %s  %s", p.ink.bold(i.Source), i.URL)
	key := ""
	if i.How != news.ByText && i.Key != i.URL && i.Key != news.CanonicalURL(i.URL) {
		key = fmt.Sprintf(" %q", news.Line(i.Key))
	}
	p.paragraph("    ", fmt.Sprintf("item %s, %s, dated %s; first seen %s (record %d), known by %s%s", i.ID, i.Lang, i.Dated.Day(), p.stamp(i.FirstSeen), i.Pos, howWords[i.How], key))
	p.paragraph("    ", fmt.Sprintf("%s; it came %s%s", stateWords[i.State], asWords[i.As], presenceSaid[i.Presence]))
	p.paragraph("    ", p.readings(i.Readings))
	for n, j := range i.Joined {
		switch {
		case j.Evidence != "":
			p.paragraph("    ", fmt.Sprintf("%s it joined the story: %s", p.stamp(j.At), plainly(j.Evidence)))
		case n > 0:
			p.paragraph("    ", fmt.Sprintf("%s it came into story %s together with another", p.stamp(j.At), j.Story))
		case j.Story != story:
			p.paragraph("    ", fmt.Sprintf("it began story %s, which was merged into this one", j.Story))
		}
	}
	for _, other := range i.Apart {
		p.paragraph("    ", fmt.Sprintf("an editor said that item %s is another release", other))
	}
}

// classWords say what a reading was beside the one before.
var classWords = map[news.Change]string{
	news.First: "first", news.Fill: "its text came", news.Reread: "read by another reader", news.Edit: "edited", news.Slight: "slightly changed",
}

// shownReadings is how many readings are told.
const shownReadings = 6

func (p *sheet) readings(all []news.Revision) string {
	var said []string
	for n, r := range all {
		if len(all) > shownReadings && n > 0 && n <= len(all)-shownReadings {
			if n == 1 {
				said = append(said, fmt.Sprintf("%d more", len(all)-shownReadings))
			}
			continue
		}
		what := classWords[r.Class]
		if len(r.Edits) > 0 {
			what += fmt.Sprintf(" %s", strings.Trim(fmt.Sprint(r.Edits), "[]"))
		}
		said = append(said, fmt.Sprintf("%s (%s) %s", what, r.Kind, p.stamp(r.At)))
	}
	return fmt.Sprintf("%s: %s", count(len(all), "reading"), strings.Join(said, ", "))
}

func (p *sheet) feed(f feedSaid, s storySaid) {
	p.paragraph("  ", p.ink.bold(f.Feed)+": "+p.placeWords(f))
	p.paragraph("    ", f.Why+p.until(f, s))
	if f.In && f.Place.Rev > 0 {
		p.paragraph("    ", fmt.Sprintf("the feed holds: reading %d is shown, which was approved or was there when it began to", f.Place.Rev))
	}
	if words := waitSaid[f.Wait]; words != "" && f.In {
		p.paragraph("    ", words)
	}
	if f.Digest != "" {
		p.paragraph("    ", f.Digest)
	}
	if until := f.Pinned; !until.IsZero() {
		p.paragraph("    ", "it stands first until "+p.stamp(until))
	}
	for _, c := range f.Carriers {
		if c.Rule != nil && (c.Rule.Text != "" || len(c.Own) > 0) {
			p.carrier(c, c.Item == f.Lead, len(f.Carriers) > 1)
		}
	}
}

var waitSaid = map[news.Why]string{
	news.WaitChange:   "it waits for an editor: it has changed since, and shows what was approved",
	news.WaitConflict: "it waits for an editor: its source changed what an editor wrote over",
}

// placeWords say since when a story is in a feed, and how, or why it left.
func (p *sheet) placeWords(f feedSaid) string {
	m := f.Place
	switch {
	case f.Has:
		words := fmt.Sprintf("in, as %s no. %d, since %s; published %s", m.As, m.Seq, p.stamp(m.Entered), p.stamp(m.Published))
		if !m.Updated.Equal(m.Published) {
			words += ", updated " + p.stamp(m.Updated)
		}
		if !f.In {
			words += "; it is about to leave"
		}
		return words
	case f.In:
		return "out, and about to enter as " + string(f.As)
	case m.Seq > 0:
		return fmt.Sprintf("out; it was in from %s and left: %s", p.stamp(m.Entered), m.Left)
	}
	return "out"
}

// until says what ends a story's waiting, and who began it.
func (p *sheet) until(f feedSaid, s storySaid) string {
	switch f.Reason {
	case "approval":
		return fmt.Sprintf(", until `chinanewsd edit %s approve`", s.Address)
	case "held":
		a, _ := f.Acts.Held()
		return fmt.Sprintf(" (%s), until `chinanewsd edit %s approve`", a.Who, s.Address)
	case "hidden":
		a, _ := f.Acts.Hidden()
		return fmt.Sprintf(" (%s, record %d), until that is taken back", a.Who, a.Pos)
	case "embargo":
		return " until " + p.stamp(f.Acts.Embargo())
	case "flood":
		return ": `chinanewsd edit " + strings.Join(s.Floods, " approve`, `chinanewsd edit ") + " approve`"
	case "sibling":
		return ": story " + f.Beside
	case "withdrawn":
		if s.Withdrawn != nil {
			return fmt.Sprintf(" (%s)", s.Withdrawn.Reason)
		}
	}
	return ""
}

// carrier shows what the rules make of an item, clause by clause.
func (p *sheet) carrier(c curator.Carrier, leads, several bool) {
	if several {
		name := c.Source
		if leads {
			name += ", whose text it has"
		}
		p.line("    %s", name)
	}
	for _, own := range c.Own {
		p.clause("      ", own)
	}
	if c.Rule.Text != "" {
		p.clause("      ", *c.Rule)
	}
}

// opWords say of which of its parts a clause is made.
var opWords = map[string]string{"and": "all of", "or": "one of", "not": "not"}

func (p *sheet) clause(indent string, c curator.Clause) {
	mark := "no"
	if c.True {
		mark = "yes"
	}
	text := mark + " " + c.Text + ": " + c.Saw
	if c.Op != "" {
		text = mark + " " + opWords[c.Op]
		if c.Saw != "" {
			text += ": " + c.Saw
		}
	}
	p.paragraph(indent, text)
	for _, part := range c.Parts {
		p.clause(indent+"  ", part)
	}
}
