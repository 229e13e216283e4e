package news

import (
	"fmt"
	"math"
	"time"
)

// Health is how a listing is: a state, a sentence about it, and what to do.
type Health struct {
	State Condition `json:"state"`
	Words string    `json:"words"`
	Hint  string    `json:"hint,omitempty"`
}

const (
	leastOverdue = 36 * time.Hour      // of working time without anything new, before anybody is told
	muchLonger   = 3                   // times the longest usual gap
	deadAfter    = 30                  // times the mean gap
	leastDead    = 14 * 24 * time.Hour // bounds of what is learned
	mostDead     = 365 * 24 * time.Hour
)

// Judge says how a listing is, by its row and what is remembered of it. What
// its last answer showed comes first; of one that reads well, how long nothing
// new has come, counted until it was last read, without holidays and, where it
// rests then, weekends.
func Judge(src Source, s FetchState, now time.Time) Health {
	switch {
	case src.Paused:
		return Health{State: Paused, Words: "paused in its row"}
	case s.Condition == "":
		return Health{State: Waiting, Words: "it was not read yet"}
	case s.Condition == Thin:
		return Health{Thin, FewWords(s.Items, s.Habit.Yield), "look at its page; if so few are right, nothing needs to be done"}
	case s.Condition != OK && s.Condition != UnreadableDates:
		return failing(src, s, now)
	}
	h := silence(src, s)
	if s.Condition == UnreadableDates && !h.State.Alarming() {
		return Health{UnreadableDates, UndatedWords, fmt.Sprintf("`chinanewsd try %s` shows them; write date_layouts into the row", src.ID)}
	}
	return h
}

// FewWords say of a listing that it has far fewer entries than usual.
func FewWords(entries int, usual float64) string {
	return fmt.Sprintf("%s where there usually are about %.0f", plural(entries, "entry", "entries"), usual)
}

// UndatedWords say of a listing that every date in it is one we cannot read.
const UndatedWords = "none of its dates can be read"

// missing is how many bad answers in a row, the last a 404, say that a page has
// moved, and not that its server erred.
const missing = 2

// failing says what the last answer was, and for how long answers have been
// bad when that is long.
func failing(src Source, s FetchState, now time.Time) Health {
	h := Health{State: s.Condition, Words: s.Words}
	if h.Words == "" {
		h.Words = s.Condition.Words()
	}
	switch s.Condition {
	case Unreachable:
		if s.Status != 404 || s.LastGood.IsZero() {
			break
		}
		if s.Failures >= missing {
			h.Words = "its address is not found (404): the page seems to have moved"
		}
		h.Hint = "look for its new address, by `chinanewsd discover` of the site's front page or in a browser, and write it into the row"
	case Blocked: // the words say what permits it
		return h
	case Gone:
		h.Hint = "look whether another page took its place, or remove the row"
	case Redesigned:
		h.Hint = fmt.Sprintf("`chinanewsd status %s` shows what has changed on it", src.ID)
	case Challenged:
		h.Hint = "ask the publisher for a feed, or take the releases from another site that carries them"
	case Certificate:
		h.Hint = "the publisher must mend it; nothing is read without"
	}
	if h.Hint == "" && s.Class == ClassDNS && s.LastGood.IsZero() {
		h.Hint = "look whether this machine has a network; else at url in its row"
	}
	if since := now.Sub(s.LastGood); h.Hint == "" && s.LastGood.IsZero() {
		h.Hint = "it was never read well: look at url in its row"
	} else if h.Hint == "" && since > 7*24*time.Hour {
		h.Hint = fmt.Sprintf("it has been so for %s: look whether it has moved", about(since))
	}
	return h
}

// silence judges a listing that reads well by when something new last came.
func silence(src Source, s FetchState) Health {
	last := s.lastNew()
	if last.IsZero() || s.LastGood.IsZero() {
		return Health{State: OK, Words: "read well; nothing in it is dated"}
	}
	since := src.Day(last)
	if s.Habit.Days > s.Habit.Minutes { // a day lasts until its end
		last = last.Add(day)
	}
	quiet := Worked(last, s.LastGood, s.Habit.Weekends)
	gap, longest := s.usual()
	overdue, dead := s.patience()
	if src.StaleAfter > 0 { // by the calendar: a person has said it
		dead = src.StaleAfter.Std() - s.LastGood.Sub(last) + quiet
	}
	switch {
	case quiet > dead:
		return Health{Dead, fmt.Sprintf("nothing new since %s, %s before it was last read", since, about(s.LastGood.Sub(last))), "look whether it has moved, or set stale_after in its row if it is meant to be so slow"}
	case quiet > overdue:
		return Health{Overdue, fmt.Sprintf("nothing new since %s; usually something comes %s", since, every(gap)), "look at its page: it may have moved, or show its news elsewhere"}
	case rest(s.LastGood, s.Habit.Weekends) != "" && s.LastGood.Sub(last) > day:
		return Health{State: Quiet, Words: fmt.Sprintf("nothing new since %s: %s", since, rest(s.LastGood, s.Habit.Weekends))}
	case longest > 0 && quiet > max(day, longest):
		return Health{State: Quiet, Words: fmt.Sprintf("nothing new since %s; usually something comes %s", since, every(gap))}
	}
	return Health{State: OK, Words: "read well; the newest is of " + since}
}

