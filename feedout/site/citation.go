package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"chinanews/news"
)

// citation is how a version is cited, in plain text.
func (s *site) citation(lang string, v Version) string {
	parts := []string{
		publisher(lang, v.Item) + ". " + news.Line(v.Lead.Shown.Title),
		date(lang, v.Lead.Shown.Date),
		say(lang, "Version %d as seen on %s (UTC)", v.Number, v.Revision.At.UTC().Format("2006-01-02 15:04")),
	}
	if sum := v.SHA256(); sum != "" {
		parts = append(parts, "SHA-256 "+sum)
	}
	if u := web(v.Lead.Shown.URL); u != "" {
		parts = append(parts, u)
	}
	if !s.options.Private {
		parts = append(parts, s.Site().BaseURL+v.Form(""))
	}
	return strings.Join(parts, ". ")
}

// citeBoth is how a comparison is cited.
func (s *site) citeBoth(lang string, c Comparison) string {
	before, after := c.Before, c.After
	parts := []string{publisher(lang, after.Item) + ". " + news.Line(after.Lead.Shown.Title), say(lang, "Versions %d and %d compared", before.Number, after.Number)}
	for _, v := range []Version{before, after} {
		parts = append(parts, say(lang, "Version %d as seen on %s (UTC)", v.Number, v.Revision.At.UTC().Format("2006-01-02 15:04")))
	}
	if u := web(after.Lead.Shown.URL); u != "" {
		parts = append(parts, u)
	}
	if !s.options.Private {
		parts = append(parts, s.Site().BaseURL+comparePath(after.Item, before.Number, after.Number))
	}
	return strings.Join(parts, ". ")
}

// versionText is a version as plain text.
func (s *site) versionText(v Version) content {
	lang := interfaceOf(v.Lead.Shown.Lang)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", news.Line(v.Lead.Shown.Title))
	for _, f := range s.versionFacts(lang, v) {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
	}
	fmt.Fprintf(&b, "\n%s\n%s\n", say(lang, "To cite:"), s.citation(lang, v))
	for _, text := range []string{plainText(v.Item), loss(lang, v.Item)} {
		if text != "" {
			fmt.Fprintf(&b, "\n%s\n", text)
		}
	}
	return content{[]byte(news.Legal(b.String())), "text/plain; charset=utf-8", keepVersion, ""}
}

// fact is a line of what is known of a version.
type fact struct{ Name, Value string }

// versionFacts are what is known of a version, in the order of pages.
func (s *site) versionFacts(lang string, v Version) []fact {
	facts := []fact{{say(lang, "Published"), date(lang, v.Lead.Shown.Date)}, {say(lang, "Publisher"), publisher(lang, v.Item)}, {say(lang, "Original"), web(v.Lead.Shown.URL)}}
	facts = append(facts, s.seen(lang, v)...)
	return append(facts, evidence(lang, v)...)
}

// seen are the times at which a version and the one before were seen.
func (s *site) seen(lang string, v Version) []fact {
	var facts []fact
	if v.Number > 1 && !v.Revision.Last.IsZero() {
		facts = append(facts, fact{say(lang, "Version before last seen"), moment(lang, v.Revision.Last)})
	}
	facts = append(facts, fact{say(lang, "This version first seen"), moment(lang, v.Revision.At)})
	if !v.Until.IsZero() {
		facts = append(facts, fact{say(lang, "This version last seen"), moment(lang, v.Until)})
	}
	if v.Number > 1 {
		facts = append(facts, fact{say(lang, "Changes"), touched(lang, v.Item, v.Number)})
	}
	return facts
}

