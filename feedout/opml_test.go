package feedout

import (
	"encoding/xml"
	"strings"
	"testing"

	"chinanews/news"
)

// Readers take the list: whose it is, and of each feed what it is and where.
func TestOPMLSaysEverything(t *testing.T) {
	for contact, want := range map[string][2]string{"ops@example.org": {"ops@example.org", ""}, "https://example.org/contact": {"", "https://example.org/contact"}, "ask Ann": {}, "a@b c": {}, "": {}} {
		body, err := OPML(news.Site{Title: "N & \x01", BaseURL: "https://n.example/under", Publisher: "The <Editors>", Contact: contact}, []news.Feed{
			{ID: "f", Title: "F \"one\"", Description: "What\nministries say", Language: "en"}, {ID: "z", Language: "zh-CN"}, {ID: "g", Title: "G", Language: "en-GB"}, {ID: "u", Title: "U"}})
		if err != nil {
			t.Fatal(err)
		}
		var o struct {
			Version string `xml:"version,attr"`
			Head    struct {
				Title string `xml:"title"`
				Owner string `xml:"ownerName"`
				Mail  string `xml:"ownerEmail"`
				Reach string `xml:"ownerId"`
			} `xml:"head"`
			Folders []outline `xml:"body>outline"`
		}
		if err := xml.Unmarshal(body, &o); err != nil {
			t.Fatal(err)
		}
		if o.Version != "2.0" || o.Head.Title != "N &" || o.Head.Owner != "The <Editors>" || o.Head.Mail != want[0] || o.Head.Reach != want[1] {
			t.Errorf("the head is %+v", o.Head)
		}
		if len(o.Folders) != 3 || o.Folders[0].Text != "English" || o.Folders[1].Text != "中文" || o.Folders[0].Type != "" || len(o.Folders[0].Feeds) != 2 {
			t.Fatalf("the folders are %+v", o.Folders)
		}
		first := o.Folders[0].Feeds[0]
		if first.Type != "rss" || first.Text != `F "one"` || first.Description != "What ministries say" || first.XMLURL != "https://n.example/under/feeds/f.atom" || first.HTMLURL != "https://n.example/under/feeds/f/" || first.Language != "en" {
			t.Errorf("the first feed is %+v", first)
		}
		if o.Folders[1].Feeds[0].Text != "z" {
			t.Error("a feed without a title has no text")
		}
		if strings.Contains(string(body), "date") {
			t.Error("the list has a date, and so is not the same everywhere")
		}
	}
}