// rest is why a source may be expected to be silent at a moment; empty when
// it may not.
func rest(t time.Time, weekends bool) string {
	switch name := Holiday(t); {
	case name != "":
		return name
	case !Workday(t, weekends):
		return "a weekend"
	}
	return ""
}

// lastNew is when something new last came: the newest date, or where nothing
// is dated, when the listing last had other entries than before.
func (s FetchState) lastNew() time.Time {
	if !s.Habit.Newest.IsZero() {
		return s.Habit.Newest
	}
	return s.Changed
}

// usual are the mean and the longest usual gap between new entries, of working
// time; 0: not known.
func (s FetchState) usual() (gap, longest time.Duration) {
	if s.Habit.Gap > 0 {
		return s.Habit.Gap.Std(), s.Habit.Longest.Std()
	}
	return s.Gap.Std(), 2 * s.Gap.Std()
}

// patience is how much silence makes a listing overdue and how much makes it
// dead, by what is learned; of working time. Without a rhythm it is never
// overdue.
func (s FetchState) patience() (overdue, dead time.Duration) {
	gap, longest := s.usual()
	if gap == 0 {
		return mostDead, mostDead
	}
	overdue = max(leastOverdue, muchLonger*longest)
	return overdue, min(max(deadAfter*gap, 2*overdue, leastDead), mostDead)
}

const day = 24 * time.Hour

// every says a gap as a rhythm.
func every(gap time.Duration) string {
	switch {
	case gap == 0:
		return "now and then"
	case gap < 2*time.Hour:
		return "every hour or oftener"
	case gap < 20*time.Hour:
		return "several times a working day"
	case gap < 30*time.Hour:
		return "every working day"
	case gap < 4*day:
		return fmt.Sprintf("every %.0f working days", max(2, math.Round(gap.Hours()/24)))
	case gap < 8*day:
		return "about once a week"
	case gap < 20*day:
		return "every few weeks"
	}
	return "every few months"
}

// about says a span of time as a person would.
func about(d time.Duration) string {
	switch days := int(d / day); {
	case days >= 730:
		return fmt.Sprintf("%d years", days/365)
	case days >= 60:
		return fmt.Sprintf("%d months", days/30)
	case days >= 2:
		return fmt.Sprintf("%d days", days)
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return plural(int(d.Minutes()), "minute", "minutes")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Contract says in sentences what a listing usually is; none before it was
// read well.
func (s FetchState) Contract(src Source) []string {
	h := s.Habit
	if h.Answers == 0 {
		return nil
	}
	gap, _ := s.usual()
	rest := ""
	if h.Weekends {
		rest = ", at weekends too"
	}
	return []string{
		fmt.Sprintf("about %s in %s, %s", plural(int(math.Round(h.Yield)), "entry", "entries"), size(h.Size), h.Charset),
		fmt.Sprintf("something new %s%s", every(gap), rest),
		dated(h.Minutes, h.Days),
		s.patienceWords(src),
	}
}

func (s FetchState) patienceWords(src Source) string {
	overdue, dead := s.patience()
	last := fmt.Sprintf("dead after %s of working time", about(dead))
	if src.StaleAfter > 0 {
		last = fmt.Sprintf("dead after %s (stale_after)", about(src.StaleAfter.Std()))
	}
	if overdue >= dead {
		return "silent, it is taken for " + last
	}
	return fmt.Sprintf("silent, it is taken for overdue after %s, for %s", about(overdue), last)
}

func dated(minutes, days float64) string {
	switch {
	case minutes+days == 0:
		return "no dates that can be read"
	case minutes == 1:
		return "dates to the minute"
	case days == 1:
		return "dates to the day"
	}
	return fmt.Sprintf("dates: %.0f%% to the minute, %.0f%% to the day, %.0f%% none", 100*minutes, 100*days, 100*(1-minutes-days))
}

func size(bytes int) string {
	if bytes < 10_000 {
		return fmt.Sprintf("%.1f kB", float64(bytes)/1000)
	}
	return fmt.Sprintf("%d kB", bytes/1000)
}
