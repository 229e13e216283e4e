package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shown is an overview with a bit of everything.
func shown(now time.Time) overview {
	well := listingStatus{URL: "https://moc.example/feed.xml", Health: news.Health{State: news.OK, Words: "read well; the newest is of 2026-11-24"},
		LastGood: now.Add(-12 * time.Minute), LastTry: now.Add(-12 * time.Minute), Next: now.Add(20 * time.Minute), Newest: "2026-11-24", Items: 20, Usual: 19.6}
	ill := listingStatus{URL: "https://harbour.example/notices/", Health: news.Health{State: news.Redesigned,
		Words: `nothing matches "ul.list li" on the page "岚山港务局 通知公告 新版网站试运行", which has 48 links; the site may have been redesigned: look at list in the row`,
		Hint:  "`chinanewsd status harbour` shows what has changed on it"},
		LastGood: now.Add(-75 * time.Hour), LastTry: now.Add(-2 * time.Hour), Next: now.Add(4 * time.Hour), Newest: "2026-11-21", Items: 25, Usual: 25, Failures: 9}
	quiet := well
	quiet.Health = news.Health{State: news.Quiet, Words: "nothing new since 2026-11-20: a weekend"}
	return overview{Version: "1.0",
		Daemon: &daemonStatus{PID: 4711, Since: now.Add(-49 * time.Hour), Loaded: now.Add(-49 * time.Hour)},
		Record: recordStatus{File: "/var/lib/chinanewsd/news.db", Size: 13 << 20, Site: "8c1f3b2a99d0e4f7", Incarnation: "02468ace13579bdf", Pos: 8421, Link: strings.Repeat("7c1e09ab", 8)},
		Backup: backupStatus{At: "03:30", Last: &storage.Copy{Size: 12 << 20, At: now.Add(-9 * time.Hour), Pos: 8399, Link: "5a5a0b0c"},
			Failed: "writing a backup: no space left on device; nothing was kept of it"},
		Alarms: []news.Alarm{{Kind: news.AlarmSource, About: "harbour", N: 1, Since: now.Add(-75 * time.Hour), Title: "Source harbour is not well: redesigned"},
			{Kind: news.AlarmDisk, N: 2, Since: now.Add(-5 * time.Hour), Title: "The disk is nearly full", Words: "/var/lib/chinanewsd has 1.4 GiB free of 500 GiB", Hint: "make room, or move the record to a larger disk"}},
		Queue:   []queueStatus{{news.TaskListing, 4, 1, now}, {news.TaskArticle, 1, 0, now.Add(3 * time.Minute)}, {news.TaskLook, 120, 0, now.Add(time.Hour)}},
		Sources: []sourceStatus{{ID: "moc-feed", listingStatus: well}, {ID: "harbour", listingStatus: ill, Listings: []listingStatus{ill}}, {ID: "bureau-of-rivers-and-lakes-remarks", listingStatus: quiet}, {ID: "paper", listingStatus: listingStatus{Health: news.Health{State: news.Paused}}}},
		Retired: []news.Origin{"old-embassy"},
		Feeds: []feedStatus{{ID: "china-news", Title: "China News", News: 120, History: 340, Changed: now.Add(-12 * time.Minute)}, {ID: "empty", Title: "Empty"},
			{ID: "daily", Title: "Daily", News: 31, History: 9, Changed: now.Add(-3 * time.Hour), Digest: "07:00", Digests: 2}},
	}
}

func shownDetail(now time.Time) *sourceDetail {
	day := news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: time.Date(2026, 11, 19, 16, 0, 0, 0, time.UTC)}
	return &sourceDetail{Name: "Lanshan Harbour Office", Language: "zh-CN", Newest: []newestItem{{"岚山港务局关于冬季航道维护的通告", day, "https://harbour.example/1.html"}, {"A notice without a date", news.Date{}, ""}},
		Absent: []absentItem{{"岚山港务局关于夏季航道维护的通告", "https://harbour.example/7.html", news.Removed, now.Add(-50 * time.Hour), 9},
			{"A notice that is missed", "https://harbour.example/8.html", news.Missing, now.Add(-2 * time.Hour), 1}, {"A notice that is left out", "https://harbour.example/9.html", news.Unlisted, time.Time{}, 0}},
		Listings: []listingDetail{{URL: "https://harbour.example/notices/", Contract: news.FetchState{Habit: news.Habit{Answers: 8, Yield: 25, Size: 43_000, Charset: "utf-8 (header)", Days: 1, Gap: news.Duration(25 * time.Hour)}}.Contract(news.Source{}),
			Lately: []news.Turn{{At: now.Add(-900 * time.Hour), Condition: news.OK}, {At: now.Add(-75 * time.Hour), Condition: news.Redesigned, Words: `nothing matches "ul.list li"`}},
			Kept:   now.Add(-80 * time.Hour),
			Change: &fetcher.Change{Selectors: nil, Vanished: []string{".list", ".day", "#main"}, Appeared: []string{".card", ".date"}},
			Mended: "list: {item: [\".card\"]} # 20 entries"}}}
}

