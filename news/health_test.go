package news

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// answered is the state after good answers, each a listing of entries with
// these dates, read at that moment.
func answered(t *testing.T, now string, precision Precision, dates ...string) FetchState {
	t.Helper()
	b := Batch{Condition: OK, Charset: "utf-8", Fetched: at(t, now)}
	for n, d := range dates {
		e := Entry{URL: fmt.Sprint("https://a.example/", n)}
		if d != "" {
			e.Date = Date{Precision: precision, Time: at(t, d)}
		}
		b.Entries = append(b.Entries, e)
	}
	return FetchState{Condition: OK, Items: len(dates), LastGood: b.Fetched, Changed: b.Fetched, Habit: Habit{}.Learn(b, 20_000)}
}

// workdays are the last n working days before one, the newest first.
func workdays(t *testing.T, before string, n int) (days []string) {
	for d := at(t, before); len(days) < n; {
		d = d.AddDate(0, 0, -1)
		if Workday(d.Add(12*time.Hour), false) {
			days = append(days, d.Format(time.DateOnly))
		}
	}
	return days
}

func TestJudgeSilence(t *testing.T) {
	daily := func(newest string) FetchState { return answered(t, newest, Day, workdays(t, newest, 20)...) }
	weekly := answered(t, "2026-11-24", Day, "2026-11-23", "2026-11-16", "2026-11-09", "2026-11-02", "2026-10-26")
	pinned := answered(t, "2026-11-25", Day, append(workdays(t, "2026-11-25", 12), "2019-03-04")...)
	busy := answered(t, "2026-11-25 18:00", Minute, "2026-11-25 17:50", "2026-11-25 15:00", "2026-11-25 11:00", "2026-11-24 17:00", "2026-11-24 10:00", "2026-11-23 16:00", "2026-11-23 09:00")
	for _, c := range []struct {
		name  string
		state FetchState
		read  string
		want  Condition
		words string
	}{
		{"a daily source, the next day", daily("2026-11-25"), "2026-11-25 10:00", OK, "2026-11-24"},
		{"its first silent day", daily("2026-11-25"), "2026-11-26 10:00", Quiet, "every working day"},
		{"its weekend", daily("2026-11-28"), "2026-11-29 20:00", Quiet, "a weekend"},
		{"the Monday after", daily("2026-11-28"), "2026-11-30 08:00", OK, ""},
		{"silent for a week", daily("2026-11-19"), "2026-11-25 18:00", Overdue, "usually something comes every working day"},
		{"silent for half a year", daily("2026-05-26"), "2026-11-25", Dead, "nothing new since 2026-05-25, 6 months before"},
		{"Spring Festival's end", daily("2026-02-15"), "2026-02-23 23:00", Quiet, "Spring Festival"},
		{"the morning after", daily("2026-02-15"), "2026-02-24 11:00", OK, ""},
		{"a week after", daily("2026-02-15"), "2026-03-04 11:00", Overdue, "since 2026-02-14"},
		{"National Day", daily("2026-10-01"), "2026-10-07 12:00", Quiet, "National Day"},
		{"a weekly source after ten days", weekly, "2026-12-03", Quiet, "about once a week"},
		{"after a month", weekly, "2026-12-25", Overdue, "about once a week"},
		{"a pinned entry is no rhythm", pinned, "2026-12-02", Overdue, "every working day"},
		{"an hourly source at night", busy, "2026-11-26 08:00", OK, ""},
		{"after two silent days", busy, "2026-11-30 12:00", Overdue, "several times a working day"},
		{"nothing dated", answered(t, "2026-11-25", Day, "", "", ""), "2026-11-25", OK, ""},
		{"one entry of last year", answered(t, "2026-11-25", Day, "2025-12-01"), "2026-11-25", OK, ""},
		{"one entry of long ago", answered(t, "2026-11-25", Day, "2021-03-01"), "2026-11-25", Dead, "5 years"},
	} {
		c.state.LastGood = at(t, c.read)
		got := Judge(Source{ID: "a"}, c.state, c.state.LastGood)
		if got.State != c.want || !strings.Contains(got.Words, c.words) || got.State.Alarming() != (got.Hint != "") {
			t.Errorf("%s: %+v, want %s with %q", c.name, got, c.want, c.words)
		}
	}
}

// A machine that was off says nothing of the source: silence ends when it was
// last read.
func TestJudgeBlamesNoSourceForUs(t *testing.T) {
	s := answered(t, "2026-11-20", Day, workdays(t, "2026-11-20", 20)...)
	if got := Judge(Source{}, s, at(t, "2027-03-01")); got.State != OK {
		t.Errorf("not read for months: %+v", got)
	}
}

