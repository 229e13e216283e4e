package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/news/porttest"
)

// tries runs the command, and reads what it finds at each address.
func tries(t *testing.T, s *siteFile, status int, what string) (all []tried) {
	t.Helper()
	out, _ := s.do(status, "try", "--json", what)
	for line := range strings.Lines(out) {
		var r tried
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, r)
	}
	return all
}

// fullFeed is a feed of one item that has a summary and its whole text.
const fullFeed = `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>M</title>
<item><title>The lake opens</title><link>/1.html</link><description>It opens.</description>
<content:encoded>&lt;p&gt;The lake opens at noon.&lt;/p&gt;</content:encoded></item></channel></rss>`

// The text of a feed's item is what the daemon takes of it: counted once, and
// without its page, which is never asked for.
func TestTryFeedWithText(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", fullFeed)
	o.set("/1.html", body("The lake opens", "Another text."))
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	r := tries(t, s, 0, "a")[0]
	if r.Article != nil || o.asked["/1.html"] != 0 || r.Text != "feed" {
		t.Errorf("the page of an item was asked for: %+v", r)
	}
	if i := r.Items[0]; i.Chars != len("The lake opens at noon.") || i.Words != "The lake opens at noon." {
		t.Errorf("item %+v", i)
	}
	if out, _ := s.do(0, "try", "a"); !strings.Contains(out, "23 characters: The lake opens at noon.") || !strings.Contains(out, "of the listing itself") {
		t.Errorf("try says %s", out)
	}
}

// Each address of a row is tried, with the day in it where it has one.
func TestTryEveryAddress(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	today := time.Now().In(news.Location("Asia/Shanghai")).Format("2006-01/02")
	o.set("/a.xml", rssOf("A", 0, 2))
	o.set("/"+today+".xml", rssOf("B", 0, 3))
	s.write(`  - {id: a, urls: ["`+o.URL+`/a.xml", "`+o.URL+`/{2006-01}/{02}.xml"], kind: feed}`+"\n", allFeed)
	all := tries(t, s, 0, "a")
	if len(all) != 2 || len(all[0].Items) != 2 || len(all[1].Items) != 3 || all[1].URL != o.URL+"/"+today+".xml" {
		t.Errorf("it found %+v", all)
	}
	o.set("/"+today+".xml", "<p>gone</p>")
	out, stderr := s.do(1, "try", "a")
	if !strings.Contains(out, "A release 1") || strings.Contains(out, "{") || !strings.Contains(stderr, today+".xml: ") {
		t.Errorf("of one that failed it says %s%s", out, stderr)
	}
}

// What is understood of a page is said in full: its kind, the first words, what
// to do, and dates that cannot be those of releases.
func TestTrySaysWhatToDo(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	next := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	o.set("/list", `<ul><li><a href="/1.html">The lake opens to all of its visitors</a><span>`+next+`</span></li></ul>`)
	o.set("/1.html", body("The lake opens to all of its visitors", "The lake opens at noon."))
	s.write(pageRow(o.URL+"/list", "li"), allFeed)
	out, _ := s.do(0, "try", "b")
	for _, want := range []string{"kind     html\n", "1 date of 1 in the future", next, "The lake opens at noon.", "of each item's own page"} {
		if !strings.Contains(out, want) {
			t.Errorf("it lacks %q:\n%s", want, out)
		}
	}
	s.set("list: {", "list: {date: [span], ")
	o.set("/list", `<ul><li><a href="/1.html">The lake opens to all of its visitors</a><span>Michaelmas</span></li></ul>`)
	if out, _ := s.do(0, "try", "b"); !strings.Contains(out, "to do    write date_layouts") || !strings.Contains(out, "Michaelmas") {
		t.Errorf("of dates that cannot be read it says\n%s", out)
	}
	o.set("/list", `<p>moved</p>`)
	if out, _ := s.do(1, "try", "b"); !strings.Contains(out, "to do    `chinanewsd status b`") {
		t.Errorf("it does not say what to do:\n%s", out)
	}
}

// Of what was not read nothing is said but why, and what to do.
func TestTryOfWhatIsNotThere(t *testing.T) {
	s := newSite(t)
	for address, hint := range map[string]string{"http://" + porttest.Address(t) + "/a.xml": "it was never read well: look at url in its row", "http://10.1.2.3/a.xml": ""} {
		s.write(strings.Replace(feedRow("a", address), "rights: government", "rights: media", 1), allFeed)
		out, _ := s.do(1, "try", "a")
		for _, no := range []string{"HTTP", "rights  ", "text  "} {
			if strings.Contains(out, no) {
				t.Errorf("of %s it says %q:\n%s", address, no, out)
			}
		}
		if !strings.Contains(out, hint) {
			t.Errorf("of %s it does not say %q:\n%s", address, hint, out)
		}
	}
}

// A release has one day, or it is said in which zone it has which.
func TestTrySaysWhichDay(t *testing.T) {
	for at, want := range map[string]string{
		"2026-11-26T16:24:00Z":      "2026-11-26 16:24 UTC, 2026-11-27 in Asia/Shanghai (",
		"2026-11-26T15:24:00Z":      "2026-11-26 15:24 UTC (",
		"2026-11-27T00:24:00+08:00": "2026-11-27 00:24 +08:00 (",
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		zone := when.Format("-07:00")
		if zone == "+00:00" {
			zone = "UTC"
		}
		i := item(news.Source{Timezone: "Asia/Shanghai"}, news.Entry{Date: news.Date{Time: when, Precision: news.Minute, Zone: zone}})
		if got := i.when(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}

// Of the address of a page, try says which command makes a row of it.
func TestTryAddressOfPage(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	ministryPages(o, "/xw/", 5)
	o.set("/own/", `<html><title>News</title><ul><li><a href="/1.html">The lake opens to all of its visitors</a></li></ul>`)
	s.write(feedRow("a", o.URL+"/a.xml"), allFeed)
	for path, status := range map[string]int{"/xw/": 0, "/own/": 1} {
		out, _ := s.do(status, "try", o.URL+path)
		if !strings.Contains(out, "`chinanewsd discover "+o.URL+path+"`") || !strings.Contains(out, "profile: auto") {
			t.Errorf("of %s it says\n%s", path, out)
		}
	}
	o.set("/own/login", `<html><title>Login</title><input type="password">`)
	if out, _ := s.do(1, "try", o.URL+"/own/login"); strings.Contains(out, "discover") || strings.Contains(out, "its row") {
		t.Errorf("of a page that cannot be polled it says\n%s", out)
	}
}