func TestStatusText(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.FixedZone("", 8*60*60))
	all := shown(now)
	one := all
	one.Sources, one.Detail = all.Sources[1:2], shownDetail(now)
	change := one.Detail.Listings[0].Change
	change.Before.Title, change.Before.Links, change.Before.Bytes = "岚山港务局 通知公告", 61, 43_200
	change.Now.Title, change.Now.Links, change.Now.Bytes = "岚山港务局 通知公告 新版网站试运行", 48, 21_800
	change.Selectors = append(change.Selectors, fetcher.Match{Key: "list.item", Selector: "ul.list li", Before: 25}, fetcher.Match{Key: "list.date", Selector: "span", Before: 30, Now: 12})
	for name, o := range map[string]overview{"status": all, "status-source": one, "status-empty": {Record: recordStatus{Link: strings.Repeat("0", 64)}}} {
		var out bytes.Buffer
		if err := o.print(&out, false, now); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if n := columns(strings.TrimSuffix(line, "\n")); n > statusWidth {
				t.Errorf("%s: a line of %d columns: %s", name, n, line)
			}
		}
		golden(t, name+".golden", out.Bytes())
	}
}

func TestHeadline(t *testing.T) {
	in := func(states ...news.Condition) (sources []sourceStatus) {
		for _, s := range states {
			sources = append(sources, sourceStatus{listingStatus: listingStatus{Health: news.Health{State: s}}})
		}
		return sources
	}
	for _, tt := range []struct {
		sources []sourceStatus
		want    string
	}{
		{in(news.OK, news.Quiet, news.Paused), "3 sources, all well"},
		{in(news.OK, news.Waiting, news.Waiting), "3 sources, 2 not read yet"},
		{in(news.Dead, news.Waiting), "2 sources, 1 to look at, 1 not read yet"},
		{in(news.Gone), "1 source, 1 to look at"},
	} {
		if got := headline(tt.sources); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// What a source's state says is not said again as a warning.
func TestPolledSaysOnce(t *testing.T) {
	few := news.FewWords(1, 20)
	p := polled{Source: "a", State: news.Thin, Items: 1, Unchanged: 1, Warnings: []string{few}, health: news.Health{State: news.Thin, Words: few, Hint: "look at its page"}}
	var out bytes.Buffer
	if err := p.print(&out, false); err != nil {
		t.Fatal(err)
	}
	if want := "a: 1 item, 0 new, 0 edited, 1 unchanged\n    thin: 1 entry where there usually are about 20\n    look at its page\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s (%v) is now\n%s", name, err, got)
	}
}

func TestInk(t *testing.T) {
	if got := ink(true).state(news.Dead, 6); got != "\x1b[31mdead  \x1b[0m" {
		t.Errorf("%q", got)
	}
	if got := ink(false).state(news.Dead, 6); got != "dead  " {
		t.Errorf("%q", got)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if inkFor(file) || inkFor(&bytes.Buffer{}) {
		t.Error("a file is coloured")
	}
	if tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0); err == nil {
		defer tty.Close()
		t.Setenv("TERM", "xterm")
		t.Setenv("NO_COLOR", "")
		if !inkFor(tty) {
			t.Error("a terminal is not coloured")
		}
		t.Setenv("NO_COLOR", "1")
		if inkFor(tty) {
			t.Error("a terminal is coloured though NO_COLOR is set")
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 10, ""}, {"one two three", 7, "one two|three"}, {"one two three", 100, "one two three"}, {"岚山港务局通告", 6, "岚山港|务局通|告"},
		{"a 岚山b港", 5, "a 岚|山b港"}, {"averylongword x", 5, "averylongword|x"}, {"two\nlines\x1b[31m", 20, "two lines[31m"},
	} {
		if got := strings.Join(wrap(tt.text, tt.width), "|"); got != tt.want {
			t.Errorf("%q in %d: %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