// In a year of working days, polled every six hours, nothing is raised.
func TestYearRaisesNothing(t *testing.T) {
	for now := at(t, "2026-01-06 09:00"); now.Before(at(t, "2026-12-31")); now = now.Add(6 * time.Hour) {
		tomorrow := now.AddDate(0, 0, 1).Format(time.DateOnly)
		if now.Hour() < 12 {
			tomorrow = now.Format(time.DateOnly) // nothing yet today
		}
		s := answered(t, now.Format("2006-01-02 15:04"), Day, workdays(t, tomorrow, 15)...)
		if got := Judge(Source{}, s, now); got.State.Alarming() {
			t.Fatalf("%s: %+v", now, got)
		}
	}
}

func TestJudgeAnswers(t *testing.T) {
	good := answered(t, "2026-11-25", Day, workdays(t, "2026-11-25", 20)...)
	in := func(c Condition, words string) FetchState {
		s := good
		s.Condition, s.Words = c, words
		return s
	}
	missed := func(times int) FetchState {
		s := in(Unreachable, "the site answers 404 (not found)")
		s.Status, s.Failures = 404, times
		return s
	}
	now := at(t, "2026-11-25 12:00")
	for _, c := range []struct {
		state FetchState
		want  Condition
		words string
		hint  string
	}{
		{FetchState{}, Waiting, "not read yet", ""},
		{FetchState{Failures: 1, LastTry: now}, Waiting, "not read yet", ""},
		{in(Redesigned, "nothing matches x"), Redesigned, "nothing matches x", "chinanewsd status a"},
		{in(Challenged, "a script"), Challenged, "a script", "another site"},
		{in(Certificate, "expired"), Certificate, "expired", "publisher"},
		{in(Unreachable, "no answer"), Unreachable, "no answer", ""},
		{in(UnreadableDates, ""), UnreadableDates, "none of its dates", "date_layouts"},
		{in(Thin, ""), Thin, "20 entries where there usually are about 20", "look at its page"},
		{in(Gone, ""), Gone, "gone for good", "remove the row"},
		{missed(1), Unreachable, "answers 404", "new address"},
		{missed(2), Unreachable, "not found (404): the page seems to have moved", "chinanewsd discover"},
		{FetchState{Condition: Unreachable, Status: 404, Failures: 3, Words: "the site answers 404"}, Unreachable, "the site answers 404", "never read well: look at url"},
		{FetchState{Condition: Unreachable, Class: ClassDNS, Words: "a.example does not resolve"}, Unreachable, "does not resolve", "look whether this machine has a network"},
		{in(Blocked, "it is on this machine; write fetch: {allow: [x]}"), Blocked, "fetch: {allow: ", ""},
	} {
		if got := Judge(Source{ID: "a"}, c.state, now); got.State != c.want || !strings.Contains(got.Words, c.words) || !strings.Contains(got.Hint, c.hint) || c.hint == "" && got.Hint != "" {
			t.Errorf("%s: %+v, want %q, %q", c.want, got, c.words, c.hint)
		}
	}
	long := in(Unreachable, "no answer")
	if got := Judge(Source{}, long, now.AddDate(0, 0, 20)); !strings.Contains(got.Hint, "20 days") {
		t.Errorf("after 20 days: %+v", got)
	}
	if got := Judge(Source{Paused: true}, long, now); got.State != Paused {
		t.Errorf("paused: %+v", got)
	}
	good.LastGood = now
	if got := Judge(Source{StaleAfter: Duration(6 * time.Hour)}, good, now); got.State != Dead {
		t.Errorf("stale_after of 6 h: %+v", got)
	}
}