// evidence is what a version can be checked by.
func evidence(lang string, v Version) []fact {
	var facts []fact
	for _, f := range []fact{
		{say(lang, "Text as kept, SHA-256"), v.SHA256()}, {say(lang, "Answer as received, SHA-256"), v.Batch.Capture}, {say(lang, "Address that answered"), web(v.Asked())},
		{say(lang, "Read by"), v.Revision.Reader}, {say(lang, "Entry in the record"), fmt.Sprint(v.Revision.Pos)},
	} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// versionJSON is a version for programs.
func (s *site) versionJSON(v Version) (content, error) {
	j := struct {
		Story    string `json:"story"`
		Versions int    `json:"versions"`
		Title    string `json:"title"`
		jsonRelease
		jsonVersion
		LastSeen string `json:"last_seen,omitempty"`
		SHA256   string `json:"sha256,omitempty"`
		Capture  string `json:"capture_sha256,omitempty"`
		Asked    string `json:"address,omitempty"`
		Reader   string `json:"reader,omitempty"`
		Record   uint64 `json:"record"`
		Citation string `json:"citation"`
	}{
		Story: s.Site().BaseURL + "/stories/" + v.Address, Versions: v.Latest(), Title: news.Line(v.Lead.Shown.Title), jsonRelease: releaseJSON(v.Item),
		jsonVersion: s.jsonVersion(v.Item, v.Number), LastSeen: jsonTime(v.Until), SHA256: v.SHA256(), Capture: v.Batch.Capture, Asked: web(v.Asked()),
		Reader: v.Revision.Reader, Record: v.Revision.Pos, Citation: s.citation("en", v),
	}
	return encoded(j, keepVersion)
}

// jsonRelease is what a release says, as far as its source's rights go.
type jsonRelease struct {
	Language  string   `json:"language,omitempty"`
	Publisher string   `json:"publisher"`
	Original  string   `json:"original,omitempty"`
	Published jsonDate `json:"published"`
	Carried   string   `json:"carried"` // full, summary or title
	Summary   string   `json:"summary,omitempty"`
	HTML      string   `json:"content_html,omitempty"`
	Lost      bool     `json:"lost,omitempty"` // its text is no longer kept
}

// jsonDate is a date as its source states it.
type jsonDate struct {
	Date      string         `json:"date,omitempty"`
	Precision news.Precision `json:"precision"`
	Zone      string         `json:"zone,omitempty"`
	Raw       string         `json:"raw,omitempty"`
}

func releaseJSON(i Item) jsonRelease {
	d := i.Lead.Shown.Date
	j := jsonRelease{Language: tongue(i), Publisher: publisher("en", i), Original: web(i.Lead.Shown.URL), Carried: shown(i),
		Published: jsonDate{machine(d), d.Precision, d.Zone, news.Line(d.Raw)}}
	if j.Carried != string(news.Title) {
		j.Summary, j.Lost = abstract(i), i.Lost()
	}
	j.HTML = string(whole(interfaceOf(i.Lead.Shown.Lang), i))
	return j
}

// jsonVersion is a version in a list.
type jsonVersion struct {
	Number     int              `json:"version"`
	Class      news.Change      `json:"class"`
	Edits      []news.EditClass `json:"edits,omitempty"`
	BeforeSeen string           `json:"before_last_seen,omitempty"`
	FirstSeen  string           `json:"first_seen"`
	URL        string           `json:"url"`
}

func (s *site) jsonVersion(i Item, n int) jsonVersion {
	r := i.Lead.Versions()[n-1]
	j := jsonVersion{n, r.Class, r.Edits, "", jsonTime(r.At), s.Site().BaseURL + Version{Item: i, Number: n}.Form("")}
	if n > 1 {
		j.BeforeSeen = jsonTime(r.Last)
	}
	return j
}

type jsonCarrier struct {
	Publisher string        `json:"publisher"`
	URL       string        `json:"url,omitempty"`
	FirstSeen string        `json:"first_seen"`
	Presence  news.Presence `json:"presence"` // "": at its address
}

type jsonLook struct {
	At     string        `json:"at"`
	Saw    news.Sighting `json:"saw"`
	Record uint64        `json:"record"`
}

// jsonEditor is what an editor made of a release.
type jsonEditor struct {
	Own    string   `json:"source_title,omitempty"` // where the editor gave another
	Precis string   `json:"editor_summary,omitempty"`
	Note   string   `json:"editor_note,omitempty"`
	Tags   []string `json:"editor_tags,omitempty"`
}

type jsonSibling struct {
	Language string `json:"language"`
	Story    string `json:"story"`
	Title    string `json:"title"`
}

// storyJSON is a story's page for programs.
func (s *site) storyJSON(i Item) (content, error) {
	j := struct {
		ID    string `json:"id"`
		URL   string `json:"url"`
		Title string `json:"title"`
		jsonEditor
		jsonRelease
		Siblings  []jsonSibling `json:"siblings,omitempty"` // versions in other languages
		FirstSeen string        `json:"first_seen"`
		Presence  news.Presence `json:"presence"` // "": at its address
		Since     string        `json:"since,omitempty"`
		Looks     []jsonLook    `json:"looks,omitempty"`
		Carriers  []jsonCarrier `json:"carriers"`
		Versions  []jsonVersion `json:"versions"`
	}{
		ID: news.EntryURN(s.Site().ID, i.Story), URL: s.Site().BaseURL + "/stories/" + i.Address, Title: i.Title(), jsonEditor: jsonEditor{i.Own(), i.Precis(), i.Note(), i.Layer.Tags()}, jsonRelease: releaseJSON(i),
		FirstSeen: jsonTime(i.Lead.FirstSeen), Presence: i.Lead.Presence, Since: jsonTime(i.Lead.Missed),
	}
	for _, b := range i.Siblings {
		j.Siblings = append(j.Siblings, jsonSibling{tagOf(b.Lead.Shown), s.Site().BaseURL + "/stories/" + b.Address, b.Title})
	}
	for _, l := range i.Lead.Evidence {
		j.Looks = append(j.Looks, jsonLook{jsonTime(l.At), l.Saw, l.Pos})
	}
	for _, c := range i.Carriers {
		j.Carriers = append(j.Carriers, jsonCarrier{c.Source.PublisherIn("en"), web(c.Item.Shown.URL), jsonTime(c.Item.FirstSeen), c.Item.Presence})
	}
	for n := range i.Lead.Versions() {
		j.Versions = append(j.Versions, s.jsonVersion(i, n+1))
	}
	return encoded(j, time.Minute)
}

func encoded(v any, keep time.Duration) (content, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(v)
	return content{[]byte(news.Legal(b.String())), "application/json; charset=utf-8", keep, ""}, err
}

func jsonTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Second).Format(time.RFC3339)
}
