package feedout

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/mmcdole/gofeed"

	"chinanews/feedout/validity"
)

// need skips when a tool is missing, and fails where CI has promised it.
func need(t *testing.T, what string, there bool) {
	t.Helper()
	if there {
		return
	}
	if validity.Promised() {
		t.Fatalf("%s is required here and missing", what)
	}
	t.Skipf("needs %s, which is not installed", what)
}

func have(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// read are the documents that readers must agree on.
func read(t *testing.T) (list []validity.Document) {
	for name, d := range map[string]Document{
		"releases": example("en"), "releases in Chinese": example("zh-CN"), "edits": edited("en"), "removals": gone("zh-CN"),
		"curated": curated("en"), "withdrawn": withdrawn("en"), "archive": page("en"), "digests": digests("zh-CN"),
	} {
		for _, f := range formats {
			list = append(list, validity.Document{Format: validity.Format(f), Address: name, Body: render(t, d, f)})
		}
	}
	return list
}

// TestReadersAgree reads our feeds with other people's programs: equal ids,
// titles, links and dates, and, as far as they tell, texts, categories and
// files, in every format that they know.
func TestReadersAgree(t *testing.T) {
	documents := read(t)
	modules := os.Getenv("CHINANEWS_NPM")
	readers := validity.Readers
	if testing.Short() { // the race detector sees nothing of other programs
		readers = nil
	}
	for _, r := range readers {
		t.Run(r.Name, func(t *testing.T) {
			need(t, r.Name, r.There(modules))
			own := slices.DeleteFunc(slices.Clone(documents), func(d validity.Document) bool { return !r.Reads(d.Format) })
			said, err := r.Read("testdata/readers", modules, t.TempDir(), own)
			if err != nil {
				t.Fatal(err)
			}
			agree(t, r, own, said)
		})
	}
	t.Run("gofeed", func(t *testing.T) {
		agree(t, validity.Reader{Name: "gofeed"}, documents, byGofeed(t, documents))
	})
}

func agree(t *testing.T, r validity.Reader, documents []validity.Document, said []validity.Said) {
	t.Helper()
	list, err := r.Disagreements(documents, said)
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range list {
		t.Error(what)
	}
}

func byGofeed(t *testing.T, documents []validity.Document) (said []validity.Said) {
	t.Helper()
	for n, d := range documents {
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(d.Body))
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range feed.Items {
			s := validity.Said{File: n, ID: i.GUID, Title: i.Title, Link: i.Link, Time: i.PublishedParsed.Unix(), Content: &i.Content, Categories: &i.Categories}
			if i.Content == "" {
				s.Content = &i.Description
			}
			var files []string
			for _, e := range i.Enclosures {
				files = append(files, e.URL)
			}
			s.Enclosures = &files
			said = append(said, s)
		}
	}
	return said
}

// TestEntriesAreThoseOfTheDocument holds what readers are compared with against
// what was rendered.
func TestEntriesAreThoseOfTheDocument(t *testing.T) {
	for _, d := range []Document{example("en"), curated("zh-CN"), edited("en")} {
		for _, f := range formats {
			entries, err := validity.Entries(validity.Format(f), render(t, d, f))
			if err != nil {
				t.Fatal(err)
			}
			var want []validity.Entry
			for _, r := range d.Releases {
				own, _ := d.links(r)
				e := validity.Entry{ID: d.entryID(r), Title: entryTitle(r), Link: own, Published: r.Membership.Published, Content: validity.Words(d.content(r)), Categories: tags(r)}
				for _, file := range d.files(r) {
					e.Files = append(e.Files, file.URL)
				}
				want = append(want, e)
			}
			for _, told := range d.Notices {
				want = append(want, validity.Entry{ID: d.noticeID(told), Title: d.noticeTitle(told), Link: d.noticeURL(told), Published: told.At, Content: validity.Words(d.noticeContent(told))})
			}
			for n := range entries {
				entries[n].Updated = want[min(n, len(want)-1)].Updated
			}
			if !slices.EqualFunc(entries, want, func(a, b validity.Entry) bool { return a.String() == b.String() }) {
				t.Errorf("%s has\n%v, want\n%v", f, entries, want)
			}
		}
	}
}