func TestHabit(t *testing.T) {
	entries := func(n int) (b Batch) {
		b = Batch{Condition: OK, Charset: "gb18030 (header)", Fetched: at(t, "2026-11-25")}
		for i := range n {
			b.Entries = append(b.Entries, Entry{Date: Date{Precision: Day, Time: b.Fetched.AddDate(0, 0, -i)}})
		}
		return b
	}
	var h Habit
	if h.Few(0) || (FetchState{}).Contract(Source{}) != nil {
		t.Error("nothing is few, or promised, before anything was learned")
	}
	h = h.Learn(entries(20), 12_345)
	for n, want := range map[int]bool{20: false, 5: false, 4: false, 3: true, 0: true} {
		if h.Few(n) != want {
			t.Errorf("%d of 20: few is %v", n, !want)
		}
	}
	if got := strings.Join(FetchState{Habit: h}.Contract(Source{}), "; "); got != "about 20 entries in 12 kB, gb18030 (header); something new every working day, at weekends too; dates to the day; silent, it is taken for overdue after 3 days, for dead after 30 days of working time" {
		t.Errorf("contract %q", got)
	}
	thin := entries(3)
	thin.Condition = Thin
	after := h.Learn(thin, 900)
	if after.Yield != 20 || after.Thin.IsZero() || after.Size != h.Size {
		t.Errorf("a thin answer taught %+v", after)
	}
	thin.Fetched = thin.Fetched.Add(adoptThin)
	if after = after.Learn(thin, 900); after.Yield != 3 || after.Few(3) {
		t.Errorf("after a month, %+v is not the habit", after)
	}
	if again := h.Anew(); again.Few(0) || again.Newest.IsZero() {
		t.Errorf("read another way: %+v", again)
	}
	ahead := entries(1)
	ahead.Entries[0].Date.Time = ahead.Fetched.AddDate(1, 0, 0)
	if got := h.Learn(ahead, 1); !got.Newest.Equal(h.Newest) {
		t.Errorf("a date of next year is the newest: %v", got.Newest)
	}
}

// A source that brings twenty releases on one day of each month is overdue
// once, and then known.
func TestBursts(t *testing.T) {
	var s FetchState
	for month := 1; month <= 4; month++ {
		for _, days := range []int{0, 1, 8, 25} {
			now := time.Date(2026, time.Month(month+2), 10+days, 18, 0, 0, 0, beijing)
			if days == 0 {
				b := Batch{Condition: OK, Fetched: now}
				for n := range 20 {
					b.Entries = append(b.Entries, Entry{Date: Date{Precision: Minute, Time: now.Add(-time.Duration(n) * 5 * time.Minute)}})
				}
				s.Habit = s.Habit.Learn(b, 9000)
			}
			s.Condition, s.LastGood = OK, now
			if got := Judge(Source{}, s, now).State; got.Alarming() && month > 1 {
				t.Errorf("month %d, after %d days: %s", month, days, got)
			} else if month == 1 && days == 8 && got != Overdue {
				t.Errorf("in the first month, after 8 days: %s", got)
			}
		}
	}
}

func TestTurned(t *testing.T) {
	var s FetchState
	for n := range 30 {
		s.Condition = []Condition{OK, OK, Unreachable}[n%3]
		s = s.Turned(at(t, "2026-11-25").AddDate(0, 0, n))
	}
	if len(s.Lately) != maxTurns || s.Lately[9].Condition != Unreachable || s.Lately[8].Condition != OK {
		t.Errorf("turns %+v", s.Lately)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var again FetchState
	if err := json.Unmarshal(text, &again); err != nil || len(again.Lately) != maxTurns {
		t.Errorf("%s: %v", text, err)
	}
}

// Whatever a source says, its habit can be learned and judged, and time that
// is worked is never more than time.
func TestJudgeTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moment := func(name string) time.Time {
			return time.Unix(rapid.Int64Range(-62135596800, 4102444800).Draw(t, name), 0)
		}
		b := Batch{Fetched: moment("fetched"), Condition: rapid.SampledFrom([]Condition{OK, Thin, UnreadableDates}).Draw(t, "condition")}
		for range rapid.IntRange(0, 30).Draw(t, "entries") {
			b.Entries = append(b.Entries, Entry{Date: Date{Precision: rapid.SampledFrom([]Precision{Unknown, Day, Minute}).Draw(t, "precision"), Time: moment("date")}})
		}
		s := FetchState{Condition: b.Condition, LastGood: moment("good"), Changed: moment("changed"), Gap: Duration(rapid.Int64Range(0, 1<<50).Draw(t, "gap"))}
		s.Habit = Habit{Answers: 1, Yield: 20}.Learn(b, 1)
		if h := Judge(Source{}, s, moment("now")); h.State == "" || h.Words == "" {
			t.Fatalf("%+v is judged %+v", s, h)
		}
		s.Contract(Source{})
		from, mid, to := moment("from"), moment("mid"), moment("to")
		if w := Worked(from, to, true); w < 0 || w > max(0, to.Sub(from)) {
			t.Fatalf("%v worked between %v and %v", w, from, to)
		}
		if from.Before(mid) && mid.Before(to) && to.Sub(from) <= mostWorked && Worked(from, mid, false)+Worked(mid, to, false) != Worked(from, to, false) {
			t.Fatalf("%v, %v, %v: the parts are not the whole", from, mid, to)
		}
	})
}
