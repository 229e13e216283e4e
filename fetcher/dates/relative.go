package dates

import (
	"regexp"
	"time"

	"chinanews/news"
)

// What stands for a date on pages that count from the moment they are shown,
// as a whole text: within a sentence such words say something else.
var (
	ago     = regexp.MustCompile(`^(?:\D{0,12}[:\s])?(\d{1,3})\s*(?:(秒钟?|seconds?|secs?)|(分钟?|分鐘|minutes?|mins?)|(个?小时|小時|hours?)|(天|日|days?))(?:\s*ago|之?前)$`)
	dayWord = regexp.MustCompile(`^[\[(]?\s*(今天|今日|today|昨天|昨日|yesterday|前天)\s*[\])]?`)
	rightly = regexp.MustCompile(`^(?:刚刚|剛剛|just now)$`)
)

var backward = map[string]int{"昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}

// relative reads a date that is counted from now. Days alone stay days.
func relative(text string, o Options) (stamp, bool) {
	now := o.Now.In(news.Location(o.Zone))
	if rightly.MatchString(text) {
		return clocked(now, o)
	}
	if m := ago.FindStringSubmatch(text); m != nil {
		n := time.Duration(number(m[1]))
		switch {
		case m[2] != "":
			return clocked(now.Add(-n*time.Second), o)
		case m[3] != "":
			return clocked(now.Add(-n*time.Minute), o)
		case m[4] != "":
			return clocked(now.Add(-n*time.Hour), o)
		}
		s := stampOf(now.AddDate(0, 0, -int(n)))
		s.hour, s.minute, s.second = 0, 0, 0
		return s, s.sane(o.Now)
	}
	m := dayWord.FindStringSubmatchIndex(text)
	if m == nil {
		return stamp{}, false
	}
	s := stampOf(now.AddDate(0, 0, -backward[text[m[2]:m[3]]]))
	s.hour, s.minute, s.second = 0, 0, 0
	after := text[m[1]:]
	return s, s.sane(o.Now) && (after == "" || s.readClock(after, o) && clockOnly.MatchString(after))
}

// clockOnly is a time of day and nothing else.
var clockOnly = regexp.MustCompile(between + hourMinute + `[\s\])]*$`)

func clocked(t time.Time, o Options) (stamp, bool) {
	s := stampOf(t)
	s.clock = true
	return s, s.sane(o.Now)
}
