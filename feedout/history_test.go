package feedout

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// page is an example of a document of the archive.
func page(language string) Document {
	d := example(language)
	d.Hub, d.Older, d.Archive = "https://news.example.org/hub", "812-4", Archive{Name: "977-5", Newer: "6"}
	for n := range d.Releases {
		d.Releases[n].Membership.Place = uint64(250 - n)
	}
	return d
}

func TestHistoryLinks(t *testing.T) {
	base := "https://news.example.org/feeds/china-news"
	sub, first := page("en"), page("en")
	sub.Archive, first.Older = Archive{}, ""
	for name, tt := range map[string]struct {
		d       Document
		in, out []string
	}{
		"subscription": {sub, []string{"self " + base + ".", "hub https://news.example.org/hub", "prev-archive " + base + "/archive/812-4."}, []string{"current", "next-archive", "archive"}},
		"page":         {page("en"), []string{"self " + base + "/archive/977-5.", "current " + base + ".", "prev-archive " + base + "/archive/812-4.", "next-archive " + base + "/archive/6."}, []string{"hub"}},
		"first page":   {first, []string{"self " + base + "/archive/977-5.", "next-archive " + base + "/archive/6."}, []string{"prev-archive", "hub"}},
	} {
		for _, f := range []Format{RSS, Atom} {
			got := links(t, f, render(t, tt.d, f))
			for _, want := range tt.in {
				rel, href, _ := strings.Cut(want, " ")
				if strings.HasSuffix(href, ".") {
					href += string(f)
				}
				if got[rel] != href {
					t.Errorf("%s, %s: %s is %q, want %q", name, f, rel, got[rel], href)
				}
			}
			for _, rel := range tt.out {
				if got[rel] != "" {
					t.Errorf("%s, %s has %s %q", name, f, rel, got[rel])
				}
			}
			if marked := got["archive"] != ""; marked != (tt.d.Archive.Name != "") {
				t.Errorf("%s, %s: fh:archive is there: %v", name, f, marked)
			}
		}
	}
	body := string(render(t, sub, JSON))
	for _, want := range []string{`"next_url": "` + base + `/archive/812-4.json"`, `"hubs": [`, `"type": "WebSub"`} {
		if !strings.Contains(body, want) {
			t.Errorf("JSON lacks %s:\n%s", want, body)
		}
	}
	checkRules(t, page("en"))
}

// links are a document's own, by rel, and "archive" where it says that it is one.
func links(t *testing.T, f Format, body []byte) map[string]string {
	t.Helper()
	root := parsed(t, body)
	if f == RSS {
		root = root.all("channel")[0]
	}
	out := make(map[string]string)
	for _, l := range root.all("link") {
		out[l.attr("rel")] = l.attr("href")
	}
	for _, a := range root.all("archive") {
		out["archive"] = a.XMLName.Space
		if a.XMLName.Space != "http://purl.org/syndication/history/1.0" {
			t.Errorf("archive is of %q", a.XMLName.Space)
		}
	}
	return out
}

func TestArchiveLeavesOutNothing(t *testing.T) {
	d := page("en")
	d.Releases[0].Siblings = []news.Sibling{sibling(60, "zh", "外贸增长", noon.Add(-time.Hour))}
	d.Releases[0].Membership.Pinned = noon.AddDate(1, 0, 0)
	d.Stubs = []news.Stub{{Address: "stub", Membership: news.Membership{Entering: news.Entering{Story: news.StoryID{9}, Seq: 1}, Place: 249}, Withdrawal: news.Withdrawal{At: noon}}}
	d.Releases[1].Membership.Place, d.Releases[2].Membership.Place = 248, 247
	for n := range 4 {
		r := d.Releases[0]
		r.Membership.Story, r.Membership.Place = news.StoryID{byte(100 + n)}, uint64(240-n)
		r.HTML = "<p>" + strings.Repeat("long ", 200_000*(n+1)) + "</p>"
		d.Releases = append(d.Releases, r)
	}
	for _, f := range formats {
		body := render(t, d, f)
		if len(body) > maxDocument {
			t.Errorf("%s has %d bytes", f, len(body))
		}
		if n := bytes.Count(body, []byte("urn:uuid:")); n < 8 {
			t.Errorf("%s has %d ids, want those of all 8", f, n)
		}
		text := string(body)
		if strings.Contains(text, "外贸增长") || !strings.Contains(text, "Trade in") || !strings.Contains(text, "long long") {
			t.Errorf("%s has siblings, or lacks the small texts or the summaries", f)
		}
		if f != Atom && strings.Index(text, "Withdrawn") < strings.Index(text, "Trade Grew") {
			t.Errorf("%s: a pinned release or the stub is not in its place", f)
		}
	}
	if len(d.Releases[3].HTML) < 1000 || d.Releases[0].Siblings == nil {
		t.Error("rendering changed its document")
	}
}

func TestGoldenArchive(t *testing.T) {
	d := page("en")
	d.Releases[0].Lead.Shown.Files = append(d.Releases[0].Lead.Shown.Files, newsFiles()...)
	for _, f := range formats {
		golden(t, filepath.Join("testdata", "archive-en."+string(f)+".golden"), render(t, d, f))
	}
}

func TestArchiveOfNothing(t *testing.T) {
	d := page("en")
	d.Releases = nil
	checkRules(t, d)
}
