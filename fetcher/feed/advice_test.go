package feed

import (
	"net/url"
	"testing"
	"time"

	"chinanews/news"
)

func TestAdvice(t *testing.T) {
	const item = "<item><title>t</title><link>https://a.example/1</link></item>"
	hours := func(n ...int) (mask uint32) {
		for _, h := range n {
			mask |= 1 << h
		}
		return mask
	}
	every := func(d time.Duration) news.Advice { return news.Advice{Every: news.Duration(d)} }
	for _, tt := range []struct {
		name, head string
		want       news.Advice
	}{
		{"nothing", "", news.Advice{}},
		{"ttl", "<ttl> 90 </ttl>", every(90 * time.Minute)},
		{"ttl beyond reason", "<ttl>4000000000</ttl>", every(365 * 24 * time.Hour)},
		{"ttl garbage", "<ttl>soon</ttl>", news.Advice{}},
		{"ttl negative", "<ttl>-5</ttl>", news.Advice{}},
		{"hours", "<skipHours><hour>0</hour><hour>23</hour><hour>99</hour><hour>x</hour></skipHours>", news.Advice{SkipHours: hours(0, 23)}},
		{"midnight of old", "<skipHours><hour>24</hour></skipHours>", news.Advice{SkipHours: hours(0)}},
		{"days", "<skipDays><day>Saturday</day><day>sunday</day><day>Someday</day></skipDays>", news.Advice{SkipDays: 1<<time.Saturday | 1<<time.Sunday}},
		{"syndication", "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", every(6 * time.Hour)},
		{"period alone", "<sy:updatePeriod>hourly</sy:updatePeriod>", every(time.Hour)},
		{"frequency alone", "<sy:updateFrequency>2</sy:updateFrequency>", every(12 * time.Hour)},
		{"frequency 0", "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", news.Advice{}},
		{"the longer of both", "<ttl>60</ttl><sy:updatePeriod>daily</sy:updatePeriod>", every(24 * time.Hour)},
	} {
		doc := `<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>c</title><link>https://a.example/</link>` + tt.head + item + `</channel></rss>`
		l, p := Read([]byte(doc), news.Source{}, &url.URL{Scheme: "https", Host: "a.example"}, Options{})
		if p != nil || l.Advice != tt.want {
			t.Errorf("%s: %+v (%v), want %+v", tt.name, l.Advice, p, tt.want)
		}
	}
	atom := `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><sy:updatePeriod>daily</sy:updatePeriod><entry><title>t</title><id>urn:x:1</id></entry></feed>`
	if l, p := Read([]byte(atom), news.Source{}, &url.URL{Scheme: "https", Host: "a.example"}, Options{}); p != nil || l.Advice != every(24*time.Hour) {
		t.Errorf("Atom: %+v (%v)", l.Advice, p)
	}
}
