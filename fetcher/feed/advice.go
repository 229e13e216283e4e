package feed

import (
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"chinanews/news"
)

// rssAdvice is what an RSS channel says on when to ask again: ttl, skipHours,
// skipDays (RSS 2.0) and the Syndication module.
func rssAdvice(f *rss.Feed) news.Advice {
	a := news.Advice{Every: max(minutes(f.TTL), period(f.Extensions))}
	for _, h := range f.SkipHours {
		if n, err := strconv.ParseUint(strings.TrimSpace(h), 10, 8); err == nil && n <= 24 {
			a.SkipHours |= 1 << (n % 24) // 24 was midnight in RSS 0.91
		}
	}
	for _, d := range f.SkipDays {
		if day, ok := weekday(strings.TrimSpace(d)); ok {
			a.SkipDays |= 1 << day
		}
	}
	return a
}

const mostMinutes = 365 * 24 * 60

func minutes(ttl string) news.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(ttl), 10, 32)
	if err != nil {
		return 0
	}
	return news.Duration(time.Duration(min(n, mostMinutes)) * time.Minute)
}

func weekday(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(name, d.String()) {
			return d, true
		}
	}
	return 0, false
}

// periods are those of the Syndication module for RSS 1.0.
var periods = map[string]time.Duration{
	"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour, "monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour,
}

// period is sy:updatePeriod divided by sy:updateFrequency; 0 when neither is
// there or one cannot be read.
func period(x ext.Extensions) news.Duration {
	name, frequency := value(x, "sy", "updatePeriod"), value(x, "sy", "updateFrequency")
	if name == "" && frequency == "" {
		return 0
	}
	every, times := periods[strings.ToLower(first(name, "daily"))], 1
	if frequency != "" {
		n, err := strconv.ParseUint(frequency, 10, 16)
		if err != nil || n == 0 {
			return 0
		}
		times = int(n)
	}
	return news.Duration(every / time.Duration(times))
}
