package sibling

import (
	"os"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// version is one version of a release in testdata/releases.txt.
type version struct {
	release string
	entry   news.Entry
	text    *Text
}

func releases(t testing.TB) (all []version) {
	t.Helper()
	bytes, err := os.ReadFile("testdata/releases.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(bytes), "\n=== ")
	for release := range strings.SplitSeq(rest, "\n=== ") {
		name, versions, _ := strings.Cut(release, "\n--- ")
		for v := range strings.SplitSeq(versions, "\n--- ") {
			all = append(all, readVersion(t, name, v))
		}
	}
	return all
}

func readVersion(t testing.TB, release, text string) version {
	t.Helper()
	head, rest, _ := strings.Cut(text, "\n")
	title, body, ok := strings.Cut(rest, "\n")
	fields := strings.Fields(head)
	if !ok || len(fields) != 3 {
		t.Fatalf("%s: %q is no version", release, head)
	}
	date := news.Date{Raw: fields[1], Precision: news.Minute, Zone: "Asia/Shanghai"}
	layout := "2006-01-02T15:04"
	if len(fields[1]) == len(time.DateOnly) {
		date.Precision, layout = news.Day, time.DateOnly
	}
	at, err := time.ParseInLocation(layout, fields[1], news.Location(date.Zone))
	if err != nil {
		t.Fatal(err)
	}
	date.Time = at.UTC()
	v := version{release: release, entry: news.Entry{Lang: fields[0], Date: date, URL: fields[2], Title: title, Summary: body}}
	v.text = Of(v.entry)
	return v
}

func TestReleases(t *testing.T) {
	all := releases(t)
	siblings, found, wrong := 0, 0, 0
	for n, a := range all {
		for _, b := range all[:n] {
			e, is := Pair(a.text, b.text)
			are := a.release == b.release
			switch {
			case are && is:
				siblings, found = siblings+1, found+1
			case are:
				siblings++
				t.Logf("missed: %s: weight %.1f: %s", a.release, e.weight, e)
			case is:
				wrong++
				t.Errorf("%s (%s) and %s (%s) are taken for one release: weight %.1f: %s", a.release, a.entry.Lang, b.release, b.entry.Lang, e.weight, e)
			}
			if are && shared(a.text, b.text) < 2 {
				t.Logf("not a candidate: %s: %d features shared", a.release, shared(a.text, b.text))
			}
		}
	}
	t.Logf("%d texts: %d of %d siblings found, %d wrong", len(all), found, siblings, wrong)
	if found*100 < siblings*85 {
		t.Errorf("%d of %d siblings found, want 85 of 100", found, siblings)
	}
}

// shared counts the features that two texts share.
func shared(a, b *Text) (n int) {
	has := make(map[uint64]bool)
	for _, f := range a.Features() {
		has[f] = true
	}
	for _, f := range b.Features() {
		if has[f] {
			n++
		}
	}
	return n
}
